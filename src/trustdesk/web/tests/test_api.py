import json
from datetime import UTC, datetime, timedelta

import pytest

from trustdesk.kernel.base import timesource
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import ApiKey
from trustdesk.web import cursors, idempotency
from trustdesk.web.models import Answer
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.urls("trustdesk.web.tests.api_urls")]
THINGS = "/api/test/things"


class Caller:
    """A platform calling with a key."""

    def __init__(self, client, secret):
        self.client, self.headers = client, {"Authorization": f"Bearer {secret}"}

    def post(self, path, body, **headers):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(
            path,
            data,
            content_type="application/json",
            headers=self.headers | {name.replace("_", "-"): value for name, value in headers.items()},
        )

    def get(self, path):
        return self.client.get(path, headers=self.headers)


@pytest.fixture
def platform(client):
    return Caller(client, makers.key("items:write"))


def made_things():
    return FactRow.objects.filter(kind="test.thing_made").count()


def code(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["detail"]
    return body["code"]


def test_a_write_with_the_right_is_answered(platform):
    answer = platform.post(THINGS, {"name": "lamp"})
    assert answer.status_code == 201
    assert answer.json()["name"] == "lamp"
    assert answer.json()["warnings"] == []
    assert made_things() == 1


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer tdk_wrong"}, {"Authorization": "Basic dXNlcg=="}])
def test_without_a_valid_key_nothing_is_said_about_the_desk(client, header):
    answer = client.post(THINGS, "{}", content_type="application/json", headers=header)
    assert code(answer, 401) == "unauthorized"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_and_a_revoked_key_are_refused(client):
    secret = makers.key("items:write")
    key = ApiKey.objects.get()
    actions.revoke_key(actor=SYSTEM, key_id=key.id, now=makers.AT)
    assert code(Caller(client, secret).get(THINGS), 401) == "unauthorized"
    made = actions.make_key(
        actor=SYSTEM, name="short", scopes=["items:read"], now=makers.AT, expires_at=makers.AT + timedelta(days=1)
    )
    with timesource.source.fixed(makers.AT):
        assert Caller(client, made.secret).get(THINGS).status_code == 200
    with timesource.source.fixed(makers.AT + timedelta(days=1)):
        assert code(Caller(client, made.secret).get(THINGS), 401) == "unauthorized"


def test_a_scope_opens_only_its_rights(client):
    reader = Caller(client, makers.key("items:read"))
    assert reader.get(THINGS).status_code == 200
    answer = reader.post(THINGS, {"name": "lamp"})
    assert code(answer, 403) == "forbidden"
    assert answer.json()["right"] == "items.write"
    assert made_things() == 0
    assert Caller(client, makers.key("facts:read")).get(f"{THINGS}/anyone").status_code == 200


def test_a_key_has_its_own_limit_a_minute(client):
    busy, other = Caller(client, makers.key("items:read", per_minute=2)), Caller(client, makers.key("items:read"))
    with timesource.source.fixed(datetime(2026, 3, 10, 9, 0, 50, tzinfo=UTC)):
        assert [busy.get(THINGS).status_code for _ in range(2)] == [200, 200]
        answer = busy.get(THINGS)
        assert code(answer, 429) == "too_many_requests"
        assert answer["Retry-After"] == "10"
        assert other.get(THINGS).status_code == 200
    with timesource.source.fixed(datetime(2026, 3, 10, 9, 1, 0, tzinfo=UTC)):
        assert busy.get(THINGS).status_code == 200


def test_every_wrong_field_is_named_with_its_remedy(platform):
    answer = platform.post(
        THINGS, {"nmae": "lamp", "price": "dear", "maker": {"name": "x", "external_ids": 1}, "fields": 3}
    )
    assert code(answer, 422) == "invalid"
    assert answer.json()["fields"] == {
        "name": "This field is needed.",
        "nmae": "There is no such field. Did you mean “name”?",
        "price": "Must be a number.",
        "maker.external_id": "This field is needed.",
        "maker.external_ids": "There is no such field. Did you mean “external_id”?",
        "fields": "Must be an object.",
    }


@pytest.mark.parametrize("body", ["[1]", '"text"', "7", "null"])
def test_a_body_of_another_shape_is_refused(platform, body):
    assert code(platform.post(THINGS, body), 422) == "invalid"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"name": "lamp",}', "malformed_json"),
        ("", "invalid"),
        ("{", "malformed_json"),
        ('{"name": "lamp", "price": NaN}', "malformed_json"),
        ('{"name": "lamp", "price": 1e999}', "malformed_json"),
        ('{"name": "lamp", "price": ' + "9" * 5000 + "}", "malformed_json"),
        (b'{"name": "\xff"}', "malformed_json"),
        ('{"a\\u0000b": 1}', "malformed_json"),
        ('{"\\ud800": 1}', "malformed_json"),
        ("[" * 100 + "]" * 100, "too_deep"),
        ("[" * 200_000, "too_deep"),
        ('{"name": "lamp", "fields": ' + '{"a":' * 60 + "1" + "}" * 61, "too_deep"),
    ],
)
def test_a_body_that_cannot_be_read_says_why(platform, body, expected):
    answer = platform.post(THINGS, body)
    assert code(answer, 422 if expected == "invalid" else 400) == expected


