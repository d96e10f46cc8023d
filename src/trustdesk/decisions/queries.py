"""Asking about decisions: what stands, what is restricted, what was told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.decisions.drafts import Draft, Ground, usual_restriction
from trustdesk.decisions.history import Judged, judged, of_people
from trustdesk.decisions.models import Decision, Restriction, Statement
from trustdesk.decisions.rules import UNDO_WINDOW, Held, Standing, in_force, is_hidden, status_of
from trustdesk.decisions.telling import decision_of_token, statement_path, statement_url, tell
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.queries import grounds, publish_of

__all__ = [
    "DecisionView",
    "Judged",
    "Preview",
    "RestrictionView",
    "StatementView",
    "by_id",
    "decision_of_token",
    "is_hidden",
    "judged",
    "latest",
    "of_account",
    "of_items",
    "of_people",
    "preview",
    "restrictions_in_force",
    "standing_decisions",
    "statement",
    "statement_path",
    "statement_url",
    "statuses",
    "undoable",
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
    item: UUID
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


@dataclass(frozen=True)
class StatementView:
    """A statement as it was sent. `readable`: the decision has taken effect and was not taken back."""

    decision: UUID
    item: UUID
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
            standing.setdefault(row.item_id, []).append(
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
            held.setdefault(one.item_id, []).append(
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


def restrictions_in_force(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, list[tuple[UUID, str, str]]]:
    """Item → (restriction id, kind, who made the decision: rule or person), for restrictions that hold at `now`."""
    found: dict[UUID, list[tuple[UUID, str, str]]] = {}
    rows = Restriction.objects.filter(
        item_id__in=list(item_ids), lifted_at=None, decision__withdrawn_at=None
    ).select_related("decision")
    for row in rows.order_by("id"):
        if in_force(starts_at=row.starts_at, ends_at=row.ends_at, lifted_at=None, now=now):
            maker = "rule" if row.decision.made_by == "rule" else "person"
            found.setdefault(row.item_id, []).append((row.id, row.kind, maker))
    return found


def of_items(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, list[DecisionView]]:
    """Decisions of items, newest first; three queries for any number."""
    found: dict[UUID, list[DecisionView]] = {}
    for view in _views(list(Decision.objects.filter(item_id__in=list(item_ids)).order_by("-id")), now=now):
        found.setdefault(view.item, []).append(view)
    return found


def of_account(account: UUID, *, now: datetime, limit: int = 20) -> list[DecisionView]:
    """An account's newest decisions."""
    return _views(list(Decision.objects.filter(account_id=account).order_by("-id")[:limit]), now=now)


def by_id(decision_id: UUID, *, now: datetime) -> DecisionView | None:
    found = _views(list(Decision.objects.filter(id=decision_id)), now=now)
    return found[0] if found else None


def undoable(actor: str, *, now: datetime) -> DecisionView | None:
    """This actor's newest decision that has not taken effect yet."""
    rows = Decision.objects.filter(actor=actor, withdrawn_at=None, effective_at__gt=now).order_by("-id")[:1]
    found = _views(list(rows), now=now)
    return found[0] if found else None


def latest(item_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, DecisionView]:
    """The newest decision of each item that was not taken back."""
    return {
        item: next((view for view in views if view.state != "withdrawn"), views[0])
        for item, views in of_items(item_ids, now=now).items()
        if any(view.state != "withdrawn" for view in views)
    }


def statement(decision_id: UUID, *, now: datetime) -> StatementView | None:
    """The statement of a decision as sent, or None when it has none."""
    row = Statement.objects.filter(decision_id=decision_id).select_related("decision").first()
    if row is None:
        return None
    return StatementView(
        decision=row.decision_id,
        item=row.decision.item_id,
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


@dataclass(frozen=True)
class Preview:
    """What a decision would say and do, before anybody presses Enter. `letter`: it goes by mail, else the platform
    tells it; None of both when nobody is told."""

    language: str
    data: dict[str, Any] | None
    text: str
    told_by: str
    restrictions: tuple[tuple[str, float | None], ...]


def preview(
    *,
    actor: Actor,
    item: content.ItemView,
    version: content.VersionView,
    account: content.AccountView,
    outcome: str,
    clauses: Sequence[Ground],
    evidence: Sequence[Mapping[str, Any]],
    author_note: str,
    automated_detection: bool,
    noticed_at: datetime,
    now: datetime,
) -> Preview:
    """The statement and restrictions of a decision that is not made. Raises statements.Incomplete."""
    draft = Draft(
        item=item,
        version=version,
        account=account,
        outcome=outcome,
        grounds=tuple(clauses),
        restrictions=usual_restriction(outcome),
        labels=(),
        evidence=tuple(evidence),
        actor=actor,
        status=item.status,
        hidden=item.hidden,
        automated_detection=automated_detection,
        noticed_at=noticed_at,
        author_note=author_note,
        letter=outcome != "hold" or not item.hidden,
    )
    at = now + UNDO_WINDOW
    rows = [
        Restriction(
            kind=spec.kind,
            markets=list(spec.markets),
            starts_at=at,
            ends_at=at + timedelta(seconds=spec.seconds) if spec.seconds else None,
        )
        for spec in draft.restrictions
    ]
    texts = grounds([(ground.policy, ground.version) for ground in clauses])
    told = tell(draft=draft, restrictions=rows, texts=texts, now=now, effective_at=at) if clauses else None
    return Preview(
        language=told.statement.language if told else "",
        data=told.statement.data if told else None,
        text=told.statement.text if told else "",
        told_by=told.statement.told_by if told else "",
        restrictions=tuple((spec.kind, spec.seconds) for spec in draft.restrictions),
    )


def _views(rows: list[Decision], *, now: datetime) -> list[DecisionView]:
    ids = [row.id for row in rows]
    restrictions: dict[UUID, list[RestrictionView]] = {}
    for row in Restriction.objects.filter(decision_id__in=ids).order_by("id"):
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
    told = set(Statement.objects.filter(decision_id__in=ids).values_list("decision_id", flat=True))
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
        )
        for row in rows
    ]


def _state(row: Decision, now: datetime) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.effective_at > now:
        return "pending"
    return "superseded" if row.superseded_by_id else "effective"
