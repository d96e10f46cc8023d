"""What waits, what is tried on the past, what is written and how the pages show it."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from trustdesk.kernel.base.refusal import Forbidden, Invalid, Stale
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.models import Letter
from trustdesk.support import actions as support
from trustdesk.support.tests.makers import asked, case, wrote
from trustdesk.triggers import actions, jobs, queries
from trustdesk.triggers.models import Run, Trial, Trigger
from trustdesk.triggers.rules import Doing, Written
from trustdesk.triggers.tests.makers import SECOND, hear, in_force, notes, reply, runs, tried, trigger
from trustdesk.triggers.vocabulary import problems_of
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


# Waiting


def test_a_case_that_keeps_a_status_is_acted_on_once_for_each_time(jonas, sari):
    now = clock()
    made = in_force(jonas, now, "Silence", "waited", "", ("note", "Nobody answered."), status="pending", hours=72)
    one = asked(now)
    support.set_status(actor=sari, case_id=one.id, status="pending", now=now)
    hear(now)
    for hours in (1, 71, 73, 74, 100):
        actions.wait_due(now=now + timedelta(hours=hours))
    assert notes(one.id) == ["Nobody answered."]
    later = now + timedelta(hours=101)
    wrote(one.id, later)
    support.set_status(actor=sari, case_id=one.id, status="pending", now=later + SECOND)
    hear(later + SECOND)
    actions.wait_due(now=later + timedelta(hours=73))
    assert len(runs(made)) == 2


def test_what_waits_is_acted_on_once_its_condition_holds(jonas):
    now = clock().replace(hour=3, minute=0)
    in_force(jonas, now, "Morning", "waited", "time.hour == 9", ("add_tag", "morning"), status="new", hours=1)
    one = asked(now)
    hear(now)
    actions.wait_due(now=now + timedelta(hours=2))
    assert case(one.id).tags == ()
    actions.wait_due(now=now + timedelta(hours=6))
    assert case(one.id).tags == ("morning",)


# The past


def test_a_trial_tells_what_would_have_been_and_does_nothing(jonas, sari):
    now = clock()
    past = now - timedelta(days=3)
    refunds = [asked(past, "I want a refund", subject=f"Refund {n}") for n in range(3)]
    asked(past, "Something else")
    asked(now - timedelta(days=20), "An old refund")
    written = trigger(
        "Refunds", "opened", 'has_any(message.text, ["refund"])', ("add_tag", "x"), ("reply", reply(jonas, now))
    )
    made = actions.write(actor=jonas, written=written, now=now)
    before = [(one.id, case(one.id).version) for one in refunds]
    found = tried(made, jonas, now)
    assert (found.state, found.times, found.touched, found.letters) == ("done", 3, 3, 3)
    assert found.by_step == {"add_tag": 3, "reply": 3}
    assert {row["number"] for row in found.rows} == {one.number for one in refunds}
    assert [(one.id, case(one.id).version) for one in refunds] == before
    assert Run.objects.count() == 0
    assert Letter.objects.count() == 0


def test_the_past_is_read_as_it_was_then(jonas, sari):
    now = clock()
    past = now - timedelta(days=2)
    one = asked(past)
    support.set_priority(actor=sari, case_id=one.id, priority="urgent", now=past + timedelta(hours=1))
    support.set_priority(actor=sari, case_id=one.id, priority="low", now=past + timedelta(hours=2))
    support.sort(actor=sari, case_id=one.id, tags=["vip"], now=past + timedelta(hours=3))
    condition = 'before.priority == "urgent" and case.priority == "low" and not "vip" in case.tags'
    made = actions.write(actor=jonas, written=trigger("Down", "priority", condition), now=now)
    assert tried(made, jonas, now).times == 1
    waits = trigger("Long new", "waited", "", ("add_tag", "x"), status="new", hours=24)
    other = actions.write(actor=jonas, written=waits, now=now)
    assert tried(other, jonas, now).times == 1
    tagged = actions.write(actor=jonas, written=trigger("Vip", "tagged", '"vip" in event.tags'), now=now)
    assert tried(tagged, jonas, now).times == 1


def test_a_trial_is_cancelled_and_one_runs_at_a_time(jonas):
    now = clock()
    asked(now - timedelta(days=1))
    made = actions.write(actor=jonas, written=trigger(), now=now)
    trial = actions.try_on_past(actor=jonas, trigger_id=made, days=7, now=now)
    with pytest.raises(Invalid):
        actions.try_on_past(actor=jonas, trigger_id=made, days=7, now=now)
    actions.cancel(actor=jonas, trial_id=trial, now=now)
    assert actions.go_on(trial_id=trial, now=now) is False
    assert Trial.objects.get(id=trial).state == "cancelled"
    with pytest.raises(actions.TrialOver):
        actions.cancel(actor=jonas, trial_id=trial, now=now)
    with pytest.raises(Invalid):
        actions.try_on_past(actor=jonas, trigger_id=made, days=31, now=now)


# Writing


def test_only_what_was_tried_is_put_in_force_and_changes_are_versions(jonas, sari):
    now = clock()
    made = actions.write(actor=jonas, written=trigger(), now=now)
    with pytest.raises(actions.NotTried):
        actions.put_in_force(actor=jonas, trigger_id=made, number=1, now=now)
    tried(made, jonas, now)
    actions.put_in_force(actor=jonas, trigger_id=made, number=1, now=now)
    actions.change(
        actor=jonas,
        trigger_id=made,
        written=trigger("Refunds first", "opened", "", ("add_tag", "two")),
        number=1,
        now=now,
    )
    with pytest.raises(Stale):
        actions.change(actor=jonas, trigger_id=made, written=trigger(), number=1, now=now)
    one = asked(now)
    hear(now)
    assert case(one.id).tags == ("refund",)
    with pytest.raises(actions.NotTried):
        actions.put_in_force(actor=jonas, trigger_id=made, number=2, now=now)
    tried(made, jonas, now)
    actions.put_in_force(actor=jonas, trigger_id=made, number=2, now=now)
    other = asked(now)
    hear(now)
    assert case(other.id).tags == ("two",)
    newest, oldest = queries.versions(jonas, made)
    assert (newest.author, newest.put_by) == (jonas.label, jonas.label)
    assert ("+", "add_tag: two") in queries.changed_lines(oldest, newest)
    with pytest.raises(Forbidden):
        actions.write(actor=sari, written=trigger("Other"), now=now)


def wrong(by, **given):
    with pytest.raises(Invalid) as caught:
        actions.write(
            actor=by,
            written=Written(**({"name": "T", "event": "opened", "steps": [Doing("add_tag", "x")]} | given)),
            now=clock(),
        )
    return caught.value.fields


def test_what_cannot_be_kept_says_where_and_what_instead(jonas):
    said = wrong(jonas, condition='case.priority == "high"\nand case.statsu == "new"')["condition"]
    assert said == "Line 2, column 5: no field named case.statsu; did you mean case.status?"
    assert "at most" in wrong(jonas, condition="x" * 100_000)["condition"].lower()
    assert (
        "parse" in wrong(jonas, condition="(" * 3_000)["condition"] or wrong(jonas, condition="(" * 3_000)["condition"]
    )
    assert "cannot be asked" in wrong(jonas, condition='rate("x", by=case, per=hours(1)) > 2')["condition"]
    assert wrong(jonas, steps=[]).keys() == {"steps"}
    assert wrong(jonas, event="waited").keys() == {"status", "hours"}
    steps = [
        Doing("set_priority", "highest"),
        Doing("set_field", "nothing = 1"),
        Doing("queue", "nowhere"),
        Doing("reply", "No such reply"),
        Doing("ask_team", "legal"),
        Doing("fly", "away"),
        Doing("note", "{{requester.pasword}}"),
    ]
    assert wrong(jonas, steps=steps).keys() == {f"steps[{n}]" for n in range(7)}
    actions.write(actor=jonas, written=trigger("Taken"), now=clock())
    assert wrong(jonas, name="Taken").keys() == {"name"}


def test_regular_expressions_take_linear_time_or_are_refused(jonas):
    assert problems_of(r'matches(message.text, r"(a)\1")')
    now = clock()
    in_force(jonas, now, "Bomb", "opened", r'matches(message.text, r"^(a+)+$")', ("add_tag", "a"))
    one = asked(now, "a" * 19_000 + "!")
    began = clock()
    hear(now)
    assert clock() - began < timedelta(seconds=20)
    assert case(one.id).tags == ()


def test_a_field_that_is_gone_stops_the_trigger_and_says_so(jonas):
    now = clock()
    field = support.set_field(actor=jonas, code="order", name="Order", kind="text", required_at=[], now=now)
    made = in_force(jonas, now, "Order", "opened", 'case.fields.order == "17"', ("add_tag", "x"))
    support.archive_field(actor=jonas, field_id=field, now=now)
    asked(now)
    hear(now)
    assert [run.why for run in runs(made)] == ["broken"]


# Pages


def client(staff):
    made = Client()
    made.force_login(staff)
    return made


def test_the_pages(db):
    lead = makers.staff("lead", name="Jonas")
    jonas = actor_for(lead)
    page = client(lead)
    told = {
        "name": "Refunds",
        "number": 0,
        "event": "opened",
        "condition": 'case.statsu == "new"',
        "do_0": "add_tag",
        "value_0": "x",
    }
    answer = page.post("/triggers/new", told)
    assert answer.status_code == 422
    assert "did you mean case.status?" in answer.content.decode()
    answer = page.post("/triggers/check", {"condition": "x" * 100_000})
    assert answer.status_code == 200
    assert len(answer.content) < 5_000
    answer = page.post("/triggers/new", told | {"condition": 'case.status == "new"'})
    assert answer.status_code == 303
    made = Trigger.objects.get()
    assert page.post(f"/triggers/{made.id}/try", {"days": 7}).status_code == 303
    trial = queries.newest_trial(jonas, made.id)
    assert "Waits for the worker" in page.get(f"/triggers/trials/{trial.id}").content.decode()
    jobs.try_on_past(trial=str(trial.id))
    assert "Would have acted" in page.get(f"/triggers/trials/{trial.id}").content.decode()
    shown = page.get(f"/triggers/{made.id}").content.decode()
    assert "Put version 1 in force" in shown
    page.post(f"/triggers/{made.id}/put-in-force", {"number": 1})
    one = asked(clock(), name="<script>alert(1)</script>")
    hear(clock())
    assert re.search(r"Refunds</a>.*version 1", page.get(f"/triggers/of-case/{one.id}").content.decode(), re.DOTALL)
    assert str(one.number) in page.get(f"/triggers/{made.id}").content.decode()
    assert "In force" in page.get("/triggers/").content.decode()
    sari = client(makers.staff("reviewer", name="Sari"))
    assert sari.get("/triggers/").status_code == 403
    assert "Refunds" in sari.get(f"/triggers/of-case/{one.id}").content.decode()
