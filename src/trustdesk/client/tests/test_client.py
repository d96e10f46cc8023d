"""The client against a desk that answers as the contract says, or badly."""

import asyncio
import inspect
import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Standard

from trustdesk.client import (
    AsyncTrustDesk,
    BadWebhook,
    Conflict,
    Denied,
    Failed,
    NotFound,
    NotValid,
    TooMany,
    TrustDesk,
    Unreachable,
    verify_webhook,
)

AD = {
    "external_id": "ad-17",
    "kind": "ad",
    "account": {"external_id": "budi"},
    "fields": {"title": "Sepeda bekas", "price": 450_000},
}
ANSWER = {
    "id": "0195",
    "version": 1,
    "status": "rejected",
    "verdict": {
        "outcome": "reject",
        "policy_version": "12",
        "hits": [
            {
                "policy": "weapons",
                "rule": "gun",
                "labels": ["weapons.firearm"],
                "evidence": [{"field": "title", "start": 0, "end": 6, "text": "Sepeda"}],
            }
        ],
    },
    "decision": {"id": "0196", "outcome": "reject", "statement_url": "https://desk.example/s/x"},
    "warnings": ["repaired_text"],
}


class Desk:
    """Answers from a list, one for each request; notes what came."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


class Waits(list):
    def __call__(self, seconds):
        self.append(seconds)

    async def later(self, seconds):
        self.append(seconds)


def both(*answers, tries=5):
    """Each client with a desk of its own: what holds for one must hold for the other."""
    found = []
    for kind in (TrustDesk, AsyncTrustDesk):
        desk = Desk(*answers)
        client = kind("https://desk.example/", key="tdk_secret", tries=tries, transport=httpx.MockTransport(desk))
        waits = Waits()
        client._sleep = waits if kind is TrustDesk else waits.later
        found.append((Runner(client), desk, waits))
    return found


class Runner:
    """Calls a method of either client and gives its result, lists for iterators."""

    def __init__(self, client):
        self.client = client

    def __call__(self, name, *args, **kwargs):
        result = getattr(self.client, name)(*args, **kwargs)
        if inspect.iscoroutine(result):
            return asyncio.run(result)
        if hasattr(result, "__aiter__"):

            async def gather():
                return [row async for row in result]

            return asyncio.run(gather())
        return list(result) if hasattr(result, "__next__") else result


def test_an_item_is_submitted_and_its_verdict_read():
    for call, desk, _ in both(httpx.Response(201, json=ANSWER)):
        item = call("submit_item", AD, wait=0.5)
        assert (item.status, item.verdict.outcome, item.decision.id) == ("rejected", "reject", "0196")
        assert item.verdict.hits[0].evidence[0].text == "Sepeda"
        assert item.warnings == ("repaired_text",)
        assert item.raw == ANSWER
        (request,) = desk.requests
        assert str(request.url) == "https://desk.example/api/v1/items?wait=0.5"
        assert request.headers["authorization"] == "Bearer tdk_secret"
        assert request.headers["idempotency-key"]
        assert json.loads(request.content) == AD


def test_a_pending_item_has_no_verdict_yet():
    pending = {"id": "1", "version": 1, "status": "pending", "verdict": None, "decision": None, "warnings": []}
    for call, _, _ in both(httpx.Response(201, json=pending)):
        item = call("submit_item", AD)
        assert (item.status, item.verdict, item.decision) == ("pending", None, None)


def test_times_leave_in_utc_and_never_without_a_zone():
    jakarta = timezone(timedelta(hours=7))
    for call, desk, _ in both(httpx.Response(201, json=ANSWER)):
        call("submit_item", {**AD, "posted_at": datetime(2026, 3, 10, 16, 0, tzinfo=jakarta)})
        assert json.loads(desk.requests[0].content)["posted_at"] == "2026-03-10T09:00:00Z"
        with pytest.raises(ValueError, match="time zone"):
            call("submit_item", {**AD, "posted_at": datetime(2026, 3, 10, 16, 0)})


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("hung up"),
        httpx.Response(503, headers={"Retry-After": "1"}),
        httpx.Response(500),
        httpx.Response(429, headers={"Retry-After": "2"}),
        httpx.Response(409, json={"code": "in_progress"}),
    ],
)
def test_what_may_get_better_is_tried_again_with_the_same_key(trouble):
    for call, desk, waits in both(trouble, trouble, httpx.Response(201, json=ANSWER)):
        assert call("submit_item", AD).id == "0195"
        assert len(desk.requests) == 3
        assert len({request.headers["idempotency-key"] for request in desk.requests}) == 1
        assert len({request.content for request in desk.requests}) == 1
        assert len(waits) == 2
        if isinstance(trouble, httpx.Response) and "retry-after" in trouble.headers:
            assert min(waits) >= float(trouble.headers["retry-after"])


def test_a_desk_that_stays_away_is_unreachable_and_one_that_stays_broken_has_failed():
    for call, desk, waits in both(httpx.ConnectError("refused"), tries=3):
        with pytest.raises(Unreachable, match="POST /items: refused"):
            call("submit_item", AD)
        assert (len(desk.requests), len(waits)) == (3, 2)
    for call, _, _ in both(httpx.Response(502, text="<html>bad gateway"), tries=2):
        with pytest.raises(Failed) as caught:
            call("get_item", "1")
        assert caught.value.code == "http_502"
    for call, _, _ in both(httpx.Response(429, json={"code": "too_many_requests"}), tries=2):
        with pytest.raises(TooMany):
            call("get_item", "1")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NotValid),
        (413, NotValid),
        (422, NotValid),
        (401, Denied),
        (403, Denied),
        (404, NotFound),
        (410, NotFound),
        (409, Conflict),
        (412, Conflict),
    ],
)
def test_what_the_desk_refuses_is_raised_at_once(status, kind):
    body = {"code": "invalid", "detail": "Something needs mending.", "fields": {"price": "Must not be negative."}}
    for call, desk, _ in both(httpx.Response(status, json=body)):
        with pytest.raises(kind) as caught:
            call("submit_item", AD)
        assert (caught.value.status, caught.value.code) == (status, "invalid")
        assert caught.value.fields == {"price": "Must not be negative."}
        assert "price: Must not be negative." in str(caught.value)
        assert len(desk.requests) == 1


def test_many_items_go_in_batches_and_each_is_answered_in_its_place():
    def answer(request):
        entries = json.loads(request.content)
        return httpx.Response(
            200,
            json={
                "results": [
                    {"index": n, "status": 422, "problem": {"code": "invalid", "detail": "No."}}
                    if entry["external_id"] == "1500"
                    else {"index": n, "status": 201, "item": {**ANSWER, "id": entry["external_id"]}}
                    for n, entry in enumerate(entries)
                ]
            },
        )

    for call, desk, _ in both(answer):
        entries = call("submit_items", ({**AD, "external_id": str(n)} for n in range(2500)))
        assert [len(json.loads(request.content)) for request in desk.requests] == [1000, 1000, 500]
        assert [entry.index for entry in entries] == list(range(2500))
        assert [entry.item.id for entry in entries if entry.item] == [str(n) for n in range(2500) if n != 1500]
        assert isinstance(entries[1500].problem, NotValid)


def test_large_items_make_smaller_batches():
    big = {**AD, "fields": {"title": "x" * 900_000}}
    for call, desk, _ in both(lambda r: httpx.Response(200, json={"results": []})):
        call("submit_items", [big] * 25)
        assert all(len(request.content) <= 10 * 2**20 for request in desk.requests)
        assert sum(len(json.loads(request.content)) for request in desk.requests) == 25


def test_a_file_is_sent_whole_again_at_the_second_try(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff" * 1000)
    stored = {"file_id": "f1", "state": "ready", "reason": "", "media_type": "image/jpeg"}
    for make in (lambda: path, lambda: str(path), path.read_bytes, lambda: io.BytesIO(path.read_bytes())):
        for call, desk, _ in both(httpx.ReadTimeout("slow"), httpx.Response(201, json=stored)):
            assert call("upload_file", make(), content_type="image/jpeg").id == "f1"
            assert [request.content for request in desk.requests] == [path.read_bytes()] * 2
            assert desk.requests[0].headers["content-type"] == "image/jpeg"


def test_an_id_from_outside_cannot_name_another_address():
    for call, desk, _ in both(httpx.Response(200, json=ANSWER)):
        call("get_item", "../webhooks?x=1")
        assert desk.requests[0].url.raw_path == b"/api/v1/items/..%2Fwebhooks%3Fx%3D1"


def test_statements_come_as_data_or_as_read():
    for call, desk, _ in both(httpx.Response(200, json={"facts": "…"}), httpx.Response(200, text="Dear Budi")):
        assert call("get_statement", "d1") == {"facts": "…"}
        assert call("get_statement_text", "d1", form="text") == "Dear Budi"
        assert [request.headers["accept"] for request in desk.requests] == ["application/json", "text/plain"]


def test_webhooks_are_made_listed_rotated_sent_again_and_deleted():
    endpoint = {"id": "e1", "url": "https://p.example/", "events": ["*"], "active": True}
    delivery = {"id": "d", "webhook_id": "msg_1", "type": "decision.made", "state": "dead", "tries": 11, "status": 500}
    answers = (
        httpx.Response(201, json={**endpoint, "secret": "whsec_x"}),
        httpx.Response(200, json={"webhooks": [endpoint]}),
        httpx.Response(200, json={**endpoint, "secret": "whsec_y"}),
        httpx.Response(200, json={"deliveries": [{**delivery, "id": "d1"}], "next": "more"}),
        httpx.Response(200, json={"deliveries": [{**delivery, "id": "d2"}], "next": None}),
        httpx.Response(202, json={}),
        httpx.Response(204),
    )
    for call, desk, _ in both(*answers):
        assert call("make_webhook", "https://p.example/", events=["decision.made"]).secret == "whsec_x"
        assert call("webhooks")[0].secret is None
        assert call("rotate_webhook_secret", "e1").secret == "whsec_y"
        assert [row.id for row in call("webhook_deliveries", "e1", state="dead")] == ["d1", "d2"]
        assert desk.requests[4].url.params["after"] == "more"
        call("redeliver", "e1", "d1")
        call("delete_webhook", "e1")
        assert [request.method for request in desk.requests] == ["POST", "GET", "POST", "GET", "GET", "POST", "DELETE"]


def test_facts_are_followed_by_position_to_their_end():
    def answer(request):
        after = int(request.url.params["after"])
        rows = [
            {"position": n, "kind": "decision.made", "subject": "s", "actor": "rule:x", "at": "2026-03-10T09:00:00Z"}
            for n in range(after + 1, min(after + 3, 6))
        ]
        return httpx.Response(200, json={"facts": rows, "next": None})

    for call, _, _ in both(answer):
        assert [fact.position for fact in call("facts", limit=2)] == [1, 2, 3, 4, 5]


def signed(body, *, secret="whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0", at=None):
    at = at or datetime.now(UTC)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Standard(secret).sign("msg_1", at, body),
    }


def test_a_webhook_is_believed_only_when_signed_whole_and_fresh():
    secret = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
    body = json.dumps({"type": "decision.made", "timestamp": "2026-03-10T09:00:00Z", "data": {"outcome": "reject"}})
    message = verify_webhook(body.encode(), signed(body), secret)
    assert (message.id, message.type, message.data) == ("msg_1", "decision.made", {"outcome": "reject"})
    assert verify_webhook(body, signed(body), secret) == message
    for wrong in (
        (body.replace("reject", "approve"), signed(body), secret),
        (body, signed(body), "whsec_" + "YW5vdGhlciBzZWNyZXQ="),
        (body, signed(body, at=datetime.now(UTC) - timedelta(minutes=6)), secret),
        (body, {}, secret),
        (b"\xff", signed(body), secret),
        ("[]", signed("[]"), secret),
        ("not json", signed("not json"), secret),
        (body, {**signed(body), "Webhook-Signature": "nonsense"}, secret),
    ):
        with pytest.raises(BadWebhook):
            verify_webhook(*wrong)


def test_the_client_needs_no_django():
    code = (
        "import sys, trustdesk.client; assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
