"""The sample's help desk: set up once, with people whose questions were answered at the time the sample says."""

from datetime import timedelta

import pytest
from django.conf import settings

from trustdesk.clocks import queries as clocks
from trustdesk.config import first_start
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.macros import queries as macros
from trustdesk.policy.actions import import_pack
from trustdesk.problems import queries as problems
from trustdesk.sample import catalog, help_desk, morning
from trustdesk.support import queries as support
from trustdesk.support.models import Case, Message
from trustdesk.surveys import actions as surveys
from trustdesk.surveys.models import Survey
from trustdesk.triggers.models import Trigger

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    at = now()
    import_pack(actor=SYSTEM, path=settings.PACK, now=at)
    for step in first_start.STEPS:
        if step.sample == "people":
            step.call(at)
    help_desk.set_up(now=at)
    return at


def test_it_is_set_up_once_and_nobodys_changes_are_undone(desk):
    found = [one.name for one in macros.shared()]
    assert len(found) == len(help_desk.REPLIES)
    help_desk.set_up(now=desk)
    assert [one.name for one in macros.shared()] == found
    assert len(clocks.policies_in_order()) == 1
    assert Trigger.objects.count() == 1
    assert len(support.fields()) == 1


def test_everybody_was_answered_when_the_sample_says(desk):
    assert morning.open_cases(now=desk) == len(catalog.matters())
    assert morning.open_cases(now=desk) == 0

    for told in catalog.matters():
        case = Case.objects.get(id=help_desk.case_of(told))
        assert Message.objects.filter(case=case, direction="in").count() == 1 + sum(not one.by for one in told.talk)
        last = told.talk[-1] if told.talk else None
        if last and last.status:
            assert case.status == last.status, told.id
        for answer in (one for one in told.talk if one.by):
            sent = Message.objects.get(case=case, text=answer.text)
            assert sent.state == "sent"
            assert abs(sent.at - (desk - timedelta(hours=answer.hours_ago))) < timedelta(minutes=1)


def test_the_cast_finds_the_problem_once_and_people_judge_how_they_were_helped(desk):
    assert not help_desk.find_problem(now=desk), "nobody has written yet"
    morning.open_cases(now=desk)
    assert help_desk.find_problem(now=desk)
    assert not help_desk.find_problem(now=desk)
    (problem,) = problems.listed().rows
    assert problem.cases == sum(told.problem for told in catalog.matters())

    judges = sum(bool(told.score) for told in catalog.matters())
    assert help_desk.judge(now=desk) == judges, "nobody was asked yet"
    outbox.deliver_all(now=now(), reactors=reactor_names())
    surveys.ask_due(now=now())
    assert not Survey.objects.filter(state="dropped").exists()
    assert help_desk.judge(now=desk) == 0
    assert Survey.objects.filter(score__gt=0).count() == judges
