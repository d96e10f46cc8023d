"""Labelled texts from a CSV file: what is read, what is left out and why. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from trustdesk.learning.rules import LONGEST_TEXT, MOST_ROWS, truth_in_words

_NAMES = {
    "text": ("text", "body", "content", "teks"),
    "label": ("label", "truth", "class", "positive"),
    "language": ("language", "lang", "bahasa"),
    "market": ("market", "country", "pasar"),
    "weight": ("weight",),
    "group": ("group", "account", "author"),
}


class BadFile(Exception):
    """The file cannot be read as labelled texts; the message is for people."""


@dataclass(frozen=True)
class Labelled:
    """One labelled text. `group`: an account or the like whose texts are one look; "" none."""

    text: str
    truth: bool
    market: str
    language: str
    weight: float
    group: str


@dataclass(frozen=True)
class Read:
    """`dropped`: lines left out, by reason: no_text, twice (the same text again), disagree (the same text with both
    labels: none of them is believed), bad_weight, too_many."""

    rows: list[Labelled]
    dropped: dict[str, int]


@dataclass(frozen=True)
class Columns:
    """Which column is which, where a file does not use the usual names."""

    text: str = ""
    label: str = ""
    language: str = ""
    market: str = ""


def read(raw: bytes, *, label: str, positive: str = "", columns: Columns | None = None) -> Read:
    """The labelled texts of a CSV file with a header (UTF-8; commas, semicolons or tabs). Raises BadFile."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(f"It is not UTF-8: byte {error.start} cannot be read.") from error
    if not text.strip():
        raise BadFile("It is empty.")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    old = csv.field_size_limit(4 * 2**20)
    try:
        header = [name.strip().casefold() for name in next(rows)]
        places = _places(header, columns or Columns())
        return _read(rows, places, label=label, positive=positive)
    except csv.Error as error:
        raise BadFile(f"Line {rows.line_num} cannot be read: {error}.") from error
    finally:
        csv.field_size_limit(old)


def _places(header: list[str], columns: Columns) -> dict[str, int]:
    places: dict[str, int] = {}
    for what, names in _NAMES.items():
        given = str(getattr(columns, what, "")).strip().casefold()
        found = [name for name in ([given] if given else names) if name in header]
        if found:
            places[what] = header.index(found[0])
        elif given or what in {"text", "label"}:
            there = ", ".join(name for name in header if name) or "none"
            raise BadFile(f"It has no column {given or what}; its columns are {there}.")
    return places


def _read(rows: Iterator[list[str]], places: dict[str, int], *, label: str, positive: str) -> Read:
    dropped: Counter[str] = Counter()
    found: dict[str, Labelled] = {}
    disagreed: set[str] = set()
    for row in rows:
        if not any(row):
            continue
        cells = {what: row[place].strip() if place < len(row) else "" for what, place in places.items()}
        text = cells["text"].replace("\0", "")[:LONGEST_TEXT]
        if not text.strip():
            dropped["no_text"] += 1
            continue
        try:
            weight = float(cells.get("weight") or 1.0)
        except ValueError:
            weight = -1.0
        if not 0 < weight < 1e9:
            dropped["bad_weight"] += 1
            continue
        if len(found) >= MOST_ROWS:
            dropped["too_many"] += 1
            continue
        one = Labelled(
            text=text,
            truth=truth_in_words(cells["label"], label=label, positive=positive),
            market=cells.get("market", "").upper()[:8],
            language=cells.get("language", "").lower()[:12],
            weight=weight,
            group=cells.get("group", "")[:200],
        )
        key = " ".join(text.casefold().split())
        before = found.get(key)
        if before is None:
            found[key] = one
        elif before.truth == one.truth:
            dropped["twice"] += 1
        else:
            disagreed.add(key)
            dropped["disagree"] += 1
    for key in disagreed:
        del found[key]
        dropped["disagree"] += 1
    return Read(list(found.values()), dict(dropped))
