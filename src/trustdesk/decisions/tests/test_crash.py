"""The worker is killed at each step of applying, lifting and telling: nothing is lost, nothing happens twice."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from trustdesk.content.models import Account
from trustdesk.decisions import actions, queries
from trustdesk.decisions.actions import Ground, RestrictionSpec, effects
from trustdesk.decisions.models import Restriction
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import sources
from trustdesk.policy.queries import live_content
from trustdesk.webhooks import reactors as webhooks
from trustdesk.webhooks.actions import Target, add_endpoint
from trustdesk.webhooks.models import Event

HOUR = timedelta(hours=1)


def budi(now):
    """An account, and a platform that listens."""
    add_endpoint(actor=SYSTEM, target=Target("https://pasar.example/hooks"), events=["*"], now=now)
    return Account.objects.create(source_id=next(iter(sources())), external_id="budi", first_seen_at=now).id


def decide(account, now, *restrictions):
    entry = live_content().policies[0]
    return actions.decide_account(
        actor=SYSTEM,
        account_id=account,
        outcome="limit",
        grounds=[Ground(policy=entry.code, version=entry.version)],
        restrictions=restrictions,
        window=timedelta(0),
        now=now,
    )


def work(now):
    """What the worker does in one round."""
    actions.apply_restrictions(now=now)
    actions.end_restrictions(now=now)
    outbox.deliver_all(now=now, reactors=reactor_names())


def killed(where, name, *, after, now):
    """A worker of its own does its round and is killed when it comes by this step."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        real = getattr(where, name)

        def step(*args, **kwargs):
            if after:
                real(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(where, name, step)
        try:
            work(now)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def told():
    kinds = ("restriction.applied_to_account", "restriction.lifted_from_account")
    events = ("restriction.applied", "restriction.lifted")
    return (
        [FactRow.objects.filter(kind=kind).count() for kind in kinds],
        [Event.objects.filter(type=event).count() for event in events],
    )


STEPS = [(effects, "record_many", False), (effects, "record_many", True)]
STEPS += [(webhooks, "queue_event", False), (webhooks, "queue_event", True)]


def test_killed_at_each_step_everything_happens_once(packed_db, now):
    """It begins later, ends later still, and the worker dies at every step of either."""
    account = budi(now)
    decide(account, now, RestrictionSpec("ban_sell", ("ID",), 2 * 3600.0, starts_at=now + HOUR))
    outbox.deliver_all(now=now, reactors=reactor_names())
    assert queries.account_restrictions([account], now=now) == {}, "its time has not come"
    for at, expected in ((now + HOUR, ([1, 0], [1, 0])), (now + 4 * HOUR, ([1, 1], [1, 1]))):
        for where, name, after in STEPS:
            assert killed(where, name, after=after, now=at), (name, after)
        work(at)
        work(at)
        assert told() == expected
    assert queries.account_restrictions([account], now=now + 4 * HOUR) == {}
    # The desk was down while another began and ended: both are told when it is back, once.
    decide(account, now + 5 * HOUR, RestrictionSpec("ban_live", (), 60.0, starts_at=now + 6 * HOUR))
    for _ in range(2):
        work(now + 48 * HOUR)
    assert told() == ([2, 2], [2, 2])


def test_two_workers_tell_each_restriction_once(packed_db, now):
    account = budi(now)
    later = now + HOUR
    decide(account, now, *(RestrictionSpec(kind, (), 60.0, starts_at=later) for kind in ("ban_sell", "ban_live")))
    gate = Barrier(4)

    def run(_n):
        try:
            gate.wait(10)
            work(later)
            work(later + HOUR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    work(later + HOUR)
    assert told() == ([2, 2], [2, 2])
    assert not Restriction.objects.filter(lifted_at=None).exists()


def test_what_cannot_be_is_refused_by_name(packed_db, now):
    account = budi(now)
    for spec in (
        RestrictionSpec("end_account"),
        RestrictionSpec("demote"),
        RestrictionSpec("ban_sell", ("XX",)),
        RestrictionSpec("ban_sell", (), -1.0),
    ):
        with pytest.raises(Invalid) as refused:
            decide(account, now, spec)
        assert set(refused.value.fields) == {"restrictions"}


def test_the_longest_and_strictest_is_shown_and_the_rest_kept(packed_db, now):
    """A short suspension over a long pause: the suspension first, the pause again when it is over."""
    account = budi(now)
    decide(account, now, RestrictionSpec("ban_sell", (), 10 * 3600.0), RestrictionSpec("ban_comment", (), 3600.0))
    decide(account, now, RestrictionSpec("suspend_account", (), 2 * 3600.0))

    def shown(at):
        found = queries.account_restrictions([account], now=at).get(account, [])
        return [one.kind for one in found if one.shown], [one.kind for one in found if not one.shown]

    assert shown(now) == (["suspend_account", "ban_sell"], ["ban_comment"]), (
        "the pause lasts longer than what is above it"
    )
    assert queries.standings([account], now=now) == {account: "suspended"}
    assert shown(now + 3 * HOUR) == (["ban_sell"], [])
    work(now + 3 * HOUR)
    lifted = Event.objects.filter(type="restriction.lifted").order_by("at").last()
    assert [one["kind"] for one in lifted.data["still_in_force"]] == ["ban_sell"]
    assert lifted.data["account"]["standing"] == "limited"
