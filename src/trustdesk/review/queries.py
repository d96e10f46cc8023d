"""Asking about reviews: everything the page shows, in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.files import queries as files
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.review.models import Review
from trustdesk.signals import queries as signals


@dataclass(frozen=True)
class ReviewView:
    id: UUID
    work: UUID
    item: UUID
    version: int
    because: str
    state: str
    decision: UUID | None
    opened_at: datetime


@dataclass(frozen=True)
class VerdictView:
    """What the machine said, with the words its evidence points at."""

    hits: tuple[dict[str, Any], ...]
    undecided: tuple[dict[str, Any], ...]
    decided_at: datetime


@dataclass(frozen=True)
class Sheet:
    """All a reviewer sees about one review."""

    review: ReviewView
    work: work.WorkView
    item: content.ItemView
    version: content.VersionView
    account: content.AccountView
    account_counts: dict[str, int]
    source: people.SourceView
    verdict: VerdictView
    decisions: tuple[decided.DecisionView, ...]
    account_decisions: tuple[decided.DecisionView, ...]
    notes: tuple[content.NoteView, ...]
    names: dict[str, str]
    pictures: dict[UUID, files.FileView]
    looks: dict[str, signals.LookView]  # what machines saw in them, by the hash of the file
    mine: bool


def view(review_id: UUID) -> ReviewView | None:
    row = Review.objects.filter(id=review_id).first()
    return _view(row) if row else None


def edit_of(sheet: "Sheet", *, since: int | None) -> tuple[content.VersionView, content.VersionView] | None:
    """The version a person saw before (`since`, else the one before the newest) and the newest; None for a first one."""
    if sheet.version.no == 1:
        return None
    wanted = since if since and since < sheet.version.no else sheet.version.no - 1
    before = next((one for one in content.versions(sheet.item.id) if one.no == wanted), None)
    return (before, sheet.version) if before else None


def queue_of(review_id: UUID) -> str:
    """The queue a review stands in."""
    return work.views_of([Review.objects.get(id=review_id).work_id]).popitem()[1].queue


def of_works(work_ids: Iterable[UUID]) -> dict[UUID, ReviewView]:
    """Reviews by their work; one query."""
    return {row.work_id: _view(row) for row in Review.objects.filter(work_id__in=list(work_ids))}


def of_items(item_ids: Iterable[UUID]) -> dict[UUID, ReviewView]:
    """The newest review of each item; one query."""
    rows = Review.objects.filter(item_id__in=list(item_ids)).order_by("item_id", "-id").distinct("item_id")
    return {row.item_id: _view(row) for row in rows}


def last_decided(actor: Actor, *, now: datetime) -> tuple[ReviewView, decided.DecisionView] | None:
    """This person's newest decision that can still be undone."""
    latest = decided.undoable(actor.label, now=now)
    if latest is None:
        return None
    row = Review.objects.filter(decision=latest.id).first()
    return (_view(row), latest) if row else None


def sheet(review_id: UUID, *, actor: Actor, now: datetime) -> Sheet | None:
    """The page of one review; None when there is none that this person may see."""
    row = Review.objects.filter(id=review_id).first()
    if row is None:
        return None
    place = work.views_of([row.work_id])[row.work_id]
    item = content.items([row.item_id])[row.item_id]
    if not actor.may("review.read", market=item.market, queue=place.queue):
        return None
    version = content.newest_versions([row.item_id])[row.item_id]
    account = content.accounts([item.account])[item.account]
    past = decided.of_account(account.id, now=now, limit=12)
    notes = content.notes([("account", str(account.id)), ("item", str(item.id)), ("email", account.email)])
    pictures = files.views_of([medium.file for medium in version.media if medium.file])
    looks = signals.looks(view.hash for view in pictures.values()) if pictures else {}
    return Sheet(
        review=_view(row),
        work=place,
        item=item,
        version=version,
        account=account,
        account_counts=content.status_counts(account.id),
        source=people.sources()[item.source],
        verdict=VerdictView(
            hits=_hits(row, version, looks) if version.no == row.version_no else (),
            undecided=tuple(row.undecided),
            decided_at=row.screened_at,
        ),
        decisions=tuple(one for one in past if one.item == item.id),
        account_decisions=tuple(one for one in past if one.item != item.id and one.state != "withdrawn"),
        notes=tuple(notes),
        names=people.names_of({*(note.author_label for note in notes), *(one.actor for one in past)}),
        pictures=pictures,
        looks=looks,
        mine=place.state == "claimed" and str(place.holder) == actor.id,
    )


def _hits(
    row: Review, version: content.VersionView, looks: Mapping[str, signals.LookView]
) -> tuple[dict[str, Any], ...]:
    known = {look.id: look for look in looks.values()}
    wanted = {UUID(span["look"]) for hit in row.hits for span in hit["evidence"] if span.get("look")}
    # One that is not the newest any more is asked for by itself.
    return hits_in_words(row.hits, version, known if wanted <= known.keys() else looks_of(row.hits))


def hits_in_words(
    hits: Sequence[Mapping[str, Any]],
    version: content.VersionView,
    looks: Mapping[UUID, signals.LookView] | None = None,
) -> tuple[dict[str, Any], ...]:
    """Hits with each span's words, read from the version they were found in, or from what was seen in its media."""
    fields = {**version.fields, "title": version.title, "body": version.body}
    seen = looks_of(hits) if looks is None else looks
    return tuple(
        {
            **hit,
            "evidence": [
                {**span, "text": _line(span, seen, fields)[span["start"] : span["end"]]} for span in hit["evidence"]
            ],
        }
        for hit in hits
    )


def looks_of(hits: Sequence[Mapping[str, Any]]) -> dict[UUID, signals.LookView]:
    """The looks that evidence points to; no query where none does."""
    wanted = {UUID(span["look"]) for hit in hits for span in hit["evidence"] if span.get("look")}
    return signals.looks_by_id(wanted) if wanted else {}


def _line(span: Mapping[str, Any], looks: Mapping[UUID, signals.LookView], fields: Mapping[str, Any]) -> str:
    """The words a span stands in: a field's, or a line in a picture."""
    if "line" not in span:
        return str(fields.get(span["field"], ""))
    look = looks.get(UUID(span["look"])) if span.get("look") else None
    lines = () if look is None else look.codes if span["field"] == "codes" else look.texts
    return str(lines[span["line"]]["text"]) if span["line"] < len(lines) else ""


def _view(row: Review) -> ReviewView:
    return ReviewView(
        id=row.id,
        work=row.work_id,
        item=row.item_id,
        version=row.version_no,
        because=row.because,
        state=row.state,
        decision=row.decision,
        opened_at=row.opened_at,
    )
