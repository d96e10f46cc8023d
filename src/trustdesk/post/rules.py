"""Which letters there are, in which languages, when they are tried again. Pure."""

import re
from collections.abc import Iterable
from datetime import timedelta

# Each kind of letter that is made from a template, with the values it needs: `restored` says that something is
# back, `alert` tells staff that something of the desk needs them.
# Statements of reasons arrive ready-made (`LetterDraft`): they are stored as sent where they are made.
KINDS: dict[str, tuple[str, ...]] = {
    "restored": ("name", "source", "title", "paragraphs", "url"),
    "alert": ("name", "title", "paragraphs", "url"),
}
LANGUAGES = ("en", "id")

WAITS: tuple[timedelta, ...] = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
MOST_TRIES = len(WAITS) + 1
LEASE = timedelta(minutes=10)  # longer than a batch that waits for the mail server at every letter
BATCH = 10
LONGEST_SUBJECT = 150


def choose_language(wished: Iterable[str]) -> str:
    """The first wished language that letters are written in ("id-ID" counts as "id"), else English."""
    for wish in wished:
        short = wish.lower().replace("_", "-").partition("-")[0]
        if short in LANGUAGES:
            return short
    return "en"


def one_line(text: str) -> str:
    """Text as a header can carry it: one line, no control characters, at most LONGEST_SUBJECT code points."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def wait_before(tries: int) -> timedelta | None:
    """How long to wait after `tries` failed tries (from 1); None when it is time to give up."""
    return WAITS[tries - 1] if tries < MOST_TRIES else None


def folded(address: str) -> str:
    """An address as suppressions compare it. The local part is folded too: nobody has two people on Budi@ and budi@."""
    return address.strip().lower()
