"""Bulk import into a word list: every line is answered for in a number, nothing is lost silently. Pure.

A line is blank, a comment, a heading of a CSV, or an entry; an entry is added, already there, a repetition, one that
says nothing once folded, too long, or broken. `Report.lines` is the sum of all of these.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trustdesk.policy import yamltext
from trustdesk.policy.wordlists import LANGUAGE_LINE, LONGEST_ENTRY, WordListText, key_of

ADD, REMOVE, REPLACE = "add", "remove", "replace"
MODES = (ADD, REMOVE, REPLACE)
LINES, CSV = "lines", "csv"
_SHOWN = 8  # examples of each thing told
_COLUMNS = {
    "text": {"text", "entry", "word", "phrase", "term", "keyword", "kata", "frasa"},
    "language": {"language", "lang", "bahasa"},
    "source": {"source", "from", "sumber"},
    "why": {"why", "reason", "note", "comment", "alasan", "catatan"},
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


@dataclass(frozen=True)
class Row:
    """One entry as it came; `line` counts from 1."""

    text: str
    line: int
    language: str = ""
    source: str = ""
    why: str = ""


@dataclass
class Report:
    """What became of every line: numbers by name, and the first few of each with their line."""

    lines: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def note(self, what: str, line: int, text: str = "") -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        if text and len(shown := self.samples.setdefault(what, [])) < _SHOWN:
            shown.append((line, text if len(text) <= 48 else text[:47] + "…"))

    def to_json(self) -> dict[str, object]:
        return {"lines": self.lines, "counts": self.counts, "samples": self.samples}


@dataclass(frozen=True)
class Merged:
    """The list's new text, and what came in with each entry that is new in it, by its key."""

    text: str
    report: Report
    added: Mapping[str, Row]
    removed: int


def decode(data: bytes) -> str | None:
    """A file's text: UTF-8 with or without a mark, UTF-16 with one; None where it is neither."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def rows_of(text: str, form: str, report: Report, *, language: str = "") -> list[Row]:
    """The entries of a text; everything else is counted in `report`. `language` holds where a line says no other."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _csv(text, report, language) if form == CSV else _lines(text, report, language)


def merge(base: WordListText, rows: Iterable[Row], mode: str, report: Report) -> Merged:
    """Put the rows into a list (or take them out of it). Entries that find the same words count as one."""
    there = base.keys
    seen: dict[str, Row] = {}
    for row in rows:
        key = key_of(row.text)
        if yamltext.forbidden_at(row.text) is not None:
            report.note("broken", row.line, row.text.encode("unicode_escape").decode())
        elif len(row.text) > LONGEST_ENTRY:
            report.note("long", row.line, row.text)
        elif not key:
            report.note("empty", row.line, row.text)
        elif key in seen:
            report.note("repeated", row.line, row.text)
        else:
            seen[key] = row
            if mode == REMOVE:
                report.note("removed" if key in there else "absent", row.line, row.text)
            else:
                report.note("known" if key in there else "added", row.line, row.text)
    if mode == REMOVE:
        # An older list may hold two spellings that find the same: both go.
        lines = {entry.line for entry in base.entries if key_of(entry.text) in seen}
        return Merged(_without(base.text, lines), report, {}, len(seen.keys() & there.keys()))
    fresh = {key: row for key, row in seen.items() if key not in there}
    if mode == REPLACE:
        return Merged(_whole(base.intro, list(seen.values())), report, fresh, len(there.keys() - seen.keys()))
    return Merged(_with(base.text, list(fresh.values())), report, fresh, 0)


def _lines(text: str, report: Report, language: str) -> list[Row]:
    rows: list[Row] = []
    spoken = language
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()  # what stands after the last line break is no line
    report.lines = len(lines)
    for number, line in enumerate(lines, 1):
        word = line.strip()
        if not word:
            report.note("blank", number)
        elif found := LANGUAGE_LINE.fullmatch(word):
            spoken = found[1].lower()
            report.note("comments", number, word)
        elif word.startswith("#"):
            report.note("comments", number, word)
        else:
            rows.append(Row(word, number, spoken))
    return rows


def _csv(text: str, report: Report, language: str) -> list[Row]:
    """With a heading that names its columns, or without one: then the first column holds the entries."""
    dialect = ";" if text[:2000].count(";") > text[:2000].count(",") else "\t" if "\t" in text[:2000] else ","
    rows: list[Row] = []
    columns: dict[str, int] | None = None
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd")), delimiter=dialect)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            report.lines += 1
            report.note("broken", reader.line_num)
            continue
        report.lines += 1
        number = reader.line_num
        if columns is None:
            columns = _heading(cells)
            if columns != {"text": 0} or (cells[:1] and cells[0].strip().lower() in _COLUMNS["text"]):
                report.note("comments", number, dialect.join(cells))
                continue
        said = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        if not any(cell.strip() for cell in cells):
            report.note("blank", number)
        elif said.get("text", "").startswith("#"):  # as in a list's own text, which could not hold it
            report.note("comments", number, said["text"])
        elif not said.get("text"):
            report.note("empty", number, dialect.join(cells))
        else:
            spoken = said.get("language", "").lower()
            word = " ".join(said["text"].split())
            rows.append(
                Row(
                    word,
                    number,
                    spoken if _LANGUAGE.fullmatch(spoken) else language,
                    said.get("source", "")[:200],
                    said.get("why", "")[:300],
                )
            )
    return rows


def _heading(cells: Sequence[str]) -> dict[str, int]:
    """Which column holds what; only the first where no heading names the entries."""
    named = {
        name: at for at, cell in enumerate(cells) for name, known in _COLUMNS.items() if cell.strip().lower() in known
    }
    return named if "text" in named else {"text": 0}


def _with(text: str, rows: Sequence[Row]) -> str:
    """New entries at the end of their language's part; those without a language before the first part."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.split("\n"):
        if found := LANGUAGE_LINE.fullmatch(line.strip()):
            parts.append((found[1].lower(), [line]))
        else:
            parts[-1][1].append(line)
    for language in dict.fromkeys(row.language for row in rows):
        words = [row.text for row in rows if row.language == language]
        part = next((lines for name, lines in reversed(parts) if name == language), None)
        if part is None:
            parts.append((language, [f"# lang: {language}", *words]))
        else:
            while part and not part[-1].strip():
                part.pop()
            part.extend(words)
    return "\n".join("\n".join(lines) for _, lines in parts if lines).rstrip("\n") + "\n"


def _whole(intro: str, rows: Sequence[Row]) -> str:
    head = f"# {intro}\n" if intro else ""
    return _with(head, rows)


def _without(text: str, lines: set[int]) -> str:
    return "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number not in lines)
