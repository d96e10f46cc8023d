"""No open item starves, whatever arrives."""

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions
from trustdesk.kernel.work.rules.priority import OLDEST_EVERY
from trustdesk.kernel.work.tests import makers

pytestmark = pytest.mark.django_db


class _Undo(Exception):
    pass


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # `now` never changes
@given(
    older=st.integers(0, 2),
    claims_before=st.integers(0, 12),
    arrivals=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    lane=st.integers(0, 1),
    split=st.booleans(),
    second=st.booleans(),
)
def test_an_item_is_claimed_after_at_most_ten_times_older_plus_one_claims(
    now, older, claims_before, arrivals, lane, split, second
):
    """`older` items wait before ours, all of the lowest score; `arrivals` come between claims and always score higher; with
    `second` ours lies in her second queue, and they in her first."""
    try:
        with transaction.atomic():
            queue = makers.queue(now)
            sari = makers.staff("Sari", now)
            lies_in = makers.queue(now) if second else queue
            if second:
                actions.name_people(actor=SYSTEM, code=lies_in, second_people=[UUID(sari.id)], now=now)
            for _ in range(claims_before):  # the claimer's counter stands anywhere
                makers.work(queue, now)
                actions.claim_next(actor=sari, now=now, queues=[queue, lies_in])
            for n in range(older):
                makers.work(lies_in, now, lane=9, score=-1e6, minutes_ago=60 - n, language="a" if split else "")
            ours = makers.work(lies_in, now, lane=9, score=-1e6, minutes_ago=30, language="b" if split else "")
            bound = OLDEST_EVERY * (older + 1)
            for n in range(bound):
                for _ in range(arrivals[n % len(arrivals)]):
                    makers.work(queue, now, lane=lane, score=1e6)
                if actions.claim_next(actor=sari, now=now, queues=[queue, lies_in]).work == ours:
                    break
            else:
                pytest.fail(f"not claimed after {bound} claims with {older} older items")
            raise _Undo
    except _Undo:
        pass


def test_a_selection_of_queues_has_its_own_turns(now):
    """Someone who changes between selections still gives each of them every tenth turn."""
    one, two = makers.queue(now), makers.queue(now)
    sari = makers.staff("Sari", now)
    waiting = {queue: makers.work(queue, now, lane=9, score=-1e6, minutes_ago=99) for queue in (one, two)}
    for _ in range(10):
        for queue in (one, two):
            makers.work(queue, now, lane=0)
            claimed = actions.claim_next(actor=sari, now=now, queues=[queue])
    assert claimed.work == waiting[two]
    assert {claim.work_id for claim in makers.claims_of(sari)} >= set(waiting.values())
