"""Urgent work without a person for it: told to leads, offered to those whom only their budget keeps away."""

from datetime import timedelta

import pytest

from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import BarredFrom, NothingWaiting
from trustdesk.kernel.work.models import WorkItem
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.actions import BreakOwed, NoOffer
from trustdesk.wellbeing.facts import WorkUnserved
from trustdesk.wellbeing.rules import Limit
from trustdesk.wellbeing.tests import makers

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_urgent_work_nobody_may_be_dealt_is_offered_and_a_break_is_owed_after(now):
    line = makers.queue(now)
    spent, out, resting, stranger = (
        makers.staff(name, now, languages=(code,), in_queues=(line,))
        for name, code in (("Sari", "id"), ("Rini", "id"), ("Tono", "id"), ("Eve", "de"))
    )
    actions.set_limits(actor=spent, limits={"": Limit(5, None)}, now=now)
    actions.set_ways(actor=out, ways={}, opted_out=["violence"], now=now)
    actions.take_break(actor=resting, now=now)
    urgent = makers.item(line, now, "violence", 5, lane=0, language="id")
    ordinary = makers.item(line, now, "violence", 5, lane=3, language="id")

    actions.watch_urgent(now=now)
    actions.watch_urgent(now=now + 4 * MINUTE)
    assert queries.unmet() == []
    with pytest.raises(NoOffer):
        actions.accept(actor=spent, work_id=urgent, now=now + 4 * MINUTE)

    later = now + 5 * MINUTE
    actions.watch_urgent(now=later)
    actions.watch_urgent(now=later + MINUTE)
    assert FactRow.objects.filter(kind=WorkUnserved.kind, subject=urgent).count() == 1, "told once"
    told = FactRow.objects.get(kind=WorkUnserved.kind, subject=urgent)
    assert not any(person.id in str(told.payload) for person in (spent, out, resting)), "and of no person"
    assert [(one.work, one.lane) for one in queries.unmet()] == [(urgent, 0)]
    assert [one.work for one in queries.offers_to(spent.id)] == [urgent]
    for other in (out, resting, stranger):
        assert queries.offers_to(other.id) == []
        with pytest.raises(NoOffer):
            actions.accept(actor=other, work_id=urgent, now=later)
    with pytest.raises(NothingWaiting, match="seen enough"):
        work.claim_next(actor=spent, queues=[line], now=later)  # offered, not dealt

    assert actions.accept(actor=spent, work_id=urgent, now=later + MINUTE) == urgent
    assert queries.unmet() == queries.offers_to(spent.id) == []
    makers.finish(spent, urgent, later + 3 * MINUTE)
    with pytest.raises(NothingWaiting, match="15 minutes is yours first"):
        work.claim_next(actor=spent, queues=[line], now=later + 3 * MINUTE)
    actions.take_break(actor=spent, now=later + 3 * MINUTE)
    with pytest.raises(BreakOwed, match="8 minutes of your break are left"):
        actions.end_break(actor=spent, now=later + 10 * MINUTE + timedelta(seconds=10))
    actions.end_break(actor=spent, now=later + 18 * MINUTE)
    with pytest.raises(BarredFrom):
        work.claim_this(actor=spent, work_id=ordinary, now=later + 18 * MINUTE)


def test_a_yes_is_not_taken_from_who_opted_out_meanwhile_and_an_offer_ends_when_someone_is_there(now):
    line = makers.queue(now)
    sari = makers.staff("Sari", now, in_queues=(line,))
    actions.set_limits(actor=sari, limits={"": Limit(5, None)}, now=now)
    urgent = makers.item(line, now, "violence", 5, lane=1)
    for minutes in (0, 5):
        actions.watch_urgent(now=now + minutes * MINUTE)
    assert queries.offers_to(sari.id)
    actions.set_ways(actor=sari, ways={}, opted_out=["violence"], now=now)
    with pytest.raises(BarredFrom):
        actions.accept(actor=sari, work_id=urgent, now=now + 6 * MINUTE)
    assert WorkItem.objects.get(id=urgent).state == "open"
    actions.watch_urgent(now=now + 6 * MINUTE)
    assert queries.offers_to(sari.id) == []
    assert queries.unmet(), "leads are told all the same"
    makers.staff("Dewi", now, in_queues=(line,))
    actions.watch_urgent(now=now + 7 * MINUTE)
    assert queries.unmet() == []
