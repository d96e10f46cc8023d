from datetime import timedelta

import pytest

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work
from trustdesk.support import actions, hands, refusals
from trustdesk.support.actions.sorting import AlreadySo
from trustdesk.support.tests.makers import asked, case, staff
from trustdesk.support.tests.test_two_people import both

HOUR = timedelta(hours=1)


def who(actor):
    from uuid import UUID

    return UUID(actor.id)


@pytest.mark.django_db
def test_a_case_is_given_taken_over_with_a_reason_and_given_back(now, monkeypatch):
    told = []
    monkeypatch.setattr("trustdesk.web.live.tell", lambda topic, data, *, key="", to=None: told.append((data, to)))
    sari, jonas, wulan = staff("Sari", now), staff("Jonas", now), staff("Wulan", now)
    one = asked(now)
    actions.assign(actor=sari, case_id=one.id, to=who(jonas), holder=None, now=now)
    assert (case(one.id).holder_name, case(one.id).status) == ("Jonas", "open")
    assert [(data["what"], to) for data, to in told] == [("given", who(jonas))]
    # Who looked before refuses; who takes it from him says why, and both are told.
    with pytest.raises(refusals.InOtherHands, match="Jonas"):
        actions.assign(actor=wulan, case_id=one.id, to=who(wulan), holder=None, now=now)
    with pytest.raises(Invalid) as why:
        actions.assign(actor=wulan, case_id=one.id, to=who(wulan), holder=who(jonas), now=now)
    assert set(why.value.fields) == {"reason"}
    told.clear()
    actions.assign(
        actor=wulan, case_id=one.id, to=who(sari), holder=who(jonas), reason="You are ill\0\nat home", now=now
    )
    assert [(data["what"], to) for data, to in told] == [("given", who(sari)), ("taken", who(jonas))]
    assert case(one.id).holder_name == "Sari"
    with pytest.raises(AlreadySo):
        actions.assign(actor=sari, case_id=one.id, to=who(sari), holder=who(sari), now=now)
    # It waits four hours for her, and is hers to take up or to give back.
    work.wake_held(now=now + 3 * HOUR)
    assert case(one.id).holder_name == "Sari"
    actions.unassign(actor=sari, case_id=one.id, now=now + 3 * HOUR)
    assert case(one.id).holder is None
    actions.assign(actor=sari, case_id=one.id, to=who(jonas), holder=None, now=now)
    work.wake_held(now=now + 4 * HOUR)
    assert case(one.id).holder is None
    kinds = [fact.kind for fact in of_subject(one.id)]
    assert kinds.count("case.assigned") == 4
    # What somebody works on is ended as a claim, too.
    actions.take(actor=jonas, case_id=one.id, now=now)
    actions.assign(actor=wulan, case_id=one.id, to=who(sari), holder=who(jonas), reason="Lunch", now=now)
    with pytest.raises(work.ClaimLost):
        work.heartbeat(actor=jonas, work_id=case(one.id).work, now=now)


@pytest.mark.django_db
def test_nobody_is_given_what_rests_what_is_over_or_what_they_may_not_answer(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    stranger = staff("Reader", now, in_queues=("elsewhere",))
    one = asked(now)
    with pytest.raises(refusals.NotTheirs):
        actions.assign(actor=sari, case_id=one.id, to=who(stranger), holder=None, now=now)
    for status in ("pending", "resolved"):
        actions.set_status(actor=sari, case_id=one.id, status=status, now=now)
        with pytest.raises(Invalid):
            actions.assign(actor=sari, case_id=one.id, to=who(jonas), holder=None, now=now)
    actions.set_status(actor=sari, case_id=one.id, status="open", now=now)
    actions.set_live(case_id=one.id, live=True, now=now)
    with pytest.raises(Invalid, match="chat"):
        actions.assign(actor=sari, case_id=one.id, to=who(jonas), holder=None, now=now)
    with pytest.raises(refusals.NobodyOfTeam):
        actions.assign_to_team(actor=sari, case_id=one.id, team=one.id, holder=None, now=now)
    assert stranger.id not in {str(each.id) for each in hands.colleagues(one.id, actor=sari, now=now)}


@pytest.mark.django_db
def test_a_case_goes_to_another_queue_waiting_resting_or_in_ones_own_hands(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    work.set_queue(actor=SYSTEM, code="sellers", name="Sellers", right="support.answer", kinds=["case"], now=now)
    one, rests, mine, theirs = asked(now), asked(now), asked(now), asked(now)
    actions.set_status(actor=sari, case_id=rests.id, status="pending", now=now)
    actions.take(actor=sari, case_id=mine.id, now=now)
    actions.take(actor=jonas, case_id=theirs.id, now=now)
    for each in (one, rests, mine):
        actions.set_queue(actor=sari, case_id=each.id, queue="sellers", now=now)
        assert case(each.id).queue == "sellers"
    assert (case(rests.id).status, case(mine.id).holder) == ("pending", None)
    with pytest.raises(refusals.InOtherHands):
        actions.set_queue(actor=sari, case_id=theirs.id, queue="sellers", now=now)
    with pytest.raises(Invalid):
        actions.set_queue(actor=sari, case_id=one.id, queue="no-such", now=now)


def test_two_give_one_case_to_two_and_one_has_it(real_db, now):
    sari, jonas, wulan = staff("Sari", now), staff("Jonas", now), staff("Wulan", now)
    for _ in range(3):
        one = asked(now)
        became = both(
            lambda one=one: actions.assign(actor=sari, case_id=one.id, to=who(jonas), holder=None, now=now),
            lambda one=one: actions.assign(actor=jonas, case_id=one.id, to=who(wulan), holder=None, now=now),
            lambda one=one: actions.take(actor=sari, case_id=one.id, now=now),
        )
        assert became.count("done") == 1, became
        assert case(one.id).holder is not None
