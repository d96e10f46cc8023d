"""What the dealer does with a person's day: budgets, opt-outs, mixture, breaks."""

from datetime import timedelta

import pytest

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import BarredFrom, NothingWaiting
from trustdesk.kernel.work.models import WorkItem
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.facts import CareSettingsChanged
from trustdesk.wellbeing.models import Exposure, Usual
from trustdesk.wellbeing.rules import Limit
from trustdesk.wellbeing.tests import makers
from trustdesk.workforce import actions as workforce
from trustdesk.workforce.queries import states_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def line(now):
    return makers.queue(now)


@pytest.fixture
def sari(now, line):
    return makers.staff("Sari", now, in_queues=(line,))


def reckoned(person, now):
    return queries.reckon(queries.standing(person.id), now=now)


def take(person, line, now):
    return work.claim_next(actor=person, queues=[line], now=now).work


def test_a_spent_budget_leaves_lighter_work_and_then_a_kind_sentence(now, line, sari):
    makers.budget(now, shift=40)
    for _ in range(3):
        makers.item(line, now, "violence", 5, score=9)
    light = makers.item(line, now, "hate", 2, score=1)
    plain = makers.item(line, now, score=0)
    first = take(sari, line, now)
    assert reckoned(sari, now).total.reserved == pytest.approx(10), "two usual minutes of severity 5"
    makers.finish(sari, first, now + 6 * MINUTE)
    later = now + 6 * MINUTE
    assert reckoned(sari, later).sums["violence"].shift == pytest.approx(30), "the true time"
    second = take(sari, line, later)
    assert reckoned(sari, later).total.shift == pytest.approx(40)
    third = take(sari, line, later)
    assert (WorkItem.objects.get(id=second).pool.harm, third) == ("violence", plain), "no room for either harm"
    with pytest.raises(NothingWaiting, match="seen enough of the hard things"):
        take(sari, line, later)
    with pytest.raises(BarredFrom, match="seen enough"):
        work.claim_this(actor=sari, work_id=light, now=later)
    # The next morning all is possible again; the week goes on.
    tomorrow = later + timedelta(days=1)
    makers.finish(sari, second, later + MINUTE)
    assert reckoned(sari, tomorrow).total.shift == 0
    assert reckoned(sari, tomorrow).total.week == pytest.approx(32.5), "that minute had a second item before her"
    assert WorkItem.objects.get(id=take(sari, line, tomorrow)).pool.harm == "violence"


def test_time_counts_from_when_it_is_seen_and_never_for_more_than_half_an_hour(now, line, sari):
    makers.item(line, now, "violence", 4)
    ahead = work.claim_next(actor=sari, queues=[line], now=now, ahead=True).work
    later = now + 5 * MINUTE
    assert reckoned(sari, later).total.shift == pytest.approx(8), "reserved, and not begun"
    work.release_ahead(actor=sari, now=later)
    makers.settle(later)
    assert reckoned(sari, later).total.shift == 0, "given back unseen: nothing"
    assert take(sari, line, later) == ahead
    assert reckoned(sari, later + 10 * MINUTE).total.shift == pytest.approx(40), "still open, and it takes longer"
    forgotten = later + timedelta(hours=5)
    assert reckoned(sari, forgotten).total.shift == pytest.approx(120)
    makers.finish(sari, ahead, forgotten)
    assert reckoned(sari, forgotten).total.shift == pytest.approx(120)


def test_the_cards_of_a_batch_share_the_time_it_took(now, line):
    """Twenty cards before one pair of eyes for ten minutes are ten minutes, not two hundred; booked or not yet."""
    other = makers.queue(now)
    sari = makers.staff("Sari", now, in_queues=(line, other))
    makers.budget(now, shift=1_000)
    for _ in range(20):
        makers.item(line, now, "violence", 5)
    cards = [claimed.work for claimed in work.claim_many(actor=sari, queues=[line], limit=20, now=now)]
    at = now + 10 * MINUTE
    for card in cards[:10]:
        work.complete(actor=sari, work_id=card, now=at)
    ten = reckoned(sari, at).sums["violence"]
    assert ten.shift_minutes == pytest.approx(10 * 0.5 + 10 * 2), "ten ended ones their half minute, ten as reserved"
    makers.settle(at)
    assert reckoned(sari, at).sums["violence"] == ten, "booked as reckoned"
    # The rest takes forty minutes more, of which each claim counts to its thirtieth minute.
    late = at + 40 * MINUTE
    assert reckoned(sari, late).sums["violence"].shift_minutes == pytest.approx(5 + 5 + 20)
    for card in cards[10:]:
        work.complete(actor=sari, work_id=card, now=late)
    makers.settle(late)
    assert reckoned(sari, late).sums["violence"].shift == pytest.approx(30 * 5), "half an hour of severity five"
    # Another queue in another tab is not what makes this cheaper.
    for queue, harm in ((other, ""), (line, "violence")):
        makers.item(queue, now, harm, 5 if harm else 0)
        take(sari, queue, late)
    assert reckoned(sari, late + 4 * MINUTE).sums["violence"].shift_minutes == pytest.approx(30 + 4)


