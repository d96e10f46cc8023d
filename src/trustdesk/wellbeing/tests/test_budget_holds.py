"""Nobody is dealt past their budget, whatever arrives, ends, is opted out of, and however many tabs ask."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Claim, WorkItem
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.models import Usual
from trustdesk.wellbeing.rules import Limit, total
from trustdesk.wellbeing.tests import makers

HARMS = ("violence", "hate", "")
STEPS = st.one_of(
    st.tuples(st.just("arrive"), st.sampled_from(HARMS), st.integers(1, 5)),
    st.tuples(st.just("claim"), st.booleans(), st.integers(1, 3)),  # ahead?, how many at once
    st.tuples(st.just("open"), st.just(""), st.just(0)),
    st.tuples(st.just("end"), st.sampled_from(("complete", "release", "skip", "lapse")), st.integers(0, 3)),
    st.tuples(st.just("undo"), st.just(""), st.just(0)),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 90)),  # minutes
    st.tuples(st.just("opt"), st.sampled_from(HARMS[:2]), st.integers(0, 1)),
    st.tuples(st.just("break"), st.just(""), st.just(0)),
    st.tuples(st.just("settle"), st.just(""), st.just(0)),  # the worker brings the facts, now or later
    st.tuples(st.just("limit"), st.sampled_from(("", "violence")), st.integers(0, 60)),
)


class _Undo(Exception):
    pass


def standing(person, now):
    stored = queries.standing(person.id)
    return stored, queries.reckon(stored, now=now)


def assert_within(person, work_id, now):
    """At a deal: spent + reserved ≤ budget, of the harm dealt and of everything, in shift and week."""
    pool = WorkItem.objects.select_related("pool").get(id=work_id).pool
    stored, reckoned = standing(person, now)
    assert pool.harm not in stored.opted_out or not pool.harm
    assert not stored.on_break
    if not pool.harm:
        return
    for name, spent in ((pool.harm, reckoned.sums[pool.harm]), ("", total(reckoned.sums.values()))):
        limit = reckoned.limits.get(name, Limit())
        assert limit.shift is None or spent.shift <= limit.shift + 1e-6
        assert limit.week is None or spent.week <= limit.week + 1e-6


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=12, max_size=30), usual=st.sampled_from((0.5, 2.0, 7.0)))
def test_nobody_is_ever_dealt_past_their_budget(now, steps, usual):
    try:
        with transaction.atomic():
            _play(now, steps, usual)
            raise _Undo
    except _Undo:
        pass


def _play(now, steps, usual):
    line = makers.queue(now, cool_down_seconds=60)
    sari = makers.staff("Sari", now, in_queues=(line,))
    makers.budget(now, shift=60, week=150)
    makers.budget(now, harm="violence", shift=30, week=90)
    Usual.objects.create(kind="listing", harm="violence", minutes=usual)
    for n in range(6):  # there is always something to be tempted by
        makers.item(line, now, HARMS[n % 2], 5 - n % 2, score=9)
    for what, which, n in steps:
        held = list(Claim.objects.filter(staff_id=sari.id, ended_at=None, ahead=False).order_by("id"))
        try:
            match what:
                case "arrive":
                    makers.item(line, now, which, n if which else 0, category="listing" if n % 2 else "video")
                case "claim" if which:
                    ahead = work.claim_next(actor=sari, queues=[line], now=now, ahead=True)
                    assert_within(sari, ahead.work, now)
                case "claim":
                    for claimed in work.claim_many(actor=sari, queues=[line], now=now, limit=n):
                        assert_within(sari, claimed.work, now)
                case "open":
                    waiting = work.dealt_ahead(sari)
                    if waiting:
                        work.open_ahead(actor=sari, work_id=waiting.work, now=now)
                case "end" if held:
                    claim = held[n % len(held)]
                    if which == "lapse":
                        now += timedelta(seconds=1)
                        Claim.objects.filter(id=claim.id).update(until=now)
                        work.lapse_claims(now=now)
                    elif which == "skip":
                        work.skip(actor=sari, work_id=claim.work_id, now=now, reason="tired")
                    else:
                        getattr(work, which)(actor=sari, work_id=claim.work_id, now=now)
                case "undo":
                    done = WorkItem.objects.filter(holder_id=sari.id, state="done").order_by("-ended_at").first()
                    if done:
                        work.give_back(actor=sari, work_id=done.id, now=now)
                case "wait":
                    now += timedelta(minutes=n)
                case "opt":
                    actions.set_ways(actor=sari, ways={}, opted_out=[which] * n, now=now)
                case "break":
                    resting = queries.standing(sari.id).on_break
                    (actions.end_break if resting else actions.take_break)(actor=sari, now=now)
                case "settle":
                    makers.settle(now)
                case "limit":
                    actions.set_limits(actor=sari, limits={which: Limit(min(n, 30), None)}, now=now)
        except Refusal:
            continue


@pytest.mark.real
@pytest.mark.usefixtures("real_db")
def test_two_tabs_cannot_both_be_dealt_the_last_minute(now):
    """Six connections of one person ask at once, again and again, for heavy work; a seventh opts out and back in."""
    line = makers.queue(now)
    sari = makers.staff("Sari", now, in_queues=(line,))
    queries.standing(sari.id)
    for _ in range(40):
        makers.item(line, now, "violence", 5, score=9)
    actions.set_limits(actor=sari, limits={"": Limit(75, None)}, now=now)
    gate, dealt, failed, said = threading.Barrier(6), [], [], set()

    def tab():
        try:
            gate.wait(20)
            for _ in range(6):
                try:
                    dealt.append(work.claim_next(actor=sari, queues=[line], now=now).work)
                except Refusal as refusal:
                    said.add(refusal.message)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    tabs = [threading.Thread(target=tab) for _ in range(6)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join(60)
    assert not failed
    assert said == {"You have seen enough of the hard things for now. Lighter work comes to you as it arrives."}
    assert len(dealt) == len(set(dealt)) == 7, "seven times two minutes of severity five are seventy of seventy-five"
    _, reckoned = standing(sari, now)
    assert reckoned.total.shift == pytest.approx(70)
