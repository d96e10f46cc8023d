"""Asking about decisions: what stands, what is restricted, what was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet

from trustdesk.content import queries as content
from trustdesk.decisions import counting
from trustdesk.decisions.hands import hands_in
from trustdesk.decisions.history import Judged, judged, notified, of_people
from trustdesk.decisions.holding import AccountRestriction, account_restrictions, items_restricted, standings
from trustdesk.decisions.ladder_book import book as ladder_book
from trustdesk.decisions.ladder_book import effect_of_lessons
from trustdesk.decisions.ladder_views import (
    Ladder,
    StrikePreview,
    StrikeView,
    ladder_of,
    ladders_of,
    strike_preview,
    strikes_of,
)
from trustdesk.decisions.models import Decision, Restriction, Statement
from trustdesk.decisions.overturned import Overturned, overturned
from trustdesk.decisions.previewing import Preview, preview
from trustdesk.decisions.rules import Held, Standing, in_force, is_hidden, status_of
from trustdesk.decisions.sources import Root, roots
from trustdesk.decisions.telling import decision_of_token, statement_path, statement_url
from trustdesk.policy.queries import publish_of

__all__ = [
    "AccountRestriction",
    "DecisionView",
    "Judged",
    "Ladder",
    "Overturned",
    "Preview",
    "RestrictionView",
    "Root",
    "StatementView",
    "StrikePreview",
    "StrikeView",
    "account_restrictions",
    "accounts_of",
    "accounts_restricted",
    "by_id",
    "counting",
    "decision_of_token",
    "effect_of_lessons",
    "hands_in",
    "is_hidden",
    "items_restricted",
    "judged",
    "ladder_book",
    "ladder_of",
    "ladders_of",
    "latest",
    "notified",
    "of_account",
    "of_items",
    "of_people",
    "outcomes",
    "overturned",
    "preview",
    "restrictions_in_force",
    "roots",
    "standing_decisions",
    "standings",
    "statement",
    "statement_path",
    "statement_url",
    "statuses",
    "strike_preview",
    "strikes_of",
    "undoable",
    "views_of",
    "with_statements",
]


@dataclass(frozen=True)
class RestrictionView:
    id: UUID
    kind: str
    markets: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    lifted_why: str
    in_force: bool


@dataclass(frozen=True)
class DecisionView:
    """A decision; `state`: pending (can be undone), effective, withdrawn or superseded."""

    id: UUID
    item: UUID | None  # None: it is about the account
    account: UUID
    version: int
    outcome: str
    state: str
    clauses: tuple[dict[str, Any], ...]
    labels: tuple[str, ...]
    gravity: int
    ground: str
    legal_ground: str
    rationale: str
    author_note: str
    made_by: str
    actor: str
    automated_detection: bool
    automated_decision: bool
    evidence: tuple[dict[str, Any], ...]
    verdict: UUID | None
    made_at: datetime
    effective_at: datetime
    withdrawn_at: datetime | None
    superseded_by: UUID | None
    restrictions: tuple[RestrictionView, ...]
    has_statement: bool
    subject: str = "item"  # item | account
    held: tuple[str, ...] = ()  # kinds of its restrictions in force, where asked for
    edit: tuple[dict[str, Any], ...] = ()  # what the desk changed before it approved: field, before, after


@dataclass(frozen=True)
class StatementView:
    """A statement as it was sent. `readable`: the decision has taken effect and was not taken back."""

    decision: UUID
    item: UUID | None  # None: it is about the account
    account: UUID
    language: str
    subject: str
    text: str
    html: str
    data: dict[str, Any]
    sha256: str
    told_by: str
    made_at: datetime
    readable: bool


def statuses(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, tuple[str, bool]]:
    """(status, hidden) of items as they follow at `now`; three queries for any number."""
    items = content.items(item_ids)
    standing: dict[UUID, list[Standing]] = {}
    made_by: dict[UUID, tuple[int, str]] = {}
    rows = Decision.objects.filter(item_id__in=items, withdrawn_at=None).order_by("id")
    # A decision superseded by one that is not in effect yet still stands until that one is.
    effective = {row.id for row in rows if row.effective_at <= now}
    for row in rows:
        made_by[row.id] = (row.version_no, row.made_by)
        if row.id in effective and row.superseded_by_id not in effective:
            standing.setdefault(row.item_id or row.account_id, []).append(
                Standing(
                    id=row.id,
                    version=row.version_no,
                    outcome=row.outcome,
                    made_by="rule" if row.made_by == "rule" else "person",
                    made_at=row.made_at,
                )
            )
    held: dict[UUID, list[Held]] = {}
    for one in Restriction.objects.filter(item_id__in=items).order_by("id"):
        if one.decision_id in made_by and in_force(
            starts_at=one.starts_at, ends_at=one.ends_at, lifted_at=one.lifted_at, now=now
        ):
            version, maker = made_by[one.decision_id]
            held.setdefault(one.item_id or one.account_id, []).append(
                Held(decision=one.decision_id, kind=one.kind, version=version, made_by=maker)
            )
    found: dict[UUID, tuple[str, bool]] = {}
    for item_id, item in items.items():
        status = status_of(
            withdrawn=item.withdrawn_at is not None,
            version=item.version,
            verdict=item.verdict or None,
            decisions=standing.get(item_id, []),
            restrictions=held.get(item_id, []),
        )
        found[item_id] = (status, is_hidden(status=status, publish=publish_of(item.kind)))
    return found


def standing_decisions(item_id: UUID, *, excluding: UUID | None = None) -> list[UUID]:
    """Judgements of an item that stand: not withdrawn, not superseded; warnings and flags are none."""
    rows = Decision.objects.filter(item_id=item_id, withdrawn_at=None, superseded_by=None).exclude(
        outcome__in=["warn", "educate", "flag"]
    )
    if excluding is not None:
        rows = rows.exclude(id=excluding)
    return list(rows.order_by("id").values_list("id", flat=True))


def running(decision_ids: Iterable[UUID], *, now: datetime) -> list[UUID]:
    """Restrictions of these decisions that hold at `now`."""
    rows = Restriction.objects.filter(
        Q(lifted_at=None), Q(ends_at=None) | Q(ends_at__gt=now), decision__in=list(decision_ids), starts_at__lte=now
    )
    return list(rows.order_by("id").values_list("id", flat=True))


def restrictions_in_force(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, list[tuple[UUID, str, str]]]:
    """Item → (restriction id, kind, who made the decision: rule or person), for restrictions that hold at `now`."""
    found: dict[UUID, list[tuple[UUID, str, str]]] = {}
    rows = Restriction.objects.filter(
        item_id__in=list(item_ids), lifted_at=None, decision__withdrawn_at=None
    ).select_related("decision")
    for row in rows.order_by("id"):
        if in_force(starts_at=row.starts_at, ends_at=row.ends_at, lifted_at=None, now=now):
            maker = "rule" if row.decision.made_by == "rule" else "person"
            found.setdefault(row.item_id or row.account_id, []).append((row.id, row.kind, maker))
    return found


def accounts_restricted(accounts: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Which of these accounts have content that is restricted at `now`; one query."""
    rows = Restriction.objects.filter(
        Q(lifted_at=None) | Q(lifted_at__gt=now),
        Q(ends_at=None) | Q(ends_at__gt=now),
        decision__account_id__in=list(accounts),
        decision__withdrawn_at=None,
        starts_at__lte=now,
    )
    return set(rows.values_list("decision__account_id", flat=True).distinct())


