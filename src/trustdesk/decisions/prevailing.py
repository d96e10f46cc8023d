"""Which of the restrictions in force is shown: the longest and strictest; the rest are kept beneath it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# What each restriction of an account takes away as well. Ending takes all that suspending does.
_FEATURES = frozenset({"ban_live", "ban_comment", "ban_sell", "ban_message", "limit_interaction", "demonetise"})
COVERS: dict[str, frozenset[str]] = {
    "end_account": _FEATURES | {"end_account", "suspend_account", "end_service", "suspend_service"},
    "suspend_account": _FEATURES | {"suspend_account", "suspend_service"},
    "end_service": frozenset({"end_service", "suspend_service", "ban_sell", "demonetise"}),
    "suspend_service": frozenset({"suspend_service", "ban_sell", "demonetise"}),
}
# From the strictest; what stands first is shown first.
STRICTEST = (
    "end_account",
    "suspend_account",
    "end_service",
    "suspend_service",
    "ban_sell",
    "ban_live",
    "ban_message",
    "ban_comment",
    "limit_interaction",
    "demonetise",
)


@dataclass(frozen=True)
class Holding:
    """A restriction of an account that is in force. `ends_at` None: for good; `markets` empty: everywhere."""

    id: UUID
    kind: str
    markets: tuple[str, ...]
    ends_at: datetime | None


def covers(stricter: str, milder: str) -> bool:
    """Does one kind take away all that the other takes?"""
    return milder in COVERS.get(stricter, {stricter})


def outdoes(one: Holding, other: Holding) -> bool:
    """Does `one` take away all that `other` does, wherever it does, and for at least as long?"""
    if not covers(one.kind, other.kind):
        return False
    if one.markets and (not other.markets or not set(other.markets) <= set(one.markets)):
        return False
    return one.ends_at is None or (other.ends_at is not None and other.ends_at <= one.ends_at)


def shown(holding: Iterable[Holding]) -> tuple[list[Holding], list[Holding]]:
    """(shown, kept beneath), each from the strictest and longest. Of two that are alike the older is shown."""
    ordered = sorted(holding, key=_order)
    top: list[Holding] = []
    beneath: list[Holding] = []
    for one in ordered:
        alike = [other for other in ordered if other.id != one.id and outdoes(other, one)]
        beaten = any(not outdoes(one, other) or other.id < one.id for other in alike)
        (beneath if beaten else top).append(one)
    return top, beneath


def standing_of(kinds: Sequence[str]) -> str:
    """An account's standing by the kinds of its restrictions in force: good, limited, suspended or ended."""
    if "end_account" in kinds:
        return "ended"
    if "suspend_account" in kinds:
        return "suspended"
    return "limited" if kinds else "good"


def _order(one: Holding) -> tuple[int, bool, float, UUID]:
    rank = STRICTEST.index(one.kind) if one.kind in STRICTEST else len(STRICTEST)
    return rank, one.ends_at is not None, -(one.ends_at.timestamp() if one.ends_at else 0.0), one.id
