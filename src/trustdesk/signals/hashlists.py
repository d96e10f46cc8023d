"""Lists of known pictures as others exchange them: PDQ hashes in CSV, JSON or one a line; read and written. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

_PDQ = re.compile(r"[0-9a-fA-F]{64}")
_HASH_NAMES = ("hash", "pdq", "pdq_hash", "indicator", "value", "hash_value")
_SOURCE_NAMES = ("source", "name", "id", "reference")


@dataclass(frozen=True)
class KnownHash:
    """A PDQ hash, 64 hexadecimal digits, as lists of known pictures hold it. `quality` 0 to 100, None: not told."""

    hash: str
    quality: int | None = None
    source: str = ""


class BadList(ValueError):
    """The list cannot be read; says where."""


def read(text: str) -> list[KnownHash]:
    """JSON (a list of hashes or of objects, alone or under "hashes"), CSV with or without a header, or hashes one a line.
    Raises BadList."""
    text = text.removeprefix("\ufeff").strip()
    if not text:
        return []
    return _from_json(text) if text[0] in "[{" else _from_lines(text)


def write(entries: Iterable[KnownHash]) -> str:
    """CSV that `read` reads back."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("hash", "quality", "source"))
    for each in entries:
        # A cell that a spreadsheet would take for a formula is written as text.
        source = f"'{each.source}" if each.source[:1] in {"=", "+", "-", "@", "\t"} else each.source
        writer.writerow((each.hash, "" if each.quality is None else each.quality, source))
    return made.getvalue()


def _from_json(text: str) -> list[KnownHash]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadList(_("This is not JSON.")) from error
    rows = told.get("hashes", []) if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise BadList(_("There is no list of hashes in it."))
    found = []
    for number, row in enumerate(rows, 1):
        if isinstance(row, str):
            row = {"hash": row}
        if not isinstance(row, dict):
            raise BadList(_("Entry %(n)s holds no hash.") % {"n": number})
        values = {str(name).lower(): value for name, value in row.items()}
        found.append(_known(values, number))
    return found


def _from_lines(text: str) -> list[KnownHash]:
    rows = list(csv.reader(io.StringIO(text)))
    header = [name.strip().lower() for name in rows[0]]
    named = not _PDQ.fullmatch(header[0] if header else "")
    if named and not any(name in header for name in _HASH_NAMES):
        raise BadList(_("Line %(n)s holds no hash.") % {"n": 1})
    names = header if named else ["hash", "quality", "source"]
    found = []
    for number, row in enumerate(rows[1:] if named else rows, 2 if named else 1):
        if any(cell.strip() for cell in row):
            found.append(_known(dict(zip(names, row, strict=False)), number))
    return found


def _known(values: dict[str, Any], number: int) -> KnownHash:
    told = next((str(values[name]).strip() for name in _HASH_NAMES if values.get(name)), "")
    if not _PDQ.fullmatch(told):
        raise BadList(_("Line %(n)s holds no hash.") % {"n": number})
    quality = str(values.get("quality") if values.get("quality") is not None else "").strip()
    if quality and not (quality.isdecimal() and int(quality) <= 100):
        raise BadList(_("The quality in line %(n)s is not a number from 0 to 100.") % {"n": number})
    source = next((str(values[name]).strip() for name in _SOURCE_NAMES if values.get(name)), "")
    return KnownHash(told.lower(), int(quality) if quality else None, source[:200])
