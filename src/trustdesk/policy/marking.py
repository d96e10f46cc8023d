"""What rules saw, marked in the words: the text of a trial cut at the borders of its evidence. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from trustdesk.engine import Evidence


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `number` is the hit it belongs to, from 1, 0 where nothing was found."""

    text: str
    number: int = 0
    tone: str = ""


def pieces_of(tried: Any) -> list[Piece]:
    """The text of a trial, each hit's evidence numbered like the hits; red decides, amber only asks or supports."""
    if tried.trial is None:
        return []
    title = str(tried.trial.event["item"].get("title") or "")
    spans = [
        (*place, number, "reject" if hit.then.verb in {"reject", "review", "hold"} else "warning")
        for number, hit in enumerate(tried.trial.judged.hits, 1)
        for piece in hit.evidence
        if (place := _place(piece, title))
    ]
    return cut(tried.text, spans)


def cut(text: str, spans: Iterable[tuple[int, int, int, str]]) -> list[Piece]:
    """`spans`: (start, end, number, tone) in code points. Where they overlap, the one that starts first keeps the place."""
    found: list[Piece] = []
    at = 0
    for start, end, number, tone in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], number, tone))
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def _place(piece: Evidence, title: str) -> tuple[int, int] | None:
    """Where evidence of title, body or text stands in the text of all words."""
    if piece.field in {"item.text", "item.title"}:
        return piece.start, piece.end
    if piece.field == "item.body":
        before = len(title) + 1 if title else 0
        return piece.start + before, piece.end + before
    return None
