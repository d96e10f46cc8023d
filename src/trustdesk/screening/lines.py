"""Lines of a feed: JSONL or CSV, perhaps gzipped, read one at a time, each a value or the reason why not.

Whatever a file holds, reading it never raises in the middle: what cannot be read becomes a BadLine with its number.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.web.reading import MIB, parse

LONGEST_LINE = MIB  # bytes, as the API's body
FORMATS = ("jsonl", "csv")
_ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be taken: where it begins (from 1), a stable word for its kind of trouble, and the reason."""

    number: int
    code: str
    reason: str


@dataclass(frozen=True)
class Line:
    """One entry: where it begins, its value (of a CSV, text by column), its size in bytes."""

    number: int
    value: Any
    size: int


class LineFile:
    """An open feed. `columns` are a CSV's, empty for JSONL; `done` and `total` count bytes on disk."""

    def __init__(self, raw: BinaryIO, *, name: str, form: str, packed: bool, total: int) -> None:
        self._raw = raw
        self._file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        self.total = total
        self._lines = _Lines(self._file)
        self._csv: Any = None
        self.columns: tuple[str, ...] = ()
        if form == "csv":
            self._begin_csv(name)

    @property
    def done(self) -> int:
        return min(self._raw.tell(), self.total)

    def __iter__(self) -> Iterator[Line | BadLine]:
        return self._rows() if self._csv is not None else self._values()

    def _values(self) -> Iterator[Line | BadLine]:
        while True:
            try:
                data = next(self._lines)
            except StopIteration:
                return
            except _Unreadable as trouble:
                yield BadLine(self._lines.number, trouble.code, str(trouble))
                continue
            if not data.strip():
                continue
            number = self._lines.number
            try:
                yield Line(number, parse(data), len(data))
            except Refusal as refusal:
                yield BadLine(number, refusal.code, refusal.message.replace("The body", "The line"))

    def _begin_csv(self, name: str) -> None:
        # Fields are bounded by the lines they stand on and by this; the limit is the process's, so it is only widened.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
        self._text = _Texts(self._lines)
        try:
            first = next(self._text)
            delimiter = max(",;\t", key=first.count)
            header = next(csv.reader([first], delimiter=delimiter, strict=True))
        except StopIteration:
            raise Invalid(f"{name} is empty: the first line of a CSV names its columns.") from None
        except (_Unreadable, csv.Error) as trouble:
            raise Invalid(f"{name} has no readable first line ({trouble}).") from None
        columns = tuple(column.strip() for column in header)
        twice = sorted({column for column in columns if columns.count(column) > 1})
        if twice:
            raise Invalid(f"{name} names the column {twice[0] or '(empty)'} twice.")
        self.columns = columns
        self._csv = csv.reader(self._text, delimiter=delimiter, strict=True)

    def _rows(self) -> Iterator[Line | BadLine]:
        while True:
            number = self._lines.number + 1
            self._text.taken = 0
            try:
                cells = next(self._csv)
            except StopIteration:
                return
            except _Unreadable as trouble:
                yield BadLine(number, trouble.code, str(trouble))
                continue
            except csv.Error as trouble:
                yield BadLine(number, "bad_csv", f"{_csv_words(trouble)}{_until(number, self._lines.number)}.")
                continue
            if not cells:
                continue
            if len(cells) != len(self.columns):
                reason = f"It has {len(cells)} columns, the first line names {len(self.columns)}."
                yield BadLine(number, "ragged", reason)
                continue
            broken = [name for name, cell in zip(self.columns, cells, strict=True) if _not_utf8(cell)]
            if broken:
                yield BadLine(number, "not_utf8", f"The column {broken[0]} is not UTF-8.")
                continue
            yield Line(number, dict(zip(self.columns, cells, strict=True)), self._text.taken)


@contextmanager
def opened(path: Path, *, form: str = "") -> Iterator[LineFile]:
    """Open a feed; its form follows from the name (.jsonl, .ndjson, .csv, .tsv, each perhaps with .gz) unless given.

    Raises NotFound, Invalid with the remedy.
    """
    endings = [ending.lower() for ending in path.suffixes]
    packed = endings[-1:] == [".gz"]
    ending = (endings[:-1] if packed else endings)[-1:]
    form = form or _ENDINGS.get(ending[0] if ending else "", "")
    if form not in FORMATS:
        raise Invalid(f"{path.name}: say what it is, --format jsonl or --format csv.")
    try:
        with path.open("rb") as raw:
            total = path.stat().st_size
            yield LineFile(raw, name=path.name, form=form, packed=packed, total=total)
    except FileNotFoundError:
        raise NotFound(f"{path} is not there.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None


class _Unreadable(Exception):
    """A physical line that cannot be used; the next one may be."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Lines:
    """Physical lines as bytes, numbered from 1, never more than LONGEST_LINE of one in memory.

    An iterator that goes on after it raised, which a generator cannot.
    """

    def __init__(self, file: Any) -> None:
        self._file, self.number, self._ended = file, 0, False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> bytes:
        if self._ended:
            raise StopIteration
        self.number += 1
        try:
            data: bytes = self._file.readline(LONGEST_LINE + 1)
            if len(data) > LONGEST_LINE:
                size = len(data)
                while not data.endswith(b"\n") and (data := self._file.readline(LONGEST_LINE)):
                    size += len(data)
                raise _Unreadable("too_long", f"It has {size:,} bytes; at most {LONGEST_LINE:,} are read.")
        except (OSError, EOFError, zlib.error) as error:
            # A damaged archive: what stood before is in, nothing after can be read.
            self._ended = True
            raise _Unreadable("damaged", f"The file is damaged from here on ({error}).") from None
        if not data:
            self._ended = True
            self.number -= 1
            raise StopIteration
        return data.removeprefix(_BOM) if self.number == 1 else data


class _Texts:
    """The same lines as text; bytes that are not UTF-8 stay recognisable as lone surrogates."""

    def __init__(self, lines: _Lines) -> None:
        self._lines, self.taken = lines, 0

    def __iter__(self) -> "_Texts":
        return self

    def __next__(self) -> str:
        data = next(self._lines)
        self.taken += len(data)
        if self.taken > LONGEST_LINE:  # an unclosed quote must not swallow the rest of the file
            raise _Unreadable("too_long", f"The row is longer than {LONGEST_LINE:,} bytes: is a quote not closed?")
        return data.decode("utf-8", "surrogateescape")


def _not_utf8(cell: str) -> bool:
    with suppress(UnicodeEncodeError):
        cell.encode()
        return False
    return True


def _csv_words(error: csv.Error) -> str:
    words = str(error)
    if "unexpected end" in words:
        return "A quote is not closed before the file ends"
    if "expected after" in words:
        return "A closing quote is followed by something else than the next column"
    return words[:1].upper() + words[1:]


def _until(first: int, last: int) -> str:
    return f" (lines {first} to {last})" if last > first else ""


def names_of(columns: Sequence[str], most: int = 30) -> str:
    """Column names as a sentence lists them."""
    shown = ", ".join(columns[:most])
    return shown + (" …" if len(columns) > most else "")