def of_items(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, list[DecisionView]]:
    """Decisions of items, newest first; three queries for any number."""
    found: dict[UUID, list[DecisionView]] = {}
    for view in _views(list(Decision.objects.filter(item_id__in=list(item_ids)).order_by("-id")), now=now):
        found.setdefault(view.item or view.account, []).append(view)
    return found


def of_account(account: UUID, *, now: datetime, limit: int = 20, whole: bool = True) -> list[DecisionView]:
    """An account's newest decisions; three queries, or one where restrictions and statements do not matter (`whole`)."""
    here = Restriction.objects.filter(decision_id=OuterRef("id"), lifted_at=None, starts_at__lte=now)
    held = ArraySubquery(here.filter(Q(ends_at=None) | Q(ends_at__gt=now)).values("kind"))
    rows = Decision.objects.filter(account_id=account).annotate(held=held).order_by("-id")[:limit]
    return _views(list(rows), now=now, whole=whole)


def views_of(ids: Iterable[UUID], *, now: datetime) -> dict[UUID, DecisionView]:
    """Decisions by id, without restrictions and statements; one query for any number."""
    return {view.id: view for view in _views(list(Decision.objects.filter(id__in=set(ids))), now=now, whole=False)}


def told_of(ids: Iterable[UUID], *, now: datetime) -> list[DecisionView]:
    """Those of these decisions that took effect, restrict, and were told by a statement, oldest first; three queries."""
    rows = Decision.objects.filter(id__in=set(ids), withdrawn_at=None, effective_at__lte=now).order_by("id")
    return [view for view in _views(list(rows), now=now) if view.restrictions and view.has_statement]


