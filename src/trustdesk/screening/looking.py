"""What was seen in the media of items, gathered for their verdicts: two queries for any number of items."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from trustdesk.content.actions import MediaEntry
from trustdesk.content.queries import MediaView
from trustdesk.files import queries as files
from trustdesk.files.queries import FileView
from trustdesk.screening.pictures import Picture
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import LookView, StreamView

Medium = MediaEntry | MediaView


# Below this the reader guesses: patterns are taken for letters.
SURE = 0.7


def pictures_of(
    media: Sequence[Sequence[Medium]], *, known: Mapping[UUID, FileView] | None = None
) -> list[list[Picture]]:
    """Of each item's media those that are looked into. `known`: files that were read already."""
    wanted = {medium.file for each in media for medium in each if medium.file}
    if not any(media):
        return [[] for _ in media]
    watched = [
        str(medium.id) for each in media for medium in each if isinstance(medium, MediaView) and is_stream(medium)
    ]
    streams = signals.streams(watched) if watched else {}
    views = {**(known or {})}
    if wanted - views.keys():
        views |= files.views_of(wanted - views.keys())
    digests = [*(views[file].hash for file in wanted if file in views), *(one.digest for one in streams.values())]
    looks = signals.looks(digests) if digests else {}
    return [
        [
            _stream(n, streams.get(str(medium.id)) if isinstance(medium, MediaView) else None, looks)
            if is_stream(medium)
            else _picture(n, medium, views.get(medium.file) if medium.file else None, looks)
            for n, medium in enumerate(each, 1)
            if is_stream(medium) or _is_looked_into(medium, views.get(medium.file) if medium.file else None)
        ]
        for each in media
    ]


def unlooked(pictures: Iterable[Picture]) -> bool:
    """Is there work for the media worker?"""
    return any(picture["state"] == "waiting" for picture in pictures)


def _is_looked_into(medium: Medium, view: FileView | None) -> bool:
    if view is not None:
        return not view.ready or signals.is_looked_into(view.media_type)
    return medium.state in {"wanted", "refused"}


def is_stream(medium: Medium) -> bool:
    """A livestream: watched where it is."""
    return medium.kind == "stream"


def _stream(n: int, stream: StreamView | None, looks: Mapping[str, LookView]) -> Picture:
    """What was seen of a livestream so far, as of any other medium; until its first frame nothing is known."""
    look = looks.get(stream.digest) if stream is not None else None
    return {
        **_seen(look),
        "n": n,
        "file": "",
        "digest": stream.digest if stream and look else "",
        "state": look.state if look else "waiting",
        "reason": look.refusal if look else "",
        "kind": "live",
        "stream": stream.state if stream else "waiting",
    }


def _picture(n: int, medium: Medium, view: FileView | None, looks: Mapping[str, LookView]) -> Picture:
    look = looks.get(view.hash) if view is not None and view.ready else None
    state, reason = "waiting", ""
    if medium.state == "refused" or (view is not None and not view.ready):
        state = "refused"
        reason = getattr(medium, "reason", "") or (view.reason if view is not None else "")
    elif look is not None:
        state, reason = look.state, look.refusal
    kind = view.media_type.partition("/")[0] if view is not None else medium.kind
    return {
        **_seen(look),
        "n": n,
        "file": str(view.id) if view else "",
        "digest": view.hash if view else "",
        "state": state,
        "reason": reason,
        **({"kind": kind} if kind == "video" else {}),
    }


def _seen(look: LookView | None) -> Picture:
    film = {"seconds": look.seconds, "adult_at": look.adult_at} if look and look.seconds is not None else {}
    return {
        "look": str(look.id) if look else "",
        "adult": look.adult if look else None,
        "texts": _lines(look.texts) if look else [],
        "codes": _lines(look.codes) if look else [],
        "failed": look.failed if look else {},
        **film,
    }


def _lines(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """With `line`, their place among all that was read: what is left out for being a guess keeps its own."""
    return [
        {"line": line} | {name: each[name] for name in ("text", "box", "at") if each.get(name) is not None}
        for line, each in enumerate(found)
        if each.get("score", 1.0) >= SURE
    ]
