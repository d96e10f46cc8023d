"""How much at once: nobody is dealt more of a channel than they may have in hand, however many ask at once; wrap-up."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Membership, Team
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import BarredFrom, NothingWaiting
from trustdesk.kernel.work.tests import makers as works
from trustdesk.web.tests import makers
from trustdesk.workforce import actions, loads, queries
from trustdesk.workforce.models import Capacity
from trustdesk.workforce.rules import Limit, nearest

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LIMITS = st.lists(
    st.builds(Limit, at_once=st.none() | st.integers(0, 50), wrap_up_seconds=st.integers(0, 90)), max_size=3
)


@pytest.fixture
def chats(monkeypatch):
    """A queue of chats, and one without a bound."""
    code = works.fresh("chats")
    monkeypatch.setitem(loads.CHANNELS, code, "chat")

    def make(waiting: int) -> str:
        works.queue(AT, code=code)
        for _ in range(waiting):
            works.work(code, AT)
        return code

    return make


def set_to(at_once, **given):
    return actions.set_capacity(actor=SYSTEM, channel="chat", at_once=at_once, now=AT, **given)


@given(default=st.builds(Limit, at_once=st.integers(0, 5)), everyone=LIMITS, team=LIMITS, person=LIMITS)
def test_the_nearest_line_holds_and_of_several_teams_the_widest(default, everyone, team, person):
    found = nearest(default=default, everyone=everyone, team=team, person=person)
    lines = person or team or everyone or [default]
    assert all(found.at_once is None or (one.at_once is not None and one.at_once <= found.at_once) for one in lines)
    assert found.at_once in {one.at_once for one in lines}


@pytest.mark.django_db
def test_lines_of_a_person_a_team_and_everyone():
    sari, jonas = makers.staff("reviewer", name="Sari"), makers.staff("reviewer", name="Jonas")
    team = Team.objects.create(code="sellers", name="Sellers")
    Membership.objects.create(team=team, staff=jonas)

    def limits():
        found = queries.limits_of([sari.id, jonas.id])
        return found[sari.id]["chat"].at_once, found[jonas.id]["chat"].at_once

    assert limits() == (3, 3)
    set_to(2)
    set_to(5, team=team.id)
    assert limits() == (2, 5)
    own = set_to(None, staff=jonas.id)
    assert limits() == (2, None)
    assert set_to(1, staff=jonas.id) == own
    assert limits() == (2, 1)
    actions.remove_capacity(actor=SYSTEM, capacity_id=own, now=AT)
    assert limits() == (2, 5)
    for wrong in (
        {"at_once": 51},
        {"at_once": 1, "wrap_up_seconds": 9999},
        {"at_once": 1, "team": team.id, "staff": sari.id},
    ):
        with pytest.raises(Invalid):
            actions.set_capacity(actor=SYSTEM, channel="chat", now=AT, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Capacity.objects.create(channel="chat", at_once=9)  # a second line for everyone


@pytest.mark.django_db
def test_who_is_full_is_told_why_and_has_room_again_when_one_ends(chats):
    sari, code, other = actor_for(makers.staff("reviewer")), chats(3), works.queue(AT)
    works.work(other, AT)
    set_to(1)
    one = work.claim_next(actor=sari, now=AT, queues=[code])
    with pytest.raises(NothingWaiting, match="1 of 1"):
        work.claim_next(actor=sari, now=AT, queues=[code])
    with pytest.raises(BarredFrom, match="1 of 1"):
        work.claim_this(actor=sari, work_id=works.work(code, AT), now=AT)
    assert work.claim_next(actor=sari, now=AT, queues=[code, other]).queue == other
    load = next(one for one in queries.loads_of([UUID(sari.id)])[UUID(sari.id)] if one.channel == "chat")
    assert (load.used, load.at_once, load.full) == (1, 1, True)
    work.release(actor=sari, work_id=one.work, now=AT)
    assert work.claim_next(actor=sari, now=AT, queues=[code]).queue == code


@pytest.mark.parametrize("at_once", [0, 1, 3])
def test_however_many_tabs_ask_at_once_nobody_is_dealt_beyond_their_room(real_db, chats, at_once):
    sari, code = actor_for(makers.staff("reviewer")), chats(8)
    set_to(at_once)
    start, dealt = threading.Barrier(6), []

    def ask():
        try:
            start.wait()
            dealt.append(work.claim_next(actor=sari, now=AT, queues=[code]).work)
            dealt.append(work.claim_next(actor=sari, now=AT, queues=[code]).work)
        except NothingWaiting:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(dealt) == at_once == len(set(dealt))


@pytest.mark.django_db
def test_wrap_up_begins_by_itself_and_ends_by_itself_or_by_hand(chats, monkeypatch):
    sari, code = actor_for(makers.staff("reviewer")), chats(3)
    staff = UUID(sari.id)
    set_to(3, wrap_up_seconds=60)

    def state():
        return queries.states_of([staff])[staff]

    def wrap_up(at):
        actions.begin_wrap_up(actor=SYSTEM, staff_id=staff, until=at + timedelta(seconds=60), now=at)

    assert queries.wrap_up_of(staff, code) == 60
    assert queries.wrap_up_of(staff, "elsewhere") == 0
    one = work.claim_next(actor=sari, now=AT, queues=[code])
    with pytest.raises(actions.NothingAsked):  # another contact is in hand
        wrap_up(AT)
    work.release(actor=sari, work_id=one.work, now=AT)
    wrap_up(AT)
    assert (state().state, state().until) == ("wrap_up", AT + timedelta(seconds=60))
    with pytest.raises(NothingWaiting, match="wrap-up"):
        work.claim_next(actor=sari, now=AT, queues=[code])
    assert actions.end_wrap_ups(now=AT + timedelta(seconds=59)) == 0
    assert actions.end_wrap_ups(now=AT + timedelta(seconds=60)) == 1
    assert (state().state, state().until) == ("available", None)
    wrap_up(AT + timedelta(seconds=70))
    actions.set_state(actor=sari, state="available", now=AT + timedelta(seconds=71))
    assert (state().state, state().until) == ("available", None)
    # One that was chosen by hand has no end.
    actions.set_state(actor=sari, state="wrap_up", now=AT + timedelta(seconds=72))
    assert actions.end_wrap_ups(now=AT + timedelta(hours=2)) == 0


@pytest.mark.django_db
def test_leads_set_it_on_a_page(client):
    client.force_login(makers.staff("lead", name="Jonas"))
    kept = client.post("/capacity/", {"whom": "", "channel": "chat", "at_once": "2", "wrap_up_seconds": "30"})
    assert kept.status_code in {302, 303}
    assert [(one.at_once, one.wrap_up_seconds) for one in queries.capacities()] == [(2, 30)]
    assert (
        client.post("/capacity/", {"whom": "staff:nobody", "channel": "chat", "wrap_up_seconds": "0"}).status_code
        == 422
    )
    page = client.get("/capacity/").content.decode()
    assert "30 s" in page
    assert "2" in client.get("/my-load").content.decode()
    client.post(f"/capacity/{queries.capacities()[0].id}/remove")
    assert queries.capacities() == []
