"""Videos as a reviewer sees them: one to play, its scenes in a row with scores and what rules found, what is said in it.

Livestreams are in `lives`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from trustdesk.content.queries import MediaView
from trustdesk.files import queries as files
from trustdesk.files.queries import FileView
from trustdesk.review.lives import Live, lives_of
from trustdesk.review.queries import Sheet
from trustdesk.review.seeing import SURE, Shown, boxes_of, clock, said_of, veil_of
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import LookView

# Two lengths that differ by less than a second, or less than a tenth, are the same to people.
SAME_LENGTH = 1.0
# A score beside a frame below this is no news.
WORTH_SAYING = 0.05
RATE = 25.0  # frames a second of a film that does not say
DECLARED = ("seconds", "duration")  # fields in which platforms say how long a film is


@dataclass(frozen=True)
class Cell:
    """A scene: its picture, when it comes (seconds, and as people read it), what was found in it."""

    picture: Shown
    at: str
    clock: str
    score: str  # "0.87", or "" where there is nothing to say
    hits: tuple[int, ...]
    says: str


@dataclass(frozen=True)
class Line:
    """Words with the second they are heard or first read at."""

    at: str
    clock: str
    text: str
    heard: bool


@dataclass(frozen=True)
class Film:
    """A video. `play`: its signed address, "" when the page cannot play it, and then `why_not` says so; `lies`: lengths
    it does not have, in words; `hits`: seconds at which rules found something, in order."""

    number: int
    about: str
    lies: tuple[str, ...]
    notes: tuple[str, ...]
    play: str
    why_not: str
    poster: Shown
    rate: float
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    hits: str
    first: bool  # of the item: its buttons have the keys
    live: bool = False


def films_of(sheet: Sheet, *, now: datetime) -> list[Film | Live]:
    """The videos and livestreams of the item, in its own order; a query for all scores, two for each livestream."""
    hits = sheet.verdict.hits
    told = "verdict" not in sheet.hidden
    files_of = {
        medium: sheet.pictures[medium.file]
        for medium in sheet.version.media
        if medium.file in sheet.pictures and is_film(sheet.pictures[medium.file])
    }
    looks = {medium: sheet.looks.get(file.hash) for medium, file in files_of.items()}
    wanted = [look.id for look in looks.values() if look is not None] if told else []
    scores = signals.film_scores(wanted) if wanted else {}
    films: dict[int, Film | Live] = {}
    for medium, file in files_of.items():
        look = looks[medium]
        films[medium.position] = _film(
            medium,
            file,
            look,
            scores.get(look.id, []) if look else [],
            hits=hits,
            veil=veil_of(sheet.labels, look.adult if look else None, told=told),
            told=told,
            declared=_declared(sheet.version.fields),
            first=not films,
            now=now,
        )
    films |= {live.number - 1: live for live in lives_of(sheet, now=now)}
    return [films[place] for place in sorted(films)]


def is_film(file: FileView) -> bool:
    """A video of which there is something to show."""
    return bool(file.times)


def play_address(file: FileView, *, now: datetime) -> str:
    return files.signed_url(file.id, "play", now=now)


def _film(
    medium: MediaView,
    file: FileView,
    look: LookView | None,
    scores: Sequence[tuple[float, float]],
    *,
    hits: Sequence[Mapping[str, Any]],
    veil: str,
    declared: float | None,
    first: bool,
    told: bool,
    now: datetime,
) -> Film:
    number, seconds = medium.position + 1, file.seconds or 0.0
    width, height = file.width or 320, file.height or 180
    strip = file.strip
    found = _by_cell([at for _name, at in strip], hits, number)
    cells = []
    for place, (name, at) in enumerate(strip):
        picture = Shown(
            number=number,
            url=files.signed_url(file.id, name, now=now),
            alt=_("Film %(n)s at %(at)s") % {"n": number, "at": clock(at)},
            why_not="",
            width=width,
            height=height,
            veil=veil,
            boxes=boxes_of(hits, number, width, height, at=round(at, 1)),
        )
        score = max((adult for when, adult in scores if abs(when - at) < 0.06), default=0.0)
        cells.append(
            Cell(
                picture=picture,
                at=f"{at:.3f}",
                clock=clock(at),
                score=f"{score:.2f}" if score >= WORTH_SAYING else "",
                hits=tuple(dict.fromkeys(hit for hit, _span in found.get(place, ()))),
                says="; ".join(dict.fromkeys(said_of(span) for _hit, span in found.get(place, ()))),
            )
        )
    moments = sorted({round(span["at"], 1) for spans in found.values() for _hit, span in spans})
    file_says = look.told if look else {}
    return Film(
        number=number,
        about=_("Film %(n)s, %(length)s long") % {"n": number, "length": clock(seconds)},
        lies=_lies(seconds, declared, file_says),
        notes=tuple(filter(None, (_note(code) for code in file_says.get("notes", ())))),
        play=play_address(file, now=now) if file.playable else "",
        why_not="" if file.playable else _("Browsers do not open this kind of file. Here are its scenes."),
        poster=Shown(
            number=number,
            url=files.signed_url(file.id, "shown", now=now),
            alt=medium.alt or _("Film %(n)s, without a description") % {"n": number},
            why_not="",
            width=width,
            height=height,
            veil=veil,
        ),
        rate=float(file_says.get("rate") or RATE),
        cells=tuple(cells),
        lines=_lines(look, told=told),
        hits=" ".join(f"{at:.1f}" for at in moments),
        first=first,
    )


def _by_cell(
    times: Sequence[float], hits: Sequence[Mapping[str, Any]], number: int
) -> dict[int, list[tuple[int, Mapping[str, Any]]]]:
    """What rules found in this film, by the scene that is nearest: (number of the hit, evidence)."""
    found: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for place, hit in enumerate(hits, 1):
        for span in hit["evidence"]:
            if span.get("picture") == number and span.get("at") is not None and times:
                nearest = min(range(len(times)), key=lambda cell: abs(times[cell] - span["at"]))
                found.setdefault(nearest, []).append((place, span))
    return found


def _lies(seconds: float, declared: float | None, told: Mapping[str, Any]) -> tuple[str, ...]:
    """Lengths that are not true: what the platform said of the film, what the film says of itself."""
    lies = []
    if declared is not None and not _same(declared, seconds):
        lies.append(_("The platform said %(length)s.") % {"length": clock(declared)})
    if "lying_length" in told.get("notes", ()):
        lies.append(_("The file says %(length)s.") % {"length": clock(told.get("claimed", 0.0))})
    return tuple(lies)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= max(SAME_LENGTH, 0.1 * max(one, other))


def _declared(fields: Mapping[str, Any]) -> float | None:
    said = next((fields[name] for name in DECLARED if isinstance(fields.get(name), int | float)), None)
    return None if said is None else float(said)


def _note(code: str) -> str:
    """What people should know about what was seen; a lying length is told with its length."""
    return {
        "sampled": _("Too long to look at every frame: samples were looked at."),
        "cut_short": _("The time for looking ran out: the end was not seen by the machine."),
        "damaged": _("Parts of it are damaged and were not seen by the machine."),
        "crowded": _("More different scenes than are kept: the most different ones are here."),
    }.get(code, "")


def _lines(look: LookView | None, *, told: bool) -> tuple[Line, ...]:
    """What is said in a film and what is written in it, in order of time; without `told` nothing that machines read."""
    found = [
        one
        for one in (look.texts if look else ())
        if one.get("at") is not None and one.get("score", 1.0) >= SURE and (told or one.get("heard"))
    ]
    return tuple(
        Line(at=f"{one['at']:.1f}", clock=clock(one["at"]), text=one["text"], heard=bool(one.get("heard")))
        for one in sorted(found, key=lambda one: one["at"])
    )
