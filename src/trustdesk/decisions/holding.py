"""What accounts may not do now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from trustdesk.decisions.ladder_words import HELD_WORDS
from trustdesk.decisions.models import Restriction
from trustdesk.decisions.prevailing import Holding, shown, standing_of


@dataclass(frozen=True)
class AccountRestriction:
    """A restriction of an account in force. `shown`: nothing longer and stricter is in force above it."""

    id: UUID
    decision: UUID
    kind: str
    markets: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    by_ladder: bool
    shown: bool

    @property
    def words(self) -> str:
        """In the language that is active: No new ads or listings (ID)."""
        named: str = HELD_WORDS[self.kind]()
        return f"{named} ({', '.join(self.markets)})" if self.markets else named


def account_restrictions(
    accounts: Iterable[UUID], *, now: datetime, market: str = ""
) -> dict[UUID, list[AccountRestriction]]:
    """Restrictions of accounts that hold at `now`, the strictest and longest first, those beneath others last; one query.
    `market`: only what holds there."""
    rows = Restriction.objects.filter(
        Q(lifted_at=None) | Q(lifted_at__gt=now),
        Q(ends_at=None) | Q(ends_at__gt=now),
        account_id__in=list(accounts),
        item=None,
        decision__withdrawn_at=None,
        starts_at__lte=now,
    ).order_by("id")
    if market:
        rows = rows.filter(Q(markets=[]) | Q(markets__contains=[market]))
    by_account: dict[UUID, dict[UUID, Restriction]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, {})[row.id] = row
    found: dict[UUID, list[AccountRestriction]] = {}
    for account, mine in by_account.items():
        top, beneath = shown(
            Holding(id=row.id, kind=row.kind, markets=tuple(row.markets), ends_at=row.ends_at) for row in mine.values()
        )
        found[account] = [
            AccountRestriction(
                id=one.id,
                decision=mine[one.id].decision_id,
                kind=one.kind,
                markets=one.markets,
                starts_at=mine[one.id].starts_at,
                ends_at=one.ends_at,
                by_ladder=mine[one.id].by_ladder,
                shown=on_top,
            )
            for on_top, group in ((True, top), (False, beneath))
            for one in group
        ]
    return found


def standings(accounts: Iterable[UUID], *, now: datetime) -> dict[UUID, str]:
    """good, limited, suspended or ended, for each of these accounts; one query."""
    asked = list(accounts)
    holding = account_restrictions(asked, now=now)
    return {account: standing_of([one.kind for one in holding.get(account, ())]) for account in asked}


@dataclass(frozen=True)
class ItemCut:
    """A restriction of an item in force."""

    kind: str
    starts_at: datetime
    ends_at: datetime | None


def items_restricted(account: UUID, *, now: datetime, most: int = 20) -> list[tuple[UUID, ItemCut]]:
    """An account's items that are restricted at `now`, the newest `most`; one query."""
    rows = Restriction.objects.filter(
        Q(lifted_at=None) | Q(lifted_at__gt=now),
        Q(ends_at=None) | Q(ends_at__gt=now),
        account_id=account,
        item__isnull=False,
        decision__withdrawn_at=None,
        starts_at__lte=now,
    ).order_by("-id")[:most]
    return [
        (row.item_id, ItemCut(kind=row.kind, starts_at=row.starts_at, ends_at=row.ends_at))
        for row in rows
        if row.item_id
    ]
