"""What is known of golden items: what one was told, one's own answers, the leads' list without anybody's name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from trustdesk.kernel.people.actor import Actor
from trustdesk.review.models import Golden, GoldenAnswer


@dataclass(frozen=True)
class Told:
    """What was expected of a golden item, beside what somebody chose."""

    id: UUID
    title: str
    outcome: str
    policy: str
    clause: str
    explanation: str
    chosen: str
    chosen_clause: str
    fits: bool
    clause_fits: bool
    made_at: datetime


def told(answer_id: UUID) -> Told | None:
    """One answer, as its person is told it."""
    row = GoldenAnswer.objects.select_related("golden").filter(id=answer_id).first()
    return _told(row) if row else None


def mine(actor: Actor, *, limit: int = 100) -> list[Told]:
    """This person's newest answers to golden items, where the policy tells them; one query."""
    rows = GoldenAnswer.objects.filter(staff_id=UUID(actor.id), told=True, withdrawn_at=None).select_related("golden")
    return [_told(row) for row in rows.order_by("-made_at", "-id")[:limit]]


def _told(row: GoldenAnswer) -> Told:
    first = row.clauses[0] if row.clauses and row.outcome != "approve" else {}
    return Told(
        id=row.id,
        title=str(row.golden.content["title"]),
        outcome=row.golden.outcome,
        policy=row.golden.policy,
        clause=row.golden.clause,
        explanation=row.golden.explanation,
        chosen=row.outcome,
        chosen_clause=f"{first.get('policy', '')} {first.get('clause', '')}".strip(),
        fits=row.fits,
        clause_fits=row.clause_fits,
        made_at=row.made_at,
    )


@dataclass(frozen=True)
class GoldenRow:
    """A golden item in the leads' list: how often it was answered, how often as expected. Never by whom."""

    id: UUID
    title: str
    queue: str
    outcome: str
    policy: str
    clause: str
    explanation: str
    made_at: datetime
    retired: bool
    answers: int
    fits: int


def listed(*, before: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[GoldenRow]:
    """Golden items, newest first, a page by key; one query."""
    rows = Golden.objects.all()
    if before is not None:
        rows = rows.filter(Q(made_at__lt=before[0]) | Q(made_at=before[0], id__lt=before[1]))
    answers = GoldenAnswer.objects.filter(golden=OuterRef("pk"), withdrawn_at=None).order_by()
    counted = answers.values("golden").annotate(n=Count("id"))
    fitting = answers.filter(fits=True).values("golden").annotate(n=Count("id"))
    rows = rows.annotate(
        many=Coalesce(Subquery(counted.values("n")), 0), fitting=Coalesce(Subquery(fitting.values("n")), 0)
    )
    return [
        GoldenRow(
            id=row.id,
            title=str(row.content["title"]),
            queue=row.queue,
            outcome=row.outcome,
            policy=row.policy,
            clause=row.clause,
            explanation=row.explanation,
            made_at=row.made_at,
            retired=row.retired_at is not None,
            answers=row.many,
            fits=row.fitting,
        )
        for row in rows.order_by("-made_at", "-id")[:limit]
    ]
