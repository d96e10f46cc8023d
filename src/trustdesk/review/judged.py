"""What people answered, read along with the review: one query less for each page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, UUIDField, Value, When
from django.db.models.functions import Cast, JSONObject

from trustdesk.decisions import queries as decided
from trustdesk.kernel.people.actor import Actor
from trustdesk.review.models import GoldenAnswer, Judgement

TOLD_FOR = timedelta(minutes=30)


def judged_by() -> dict[str, Any]:
    """An annotation for reviews: `judged`, its judgements that were not taken back, the first first."""
    rows = Judgement.objects.filter(review=OuterRef("pk"), withdrawn_at=None).order_by("no")
    return {
        "judged": ArraySubquery(
            rows.values(
                told=JSONObject(
                    no="no",
                    staff="staff_id",
                    name="staff__name",
                    outcome="outcome",
                    clauses="clauses",
                    rationale="rationale",
                    made_at="made_at",
                )
            )
        )
    }


@dataclass(frozen=True)
class Latest:
    """What a person did last. `what`: the decision where it `is_decision`, else the review."""

    what: UUID
    outcome: str
    effective_at: datetime
    is_decision: bool


def latest_of(actor: Actor, *, now: datetime) -> tuple[Latest | None, UUID | None]:
    """(a person's newest decision, judgement or answer to a golden item that can still be taken back, the answer to a golden
    item that was told in the last half hour and not read). One query."""
    me, nothing, recent = UUID(actor.id), Cast(Value(None), UUIDField()), now - TOLD_FOR
    unended = {"withdrawn_at": None, "effective_at__gt": now}
    judged = Judgement.objects.filter(staff=me, decision=None, **unended)
    answers = GoldenAnswer.objects.filter(staff=me, made_at__gt=recent, withdrawn_at=None)
    answers = answers.filter(Q(effective_at__gt=now) | Q(told=True, seen_at=None))
    read = Case(When(told=True, then=F("id")), default=nothing, output_field=UUIDField())
    rows = decided.undoable(actor.label, now=now).values_list("id", "outcome", "effective_at", nothing, Value(True))
    rows = rows.union(
        judged.values_list("review_id", "outcome", "effective_at", nothing, Value(False)),
        answers.values_list("review_id", "outcome", "effective_at", read, Value(False)),
        all=True,
    )
    found = list(rows.order_by("-effective_at")[:20])
    undo = next((Latest(what, outcome, at, is_one) for what, outcome, at, _, is_one in found if at > now), None)
    return undo, next((told for *_, told, _ in found if told is not None), None)
