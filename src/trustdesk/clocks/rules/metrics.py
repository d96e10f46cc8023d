"""What is measured, and what moves it.

| metric         | starts                                  | ends                             | pauses           |
| first_reply    | creation                                | first public reply by a person   | never            |
| next_reply     | oldest unanswered message of requester  | next public reply by a person    | never            |
| work_time      | creation                                | resolved                         | pending, on hold |
| requester_wait | creation                                | resolved                         | pending          |
| resolution     | creation                                | resolved                         | by option        |

Resolving without a reply ends the reply clocks without a result: nobody is owed an answer any more. Work that opens again
counts on from where it stood; the time it was resolved does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Metric(StrEnum):
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    WORK_TIME = "work_time"
    REQUESTER_WAIT = "requester_wait"
    RESOLUTION = "resolution"


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"  # the requester's turn
    ON_HOLD = "on_hold"  # another team's turn
    RESOLVED = "resolved"
    CLOSED = "closed"


ENDED = frozenset({Status.RESOLVED, Status.CLOSED})
TO_RESOLUTION = (Metric.WORK_TIME, Metric.REQUESTER_WAIT, Metric.RESOLUTION)

Pauses = Mapping[Metric, frozenset[Status]]


class Step(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RETURN = "return"  # a fulfilled clock counts on; the time between does not count
    FULFIL = "fulfil"
    CANCEL = "cancel"


Move = tuple[Metric, Step]


@dataclass(frozen=True)
class Standing:
    """How a conversation stands: its status, whether the first reply is over, whether a later reply is owed."""

    status: Status = Status.NEW
    first_over: bool = False
    owed: bool = False


Turn = tuple[Standing, tuple[Move, ...]]


def pauses(resolution: frozenset[Status]) -> Pauses:
    """In which statuses each metric pauses; `resolution` by the policy's option."""
    return {
        Metric.WORK_TIME: frozenset({Status.PENDING, Status.ON_HOLD}),
        Metric.REQUESTER_WAIT: frozenset({Status.PENDING}),
        Metric.RESOLUTION: resolution,
    }


def opened(status: Status, when: Pauses) -> Turn:
    """The conversation begins, in a status that is not an ended one."""
    moves: list[Move] = [(Metric.FIRST_REPLY, Step.START)]
    for metric in TO_RESOLUTION:
        moves.append((metric, Step.START))
        if status in when[metric]:
            moves.append((metric, Step.PAUSE))
    return Standing(status), tuple(moves)


def message_in(standing: Standing, when: Pauses) -> Turn:
    """The requester wrote. What was pending or resolved is open again; what is closed stays so."""
    if standing.status is Status.CLOSED:
        return standing, ()
    moves: tuple[Move, ...] = ()
    if standing.status in {Status.PENDING, Status.RESOLVED}:
        standing, moves = status_changed(standing, Status.OPEN, when)
    if standing.first_over and not standing.owed:
        standing, moves = replace(standing, owed=True), (*moves, (Metric.NEXT_REPLY, Step.START))
    return standing, moves


def message_out(standing: Standing, *, by_person: bool) -> Turn:
    """The desk wrote publicly. A bot's or automatic reply moves nothing."""
    if not by_person:
        return standing, ()
    if not standing.first_over:
        return replace(standing, first_over=True), ((Metric.FIRST_REPLY, Step.FULFIL),)
    if standing.owed:
        return replace(standing, owed=False), ((Metric.NEXT_REPLY, Step.FULFIL),)
    return standing, ()


def status_changed(standing: Standing, to: Status, when: Pauses) -> Turn:
    """The status is another (or the same: nothing moves)."""
    was = standing.status
    if to in ENDED:
        if was in ENDED:
            return replace(standing, status=to), ()
        moves: list[Move] = [(metric, Step.FULFIL) for metric in TO_RESOLUTION]
        if not standing.first_over:
            moves.append((Metric.FIRST_REPLY, Step.CANCEL))
        if standing.owed:
            moves.append((Metric.NEXT_REPLY, Step.CANCEL))
        return Standing(to, first_over=True), tuple(moves)
    moves = []
    for metric in TO_RESOLUTION:
        before, after = was in when[metric], to in when[metric]
        if was in ENDED:
            moves.append((metric, Step.RETURN))
            before = False
        if before != after:
            moves.append((metric, Step.PAUSE if after else Step.RESUME))
    return replace(standing, status=to), tuple(moves)


def pauses_changed(standing: Standing, before: Pauses, after: Pauses) -> tuple[Move, ...]:
    """What moves when the policy's option changes while the work is open. It holds from now on."""
    if standing.status in ENDED:
        return ()
    return tuple(
        (metric, Step.PAUSE if standing.status in after[metric] else Step.RESUME)
        for metric in TO_RESOLUTION
        if (standing.status in before[metric]) != (standing.status in after[metric])
    )
