"""A decision about to be made, or only looked at beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content.queries import AccountView, ItemView, VersionView
from trustdesk.decisions.rules import DEFAULT_HOLD
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.people.actor import Actor


@dataclass(frozen=True)
class Ground:
    """A clause a decision rests on, by policy version; `rule` when a rule found it."""

    policy: str
    version: int
    clause: str = ""
    rule: str = ""


@dataclass(frozen=True)
class RestrictionSpec:
    """A restriction to apply: kind, markets (empty: everywhere), seconds until it ends (None: no end)."""

    kind: str
    markets: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Draft:
    """A decision about to be made. `status` is what the item will be once it is in effect."""

    item: ItemView
    version: VersionView
    account: AccountView
    outcome: str
    grounds: tuple[Ground, ...]
    restrictions: tuple[RestrictionSpec, ...]
    labels: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]
    actor: Actor
    status: str
    hidden: bool
    automated_detection: bool
    noticed_at: datetime
    verdict: UUID | None = None
    rationale: str = ""
    author_note: str = ""
    letter: bool = True
    imported: bool = False
    notified: bool = False
    id: UUID = field(default_factory=uuid7)

    @property
    def by_machine(self) -> bool:
        return self.actor.kind == "rule"


def usual_restriction(outcome: str) -> tuple[RestrictionSpec, ...]:
    """What an outcome restricts when nobody says otherwise."""
    return {
        "remove": (RestrictionSpec("remove"),),
        "hold": (RestrictionSpec("disable", seconds=DEFAULT_HOLD.total_seconds()),),
        "limit": (RestrictionSpec("demote"),),
    }.get(outcome, ())
