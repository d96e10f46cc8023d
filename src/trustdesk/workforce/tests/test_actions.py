"""Sari says where she is: intervals without gap or overlap, no work while she is away, the way back."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from trustdesk.kernel.base.refusal import Forbidden, Refusal
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import NothingWaiting
from trustdesk.kernel.work.tests import makers as works
from trustdesk.web.models import Seen
from trustdesk.web.tests import makers
from trustdesk.wellbeing.actions import breaks
from trustdesk.workforce import actions, queries
from trustdesk.workforce.models import AuxCode, Interval, Presence

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def sari():
    return actor_for(makers.staff("reviewer"))


def state_of(actor):
    return queries.states_of([UUID(actor.id)])[UUID(actor.id)]


def say(actor, state, at, **rest):
    reason = rest.pop("reason", "")
    return actions.set_state(actor=actor, now=at, state=state, reason=reason, **rest)


WISHES = st.lists(
    st.tuples(
        st.sampled_from(
            ["available", "offline", "wrap_up", "aux:lunch", "aux:meeting", "aux:technical", "aux:nowhere", "asleep"]
        ),
        st.integers(0, 7200),  # seconds since the one before; none at all is a second click
        st.booleans(),
    ),
    max_size=25,
)


@pytest.mark.django_db
@hypothesis_settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_whatever_one_asks_the_intervals_add_up_to_the_time(wishes):
    with transaction.atomic():
        who, at, first = sari(), AT, None
        for wish, seconds, at_once in wishes:
            at += timedelta(seconds=seconds)
            state, _colon, reason = wish.partition(":")
            try:
                with transaction.atomic():
                    say(who, state, at, reason=reason, note="the camera", at_once=at_once)
            except Refusal:
                continue
            first = first or at
        rows = list(Interval.objects.filter(presence__staff_id=who.id).order_by("number"))
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert bool(rows) == (first is not None)
        for before, after in pairwise(rows):
            assert before.ended_at == after.began_at
            assert (before.state, before.aux_id) != (after.state, after.aux_id)
        if rows:
            end = max(at, rows[-1].began_at) + MINUTE
            assert rows[-1].ended_at is None
            assert sum((one.lasted(end) for one in queries.intervals_of(who.id, since=AT)), timedelta()) == end - first
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"began_at": AT + 10 * MINUTE, "follows_at": AT + 10 * MINUTE}, "interval_follows_the_one_before"),
        ({"began_at": AT - MINUTE, "follows_at": AT - MINUTE, "ended_at": AT + MINUTE}, "interval_no_overlap"),
        ({"began_at": AT + 9 * MINUTE, "follows_at": None}, "interval_follows"),
        ({"began_at": AT + 9 * MINUTE, "follows_at": AT + 9 * MINUTE, "number": 2}, "interval_number_once"),
    ],
)
def test_the_database_itself_refuses_gaps_and_overlaps(wrong, constraint):
    who = sari()
    say(who, "available", AT)
    say(who, "wrap_up", AT + 5 * MINUTE)
    presence = Presence.objects.get(staff_id=who.id)
    Interval.objects.filter(presence=presence, number=2).update(ended_at=AT + 9 * MINUTE)
    values = {"presence": presence, "number": 3, "state": "offline", "by": "x", "ended_at": None}
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        Interval.objects.create(**{**values, **wrong})


@pytest.mark.django_db
def test_two_people_may_be_away_at_the_same_time():
    for who in (sari(), sari()):
        say(who, "aux", AT, reason="lunch")
        assert state_of(who).label("id") == "Makan siang"


@pytest.mark.django_db
def test_what_needs_a_note_asks_for_it_and_an_auditor_has_no_state():
    who = sari()
    with pytest.raises(actions.NeedsNote):
        say(who, "aux", AT, reason="technical")
    say(who, "aux", AT, reason="technical", note="The camera does not start")
    assert Interval.objects.get(presence__staff_id=who.id).note == "The camera does not start"
    with pytest.raises(Forbidden):
        say(actor_for(makers.staff("auditor")), "available", AT)


@pytest.mark.django_db
def test_nobody_away_is_dealt_work_and_who_never_said_is():
    who = sari()
    queue = works.queue(AT)
    works.work(queue, AT), works.work(queue, AT)
    mine = {"actor": who, "queues": [queue]}
    taken = work.claim_next(**mine, now=AT)
    ahead = work.claim_next(**mine, now=AT, ahead=True)
    assert say(who, "aux", AT + MINUTE, reason="lunch").asked == "aux"  # once the item in her hands is done
    assert work.dealt_ahead(who) is None, "what she had not seen goes back to the others"
    with pytest.raises(NothingWaiting, match="You asked for “Lunch” after this item"):
        work.claim_next(**mine, now=AT + MINUTE)
    assert state_of(who).state == "available"
    work.complete(actor=who, work_id=taken.work, now=AT + 2 * MINUTE)
    deliver()
    assert (state_of(who).state, state_of(who).reason, state_of(who).asked) == ("aux", "lunch", "")
    with pytest.raises(NothingWaiting, match=r"You are away \(Lunch\), so nothing is dealt to you. G then 0 makes you"):
        work.claim_next(**mine, now=AT + 3 * MINUTE)
    say(who, "available", AT + 4 * MINUTE)
    assert work.claim_next(**mine, now=AT + 4 * MINUTE).work == ahead.work


@pytest.mark.django_db
def test_a_wish_can_be_taken_back_and_made_at_once():
    who = sari()
    queue = works.queue(AT)
    works.work(queue, AT)
    work.claim_next(actor=who, queues=[queue], now=AT)
    say(who, "aux", AT, reason="meeting")
    with pytest.raises(actions.IllegalChange, match="You asked for that already"):
        say(who, "aux", AT, reason="meeting")
    assert say(who, "available", AT + MINUTE).asked == ""
    assert say(who, "aux", AT + 2 * MINUTE, reason="meeting", at_once=True).reason == "meeting"


def deliver():
    outbox.deliver_all(now=AT + timedelta(hours=1), reactors=["workforce.make_the_change_that_waited"])


@pytest.mark.django_db
def test_signing_out_is_going_offline_for_those_who_use_states():
    person, quiet = makers.staff("reviewer"), makers.staff("reviewer")
    actions.put_state(actor=SYSTEM, staff_id=person.id, state="available", now=AT)
    for one in (person, quiet):
        client = Client()
        client.force_login(one, settings.AUTHENTICATION_BACKENDS[0])
        client.post("/account/logout/")
    states = queries.states_of([person.id, quiet.id])
    assert [states[one.id].state for one in (person, quiet)] == ["offline", "available"]
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    assert "I am available" in client.get("/me").content.decode(), "signed in again, she chooses"


@pytest.mark.django_db
def test_a_lost_session_is_offline_after_ten_minutes_and_a_page_or_a_claim_is_a_sign_of_life():
    gone, looking, holding, away = (sari() for _ in range(4))
    for who in (gone, looking, holding, away):
        say(who, "available", AT)
    say(away, "offline", AT + MINUTE)
    queue = works.queue(AT)
    works.work(queue, AT)
    held = work.claim_next(actor=holding, queues=[queue], now=AT)
    work.heartbeat(actor=holding, work_id=held.work, now=AT + 15 * MINUTE)
    Seen.objects.create(staff_id=looking.id, at=AT + 15 * MINUTE)
    assert actions.go_offline_lost(now=AT + 9 * MINUTE) == 0
    assert actions.go_offline_lost(now=AT + 20 * MINUTE) == 1
    assert [state_of(who).state for who in (gone, looking, holding)] == ["offline", "available", "available"]


@pytest.mark.django_db
def test_a_break_of_the_wellbeing_pages_is_a_break_here():
    who = sari()
    breaks.take_break(actor=who, now=AT)
    outbox.deliver_all(now=AT + MINUTE, reactors=["workforce.follow_breaks"])
    assert state_of(who).reason == "break"
    breaks.end_break(actor=who, now=AT + 5 * MINUTE)
    outbox.deliver_all(now=AT + 6 * MINUTE, reactors=["workforce.follow_breaks"])
    assert state_of(who).state == "available"


@pytest.mark.django_db
def test_reasons_are_data_and_one_stays():
    dewi = actor_for(makers.staff("lead"))
    values = {"paid": True, "productive": False, "longest_minutes": 20, "needs_note": False, "place": 5}
    actions.set_aux_code(actor=dewi, now=AT, code="prayer", labels={"en": "Prayer", "id": "Salat"}, **values)
    assert queries.mine(makers.staff("reviewer").id).codes[0].label("id") == "Salat"
    for code in queries.aux_codes():
        if code.code != "prayer":
            AuxCode.objects.filter(code=code.code).update(retired_at=AT)
    with pytest.raises(Refusal, match="One reason for being away has to stay"):
        actions.set_aux_code(actor=dewi, now=AT, code="prayer", labels={"en": "Prayer"}, retired=True, **values)


@pytest.mark.real
def test_two_tabs_change_a_state_at_the_same_moment_and_one_is_told(real_db):
    """Real connections: whoever comes second sees what the first did, and no interval is lost or doubled."""
    who = sari()
    say(who, "available", AT)
    ready, outcomes = threading.Barrier(4), []

    def tab(reason):
        ready.wait()
        try:
            say(who, "aux", AT + MINUTE, reason=reason, expected=1)
            outcomes.append("changed")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=tab, args=(reason,)) for reason in ("lunch", "break", "meeting", "training")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "stale", "stale", "stale"]
    rows = list(Interval.objects.filter(presence__staff_id=who.id).order_by("number"))
    assert [row.state for row in rows] == ["available", "aux"]
    assert rows[0].ended_at == rows[1].began_at


@pytest.mark.real
def test_a_first_word_from_two_tabs_makes_one_row(real_db):
    who, ready = sari(), threading.Barrier(3)

    def tab():
        ready.wait()
        try:
            say(who, "aux", AT, reason="lunch")
        except Refusal:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=tab) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Interval.objects.filter(presence__staff_id=who.id).count() == 1


@pytest.mark.real
def test_a_claim_and_a_change_at_the_same_moment_never_leave_work_with_who_is_away(real_db):
    """Either the claim came first, and lunch waits for it, or lunch did, and nothing was dealt."""
    queue = works.queue(AT)
    for _ in range(8):
        who = sari()
        works.work(queue, AT)
        ready = threading.Barrier(2)

        def claim(who=who, ready=ready):
            ready.wait()
            try:
                work.claim_next(actor=who, queues=[queue], now=AT)
            except NothingWaiting:
                pass
            finally:
                connection.close()

        def leave(who=who, ready=ready):
            ready.wait()
            say(who, "aux", AT, reason="lunch")
            connection.close()

        threads = [threading.Thread(target=claim), threading.Thread(target=leave)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        state = state_of(who)
        assert (state.state == "aux") != queries.in_hand(state.staff), "away with work in hand, or neither"