def test_malformed_json_says_where(platform):
    problem = platform.post(THINGS, '{\n  "name": lamp}').json()
    assert (problem["line"], problem["column"]) == (2, 11)


def test_the_body_is_bounded_before_and_while_reading(platform):
    big = json.dumps({"name": "x" * 2**20})
    assert code(platform.post(THINGS, big), 413) == "too_large"
    assert (
        platform.post(f"{THINGS}/batch", json.dumps([{"name": "a", "fields": {"x": "y" * 2**20}}])).status_code == 200
    )
    assert code(platform.post(f"{THINGS}/batch", b" " * (10 * 2**20 + 1)), 413) == "too_large"
    assert code(platform.post(f"{THINGS}/batch", b" " * (12 * 2**20)), 413) == "too_large"


def test_broken_characters_are_repaired_in_text_and_refused_in_ids(platform):
    answer = platform.post(THINGS, '{"name": "a\\u0000b\\ud83d", "fields": {"note": ["\\udc00"]}}')
    assert answer.status_code == 201
    assert answer.json()["name"] == "a\ufffdb\ufffd"
    assert answer.json()["warnings"] == ["repaired_text"]
    right_to_left = "\u202eabc\u200f"
    assert platform.post(THINGS, {"name": right_to_left}).json()["name"] == right_to_left
    emoji = platform.post(THINGS, '{"name": "\\ud83d\\ude00"}').json()
    assert (emoji["name"], emoji["warnings"]) == ("\U0001f600", [])
    for broken in ("a\\u0000", "\\ud800"):
        refused = platform.post(THINGS, '{"name": "x", "maker": {"external_id": "BROKEN"}}'.replace("BROKEN", broken))
        assert code(refused, 422) == "invalid"
        assert list(refused.json()["fields"]) == ["maker.external_id"]
        assert code(
            platform.post(THINGS, '{"name": "x", "fields": {"a": {"BROKEN": 1}}}'.replace("BROKEN", broken)), 400
        )


def test_bounds_count_code_points(platform):
    assert platform.post(THINGS, {"name": "😀" * 50}).status_code == 201
    answer = platform.post(THINGS, {"name": "x" * 51})
    assert answer.json()["fields"] == {"name": "Must be at most 50 characters; it has 51."}
    assert platform.post(THINGS, {"name": ""}).json()["fields"] == {"name": "Must not be empty."}


def test_a_batch_answers_for_each_entry(platform):
    lines = b'{"name": "one"}\n\n{"name": \n{"name": "three", "nope": 1}\n'
    first, second, third = platform.post(f"{THINGS}/batch", lines).json()["results"]
    assert first == "one"
    assert second["code"] == "malformed_json"
    assert third["fields"] == {"nope": "There is no such field. There are: fields, maker, name, price."}
    assert platform.post(f"{THINGS}/batch", [{"name": "a"}] * 3).json()["results"] == ["a"] * 3
    assert "at most 3" in platform.post(f"{THINGS}/batch", [{"name": "a"}] * 4).json()["detail"]
    assert code(platform.post(f"{THINGS}/batch", ""), 422) == "invalid"


def test_refusals_and_crashes_become_problems_and_leave_nothing(platform):
    answer = platform.post(THINGS, {"name": "sold"})
    assert code(answer, 409) == "sold"
    assert answer.json()["buyer"] == "Amara"
    assert answer.json()["detail"] == "This thing was sold."
    assert code(platform.post(THINGS, {"name": "crash"}), 500) == "failed"
    assert made_things() == 0


def test_parameters_are_strict_too(platform):
    answer = platform.get(f"{THINGS}?knid=ad")
    assert answer.json()["fields"] == {"knid": "There is no such parameter. There are: after, kind."}
    assert code(platform.get(f"{THINGS}?kind=a%00"), 422) == "invalid"


def test_lists_are_paged_by_cursor(platform):
    seen, mark = [], ""
    while True:
        page = platform.get(f"{THINGS}?after={mark}").json()
        seen += page["data"]
        mark = page["next"]
        if mark is None:
            break
    assert seen == list(range(7))
    for bad in ("nonsense", "W10", cursors.encode(["x"]), "%00", "🙂"):
        assert code(platform.get(f"{THINGS}?after={bad}"), 422 if bad == "%00" else 400) in {"bad_cursor", "invalid"}


