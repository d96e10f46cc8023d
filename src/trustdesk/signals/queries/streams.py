"""Asking about livestreams that are watched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.signals.streams import LiveFrame, LiveWatch
from trustdesk.signals.video.states import OVER, words


@dataclass(frozen=True)
class StreamView:
    """A watched stream. `lag`: seconds between what was looked at last and the live edge; `digest`: under which `looks`
    has what was seen so far; `reason` is a code, `reason_words` its sentence."""

    id: UUID
    owner: str
    about: str
    address: str
    state: str
    reason: str
    since: datetime
    began_at: datetime
    looked_at: datetime | None
    pace: float
    lag: float
    looked: int
    skipped: int
    news: int
    digest: str

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def reason_words(self) -> str:
        return words(self.reason)


@dataclass(frozen=True)
class StreamFrame:
    """A frame of a stream's strip. `at`: seconds since the watch began."""

    id: int
    at: float
    seen_at: datetime
    width: int
    height: int
    adult: float | None
    news: bool


def streams(owners: Iterable[str]) -> dict[str, StreamView]:
    """Watched streams by owner, those there are; one query."""
    wanted = set(owners)
    rows = LiveWatch.objects.filter(owner__in=wanted).defer("known") if wanted else ()
    return {row.owner: _view(row) for row in rows}


def strip(owner: str) -> list[StreamFrame]:
    """The frames that are kept of a stream, newest first, without their bytes."""
    rows = LiveFrame.objects.filter(watch__owner=owner).defer("webp").order_by("-at", "-id")
    return [_frame(row) for row in rows]


def streams_over(*, before: datetime, limit: int) -> list[StreamView]:
    """Streams that ended before then and whose frames were not tidied yet, longest over first."""
    rows = LiveWatch.objects.filter(next_at=None, tidied_at=None, since__lt=before).defer("known").order_by("since")
    return [_view(row) for row in rows[:limit]]


def _frame(row: LiveFrame) -> StreamFrame:
    return StreamFrame(row.id, row.at, row.seen_at, row.width, row.height, row.adult, row.news)


def stream_frame(owner: str, frame: int) -> bytes:
    """One frame as WebP. Raises NotFound."""
    row = LiveFrame.objects.filter(watch__owner=owner, id=frame).first()
    if row is None:
        raise NotFound("There is no such frame.")
    return bytes(row.webp)


def _view(row: LiveWatch) -> StreamView:
    return StreamView(
        id=row.id,
        owner=row.owner,
        about=row.about,
        address=row.address,
        state=row.state,
        reason=row.reason,
        since=row.since,
        began_at=row.began_at,
        looked_at=row.looked_at,
        pace=row.pace,
        lag=row.lag,
        looked=row.looked,
        skipped=row.skipped,
        news=row.news,
        digest=row.digest,
    )
