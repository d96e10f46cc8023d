"""Asking about screening: verdicts with their words, the history of an item."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.screening.drawing import Words, arrivals, drawn, words_of
from trustdesk.screening.history import Past, Span, newest_past, past, past_of, spans
from trustdesk.screening.models import Verdict
from trustdesk.screening.replaying import Difference, Replayed, replay, verdict_of
from trustdesk.screening.rules import after_patience

__all__ = [
    "Difference",
    "Past",
    "Replayed",
    "Span",
    "VerdictView",
    "Words",
    "after_patience",
    "arrivals",
    "by_id",
    "drawn",
    "latest",
    "newest_past",
    "newest_told",
    "of_item",
    "past",
    "past_of",
    "replay",
    "spans",
    "verdict_of",
    "words_of",
]


@dataclass(frozen=True)
class VerdictView:
    """A verdict; `outcome` is "" while it is pending."""

    id: UUID
    item: UUID
    version: int
    state: str
    outcome: str
    unscreened: bool
    ruleset: str
    plan: str
    hits: tuple[dict[str, Any], ...]
    undecided: tuple[dict[str, Any], ...]
    inputs: dict[str, Any]
    made_at: datetime
    decided_at: datetime | None


def latest(item_ids: Iterable[UUID]) -> dict[UUID, VerdictView]:
    """The newest verdict of each item; one query."""
    rows = Verdict.objects.filter(item_id__in=list(item_ids)).order_by("item_id", "-id").distinct("item_id")
    return {row.item_id: _view(row) for row in rows}


def of_item(item_id: UUID) -> list[VerdictView]:
    """All verdicts of an item, newest first."""
    return [_view(row) for row in Verdict.objects.filter(item_id=item_id).order_by("-id")]


def inputs_of(item_id: UUID) -> dict[str, Any]:
    """Everything the newest verdict of an item read, by name; nothing where there is none."""
    row = Verdict.objects.filter(item_id=item_id).order_by("-id").values_list("inputs", flat=True).first()
    return dict(row or {})


def by_id(verdict_id: UUID) -> VerdictView | None:
    row = Verdict.objects.filter(id=verdict_id).first()
    return _view(row) if row else None


def _view(row: Verdict) -> VerdictView:
    return VerdictView(
        id=row.id,
        item=row.item_id,
        version=row.version_no,
        state=row.state,
        outcome=row.outcome,
        unscreened=row.unscreened,
        ruleset=row.ruleset,
        plan=row.plan,
        hits=tuple(row.hits),
        undecided=tuple(row.undecided),
        inputs=row.inputs,
        made_at=row.made_at,
        decided_at=row.decided_at,
    )


def newest_told(item_id: UUID) -> VerdictView | None:
    """The newest verdict of an item with its hits as facts tell them: where the words stand, without the words."""
    row = Verdict.objects.filter(item_id=item_id).order_by("-id").first()
    if row is None:
        return None
    view = _view(row)
    hits = (
        {**hit, "evidence": [{key: said for key, said in span.items() if key != "text"} for span in hit["evidence"]]}
        for hit in view.hits
    )
    return replace(view, hits=tuple(hits))
