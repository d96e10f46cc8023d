"""Making a letter from its template: subject, text and HTML say the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from trustdesk.post import rules


@dataclass(frozen=True)
class Composed:
    """A letter ready to be written: `language` is the one that was found."""

    subject: str
    text: str
    html: str
    language: str


def compose(*, kind: str, languages: Iterable[str], values: Mapping[str, Any]) -> Composed:
    """A letter in the first wished language there is, else English.

    `paragraphs` is a list of plain texts; nothing in `values` is taken as markup, and all other values become one line
    each, since they stand in subjects and sentences. Raises ValueError when the kind is
    unknown or a value is missing, so a letter with a hole in it cannot leave.
    """
    needed = rules.KINDS.get(kind)
    if needed is None:
        raise ValueError(f"no letter of kind {kind!r}")
    if missing := [name for name in needed if name not in values]:
        raise ValueError(f"the letter {kind!r} needs {', '.join(missing)}")
    language = rules.choose_language(languages)
    flat = {name: rules.one_line(value) if isinstance(value, str) else value for name, value in values.items()}
    context = {**flat, "url": values.get("url", ""), "language": language}
    folder = f"post/letters/{kind}.{language}"
    head, _, body = render_to_string(f"{folder}.txt", context).partition("\n")
    return Composed(
        subject=rules.one_line(head),
        text=body.strip() + "\n",
        html=render_to_string(f"{folder}.html", {**context, "subject": rules.one_line(head)}),
        language=language,
    )
