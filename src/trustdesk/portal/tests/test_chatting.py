"""What a visitor's page may say to the desk, and what it is never told."""

from uuid import uuid4

import pytest
from django.test import Client

from trustdesk.chat.models import Chat
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.models import Source
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions as cases
from trustdesk.support.models import Case
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def tell(path, body=None, key="", **headers):
    given = {"Authorization": f"Chat {key}"} if key else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(path, body or {}, content_type="application/json", headers=given | headers)


@pytest.fixture
def key():
    return tell("/chat/begin", {"name": "Ratna"}).json()["key"]


def test_a_conversation_over_the_wire(key):
    name = str(uuid4())
    for again in (False, True):
        answer = tell("/chat/say", {"id": name, "text": "Hello?"}, key)
        assert (answer.status_code, answer.json()["again"]) == (200, again)
    case = Case.objects.get()
    sari = actor_for(makers.staff("reviewer", name="Sari"))
    cases.note(actor=sari, case_id=case.id, text="Not for her eyes", now=now())
    cases.reply(actor=sari, case_id=case.id, text="Good morning", seen=0, now=now())
    told = tell("/chat/since", {"after": 0, "thread": ""}, key)
    assert [(one["text"], one["by"], one["client"]) for one in told.json()["messages"]] == [
        ("Hello?", "", name),
        ("Good morning", sari.handle, ""),
    ]
    assert b"Not for her" not in told.content
    assert b"Sari" not in told.content
    later = tell("/chat/since", {"after": 1, "thread": str(case.id)}, key).json()
    assert [one["text"] for one in later["messages"]] == ["Good morning"]
    other = tell("/chat/begin", {}).json()["key"]
    assert tell("/chat/since", {"after": 0, "thread": str(case.id)}, other).json()["messages"] == []
    assert tell("/chat/end", {}, key).json() == {"mailed": False}
    assert tell("/chat/say", {"id": str(uuid4()), "text": "Hm"}, key).json()["code"] == "chat_over"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/chat/say", {"id": "no", "text": "x"}, 422),
        ("/chat/say", {"id": str(uuid4()), "text": ""}, 422),
        ("/chat/say", {"id": str(uuid4()), "text": "x" * 5000}, 422),
        ("/chat/say", {"id": str(uuid4()), "text": 7}, 422),
        ("/chat/say", {"id": str(uuid4()), "text": "\x00\ud800"}, 200),
        ("/chat/end", {"address": "nobody"}, 422),
        ("/chat/begin", {"ticket": "forged:x"}, 404),
        ("/chat/begin", {"origin": "javascript:alert(1)"}, 200),
    ],
)
def test_what_is_wrong_is_said_and_never_fails(key, path, body, status):
    answer = tell(path, body, key)
    assert answer.status_code == status, answer.content
    assert Chat.objects.exclude(origin="").count() == 0


def test_nothing_is_taken_without_a_key_nor_from_a_form_of_another_site(key):
    for path in ("say", "since", "here", "end"):
        assert tell(f"/chat/{path}", {"id": str(uuid4()), "text": "x"}, "forged:key").status_code == 404
        assert tell(f"/chat/{path}", {"id": str(uuid4()), "text": "x"}).status_code == 404
    crossed = Client().post("/chat/begin", {"name": "x"})
    assert crossed.status_code == 422
    for broken in ("", "[1]", "[" * 10_000, '{"a":'):
        assert Client().post("/chat/begin", broken, content_type="application/json").status_code == 422
    assert Client().post("/chat/begin", "x" * 70_000, content_type="application/json").status_code == 422
    assert Client().get("/chat/begin").status_code == 422


def test_only_the_sites_of_the_desk_may_frame_it(client):
    Source.objects.create(code="shop", name="A shop", public_url="https://shop.example/path?x")
    Source.objects.create(code="odd", name="Odd", public_url="https://bad.example;script-src *")
    frame = client.get("/chat/frame")
    assert "frame-ancestors 'self' https://shop.example;" in frame["Content-Security-Policy"]
    assert "bad.example" not in frame["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame
    whole = client.get("/chat/")
    assert "frame-ancestors 'none'" in whole["Content-Security-Policy"]
    assert whole["X-Frame-Options"] == "DENY"
    widget = client.get("/chat/widget.js")
    assert widget["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Mengobrol dengan kami" in widget.content.decode()


def test_a_platform_opens_a_chat_for_its_user():
    secret = makers.key("cases:write")
    api = Client()
    told = {"Authorization": f"Bearer {secret}"}
    answer = api.post("/api/v1/chat/sessions", {"name": "Budi"}, content_type="application/json", headers=told)
    assert answer.status_code == 201, answer.content
    begun = tell("/chat/begin", {"ticket": answer.json()["ticket"]}).json()
    assert (begun["name"], begun["known"]) == ("Budi", True)
    assert tell("/chat/say", {"id": str(uuid4()), "text": "Hi"}, begun["key"]).status_code == 200
    assert Case.objects.get().name == "Budi"
    unknown = api.post("/api/v1/chat/sessions", {"account": "u-9"}, content_type="application/json", headers=told)
    assert unknown.status_code == 422


def test_what_is_written_when_nobody_is_there_takes_the_way_of_the_form(client):
    answer = tell("/chat/leave", {"text": "My money?", "address": "amara@example.com"}, **{"X-Language": "id"})
    case = Case.objects.get()
    assert (case.channel, case.language, case.live) == ("form", "id", False)
    assert client.get(answer.json()["url"]).status_code == 200
    refused = tell("/chat/leave", {"text": "My money?", "address": "amara"})
    assert (refused.status_code, refused.json()["fields"]) == (422, ["address"])