def test_usual_minutes_are_the_desks_own_and_are_reserved_by_kind(now, line, sari):
    makers.budget(now, shift=10_000, week=10_000)
    for n in range(actions.exposure.ENOUGH):
        makers.seen(sari, line, "violence", 4, 5, now + 5 * n * MINUTE)
    actions.measure_usual(now=now + MINUTE * 110)
    assert list(Usual.objects.values_list("kind", "harm", "minutes")) == [("listing", "violence", 5.0)]
    actions.measure_usual(now=now + timedelta(days=31))
    assert not Usual.objects.exists()
    actions.forget_old(now=now + timedelta(days=100))
    assert not Exposure.objects.exists()


def test_after_three_heavy_ones_lighter_ones_come_first_unless_a_life_is_in_danger(now, line, sari):
    makers.budget(now, shift=10_000)
    for _ in range(5):
        makers.item(line, now, "violence", 4, score=9)
    light = makers.item(line, now, score=0)
    for _ in range(3):
        makers.finish(sari, take(sari, line, now), now)
    makers.item(line, now, "child_safety", 5, lane=0)
    urgent = take(sari, line, now)
    assert WorkItem.objects.get(id=urgent).lane == 0
    makers.finish(sari, urgent, now)
    assert take(sari, line, now) == light
    assert WorkItem.objects.get(id=take(sari, line, now)).pool.harm == "violence"


def test_opting_out_holds_at_once_and_leaves_no_mark(now, line, sari):
    held = makers.item(line, now, "violence", 4)
    other = makers.item(line, now, "violence", 3)
    assert take(sari, line, now) == held
    actions.set_ways(actor=sari, ways={"hate": ["blur"]}, opted_out=["violence"], now=now)
    assert WorkItem.objects.get(id=held).state == "open", "what was held goes back"
    with pytest.raises(NothingWaiting):
        take(sari, line, now)
    with pytest.raises(BarredFrom, match="chose not to"):
        work.claim_this(actor=sari, work_id=other, now=now)
    told = FactRow.objects.filter(subject=sari.id)
    assert [row.kind for row in told] == [CareSettingsChanged.kind]
    assert "violence" not in str([row.payload for row in told])
    assert queries.standing(sari.id).opted_out == {"violence"}


def test_a_break_stops_the_dealing_and_an_owed_one_is_taken_first(now, line, sari):
    one, other = makers.item(line, now), makers.item(line, now)
    take(sari, line, now)
    work.claim_next(actor=sari, queues=[line], now=now, ahead=True)
    actions.take_break(actor=sari, now=now)
    assert set(WorkItem.objects.filter(id__in=[one, other]).values_list("state", flat=True)) == {"open"}
    with pytest.raises(NothingWaiting, match="on a break"):
        take(sari, line, now)
    actions.take_break(actor=sari, now=now + MINUTE)
    assert queries.standing(sari.id).break_since == now, "pressed twice is once"
    actions.end_break(actor=sari, now=now + MINUTE)
    with pytest.raises(actions.breaks.NotOnBreak):
        actions.end_break(actor=sari, now=now + MINUTE)
    assert take(sari, line, now + MINUTE)


def test_limits_are_lowered_within_the_desks(now, sari):
    makers.budget(now, harm="violence", shift=50, week=100)
    with pytest.raises(Exception, match="not raise it") as refused:
        actions.set_limits(actor=sari, limits={"violence": Limit(60, None)}, now=now)
    assert set(refused.value.fields) == {"violence_shift"}
    actions.set_limits(actor=sari, limits={"violence": Limit(20, None)}, now=now)
    assert reckoned(sari, now).limits["violence"] == Limit(20, 100)
    makers.budget(now, harm="violence", shift=10, week=100)
    assert reckoned(sari, now).limits["violence"].shift == 10


