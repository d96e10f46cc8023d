"""Asking the author for evidence: the work rests, the clock stands still, the answer or the end of the time brings it back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from tests.stories.conftest import ad
from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.post.models import Letter
from trustdesk.review import actions
from trustdesk.review.models import EvidenceRequest, Review
from trustdesk.signals.images.tests.makers import png, scene

ASK = "Please send a photo of the licence.\nWhen did you buy it?"


@pytest.fixture
def sari(desk):
    return actor_for(Staff.objects.get(id=desk.sari.id))


def taken(desk, sari, now, name="e-1"):
    told = desk.post("/items", ad(name, "Sharp hunting rifle", "Air rifle, works well, message me for the papers"))
    desk.deliver(now)
    return UUID(told.json()["id"]), actions.claim_next(actor=sari, now=now)


def test_asked_and_answered_by_the_link_in_the_letter(desk, sari, now, moment):
    item, review = taken(desk, sari, now)
    client = Client()
    client.force_login(Staff.objects.get(id=sari.id), settings.AUTHENTICATION_BACKENDS[0])
    assert "ask-author" in client.get(f"/reviews/{review}").content.decode()
    assert client.post(f"/reviews/{review}/ask-author", {"questions": "", "days": "7"}).status_code == 422
    asked = client.post(f"/reviews/{review}/ask-author", {"questions": ASK, "days": "7"})
    assert asked.status_code == 303
    row = EvidenceRequest.objects.get(review_id=review)
    held = WorkItem.objects.get(id=Review.objects.get(id=review).work_id)
    assert (held.state, held.held_until) == ("held", now + timedelta(days=7))
    assert Clock.objects.get(work_id=held.id, name="first_decision").phase == "paused"
    assert content.items([item])[item].status == "in_review"
    letter = Letter.objects.get(cause=row.id)
    assert "photo of the licence" in letter.text
    address = actions.path_of(row.id)
    assert address in letter.text
    desk.deliver(now)
    told = FactRow.objects.filter(kind="evidence.asked").get().payload
    assert (told["url"], told["told_by"]) == (actions.evidence_url(row.id), "letter")
    # The author, without an account.
    author = Client()
    page = author.get(address).content.decode()
    assert "photo of the licence" in page
    assert author.get(address[:-1] + ("A" if address[-1] != "A" else "B")).status_code == 404
    assert author.post(address, {"text": " "}).status_code == 422
    from django.core.files.uploadedfile import SimpleUploadedFile

    photo = SimpleUploadedFile("licence.png", png(scene(7)), content_type="image/png")
    moment.forward(timedelta(days=2))
    later = now + timedelta(days=2)
    assert author.post(address, {"text": "Here it is. Bought in 2019.", "evidence": photo}).status_code == 302
    assert "Bought in 2019" in author.get(address).content.decode()
    assert author.post(address, {"text": "Once more"}).status_code == 200  # the first answer counts
    row.refresh_from_db()
    assert (row.state, row.answer, len(row.files)) == ("answered", "Here it is. Bought in 2019.", 1)
    # Back in the queue, its clock running again, the answer beside the item.
    work.wake_held(now=later)
    desk.deliver(later)
    held.refresh_from_db()
    assert held.state == "open"
    assert Clock.objects.get(work_id=held.id, name="first_decision").phase == "running"
    assert actions.claim_next(actor=sari, now=later) == review
    beside = client.get(f"/reviews/{review}/evidence").content.decode()
    assert "Bought in 2019" in beside
    assert "/files/" in beside
    actions.decide(actor=sari, review_id=review, version=1, outcome="approve", now=later)
    assert FactRow.objects.filter(kind="evidence.given").count() == 1


def test_nobody_answers_and_a_person_is_asked(desk, sari, now, moment):
    item, review = taken(desk, sari, now)
    with pytest.raises(Invalid):
        actions.ask(actor=sari, review_id=review, questions=ASK, days=30, now=now)
    number = actions.ask(actor=sari, review_id=review, questions=ASK, days=3, now=now)
    with pytest.raises(Refusal):  # the work is not in hand any more
        actions.ask(actor=sari, review_id=review, questions=ASK, days=3, now=now)
    later = now + timedelta(days=3, minutes=1)
    moment.forward(timedelta(days=3, minutes=1))
    work.wake_held(now=later)
    desk.deliver(later)
    assert actions.request_view(number).state == "expired"
    assert content.items([item])[item].status == "in_review"  # nothing was decided by the clock
    # Late, by the platform: still read, once.
    told = {"text": "Sorry, I was away."}
    assert desk.post(f"/evidence-requests/{number}/answer", told | {"files": [str(number)]}).status_code == 422
    answered = desk.post(f"/evidence-requests/{number}/answer", told)
    assert (answered.status_code, answered.json()["state"]) == (200, "answered"), answered.content
    assert desk.post(f"/evidence-requests/{number}/answer", told).status_code == 409
    assert desk.get(f"/evidence-requests/{review}").status_code == 404
    assert actions.claim_next(actor=sari, now=later) == review
    second = actions.ask(actor=sari, review_id=review, questions="And the receipt?", days=3, now=later)
    actions.take_up(actor=sari, review_id=review, now=later)
    actions.decide(actor=sari, review_id=review, version=1, outcome="approve", now=later)
    assert actions.request_view(second).state == "over"
    assert desk.post(f"/evidence-requests/{second}/answer", told).status_code == 409
