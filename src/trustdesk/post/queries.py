"""Asking about letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.post import rules
from trustdesk.post.models import Letter, Suppression


@dataclass(frozen=True)
class LetterView:
    """A letter and how far it came."""

    id: UUID
    to: str
    subject: str
    text: str
    language: str
    kind: str
    about: str
    state: str
    tries: int
    written_at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    error: str


def letters_about(subjects: Iterable[str]) -> dict[str, list[LetterView]]:
    """Letters about these subjects (decision:0190…), oldest first; one query for any number."""
    found: dict[str, list[LetterView]] = {subject: [] for subject in subjects}
    for row in Letter.objects.filter(about__in=list(found)).order_by("about", "id"):
        found[row.about].append(_view(row))
    return found


def dead_letters(*, before: UUID | None = None, limit: int = 50) -> list[LetterView]:
    """Letters that were given up, newest first, for "What is stuck"."""
    rows = Letter.objects.filter(state=Letter.State.DEAD)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_view(row) for row in rows.order_by("-id")[:limit]]


def is_suppressed(address: str) -> bool:
    return bool(suppressed_among([address]))


def suppressed_among(addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses (folded) that get no letters; one query."""
    wanted = {rules.folded(address) for address in addresses}
    return frozenset(Suppression.objects.filter(address__in=wanted).values_list("address", flat=True))


def _view(row: Letter) -> LetterView:
    return LetterView(
        id=row.id,
        to=row.to,
        subject=row.subject,
        text=row.text,
        language=row.language,
        kind=row.kind,
        about=row.about,
        state=row.state,
        tries=row.tries,
        written_at=row.written_at,
        next_at=row.next_at if row.state == Letter.State.QUEUED else None,
        sent_at=row.sent_at,
        error=row.error,
    )
