"""Livestreams as a reviewer sees them while they run: the newest frame, those before it, and how the stream fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.review.queries import Sheet
from trustdesk.review.seeing import Shown, clock, reason_words, veil_of
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import StreamView
from trustdesk.web.templatetags.desk import span

MOST = 12  # frames: the newest
# The worker looks every few seconds; when it has not for so many rounds, that is said.
LATE_ROUNDS = 4


@dataclass(frozen=True)
class LiveCell:
    """A frame: `clock` counts from when the desk began to look, `ago` says how long ago it was seen."""

    picture: Shown
    clock: str
    ago: str
    score: str
    news: bool


@dataclass(frozen=True)
class Live:
    """A livestream. `says`: how it fares now, in one sentence; `tone` as of a chip; `over`: nothing more will come."""

    number: int
    state: str
    word: str
    tone: str
    says: str
    why: str
    since: datetime
    over: bool
    newest: LiveCell | None
    cells: tuple[LiveCell, ...]
    address: str  # of this part of the page, to be asked again
    live: bool = True


def lives_of(sheet: Sheet, *, now: datetime) -> list[Live]:
    """The livestreams among the media of an item; a query for all, one more for each."""
    owners = {str(medium.id): medium.position + 1 for medium in sheet.version.media if medium.kind == "stream"}
    if not owners:
        return []
    return [_live(sheet, owners[owner], stream, now=now) for owner, stream in signals.streams(owners).items()]


def _live(sheet: Sheet, number: int, stream: StreamView, *, now: datetime) -> Live:
    told = "verdict" not in sheet.hidden
    adult = [span["score"] for hit in sheet.verdict.hits for span in hit["evidence"] if span["field"] == "adult"]
    veil = veil_of(sheet.labels, max(adult, default=None), told=told)
    cells = []
    for frame in signals.strip(stream.owner)[:MOST]:
        picture = Shown(
            number=number,
            url=reverse("review:stream_frame", args=[sheet.review.id, number, frame.id]),
            alt=_("Livestream at %(at)s") % {"at": clock(frame.at)},
            why_not="",
            width=frame.width,
            height=frame.height,
            veil=veil or veil_of((), frame.adult, told=told),
        )
        score = f"{frame.adult:.2f}" if told and frame.adult is not None and frame.adult >= 0.05 else ""
        cells.append(LiveCell(picture, clock(frame.at), span(now - frame.seen_at), score, told and frame.news))
    word, tone = _word(stream)
    return Live(
        number=number,
        state=stream.state,
        word=word,
        tone=tone,
        says=_says(stream, last=cells[0].ago if cells else "", now=now),
        why=reason_words(stream.reason) if stream.state == "refused" else _why(stream.reason),
        since=stream.began_at,
        over=stream.over,
        newest=cells[0] if cells else None,
        cells=tuple(cells),
        address=reverse("review:stream", args=[sheet.review.id, number]),
    )


def _word(stream: StreamView) -> tuple[str, str]:
    """The state in a word or two, and its tone."""
    if stream.reason == "gone":
        return _("Gone"), "reject"
    return {
        "waiting": (_("Nothing yet"), ""),
        "live": (_("Live"), "accent"),
        "stalled": (_("Stalled"), "warning"),
        "looping": (_("The same again and again"), "warning"),
        "lying": (_("Not really live"), "warning"),
        "ended": (_("Ended"), ""),
        "refused": (_("Not watched"), "warning"),
    }[stream.state]


def _says(stream: StreamView, *, last: str, now: datetime) -> str:
    if stream.over:
        return ""
    looked = stream.looked_at or stream.began_at
    if now - looked > timedelta(seconds=LATE_ROUNDS * stream.pace):
        return _("Nobody has looked for %(span)s: the desk is busy.") % {"span": span(now - looked)}
    if stream.state == "waiting":
        return _("Nothing has come for %(span)s.") % {"span": span(now - stream.began_at)}
    if stream.state == "stalled":
        return _("No frame for %(span)s.") % {"span": last or span(now - stream.since)}
    return _("Looked %(span)s ago, %(lag)s s behind.") % {"span": span(now - looked), "lag": f"{stream.lag:.0f}"}


def _why(reason: str) -> str:
    return {
        "backwards": _("Its numbers go backwards: it serves old pieces as new."),
        "black": _("It has been showing nothing but black."),
        "frozen": _("It has been showing one still picture."),
        "gone": _("Nothing has come from it for ten minutes."),
        "stopped": _("The desk looks at it no more."),
    }.get(reason, "")
