"""Personal data has no place in a public register: found in free text, taken out of what we write."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from trustdesk.engine.entities.personal import personal_spans, redacted
from trustdesk.register.rules import FREE_TEXTS, Errors

_WORD = re.compile(r"\w", re.UNICODE)


def personal(payload: Mapping[str, Any], regions: tuple[str, ...] = ()) -> Errors:
    """Kinds of personal data by field of free text. Never quotes what was found. A law or our own terms are no address."""
    errors: Errors = {}
    for name in FREE_TEXTS:
        text = payload.get(name)
        if isinstance(text, str):
            kinds = sorted({span.type for span in personal_spans(text, regions)})
            if kinds:
                errors[name] = [f"Holds personal data ({', '.join(kinds)})."]
    return errors


def scanned(text: str, *, names: Iterable[str] = (), regions: tuple[str, ...] = ()) -> str:
    """The text without personal data, and without `names`: what accounts and things concerned are called."""
    for name in sorted({each.strip() for each in names}, key=len, reverse=True):
        if len(name) > 1 and _WORD.search(name):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", text, flags=re.IGNORECASE)
    return redacted(text, regions)
