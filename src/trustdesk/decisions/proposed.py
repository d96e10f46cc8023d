"""Asking about proposals: what waits for another person, one of them with its case, how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from trustdesk.content import queries as content
from trustdesk.decisions.models import Proposal
from trustdesk.kernel.people.queries import names_of

PAGE = 30


@dataclass(frozen=True)
class ProposalView:
    """A proposal as pages show it. `what`: end_account, end_service or remove. Names are "" where nobody did it yet."""

    id: UUID
    account: UUID
    account_name: str
    item: UUID | None
    title: str
    what: str
    markets: tuple[str, ...]
    clauses: tuple[dict[str, Any], ...]
    labels: tuple[str, ...]
    evidence: tuple[dict[str, Any], ...]
    why: str
    origin: str
    proposed_by: str
    proposer: UUID | None
    first: UUID | None
    first_name: str
    first_at: datetime | None
    second_name: str
    second_at: datetime | None
    ended_name: str
    words: str
    state: str
    suspension: UUID
    suspended_until: datetime
    renewed: bool
    decision: UUID | None
    opened_at: datetime
    ended_at: datetime | None
    market: str
    version_no: int | None


@dataclass(frozen=True)
class Page:
    """One page of proposals; `next` is None on the last."""

    rows: tuple[ProposalView, ...]
    next: tuple[datetime, UUID] | None


def listed(*, waiting: bool, after: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> Page:
    """What waits (or what is settled), newest first, a page at a time by key. The same queries for any number."""
    rows = Proposal.objects.filter(state="open") if waiting else Proposal.objects.exclude(state="open")
    if after is not None:
        rows = rows.filter(Q(opened_at__lt=after[0]) | Q(opened_at=after[0], id__lt=after[1]))
    found = list(rows.select_related("work").order_by("-opened_at", "-id")[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(rows=tuple(_views(shown)), next=(shown[-1].opened_at, shown[-1].id) if more else None)


def one(proposal_id: UUID) -> ProposalView | None:
    found = _views(list(Proposal.objects.filter(id=proposal_id).select_related("work")))
    return found[0] if found else None


def of_account(account: UUID, *, limit: int = 20) -> list[ProposalView]:
    """An account's proposals, newest first."""
    rows = Proposal.objects.filter(account_id=account).select_related("work").order_by("-id")[:limit]
    return _views(list(rows))


def waiting_count() -> int:
    """How many wait; one query."""
    return Proposal.objects.filter(state="open").count()


def ending_before(at: datetime) -> int:
    """How many suspensions would end before `at` for want of a second person; one query."""
    return Proposal.objects.filter(state="open", suspended_until__lte=at).count()


def _views(rows: Iterable[Proposal]) -> list[ProposalView]:
    rows = list(rows)
    accounts = content.accounts({row.account_id for row in rows}) if rows else {}
    items = content.items({row.item_id for row in rows if row.item_id}) if any(row.item_id for row in rows) else {}
    people = {
        f"staff:{who}" for row in rows for who in (row.first_id, row.second_id, row.ended_by_id) if who is not None
    }
    names = names_of({*people, *(row.proposed_by for row in rows)}) if rows else {}

    def name(who: UUID | None) -> str:
        return names.get(f"staff:{who}", "") if who else ""

    views = []
    for row in rows:
        account = accounts[row.account_id]
        item = items.get(row.item_id) if row.item_id else None
        views.append(
            ProposalView(
                id=row.id,
                account=account.id,
                account_name=account.name or account.external_id,
                item=row.item_id,
                title=(item.title or item.external_id) if item else "",
                what=row.what,
                markets=tuple(row.markets),
                clauses=tuple(row.clauses),
                labels=tuple(row.labels),
                evidence=tuple(row.evidence),
                why=row.why,
                origin=row.origin,
                proposed_by=names.get(row.proposed_by, row.proposed_by),
                proposer=row.proposer_id,
                first=row.first_id,
                first_name=name(row.first_id),
                first_at=row.first_at,
                second_name=name(row.second_id),
                second_at=row.second_at,
                ended_name=name(row.ended_by_id),
                words=row.words,
                state=row.state,
                suspension=row.suspension_id,
                suspended_until=row.suspended_until,
                renewed=row.renewal_id is not None,
                decision=row.decision_id,
                opened_at=row.opened_at,
                ended_at=row.ended_at,
                market=row.work.market,
                version_no=row.version_no,
            )
        )
    return views
