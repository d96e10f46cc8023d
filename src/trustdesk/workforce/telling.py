"""What the worker tells the open pages: how much waits in each pool, at most once a second, when it changed."""

import time
from datetime import datetime
from typing import Any

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.queries import waiting
from trustdesk.kernel.work.queries.standing import claimable_pools
from trustdesk.web import live
from trustdesk.web.live import Refresh, Topic

AGAIN_SECONDS = 15.0  # told at least this often, for web processes that have just begun to listen
MOST = waiting.MOST_COUNTED + 1

_told: dict[str, Any] = {"counts": None, "at": 0.0}


def tell_counts(*, now: datetime) -> None:
    """Tell what waits in each pool: {"pools": {id: [waiting, due within the hour]}, "newest": the last pool's id}."""
    counts = waiting.waiting_by_pool(now=now)
    if counts == _told["counts"] and time.monotonic() - _told["at"] < AGAIN_SECONDS:
        return
    live.tell("work.counts", {"pools": counts.pools, "newest": counts.newest, "open": counts.open_queues})
    _told.update(counts=counts, at=time.monotonic())


def pools_of(actor: Actor) -> dict[str, Any]:
    """What a stream knows of its person: the queue of each pool they may claim from, and which pools there were."""
    return {
        "pools": {str(pool.id): pool.queue for pool in claimable_pools(actor)},
        **waiting.pools_now(),
    }


def counts_for(known: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What waits for this person: {"waiting", "due", "queues": {code: waiting}}, each counted up to 1,001. Raises Refresh
    when there is a pool they may not know yet, or a queue opened or closed."""
    if told["newest"] > known["newest"] or told["open"] != known["open"]:
        raise Refresh
    queues = dict.fromkeys(known["pools"].values(), 0)
    due = 0
    for pool, (waits, soon) in told["pools"].items():
        if pool in known["pools"]:
            queues[known["pools"][pool]] += waits
            due += soon
    return {
        "waiting": min(sum(queues.values()), MOST),
        "due": min(due, MOST),
        "queues": {queue: min(waits, MOST) for queue, waits in queues.items()},
    }


COUNTS = Topic("work.counts", right="work.read", prepare=pools_of, shape=counts_for)
STATE = Topic("workforce.state", right="-")