def test_what_a_page_asks_for_costs_one_query(now, line, sari, django_assert_num_queries):
    actions.set_contact(actor=SYSTEM, name="House line", phone="+62 21 5550 100", link="", words="", now=now)
    actions.set_contact(actor=SYSTEM, name="Jalur bantuan", phone="119", link="", words="", language="id", now=now)
    makers.seen(sari, line, "violence", 4, 3, now)
    queries.contacts()
    with django_assert_num_queries(1):
        care = queries.care_for(sari.id, harm="violence", time_zone="UTC", language="en", now=now + 4 * MINUTE)
    assert (care.veil, care.spent, care.budget) == ("blur grey small mute", pytest.approx(12), 240)
    assert care.contact is not None
    assert care.contact.name == "House line"
    assert queries.contact_for("id").name == "Jalur bantuan"


def test_revealed_seconds_are_summed_bounded_and_ones_own(now, line, sari):
    jonas = makers.staff("Jonas", now)
    held = makers.item(line, now, "violence", 4)
    take(sari, line, now)
    assert actions.reveal(actor=sari, work_id=held, seconds=3.5, now=now + MINUTE) == 3.5
    assert actions.reveal(actor=sari, work_id=held, seconds=120, now=now + MINUTE) == 60, "never more than its time"
    for wrong in (0, -1, 121, float("nan"), float("inf")):
        with pytest.raises(Exception, match="no time to have looked"):
            actions.reveal(actor=sari, work_id=held, seconds=wrong, now=now + MINUTE)
    with pytest.raises(Exception, match="do not have this item"):
        actions.reveal(actor=jonas, work_id=held, seconds=1, now=now + MINUTE)
    makers.finish(sari, held, now + MINUTE)
    assert actions.reveal(actor=sari, work_id=held, seconds=1, now=now + 2 * MINUTE) == 60
    with pytest.raises(Exception, match="do not have this item"):
        actions.reveal(actor=sari, work_id=held, seconds=1, now=now + 9 * MINUTE)
    assert reckoned(sari, now + 2 * MINUTE).sums["violence"].shift_revealed == 60


def test_a_break_chosen_by_the_switch_of_ones_state_is_the_same_break(now, sari):
    me = sari.id
    actions.take_break(actor=sari, now=now + MINUTE)
    outbox.deliver_all(now=now + MINUTE, reactors=reactor_names())
    assert states_of([queries.standing(me).staff]).popitem()[1].reason == "break"
    workforce.set_state(actor=sari, state="available", now=now + 5 * MINUTE)
    outbox.deliver_all(now=now + 5 * MINUTE, reactors=reactor_names())
    assert not queries.standing(me).on_break
    workforce.set_state(actor=sari, state="aux", reason="break", now=now + 6 * MINUTE)
    outbox.deliver_all(now=now + 6 * MINUTE, reactors=reactor_names())
    assert queries.standing(me).on_break
    actions.end_break(actor=sari, now=now + 7 * MINUTE)
    outbox.deliver_all(now=now + 7 * MINUTE, reactors=reactor_names())
    assert states_of([queries.standing(me).staff]).popitem()[1].state == "available"


def test_a_page_of_many_counts_as_it_is_looked_at_and_two_windows_count_once(sari, now):
    def look(seconds, at):
        actions.seen(actor=sari, harm="hate", weight=4, kind="cluster", seconds=seconds, now=at)

    look(60, now)
    look(60, now + MINUTE)
    look(60, now + MINUTE)  # another window told of the same minute
    assert Exposure.objects.get().minutes == pytest.approx(2)
    assert reckoned(sari, now + MINUTE).sums["hate"].shift == pytest.approx(8)
    look(30, now + 10 * MINUTE)  # somebody came back
    assert Exposure.objects.count() == 2
    actions.measure_usual(now=now + 11 * MINUTE)
    assert not Usual.objects.exists()


@pytest.mark.parametrize("seconds", [0, -3, 121, float("nan"), float("inf")])
def test_nonsense_is_no_time_to_have_looked(sari, now, seconds):
    with pytest.raises(Invalid):
        actions.seen(actor=sari, harm="hate", weight=4, kind="cluster", seconds=seconds, now=now)
    assert not Exposure.objects.exists()
