"""From verdict to decision to status: the table of POLICY.md as pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# Outcomes of decisions, and the restriction each brings (None: none).
OUTCOMES = ("approve", "limit", "hold", "remove", "warn", "educate", "flag")
RESTRICTIVE = frozenset({"limit", "hold", "remove"})
RESTRICTION_KINDS = ("remove", "disable", "demote", "age", "geo", "label", "interaction")

# How much a decision takes away. A person who decides less than a rule did overturns the rule.
WEIGHT = {"approve": 0, "limit": 1, "hold": 2, "remove": 3}

# People may take a decision back for this long, before anything leaves the house.
UNDO_WINDOW = timedelta(seconds=10)
DEFAULT_HOLD = timedelta(days=3)


@dataclass(frozen=True)
class Standing:
    """A decision as far as status cares. `version` is the item version it judged."""

    id: UUID
    version: int
    outcome: str
    made_by: str  # person | rule
    made_at: datetime


@dataclass(frozen=True)
class Held:
    """A restriction in force as far as status cares."""

    decision: UUID
    kind: str
    version: int
    made_by: str


def in_force(*, starts_at: datetime, ends_at: datetime | None, lifted_at: datetime | None, now: datetime) -> bool:
    """A restriction holds from its start up to, not including, its end or lifting."""
    return starts_at <= now and (ends_at is None or now < ends_at) and (lifted_at is None or now < lifted_at)


def status_of(
    *,
    withdrawn: bool,
    version: int,
    verdict: str | None,
    decisions: Sequence[Standing],
    restrictions: Iterable[Held],
) -> str:
    """An item's status: a pure function of its newest version's verdict, effective decisions and restrictions in force.

    `verdict` is the newest version's outcome, None while it is pending. Decisions are those in effect, oldest first.
    An approval of an older version changes nothing; a restriction of an older version stays until the newer is judged.
    """
    if withdrawn:
        return "withdrawn"
    kinds = {held.kind for held in restrictions}
    if "remove" in kinds:
        return "rejected"
    if "disable" in kinds:
        return "held"
    judged = [d for d in decisions if d.version == version and d.outcome not in {"warn", "educate", "flag"}]
    if not judged:
        if verdict is None:
            return "pending"
        if verdict == "review":
            return "in_review"
    if kinds:
        return "limited"
    return "live"


def is_hidden(*, status: str, publish: str) -> bool:
    """Kept from the audience: always when restricted away, and while it waits if the kind is published after review."""
    if status in {"rejected", "held", "withdrawn"}:
        return True
    return status in {"in_review", "pending"} and publish == "before"
