"""How it came to light that an account breaks a rule: whether somebody reported it. Nothing is ticked by hand.

A decision that follows another, or a proposal, came to light as that did. What a person decides about an account while
reports of it wait came to light by them: who keeps the reports says whether some wait (config.wiring). Who sent one is
asked nowhere here, so no statement can name them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.decisions.history import notified
from trustdesk.decisions.models import Decision, Proposal, Restriction

# Whether reports about an account wait to be answered. Nobody knows of any: none.
waiting: list[Callable[[UUID], bool]] = []
_STEPS = 4  # the end of an account follows its suspension, which follows a strike, which may follow an objection


@dataclass(frozen=True)
class Root:
    """The decision with which it began. `item` None: it is about the account."""

    decision: UUID
    item: UUID | None
    account: UUID
    made_at: datetime


def reported(account: UUID, *, cause: UUID | None, agreed: UUID | None) -> bool:
    """Whether what is decided about an account came to light by a report. `cause`: the decision it follows; `agreed`: the
    proposal it belongs to, if that was made already."""
    before = Proposal.objects.filter(id=agreed).values_list("suspension_id", flat=True).first() if agreed else None
    if cause is not None and Decision.objects.filter(id=cause).exists():
        return bool(notified([cause]))
    if before is not None:
        return bool(notified([before]))
    return any(ask(account) for ask in waiting)


def roots(decisions: Collection[UUID]) -> dict[UUID, Root]:
    """The decision with which each began: itself where it follows none. A few queries for any number."""
    at = {one: one for one in decisions}
    for _step in range(_STEPS):
        ids = set(at.values())
        causes = dict(Decision.objects.filter(id__in=ids).exclude(cause=None).values_list("id", "cause"))
        known = set(Decision.objects.filter(id__in=set(causes.values())).values_list("id", flat=True))
        nexts = {one: cause for one, cause in causes.items() if cause in known}
        proposed = Restriction.objects.filter(decision_id__in=ids - nexts.keys()).exclude(proposal=None)
        for one, suspension in proposed.values_list("decision_id", "proposal__suspension_id"):
            nexts.setdefault(one, suspension)
        moved = {one: nexts[here] for one, here in at.items() if nexts.get(here, here) != here}
        if not moved:
            break
        at |= moved
    found = {
        row["id"]: Root(row["id"], row["item_id"], row["account_id"], row["made_at"])
        for row in Decision.objects.filter(id__in=set(at.values())).values("id", "item_id", "account_id", "made_at")
    }
    return {one: found[here] for one, here in at.items() if here in found}
