"""A sample's words with its evidence marked: as much of a text as shows the marks. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROOM = 90  # code points shown on either side of a mark
SHORT = 280  # a text up to this long is shown whole; one without marks is cut here


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `marked`: evidence of a rule that hits it; `gap`: something is left out before it."""

    text: str
    marked: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Excerpt:
    field: str
    pieces: tuple[Piece, ...]
    cut: bool  # something is left out at the end


def excerpts(texts: Mapping[str, str], spans: Iterable[tuple[str, int, int]]) -> list[Excerpt]:
    """An excerpt of each field that has a mark, in the order given; without any mark, of the body. Spans are (field,
    start, end) in code points."""
    found: dict[str, list[tuple[int, int]]] = {}
    for field, start, end in spans:
        found.setdefault(field, []).append((start, end))
    shown = [field for field in texts if field in found] or ["body"]
    return [_excerpt(field, texts[field], found.get(field, [])) for field in shown if texts.get(field)]


def _excerpt(field: str, text: str, spans: Sequence[tuple[int, int]]) -> Excerpt:
    marks: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        start, end = max(start, marks[-1][1] if marks else 0), min(end, len(text))
        if start < end:
            marks.append((start, end))
    shown = _windows(text, marks)
    pieces: list[Piece] = []
    for low, high in shown:
        at, first = low, True
        for start, end in marks:
            if not low <= start < high:
                continue
            if start > at:
                pieces.append(Piece(text[at:start], gap=first and low > 0))
                first = False
            pieces.append(Piece(text[start:end], marked=True, gap=first and low > 0))
            at, first = end, False
        if at < high:
            pieces.append(Piece(text[at:high], gap=first and low > 0))
    return Excerpt(field, tuple(pieces), cut=shown[-1][1] < len(text))


def _windows(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What to show: all of a short text, else some room about each mark (the first ten)."""
    if len(text) <= SHORT:
        return [(0, len(text))]
    if not marks:
        return [(0, SHORT)]
    windows: list[tuple[int, int]] = []
    for start, end in marks[:10]:
        low, high = max(0, start - ROOM), min(len(text), end + ROOM)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return windows


def texts_of(title: str, body: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """The words of a version by field."""
    return {"title": title, "body": body, **{name: value for name, value in fields.items() if isinstance(value, str)}}