def removals(accounts: Iterable[UUID], *, now: datetime) -> dict[UUID, int]:
    """How many of an account's items were removed and stay so, for those with any; one query for any number."""
    rows = Decision.objects.filter(
        account_id__in=list(accounts), outcome="remove", withdrawn_at=None, superseded_by=None, effective_at__lte=now
    )
    return dict(rows.order_by().values_list("account_id").annotate(n=Count("id")))


def accounts_of(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whose each of these decisions is; one query for any number."""
    return dict(Decision.objects.filter(id__in=set(ids)).values_list("id", "account_id"))


def by_id(decision_id: UUID, *, now: datetime) -> DecisionView | None:
    found = _views(list(Decision.objects.filter(id=decision_id)), now=now)
    return found[0] if found else None


def outcomes(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The outcome of decisions that were not taken back; one query."""
    return dict(Decision.objects.filter(id__in=set(ids), withdrawn_at=None).values_list("id", "outcome"))


def undoable(actor: str, *, now: datetime) -> QuerySet[Decision]:
    """This actor's newest decision that has not taken effect yet, for who asks it together with their own: no query yet."""
    return Decision.objects.filter(actor=actor, withdrawn_at=None, effective_at__gt=now).order_by("-id")[:1]


def latest(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, DecisionView]:
    """The newest decision of each item that was not taken back."""
    return {
        item: next((view for view in views if view.state != "withdrawn"), views[0])
        for item, views in of_items(item_ids, now=now).items()
        if any(view.state != "withdrawn" for view in views)
    }


def with_statements(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these decisions somebody was told by a statement of reasons; one query."""
    return frozenset(Statement.objects.filter(decision__in=set(ids)).values_list("decision_id", flat=True))


def statement(decision_id: UUID, *, now: datetime) -> StatementView | None:
    """The statement of a decision as sent, or None when it has none."""
    row = Statement.objects.filter(decision_id=decision_id).select_related("decision").first()
    if row is None:
        return None
    return StatementView(
        decision=row.decision_id,
        item=row.decision.item_id,
        account=row.decision.account_id,
        language=row.language,
        subject=row.subject,
        text=row.text,
        html=row.html,
        data=row.data,
        sha256=row.sha256,
        told_by=row.told_by,
        made_at=row.made_at,
        readable=row.decision.withdrawn_at is None and row.decision.effective_at <= now,
    )


def _views(rows: list[Decision], *, now: datetime, whole: bool = True) -> list[DecisionView]:
    ids = [row.id for row in rows] if whole else []
    restrictions: dict[UUID, list[RestrictionView]] = {}
    for row in Restriction.objects.filter(decision_id__in=ids).order_by("id") if ids else ():
        restrictions.setdefault(row.decision_id, []).append(
            RestrictionView(
                id=row.id,
                kind=row.kind,
                markets=tuple(row.markets),
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                lifted_at=row.lifted_at,
                lifted_why=row.lifted_why,
                in_force=in_force(starts_at=row.starts_at, ends_at=row.ends_at, lifted_at=row.lifted_at, now=now),
            )
        )
    told = set(Statement.objects.filter(decision_id__in=ids).values_list("decision_id", flat=True)) if ids else set()
    return [
        DecisionView(
            id=row.id,
            item=row.item_id,
            account=row.account_id,
            version=row.version_no,
            outcome=row.outcome,
            state=_state(row, now),
            clauses=tuple(row.clauses),
            labels=tuple(row.labels),
            gravity=row.gravity,
            ground=row.ground,
            legal_ground=row.legal_ground,
            rationale=row.rationale,
            author_note=row.author_note,
            made_by=row.made_by,
            actor=row.actor,
            automated_detection=row.automated_detection,
            automated_decision=row.automated_decision,
            evidence=tuple(row.evidence),
            verdict=row.verdict,
            made_at=row.made_at,
            effective_at=row.effective_at,
            withdrawn_at=row.withdrawn_at,
            superseded_by=row.superseded_by_id,
            restrictions=tuple(restrictions.get(row.id, [])),
            has_statement=row.id in told,
            subject=row.subject,
            held=tuple(getattr(row, "held", ())),
            edit=tuple(row.edit),
        )
        for row in rows
    ]


def _state(row: Decision, now: datetime) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.effective_at > now:
        return "pending"
    return "superseded" if row.superseded_by_id else "effective"
