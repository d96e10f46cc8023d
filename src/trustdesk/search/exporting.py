"""Lists as CSV, batch by batch: nothing grows with the list, neither memory nor a statement."""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import QueryDict
from django.utils import translation

from trustdesk.files import actions as files
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.search import finding, listing
from trustdesk.search.asking import Asked, ask
from trustdesk.search.models import Export

EXPORT_JOB = "search.export"
# So many rows are answered at once; more are written to a file by a job.
MOST_AT_ONCE = 2_000
_STEP = 500
# A list with people in it lies about no longer than somebody needs to fetch it.
KEPT = timedelta(days=7)
_MARK = "\ufeff"


@dataclass(frozen=True)
class ExportView:
    """An export and how far it is. `left`: time to go, None where nobody can tell."""

    id: UUID
    staff: UUID
    tab: str
    query: str
    with_people: bool
    state: str
    total: int | None
    rows: int
    error: str
    made_at: datetime
    ended_at: datetime | None
    left: timedelta | None

    @property
    def kept_until(self) -> datetime | None:
        """When the file is removed; None without one."""
        return self.ended_at + KEPT if self.state == "done" and self.ended_at else None

    @property
    def open(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.rows // self.total) if self.total else 0


def view_of(export_id: UUID, *, staff: UUID, now: datetime) -> ExportView | None:
    """One's own export."""
    row = Export.objects.filter(id=export_id, staff_id=staff).first()
    if row is None:
        return None
    left = None
    if row.state == Export.State.RUNNING and row.total and row.rows and row.started_at:
        left = (now - row.started_at) / row.rows * max(0, row.total - row.rows)
    return ExportView(
        id=row.id,
        staff=row.staff_id,
        tab=row.tab,
        query=row.query,
        with_people=row.with_people,
        state=row.state,
        total=row.total,
        rows=row.rows,
        error=row.error,
        made_at=row.made_at,
        ended_at=row.ended_at,
        left=left,
    )


def pieces(
    asked: Asked, *, actor: Actor, with_people: bool, mark: bool, now: datetime, most: int | None = None
) -> Iterator[tuple[str, int]]:
    """The file piece by piece with the rows in each: the line of titles, then a batch of rows at once."""
    columns = listing.columns(asked.tab, with_people=with_people)
    person = finding.person_asked(asked, actor=actor)
    yield (_MARK if mark else "") + _lines([[str(column.title) for column in columns]]), 0
    for ids in finding.batches(asked, size=_STEP, person=person, most=most):
        rows = listing.rows(asked, ids, now=now)
        yield _lines([[listing.cell(column.value(row)) for column in columns] for row in rows]), len(rows)


def in_language(made: Iterator[tuple[str, int]], language: str) -> Iterator[bytes]:
    """Pieces as bytes. What they show is in this language, whoever asks for them and when."""
    while True:
        with translation.override(language):
            piece = next(made, None)
        if piece is None:
            return
        yield piece[0].encode()


async def stream(made: Iterator[tuple[str, int]], *, language: str) -> AsyncIterator[bytes]:
    """Pieces as they are sent: each is made when the one before it has left, so one batch of rows is all that is held.
    Between them the connection is given back: how fast somebody's line is takes it from nobody."""

    told = in_language(made, language)

    def one() -> bytes | None:
        piece = next(told, None)
        connection.close()
        return piece

    while (piece := await sync_to_async(one)()) is not None:
        yield piece


def write(*, export_id: UUID, clock: Callable[[], datetime]) -> None:
    """Write an export to its file. Run again after a lost worker, it begins anew: nobody has seen half of it."""
    row = Export.objects.get(id=export_id)
    open_ones = Export.objects.filter(id=export_id, state__in=[Export.State.WAITING, Export.State.RUNNING])
    if not open_ones.update(state=Export.State.RUNNING, rows=0, started_at=clock()):
        return
    try:
        file = _written(row, clock=clock)
    except Refusal as refusal:
        open_ones.update(state=Export.State.FAILED, error=refusal.message[:300], ended_at=clock())
        return
    if file is not None:
        open_ones.update(state=Export.State.DONE, file=file, ended_at=clock())


def _written(row: Export, *, clock: Callable[[], datetime]) -> UUID | None:
    """The stored file; None when the export was cancelled meanwhile."""
    actor = actor_by_id(row.staff_id)
    if actor is None or not actor.may("items.export") or (row.with_people and not actor.may("items.export_people")):
        raise Refusal("Who asked for it may not take lists out any more.")
    asked = ask(row.tab, dict(QueryDict(row.query).lists()), actor=actor, zone=row.zone, upto=row.until)
    done = 0
    with tempfile.TemporaryDirectory(prefix="trustdesk-export-") as folder, translation.override(row.language):
        path = Path(folder) / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            for text, count in pieces(asked, actor=actor, with_people=row.with_people, mark=row.mark, now=clock()):
                out.write(text)
                done += count
                if not Export.objects.filter(id=row.id, state=Export.State.RUNNING).update(rows=done):
                    return None
        with path.open("rb") as made:
            return files.keep_made(actor=SYSTEM, source=made, media_type="text/csv", now=clock()).id


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
