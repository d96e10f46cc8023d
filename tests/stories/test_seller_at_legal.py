"""A seller writes with a broken program, Legal is asked, the seller is told, answered and asked how it was."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.stories.mailing import mailbox
from trustdesk.escalations import actions as escalations
from trustdesk.kernel.people import actions as team
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.models import Letter
from trustdesk.support import actions, queries
from trustdesk.support.tests import makers
from trustdesk.surveys import actions as surveys
from trustdesk.surveys.models import Survey
from trustdesk.web.tests import makers as people

pytestmark = pytest.mark.real


def test_a_seller_is_asked_about_at_legal_told_of_it_and_asked_how_it_was(post, dovecot, sink, monkeypatch):
    box = mailbox(dovecot, sink, "legals")
    post.writes("legals", "May you keep the papers of my shop? I want them deleted.", subject="My papers")
    post.works(box)
    case = post.case()
    sink.came.clear()
    sari = actor_for(people.staff("reviewer", name="Sari"))
    lena = actor_for(people.staff("specialist", name="Lena"))
    team.set_team(actor=SYSTEM, staff_id=UUID(lena.id), team="legal", name="Legal", now=post.at)
    asked = actions.escalate(
        actor=sari,
        case_id=case.id,
        team="legal",
        severity="high",
        reason="Must we delete the papers?",
        link=f"/cases/{case.id}",
        now=post.at,
    )
    post.works(box)
    (told,) = [mail for _from, to, mail in sink.came if to == ["budi@example.com"]]
    assert "another team" in told.get_body(("plain",)).get_content()
    assert "Must we delete" not in told.as_string(), "what colleagues say stays inside"
    assert queries.by_id(case.id).status == "on_hold"

    # Broken as they come: no References, another subject, the token of the letter quoted.
    marker = next(line for line in told.get_body(("plain",)).get_content().splitlines() if line.startswith("ref:"))
    post.writes("legals", f"It is urgent.\n\n> {marker}\n", subject="hello?")
    post.works(box)
    assert queries.by_id(case.id).status == "on_hold"
    escalations.accept(actor=lena, escalation_id=asked, now=post.at)
    escalations.answer(actor=lena, escalation_id=asked, text="Yes, within a month.", now=post.at)
    post.works(box)
    assert queries.by_id(case.id).status == "open"
    seen = makers.seen(case.id)
    actions.reply(actor=sari, case_id=case.id, text="They are deleted.", seen=seen, now=post.at, then_status="resolved")
    sink.came.clear()
    post.works(box)
    assert "They are deleted." in sink.came.pop()[2].get_body(("plain",)).get_content()
    post.at += timedelta(hours=25)
    surveys.ask_due(now=post.at)
    post.works(box)
    letter = Letter.objects.get(kind="survey")
    assert (letter.to, letter.state) == ("budi@example.com", "sent")
    assert "Yes, within a month." not in letter.text
    path = re.search(r"https?://[^/]+(/v/[^\s?]+)", letter.text)[1]
    monkeypatch.setattr("trustdesk.portal.surveys.now", lambda: post.at)  # Budi reads it that day
    assert Client().post(path, {"score": "5", "said": "Kind."}, follow=True).status_code == 200
    assert Survey.objects.get(case_id=case.id).score == 5
