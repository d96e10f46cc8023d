"""What content can be. Pure."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from trustdesk.content.facts import REFERENCES
from trustdesk.engine.folding import fold

KINDS = (
    "ad",
    "listing",
    "product",
    "shop",
    "profile",
    "review",
    "comment",
    "message",
    "image",
    "short_video",
    "livestream",
)
STATUSES = ("live", "limited", "in_review", "held", "rejected", "pending", "withdrawn")
VERDICTS = ("approve", "limit", "review", "hold", "reject")
WITHDRAWAL_REASONS = ("author_deleted", "expired", "sold")
MEDIA_KINDS = ("image", "video", "stream", "audio", "document")
# What a reviewer may mend instead of rejecting it, and on what.
EDITABLE_KINDS = ("ad", "listing", "product")
EDITABLE = ("title", "body", "price", "category")
COMMON_FIELDS = ("title", "body", "price", "currency", "category")
MARKET_NOTES = ("slang", "law", "holiday", "custom")


def content_hash(fields: Mapping[str, Any], media: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256, hex, over the words, declared fields and media of a version, in canonical JSON."""
    canonical = json.dumps([fields, media], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def own_words(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Declared text fields in which an author can say something, by name."""
    return (
        (name, value) for name, value in sorted(fields.items()) if isinstance(value, str) and name not in REFERENCES
    )


def thread_of(fields: Mapping[str, Any]) -> str:
    """Under what a thing stands: the external id it answers, else its talk, else what it is about; "" for none."""
    return next((str(fields[name]) for name in REFERENCES if fields.get(name)), "")


_E164 = re.compile(r"\+[1-9]\d{5,14}")


def note_value(subject: str, value: str) -> str:
    """What a note is pinned to, in the one form under which it is found again; "" for what is none of that kind.

    A phone in E.164, an e-mail in small letters, an address folded; the rest as it is.
    """
    value = value.strip()
    match subject:
        case "phone":
            plain = re.sub(r"[\s().\-]", "", value)
            return plain if _E164.fullmatch(plain) else ""
        case "email":
            return value.casefold() if re.fullmatch(r"[^@\s]+@[^@\s]+", value) else ""
        case "address":
            return folded_address(value)
    return value


def folded_address(value: str) -> str:
    """An address as small words in single spaces; "" for one without a number or too short to mean one place."""
    plain = fold(value[:2_000]).strip()
    return plain[:320] if len(plain) >= 8 and any(mark.isdigit() for mark in plain) else ""


@lru_cache(maxsize=512)
def terms_of(text: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Words with their meaning, from the lines of a market note on slang: `- cod, bayar di tempat: paid on delivery`."""
    found = []
    for line in text.splitlines():
        words, colon, meaning = line.strip().removeprefix("-").partition(":")
        if line.strip().startswith("-") and colon and meaning.strip():
            named = tuple(word.strip() for word in words.split(",") if word.strip())
            if named:
                found.append((named, meaning.strip()))
    return tuple(found)
