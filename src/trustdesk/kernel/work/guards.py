"""Guards: what keeps work from people it is not for, beyond rights and skills. Slices register theirs (config.wiring).

A guard turns a person into pools before the claim; no guard is asked row by row. Both calls come inside the claim's
transaction, so a guard that locks a row of its own for this person decides one claim after the other, however many
tabs ask at once:

    class Budget:
        def narrow(self, *, staff, pools, now): ...  # which of these pools, which of them first, and why not the others
        def dealt(self, *, staff, dealt, now): ...  # what was dealt: reserve it

Claims end as facts (WorkCompleted, WorkReleased, WorkSkipped, WorkHeld, WorkCancelled, ClaimLapsed), each with the claim
and the seconds it was before its holder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from trustdesk.kernel.work.rules.pools import PoolView


@dataclass(frozen=True)
class Narrowed:
    """What is left of some pools. `first`: those of `allowed` to be tried before the others (empty: no preference).
    `why`: the sentence for who may not have the rest, "" when nothing was taken away."""

    allowed: Sequence[PoolView]
    first: Sequence[PoolView] = ()
    why: str = ""


@dataclass(frozen=True)
class DealtWork:
    """A claim just written. `ahead`: its holder has not seen it yet."""

    work: UUID
    claim: UUID
    pool: PoolView
    kind: str
    category: str
    lane: int
    ahead: bool = False


class Guard(Protocol):
    def narrow(self, *, staff: UUID, pools: Sequence[PoolView], now: datetime) -> Narrowed: ...

    def dealt(self, *, staff: UUID, dealt: DealtWork, now: datetime) -> None: ...


_guards: list[Guard] = []


def register(guard: Guard) -> None:
    """Ask this guard too, after those registered before. Once a process."""
    if guard not in _guards:
        _guards.append(guard)


def narrow(*, staff: UUID, pools: Sequence[PoolView], now: datetime) -> Narrowed:
    """What every guard leaves. Preferences hold together where they can: a later guard prefers within the earlier's."""
    allowed, first, why = list(pools), list[PoolView](), ""
    for guard in _guards:
        if not allowed:
            break
        left = guard.narrow(staff=staff, pools=allowed, now=now)
        allowed, why = list(left.allowed), why or left.why
        wanted = [pool for pool in left.first if pool in allowed]
        both = [pool for pool in first if pool in wanted]
        first = both or wanted or [pool for pool in first if pool in allowed]
    return Narrowed(allowed=allowed, first=first, why=why)


def dealt(*, staff: UUID, dealt: DealtWork, now: datetime) -> None:
    """Tell every guard what was dealt."""
    for guard in _guards:
        guard.dealt(staff=staff, dealt=dealt, now=now)
