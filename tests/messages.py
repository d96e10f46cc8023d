"""Translations: `python -m tests.messages` gathers every string of the pages into the catalogs and compiles them.

Made with Babel and Django's own template reader, so that nobody needs gettext's programs. What refusals say is read from
their classes and from where they are raised (tests/refusals.py).
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import trustdesk
from tests import refusals

PACKAGE = Path(trustdesk.__file__).parent
LOCALES = PACKAGE / "locale"
PLURALS = {"id": (1, "0")}  # how many forms a language counts with, and which when
LANGUAGES = tuple(PLURALS)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def sources() -> Iterator[tuple[str, bytes]]:
    """Every file that may hold strings for people: Python, and templates as the Python that xgettext would read."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations", "bench"} & set(path.relative_to(PACKAGE).parts):
            yield str(path.relative_to(PACKAGE.parent)), path.read_bytes()
    for path in sorted(PACKAGE.glob("*/templates/**/*")):
        if path.is_file() and path.suffix in {".html", ".txt"} and "letters" not in path.parts:
            read = templatize(path.read_text(), origin=str(path))
            # What is no string is left of a template as X's and punctuation, which Python's tokens cannot all carry.
            yield str(path.relative_to(PACKAGE.parent)), read.encode()


@cache
def gathered() -> Catalog:
    """All strings, each with the files that say it."""
    catalog = Catalog(project="TrustDesk", charset="utf-8")
    for name, data in sources():
        for _line, message, _comments, context in extract(_reader(name), io.BytesIO(data), keywords=KEYWORDS):
            if message and message != ("", ""):
                catalog.add(message, locations=[(name, 0)], context=context)
    for said, where in refusals.sentences().items():
        catalog.add(said, locations=[(f"trustdesk/{where}", 0)])
    return catalog


def _reader(name: str):
    if name.endswith(".py"):
        return "python"
    return _templatized


def _templatized(fileobj, keywords, comment_tags, options):
    """Strings of a templatized template, line by line: `_(u'…')` and `ngettext(u'…', u'…', n)`."""
    from babel.messages.extract import extract_python

    text = fileobj.read().decode()
    at = 0
    while True:
        calls = (" _(", " gettext(", " ngettext(", " pgettext(")
        starts = [found for found in (text.find(call, at) for call in calls) if found >= 0]
        if not starts:
            return
        start = min(starts) + 1
        end = _closing(text, text.index("(", start))
        yield from extract_python(io.BytesIO(text[start:end].encode()), keywords, comment_tags, options)
        at = end


def _closing(text: str, at: int) -> int:
    """The end of the call whose parenthesis opens at `at`."""
    depth, quote = 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return at


def po_path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def kept(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def compiled(catalog: Catalog) -> bytes:
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def update(language: str) -> list[str]:
    """Bring one language's catalog up to date; returns what still has no translation."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    known = kept(language) if path.exists() else Catalog(locale=language, charset="utf-8")
    known.update(gathered(), no_fuzzy_matching=True)
    known.obsolete.clear()
    # Nothing in the header changes from run to run: a diff shows words only.
    known.header_comment = "# TrustDesk, translated."
    known.fuzzy = False
    known.creation_date = known.revision_date = SINCE
    known.project, known.version, known.last_translator = "TrustDesk", "1", "TrustDesk"
    known._num_plurals, known._plural_expr = PLURALS[language]
    with path.open("wb") as file:
        write_po(file, known, width=118, sort_output=True, include_lineno=False, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(known))
    return [
        str(message.id)
        for message in known
        if message.id
        and not (
            message.string and all(message.string if isinstance(message.string, tuple | list) else [message.string])
        )
    ]


if __name__ == "__main__":
    for each in LANGUAGES:
        missing = update(each)
        sys.stdout.write(f"{each}: {len(missing)} without a translation\n")
        for line in missing:
            sys.stdout.write(f"  {line}\n")
