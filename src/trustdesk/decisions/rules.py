"""From verdict to decision to status: the table of POLICY.md as pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# Outcomes of decisions, and the restriction each brings (None: none).
OUTCOMES = ("approve", "limit", "hold", "remove", "warn", "educate", "flag")
RESTRICTIVE = frozenset({"limit", "hold", "remove"})
ITEM_KINDS = ("remove", "disable", "demote", "age", "geo", "label", "interaction")
# Of an account as a whole. `suspend_service` and `end_service` take a part of what the platform offers (a shop, an API);
# what a ban takes is one feature.
ACCOUNT_KINDS = (
    "suspend_account",
    "end_account",
    "suspend_service",
    "end_service",
    "ban_live",
    "ban_comment",
    "ban_sell",
    "ban_message",
    "limit_interaction",
)
# Money stops: for one item, or for the account.
RESTRICTION_KINDS = (*ITEM_KINDS, *ACCOUNT_KINDS, "demonetise")
SUBJECTS = ("item", "account")
STRIKE_KINDS = ("strike", "lesson", "joined", "old")

# How much a decision takes away. A person who decides less than a rule did overturns the rule.
WEIGHT = {"approve": 0, "limit": 1, "hold": 2, "remove": 3}

# People may take a decision back for this long, before anything leaves the house.
UNDO_WINDOW = timedelta(seconds=10)
DEFAULT_HOLD = timedelta(days=3)

# What nobody does alone, and what holds meanwhile: the restriction proposed → the one that suspends.
SUSPENDS = {"end_account": "suspend_account", "end_service": "suspend_service", "remove": "disable"}
# Always by two people, whatever a policy says.
TERMINATIONS = ("end_account", "end_service")
# For so long a suspension waits for a second person; it can be renewed once.
PENDING = timedelta(days=14)


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


def judges(outcome: str, *, made_by: str) -> bool:
    """Does a decision say what becomes of its item? What rules send beside an outcome does not."""
    return outcome not in {"warn", "educate", "flag"} or (outcome == "warn" and made_by == "person")


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
    A warning by a person is a judgement, too: it may stay as it is. One by a rule goes beside an outcome and is none.
    An approval of an older version changes nothing; a restriction of an older version stays until the newer is judged.
    """
    if withdrawn:
        return "withdrawn"
    kinds = {held.kind for held in restrictions}
    if "remove" in kinds:
        return "rejected"
    if "disable" in kinds:
        return "held"
    judged = [d for d in decisions if d.version == version and judges(d.outcome, made_by=d.made_by)]
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
