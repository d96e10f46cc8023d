"""Writing to the desk without script and account: pages first, then a case; its page shows what its requester may read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.people.queries import actor_for
from trustdesk.knowledge import queries as knowledge
from trustdesk.knowledge.tests.makers import begun, draft, released
from trustdesk.portal.asking import BY_ADDRESS, BY_NETWORK
from trustdesk.support import actions, queries
from trustdesk.support.links import path_of
from trustdesk.support.models import Case, Message
from trustdesk.support.tests.makers import asked, sent
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
ASK = {
    "subject": "My parcel is lost",
    "text": "It should have come on Monday.\n<script>alert(1)</script>",
    "name": "Amara",
    "email": "amara@example.com",
    "reference": "order 77",
}


def lead():
    return actor_for(makers.staff("lead", name="Rina"))


@pytest.fixture
def page():
    return Client(headers={"Accept-Language": "en"})


def test_pages_are_offered_once_and_the_question_is_sent_all_the_same(page, now):
    released(begun(now, words=draft(title="Lost parcels", body="Wait three days, then write to us.")), now)
    answer = page.post("/help/ask", ASK)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Does one of these answer it?" in said
    assert "/help/lost-parcels" in said
    assert "It should have come on Monday." in said, "what was written is still there"
    assert not Case.objects.exists()
    answer = page.post("/help/ask", ASK | {"offered": "1"})
    assert answer.status_code == 302
    case = queries.taking_part("amara@example.com")[0]
    assert (case.channel, case.subject, case.status) == ("form", "My parcel is lost", "new")
    assert queries.conversation(case.id)[0].text.endswith("It is about: order 77")
    shown = page.get(answer["Location"])
    assert shown.status_code == 200
    assert "&lt;script&gt;" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex"
    assert "no-store" in shown["Cache-Control"]
    page.post("/help/ask", ASK)
    assert page.post("/help/ask", ASK | {"answered": "1"})["Location"] == "/help/?answered=1"
    told = knowledge.deflected(now=clock())
    assert (told.offered, told.answered, told.sent) == (2, 1, 1)
    assert Case.objects.count() == 1


def test_its_page_shows_no_note_and_no_reply_that_may_still_be_undone(page, now):
    opened = asked(now, channel="form")
    rina = lead()
    sent(opened.id, rina, now, "It is on its way.")
    actions.note(actor=rina, case_id=opened.id, text="She is upset, be kind.", now=now)
    actions.reply(actor=rina, case_id=opened.id, text="Not yet.", seen=queries.by_id(opened.id).messages, now=now)
    said = page.get(path_of(opened.id)).content.decode()
    assert "It is on its way." in said
    assert "Rina" not in said, "staff are told by their handle"
    assert "upset" not in said
    assert "Not yet." not in said
    answer = page.post(path_of(opened.id), {"text": "Thank you, and when?"})
    assert answer.status_code == 302
    assert queries.by_id(opened.id).status == "open"
    assert queries.conversation(opened.id)[-1].text == "Thank you, and when?"


def test_its_page_speaks_a_language_we_have(page, now):
    said = {language: page.get(path_of(asked(now, language=language).id)).content.decode() for language in ("fr", "id")}
    assert 'lang="en"' in said["fr"]
    assert "We have your question" in said["fr"]
    assert "Pertanyaan Anda sudah kami terima" in said["id"]


def test_what_was_merged_or_closed_is_followed(page, now):
    rina = lead()
    first, second = asked(now, channel="form"), asked(now, channel="form", text="The same again")
    actions.merge(actor=rina, case_id=second.id, into=first.id, now=now)
    page.post(path_of(second.id), {"text": "Hello?"})
    assert "Hello?" in page.get(path_of(second.id)).content.decode()
    assert Message.objects.get(text="Hello?").case_id == first.id
    actions.set_status(actor=rina, case_id=first.id, status="resolved", now=now)
    actions.set_status(actor=rina, case_id=first.id, status="closed", now=now)
    answer = page.post(path_of(first.id), {"text": "It broke again"})
    newest = queries.taking_part("amara@example.com")[0]
    assert answer["Location"] == path_of(newest.id) != path_of(first.id)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"email": "amara"}, "Enter a valid email address."),
        ({"email": ""}, "Without an address we cannot answer you."),
        ({"email": "a@example.com\r\nBcc: b@example.com"}, "Enter a valid email address."),
        ({"text": " "}, "This field is required."),
        ({"text": "x" * 10_001}, "at most 10000 characters"),
        ({"subject": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(page, given, says):
    answer = page.post("/help/ask", ASK | given)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert says in said
    assert 'value="order 77"' in said
    assert not Case.objects.exists()


def test_forged_links_and_floods(page, now):
    opened = asked(now)
    path = path_of(opened.id)
    assert page.get(path[:-2] + ("aa" if path[-2:] != "aa" else "bb")).status_code == 404
    assert page.get(f"/q/{opened.id}:{'x' * 43}").status_code == 404
    for _n in range(BY_ADDRESS):
        assert page.post("/help/ask", ASK).status_code == 302
    answer = page.post("/help/ask", ASK)
    assert answer.status_code == 429
    assert "Too many questions" in answer.content.decode()
    assert "It should have come on Monday." in answer.content.decode()
    more = page.post(path, {"text": "And one thing more, about the blue one."})
    assert more.status_code == 422
    assert "about the blue one" in more.content.decode(), "nothing is lost"
    for n in range(BY_NETWORK):
        answer = page.post("/help/ask", ASK | {"email": f"other-{n}@example.com"})
    assert answer.status_code == 429


def test_files_come_along_and_are_not_asked_for_twice(page, now):
    released(begun(now, words=draft(title="Lost parcels", body="Wait three days.")), now)
    picture = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    assert page.post("/help/ask", ASK | {"evidence": picture}).status_code == 302
    assert len(Message.objects.get(direction="in").files) == 1
