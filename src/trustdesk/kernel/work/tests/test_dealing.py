"""Sari is dealt the next item before she needs it, guards keep work from her, batches come twenty at a time."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.work import actions, guards
from trustdesk.kernel.work.guards import Narrowed
from trustdesk.kernel.work.models import Claim
from trustdesk.kernel.work.refusals import AlreadyAhead, BarredFrom, ClaimLost, NothingWaiting
from trustdesk.kernel.work.rules.pools import PoolView
from trustdesk.kernel.work.tests import makers
from trustdesk.kernel.work.tests.test_real import together


class Minutes:
    """A guard of one minute for each item and ten in all; light work before heavy."""

    def __init__(self) -> None:
        self.left, self.seen = 10, []

    def narrow(self, *, staff, pools: Sequence[PoolView], now) -> Narrowed:
        allowed = list(pools) if self.left else [pool for pool in pools if not pool.weight]
        return Narrowed(
            allowed=allowed,
            first=[pool for pool in allowed if not pool.weight],
            why="" if self.left else "Your minutes for today are spent.",
        )

    def dealt(self, *, staff, dealt, now) -> None:
        self.left -= bool(dealt.pool.weight)
        self.seen.append((dealt.work, dealt.pool.harm, dealt.ahead))


@pytest.fixture
def guard(monkeypatch):
    monkeypatch.setattr(guards, "_guards", [])
    made = Minutes()
    guards.register(made)
    return made


@pytest.mark.django_db
def test_the_next_item_waits_in_the_hand_unseen(now):
    ads = makers.queue(now)
    sari, jonas = makers.staff("Sari", now), makers.staff("Jonas", now)
    first, second = makers.work(ads, now, score=9), makers.work(ads, now, score=5)
    makers.work(ads, now, lane=1)
    with pytest.raises(NothingWaiting):  # else it would wait for ever behind what lies in hands
        actions.claim_next(actor=sari, now=now, ahead=True)
    urgent = actions.claim_next(actor=sari, now=now).work
    ahead = actions.claim_next(actor=sari, now=now, ahead=True)
    assert (ahead.work, ahead.ahead) == (first, True), "nothing of lanes 0 and 1 lies in anyone's other hand"
    assert ahead.until == now + timedelta(seconds=60)
    with pytest.raises(AlreadyAhead) as refused:
        actions.claim_next(actor=sari, now=now, ahead=True)
    assert refused.value.details == {"work": first}
    assert actions.claim_next(actor=jonas, now=now).work == second, "others never get it"
    later = now + timedelta(seconds=45)
    actions.heartbeat(actor=sari, work_id=urgent, now=later)
    assert Claim.objects.get(id=ahead.claim).until == later + timedelta(seconds=60), "one heartbeat keeps both"
    actions.complete(actor=sari, work_id=urgent, now=later)
    begun = actions.open_ahead(actor=sari, work_id=first, now=later)
    assert begun.until == later + timedelta(seconds=900)
    with pytest.raises(ClaimLost):
        actions.open_ahead(actor=sari, work_id=first, now=later)
    actions.complete(actor=sari, work_id=first, now=later + timedelta(seconds=30))
    told = of_subject(first)
    assert [one.kind for one in told][-3:] == ["work.claimed", "work.begun", "work.completed"]
    assert told[-1].payload["held_for"] == 30.0, "time counts from when she saw it"


@pytest.mark.django_db
def test_what_was_dealt_ahead_is_given_back_or_lapses_and_counts_no_time(now):
    ads, sari = makers.queue(now), makers.staff("Sari", now)
    work = makers.work(ads, now)
    assert not actions.release_ahead(actor=sari, now=now)
    actions.claim_next(actor=sari, now=now, ahead=True)
    assert actions.release_ahead(actor=sari, now=now + timedelta(seconds=20))
    assert of_subject(work)[-1].payload["held_for"] == 0
    actions.claim_next(actor=sari, now=now, ahead=True)
    assert actions.lapse_claims(now=now + timedelta(seconds=61)) == 1
    assert of_subject(work)[-1].payload["held_for"] == 0
    actions.claim_next(actor=sari, now=now, ahead=True)
    assert actions.claim_next(actor=sari, now=now).work == work, "who asks for work gets what lies ready first"
    assert of_subject(work)[-1].kind == "work.begun"


@pytest.mark.django_db
def test_guards_narrow_prefer_and_hear_of_every_claim(now, guard):
    ads, sari = makers.queue(now), makers.staff("Sari", now)
    heavy = [makers.work(ads, now, score=9, harm="violence", weight=4) for _ in range(2)]
    light = makers.work(ads, now, score=1)
    assert actions.claim_next(actor=sari, now=now).work == light, "light work comes first"
    assert actions.claim_next(actor=sari, now=now).work == heavy[0], "and then what there is"
    guard.left = 0
    with pytest.raises(NothingWaiting, match="minutes for today") as kept:
        actions.claim_next(actor=sari, now=now)
    assert kept.value.details["why"]
    with pytest.raises(BarredFrom, match="minutes for today"):
        actions.claim_this(actor=sari, work_id=heavy[1], now=now)
    guard.left = 1
    actions.claim_this(actor=sari, work_id=heavy[1], now=now)
    assert guard.seen == [(light, "", False), (heavy[0], "violence", False), (heavy[1], "violence", False)]


@pytest.mark.django_db
def test_a_batch_passes_every_guard_card_by_card(now, guard):
    ads, sari = makers.queue(now), makers.staff("Sari", now)
    for n in range(6):
        makers.work(ads, now, score=n, harm="hate" if n % 2 else "", weight=3 if n % 2 else 0)
    guard.left = 2
    assert len(actions.claim_many(actor=sari, now=now, limit=20)) == 5, "three light ones and two heavy ones"
    with pytest.raises(NothingWaiting):
        actions.claim_many(actor=sari, now=now, limit=20)


@pytest.mark.real
def test_two_tabs_are_never_dealt_two_ahead(real_db, now):
    ads, sari = makers.queue(now), makers.staff("Sari", now)
    for _ in range(8):
        makers.work(ads, now)

    def ask():
        try:
            return actions.claim_next(actor=sari, now=now, queues=[ads], ahead=True).work
        except AlreadyAhead as already:
            return already.details["work"]

    assert len(set(together(*[ask] * 6))) == 1
    assert Claim.objects.filter(staff_id=sari.id, ended_at=None, ahead=True).count() == 1
