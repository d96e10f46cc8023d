"""A decision about to be made, or only looked at beforehand."""

from collections.abc import Callable, Mapping, Sequence
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
    starts_at: datetime | None = None  # None: when its decision takes effect
    by_ladder: bool = False


@dataclass(frozen=True)
class Draft:
    """A decision about to be made. `status` is what the item will be once it is in effect, or the account's standing.
    Without `item` and `version` it is about the account."""

    item: ItemView | None
    version: VersionView | None
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
    edit: tuple[Mapping[str, Any], ...] = ()  # [{field, before, after}], of an approval after an edit at the desk
    letter: bool = True
    imported: bool = False
    notified: bool = False
    # Sentences of its letter, made in the language that is active when they are called for.
    on_account: Callable[[], Sequence[str]] | None = None
    undone: Callable[[], Sequence[str]] | None = None
    agreed: UUID | None = None  # the proposal two people agreed on; of a hold, the one they judge while it lasts
    reported: bool = False  # nobody judged it: it is hidden until somebody has looked at what was reported
    proposes: str = ""  # the restriction it would have brought, had it not to wait for a second person
    id: UUID = field(default_factory=uuid7)

    @property
    def thing(self) -> str:
        """The kind of what it is about: an item's, or account."""
        return self.item.kind if self.item else "account"

    @property
    def title(self) -> str:
        return self.version.title if self.version else self.account.name

    @property
    def market(self) -> str:
        """The market whose languages and time zone hold."""
        return self.item.market if self.item else self.account.country

    @property
    def version_no(self) -> int:
        return self.version.no if self.version else 0

    @property
    def pending(self) -> bool:
        """It holds only until a second person has agreed or not."""
        return self.agreed is not None and self.outcome == "hold"

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
