"""Videos and livestreams as a reviewer sees them without playing them: their frames in a row, each with its time."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from trustdesk.content.queries import MediaView
from trustdesk.files import queries as files
from trustdesk.files.queries import FileView
from trustdesk.review.seeing import Shown, boxes_of, clock
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import StreamView

MOST = 12  # frames of a livestream: the newest


@dataclass(frozen=True)
class Film:
    """A strip of frames, each with its time in words; `about` says what it is and how it fares."""

    number: int
    about: str
    cells: tuple[tuple[Shown, str], ...]


def video_of(
    number: int, file: FileView, hits: Sequence[Mapping[str, Any]], *, veil: str, now: datetime
) -> Film | None:
    """The strip of a stored video; None for what is none, or was not looked into."""
    if not file.strip:
        return None
    width, height = file.width or 320, file.height or 180
    cells = []
    for name, at in file.strip:
        shown = Shown(
            number=number,
            url=files.signed_url(file.id, name, now=now),
            alt=_("Film %(n)s at %(at)s") % {"n": number, "at": clock(at)},
            why_not="",
            width=width,
            height=height,
            veil=veil,
            boxes=boxes_of(hits, number, width, height, at=round(at, 1)),
        )
        cells.append((shown, clock(at)))
    return Film(
        number, _("Film %(n)s, %(length)s long") % {"n": number, "length": clock(file.seconds or 0)}, tuple(cells)
    )


def streams_of(media: Sequence[MediaView], *, veil: str) -> list[Film]:
    """The newest frames of an item's livestreams, newest first; two queries for each."""
    owners = {str(medium.id): medium.position + 1 for medium in media if medium.kind == "stream"}
    films = []
    for owner, stream in (signals.streams(owners) if owners else {}).items():
        number = owners[owner]
        cells = []
        for frame, data in signals.newest_frames(owner, most=MOST):
            shown = Shown(
                number=number,
                url="data:image/webp;base64," + b64encode(data).decode(),
                alt=_("Film %(n)s at %(at)s") % {"n": number, "at": clock(frame.at)},
                why_not="",
                width=frame.width,
                height=frame.height,
                veil=veil,
            )
            cells.append((shown, clock(frame.at)))
        films.append(Film(number, _about(stream), tuple(cells)))
    return films


def _about(stream: StreamView) -> str:
    words = {
        "waiting": _("nothing has come yet"),
        "live": _("live"),
        "stalled": _("stalled: nothing new comes"),
        "looping": _("the same pictures again and again"),
        "lying": _("says it is live, and is not"),
        "ended": _("over"),
        "refused": _("not watched"),
    }[stream.state]
    if stream.state == "live":
        return _("Livestream: live, %(lag)s s behind") % {"lag": f"{stream.lag:.0f}"}
    return _("Livestream: %(state)s") % {"state": words}