def test_an_edit_needs_the_version_it_was_made_from(platform, client):
    path = f"{THINGS}/01900000-0000-7000-8000-000000000000"
    send = lambda **more: client.patch(path, headers=platform.headers | more)  # noqa: E731
    assert code(send(), 428) == "precondition_required"
    assert send(**{"If-Match": '"3"'}).json() == {"from": 3, "etag": '"3"'}
    assert code(send(**{"If-Match": "*"}), 422) == "invalid"


# ---- Idempotency-Key


def test_the_same_key_and_body_happen_once_and_are_answered_alike(platform):
    first = platform.post(THINGS, {"name": "lamp"}, Idempotency_Key="k1")
    again = platform.post(THINGS, {"name": "lamp"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert made_things() == 1
    assert platform.post(THINGS, {"name": "lamp"}, Idempotency_Key="k2").json()["id"] != first.json()["id"]


def test_the_same_key_with_another_body_is_a_conflict(platform):
    platform.post(THINGS, {"name": "lamp"}, Idempotency_Key="k1")
    assert code(platform.post(THINGS, {"name": "desk"}, Idempotency_Key="k1"), 409) == "idempotency_key_reused"
    assert made_things() == 1


def test_a_key_is_scoped_to_caller_and_path(platform, client):
    platform.post(THINGS, {"name": "lamp"}, Idempotency_Key="k1")
    assert platform.post(f"{THINGS}/own", {"name": "desk"}, Idempotency_Key="k1").status_code == 201
    other = Caller(client, makers.key("items:write"))
    assert other.post(THINGS, {"name": "chair"}, Idempotency_Key="k1").status_code == 201
    assert made_things() == 3


def test_a_refusal_is_kept_and_a_crash_is_not(platform):
    for _ in range(2):
        assert code(platform.post(THINGS, {"name": "sold"}, Idempotency_Key="k1"), 409) == "sold"
    assert code(platform.post(THINGS, {"name": "crash"}, Idempotency_Key="k2"), 500) == "failed"
    assert list(Answer.objects.values_list("key", "status")) == [("k1", 409)]
    assert made_things() == 0


def test_the_answer_of_an_effect_survives_a_crash_after_it(platform):
    assert platform.post(f"{THINGS}/own", {"name": "dies later"}, Idempotency_Key="k1").status_code == 500
    again = platform.post(f"{THINGS}/own", {"name": "dies later"}, Idempotency_Key="k1")
    assert (again.status_code, again.json()["name"]) == (201, "kept")
    assert made_things() == 1
    better = platform.post(f"{THINGS}/own", {"name": "lamp"}, Idempotency_Key="k2")
    replayed = platform.post(f"{THINGS}/own", {"name": "lamp"}, Idempotency_Key="k2")
    assert better.content == replayed.content
    assert replayed.json()["name"] == "lamp", "the answer given last is the one kept"


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "ключ"])
def test_a_key_that_is_none_is_refused(platform, key):
    assert code(platform.post(THINGS, {"name": "lamp"}, Idempotency_Key=key), 400) == "bad_idempotency_key"
    assert made_things() == 0


def test_keys_are_forgotten_after_two_days(platform):
    with timesource.source.fixed(makers.AT) as clock:
        platform.post(THINGS, {"name": "lamp"}, Idempotency_Key="k1")
        clock.forward(timedelta(hours=48))
        assert idempotency.forget_old(now=clock.now()) == 0
        clock.forward(timedelta(seconds=1))
        assert platform.post(THINGS, {"name": "desk"}, Idempotency_Key="k1").status_code == 201
        clock.forward(timedelta(hours=48, seconds=1))
        assert idempotency.forget_old(now=clock.now()) == 1


def test_an_unfinished_claim_is_taken_over_after_its_lease(platform, monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", 0)
    key = ApiKey.objects.get()
    body = json.dumps({"name": "lamp"}).encode()
    with timesource.source.fixed(makers.AT) as clock:
        lost = idempotency.claim(
            holder=key.id, method="POST", path=THINGS, key="k1", body_hash=idempotency.fingerprint(body)
        )
        assert code(platform.post(THINGS, body, Idempotency_Key="k1"), 409) == "in_progress"
        clock.forward(timedelta(seconds=91))
        assert platform.post(THINGS, body, Idempotency_Key="k1").status_code == 201
        with pytest.raises(idempotency.ClaimGone):
            lost.keep(status=201, body=b"{}")
    assert made_things() == 1


def test_the_manual_names_every_endpoint_and_its_fields(client):
    page = client.get("/api/v1/docs").content.decode()
    described = client.get("/api/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    assert "external_id" in page
    assert "items:write" in page
    assert "<script" not in page
