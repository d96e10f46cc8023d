"""Telephone numbers, e-mail addresses and web addresses in a text: pure, spans in the original text."""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
from linkify_it import LinkifyIt

Span = tuple[int, int]
Finder = Callable[[str, tuple[str, ...]], list[Span]]
MAX_FOUND = 50

_LINKS = LinkifyIt(options={"fuzzy_ip": False})


def phones(text: str, regions: tuple[str, ...]) -> list[Span]:
    if sum(map(str.isdigit, text)) < 7:
        return []
    spans: list[Span] = []
    for region in [*regions, None]:
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            if all(match.end <= start or match.start >= end for start, end in spans):
                spans.append((match.start, match.end))
    return sorted(spans)


def emails(text: str, regions: tuple[str, ...]) -> list[Span]:
    del regions
    return _links(text, {"mailto:"}) if "@" in text else []


def urls(text: str, regions: tuple[str, ...]) -> list[Span]:
    del regions
    return _links(text, {"", "http:", "https:", "ftp:", "//"}) if "." in text else []


def _links(text: str, schemas: set[str]) -> list[Span]:
    return [(match.index, match.last_index) for match in _LINKS.match(text) or () if match.schema in schemas]


ENTITIES: dict[str, Finder] = {"phones": phones, "emails": emails, "urls": urls}
