"""Screening's pure parts: one text of all words, evidence back in its field, unknowns brought to an end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trustdesk.content.facts import REFERENCES
from trustdesk.screening.pictures import Picture, Words, addresses, values_of

# What rate() counts: every submission, and each kind by its plural.
COUNTERS = {
    "ad": "ads",
    "listing": "listings",
    "product": "products",
    "shop": "shops",
    "profile": "profiles",
    "review": "reviews",
    "comment": "comments",
    "message": "messages",
    "image": "images",
    "short_video": "short_videos",
    "livestream": "livestreams",
}
ALL_ITEMS = "items"
RANK = {"approve": 0, "limit": 1, "review": 2, "hold": 3, "reject": 4}


@dataclass(frozen=True)
class Segment:
    """Where a field's words stand in the text of all words: [start, end) in code points. `where` says of words in a
    picture which one, and where in it."""

    field: str
    start: int
    end: int
    where: Mapping[str, Any] | None = None


def all_words(
    title: str, body: str, fields: Mapping[str, Any], seen: Sequence[Words] = ()
) -> tuple[str, tuple[Segment, ...]]:
    """Title, body, declared text fields and what was read in pictures, one line each, with the place of each."""
    parts: list[str] = []
    segments: list[Segment] = []
    at = 0
    words = [("title", title), ("body", body), *((k, v) for k, v in sorted(fields.items()) if _says(k, v))]
    for name, value in words:
        if not value:
            continue
        parts.append(value)
        segments.append(Segment(name, at, at + len(value)))
        at += len(value) + 1
    for each in seen:
        parts.append(each.text)
        segments.append(Segment(each.field, at, at + len(each.text), each.where))
        at += len(each.text) + 1
    return "\n".join(parts), tuple(segments)


def joined_words(title: str, body: str, fields: Mapping[str, Any], seen: Sequence[Words] = ()) -> str:
    """The text of `all_words` alone, for those who judge thousands and mark few."""
    words = (
        [title, body, *(value for name, value in sorted(fields.items()) if _says(name, value))]
        if fields
        else [title, body]
    )
    return "\n".join([*(word for word in words if word), *(each.text for each in seen)])


def _says(name: str, value: Any) -> bool:
    """Can an author say something in this field? Ids of other things are no words."""
    return isinstance(value, str) and name not in REFERENCES


def item_values(
    *,
    owner: str,
    kind: str,
    market: str,
    language: str,
    url: str,
    title: str,
    body: str,
    text: str,
    price: Decimal | float | None,
    currency: str,
    category: str,
    media: int,
    declared: Mapping[str, Any],
    pictures: Sequence[Picture] = (),
) -> dict[str, Any]:
    """The item as rules read it, from what its version keeps for ever and what was seen in its media; what nobody told is
    left out. `text`: all words."""
    values = {
        "id": owner,
        "kind": kind,
        "title": title,
        "body": body,
        "text": text,
        "price": float(price) if price is not None else None,
        "currency": currency,
        "category": category,
        "language": language,
        "market": market,
        "urls": [*([url] if url else []), *addresses(pictures)],
        "media": media,
        **declared,
        **values_of(pictures),
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def back_to_fields(span: Mapping[str, Any], segments: Sequence[Segment], text: str) -> list[dict[str, Any]]:
    """A span of item.text (or item.title …) as spans of the fields it covers; one that crosses a border is cut there."""
    field = str(span["field"]).removeprefix("item.")
    start, end = int(span["start"]), int(span["end"])
    if field not in {"text", "image_text"}:
        return [{"field": field, "start": start, "end": end, "text": str(span["text"])}]
    pieces = []
    at = 0
    for segment in segments:
        if field == "text":
            begin = segment.start
        elif segment.field == field:  # the field itself is its lines, one below the other
            begin, at = at, at + segment.end - segment.start + 1
        else:
            continue
        low, high = max(0, start - begin), min(end - begin, segment.end - segment.start)
        if low < high:
            words = text[segment.start + low : segment.start + high]
            pieces.append({"field": segment.field, "start": low, "end": high, "text": words, **(segment.where or {})})
    return pieces


def after_patience(outcome: str, undecided: Iterable[Mapping[str, Any]]) -> tuple[str, bool]:
    """The outcome once waiting is over: each undecided rule's `if_unknown` decides. Also: is a person asked only for
    that reason?"""
    wanted = {rest["if_unknown"] for rest in undecided}
    asked = "hold" if "hold" in wanted else ("review" if "review" in wanted else "approve")
    if RANK[asked] > RANK[outcome]:
        return asked, asked == "review"
    return outcome, False


def retry_delay(tries: int) -> int:
    """Seconds before the worker asks an unknown signal again: 2, 4, 8 … at most 60."""
    return min(60, 2 ** max(1, tries))
