"""Where a review waits and by when it should be decided: what the dimensions of a queue's condition mean here.

kind, source, market and language are the item's; family is that of its gravest label; lane is the most urgent any rule names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content.queries import ItemView
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.queries import ClockView, lines
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.policy import queries as policy
from trustdesk.review.rules import GRAVE_LANES, Place, noticed_of, place_of

KIND = "review"
CLOCK = "first_decision"


def place(
    item: ItemView,
    *,
    hits: Sequence[Mapping[str, Any]],
    unscreened: bool,
    source: str | None = None,
    noticed: Mapping[str, Any] | None = None,
) -> Place:
    """Queue, lane and score of a review of this item. Raises NotFound on a desk without a queue."""
    return place_of(
        facets={
            "kind": item.kind,
            "source": people.sources()[item.source].code if source is None else source,
            "market": item.market,
            "language": item.language,
        },
        hits=hits,
        severities=policy.severities(),
        families=policy.families(),
        expected_views=item.expected_views,
        unscreened=unscreened,
        queue_for=_queue_for,
        lane_of=policy.lane_of,
        noticed=noticed_of(noticed or {}),
    )


def _queue_for(facets: Mapping[str, str], named: str) -> str:
    # Nobody's condition is asked of what a machine could not look at: it goes to the fallback.
    found = lines.taker(facets, kind=KIND, named=named) if facets else lines.fallback()
    if found is None:
        raise NotFound("No queue takes this review: make one the fallback.")
    return found


@dataclass(frozen=True)
class Promise:
    """By when a review should be decided: minutes of plain time, or of a calendar's open time."""

    target: Target
    calendar: str | None


def promise(queue: str, lane: int) -> Promise | None:
    """The queue's own target, else the lane's; in the gravest lanes always the lane's. None where neither has one."""
    own = lines.target_of(queue) if lane not in GRAVE_LANES else None
    if own is not None:
        return Promise(Target(own.minutes, own.business), own.calendar or None)
    minutes = policy.lane_target(lane)
    return Promise(Target(minutes), None) if minutes else None


def start_clock(*, actor: Actor, work_id: UUID, place: Place, now: datetime) -> None:
    """Let the time until the first decision count, if there is a target; part of opening a review."""
    promised = promise(place.queue, place.lane)
    if promised is not None:
        work.start_clock(
            actor=actor,
            work_id=work_id,
            name=CLOCK,
            target=promised.target,
            calendar=promised.calendar,
            warn_minutes=_warn(promised.target),
            now=now,
        )


def reset_clock(*, actor: Actor, work_id: UUID, place: Place, now: datetime) -> None:
    """Another queue or lane, another target: it counts from the same beginning."""
    running = _clock(work_id)
    promised = promise(place.queue, place.lane)
    if running is None:
        if promised is not None:
            start_clock(actor=actor, work_id=work_id, place=place, now=now)
        return
    target = promised.target if promised is not None else Target(None)
    same = (running.target_minutes, running.business) == (target.minutes, target.business)
    if running.phase not in {"running", "paused"} or same or (target.business and not running.calendar):
        return
    work.retarget_clock(actor=actor, work_id=work_id, name=CLOCK, target=target, now=now)


def _clock(work_id: UUID) -> ClockView | None:
    return next((c for c in reversed(work_queries.clocks_of([work_id])[work_id]) if c.name == CLOCK), None)


def _warn(target: Target) -> int:
    """Minutes before it is due at which the desk is warned: a quarter of the time, an hour at most."""
    return min(60, (target.minutes or 0) // 4)


class _Settled(NotFound):
    """The clock says already what the work says."""


def settle_clock(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """Bring the clock in line with the work: fulfilled once it is done, running again after an undo.

    By what is so and not by what was told: facts of one review may come in any order, and more than once.
    """
    try:
        _settle(actor=actor, work_id=work_id, now=now)
    except _Settled:
        return


@action(right="-")
def _settle(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    view, clock = work_queries.view_of(work_id), _clock(work_id)
    if view is None or clock is None:
        raise _Settled
    done = view.state == "done"
    if done and clock.phase in {"running", "paused"}:
        work.fulfil_clock(actor=actor, work_id=work_id, name=CLOCK, now=now, at=view.ended_at)
    elif view.ended_at is None and clock.phase == "fulfilled":
        work.reopen_clock(actor=actor, work_id=work_id, name=CLOCK, now=now)
    else:
        raise _Settled
