"""A version in shadow: it sees what arrives from then on, decides nothing, and ends by itself."""

from datetime import timedelta

import pytest

from trustdesk.content.models import Item
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.policy import actions as policy
from trustdesk.rehearsal import actions, queries
from trustdesk.rehearsal.models import Rehearsal, Sample
from trustdesk.rehearsal.refusals import AlreadyOver, InShadowAlready, NotForShadow
from trustdesk.rehearsal.shadowing import follow
from trustdesk.rehearsal.tests import makers
from trustdesk.rehearsal.tests.test_backtests import OLDER

HOURS = ("age: 2 days", "age: 2 hours")


@pytest.fixture
def checked(dewi, now):
    version = makers.draft(dewi, now, OLDER, HOURS)
    policy.check(actor=dewi, version_id=version, now=now)
    return version


@pytest.fixture
def placed():
    """In a test's transaction nothing is ever old enough for the sequencer: facts get their places by hand."""
    from trustdesk.kernel.ledger.models import Position

    def place():
        last = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
        rows = FactRow.objects.filter(place=None).order_by("id")
        Position.objects.bulk_create(Position(position=last + number, fact=row) for number, row in enumerate(rows, 1))

    return place


def in_shadow(actor, version, now, days=7):
    made = actions.start_shadow(actor=actor, version_id=version, days=days, now=now)
    return lambda: Rehearsal.objects.get(id=made)


def arrive(now, names, text=makers.PHONE):
    makers.submit({f"{name}": text.format(n=at) for at, name in enumerate(names)}, now=now)


def test_it_counts_what_arrives_and_changes_nothing(dewi, checked, now, placed):
    placed()
    row = in_shadow(dewi, checked, now)
    arrive(now, [f"p-{n}" for n in range(5)])
    arrive(now, ["c-1", "c-2"], text="Chair {n}")
    assert follow(now=now) is False, "nothing has a place in the ledger yet"
    assert row().items == 0
    placed()
    follow(now=now)
    assert (row().items, row().changed) == (7, 5)
    follow(now=now)
    assert row().items == 7, "each is counted once"
    arrive(now + timedelta(hours=1), ["p-1"])
    placed()
    follow(now=now)
    report = queries.report_of(row().id)
    assert {each.key: each.items for each in report.matrix} == {"reject>approve": 6, "approve>approve": 2}
    assert len(queries.samples_of(row().id)) == 6
    assert set(Item.objects.filter(external_id__startswith="p-").values_list("status", flat=True)) == {"rejected"}


def test_it_ends_when_somebody_says_so_and_keeps_its_report(dewi, checked, now, placed):
    placed()
    row = in_shadow(dewi, checked, now)
    arrive(now, ["p-1", "p-2"])
    placed()
    follow(now=now)
    actions.stop_shadow(actor=dewi, rehearsal_id=row().id, now=now)
    assert (row().state, row().ended_why, row().changed) == ("done", "stopped", 2)
    assert Sample.objects.filter(rehearsal=row().id).count() == 2
    assert len(queries.samples_of(row().id)) == 2
    with pytest.raises(AlreadyOver):
        actions.stop_shadow(actor=dewi, rehearsal_id=row().id, now=now)
    kinds = FactRow.objects.filter(subject=str(row().id)).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["rehearsal.shadow_started", "rehearsal.shadow_ended"]


def test_it_ends_after_its_days(dewi, checked, now, placed):
    row = in_shadow(dewi, checked, now, days=2)
    placed()
    follow(now=now + timedelta(days=1, hours=23))
    assert row().state == "running"
    follow(now=now + timedelta(days=2))
    assert (row().state, row().ended_why) == ("done", "time is up")


def test_it_ends_when_its_version_is_live(dewi, jonas, checked, now):
    row = in_shadow(dewi, checked, now)
    policy.approve(actor=jonas, version_id=checked, now=now)
    policy.publish(actor=jonas, versions=[checked], now=now)
    outbox.deliver_all(now=now, reactors=reactor_names())
    assert (row().state, row().ended_why) == ("done", "published")


def test_it_goes_on_within_what_becomes_live_meanwhile(dewi, jonas, checked, now, placed):
    placed()
    row = in_shadow(dewi, checked, now)
    words = policy.edit_list(actor=dewi, name="weapons", text="revolver\nshotgun\nchair\n", now=now)
    policy.approve_list(actor=jonas, version_id=words, now=now)
    policy.publish(actor=jonas, lists=[words], now=now)
    arrive(now, ["c-1"], text="Chair {n}")
    arrive(now, ["p-1"])
    placed()
    follow(now=now)
    assert row().live_number == 2
    report = queries.report_of(row().id)
    assert {each.key: each.items for each in report.matrix} == {"review>review": 1, "reject>approve": 1}


def test_only_what_could_go_live_runs_in_shadow_and_only_once(dewi, checked, now):
    with pytest.raises(NotForShadow):
        actions.start_shadow(actor=dewi, version_id=makers.draft(dewi, now, OLDER), days=7, now=now)
    with pytest.raises(Invalid):
        actions.start_shadow(actor=dewi, version_id=checked, days=0, now=now)
    in_shadow(dewi, checked, now)
    with pytest.raises(InShadowAlready):
        actions.start_shadow(actor=dewi, version_id=checked, days=7, now=now)
