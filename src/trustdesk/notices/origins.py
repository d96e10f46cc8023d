"""Which trusted flagger told of what a decision is about: for reports to authorities."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from trustdesk.notices.models import Notice


@dataclass(frozen=True)
class Asked:
    """A decision to look behind. `item` None: it is about the account. `made_at`: who wrote later was not heard yet."""

    decision: UUID
    item: UUID | None
    account: UUID
    made_at: datetime


def trusted_behind(decisions: Iterable[Asked]) -> dict[UUID, str]:
    """The name of the trusted flagger behind each decision that one was behind: it wrote first of those whose notice,
    inside its area, waited when the decision was made. One query for any number."""
    asked = list(decisions)
    rows = list(
        Notice.objects.filter(trusted=True)
        .exclude(state=Notice.State.STORED)
        .filter(
            Q(item__in=[one.item for one in asked if one.item])
            | Q(subject="account", account__in=[one.account for one in asked if not one.item])
        )
        .order_by("id")
        .values_list("item", "account", "received_at", "answered_at", "flagger__name")
    )
    found: dict[UUID, str] = {}
    for one in asked:
        for item, account, received_at, answered_at, name in rows:
            about = item == one.item if one.item else item is None and account == one.account
            if about and received_at <= one.made_at and (answered_at is None or answered_at >= one.made_at):
                found.setdefault(one.decision, name)
    return found
