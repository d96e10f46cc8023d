"""Which letters there are, in which languages, when they are tried again. Pure."""

import re
from collections.abc import Iterable
from datetime import timedelta

# Each kind of letter that is made from a template, with the values it needs: `restored` says that something is
# back, `evidence` asks an author, `alert` tells staff that something of the desk needs them, `mail_refused` why a mail was not taken,
# `case_reply` and `case_receipt` are what the desk says in a case, `survey` asks afterwards how it helped,
# `team_question` is what a team outside is asked, `side` what a department is written.
# Statements of reasons arrive ready-made (`LetterDraft`): they are stored as sent where they are made.
KINDS: dict[str, tuple[str, ...]] = {
    "restored": ("name", "source", "title", "paragraphs", "url"),
    "evidence": ("name", "source", "title", "paragraphs", "day", "url"),
    "alert": ("name", "title", "paragraphs", "url"),
    "mail_refused": ("name", "title", "paragraphs"),
    "case_reply": ("title", "number", "paragraphs", "by", "line", "marker"),
    "side": ("title", "paragraphs", "by"),
    "team_question": ("title", "severity", "paragraphs", "url"),
    "survey": ("title", "number", "scores", "stop"),
    "case_receipt": ("title", "number", "paragraphs", "by", "line", "marker"),
}
LANGUAGES = ("en", "id")
# What a person of the desk wrote: no machine sent it, so it does not say so (RFC 3834).
BY_PEOPLE = frozenset({"case_reply", "side"})

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
# A mail that comes in and fails is tried again after these, then a person looks.
MAIL_WAITS: tuple[timedelta, ...] = (timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=20))
DAY = timedelta(days=1)
FRAME_SECONDS = 600  # the address of a mail's frame works
MOST_ATTACHMENTS = 200  # of one mail that become files; the raw mail has them all
HOUR = timedelta(hours=1)
# Mails that one address may send in an hour, before its server is told to come again later; and one of those who are heard
# first, or a server that returns letters.
MOST_MAILS, MOST_MAILS_HEARD_FIRST = 60, 600
# No such mailbox, no such system, no such address (RFC 3463, 3.2): nobody is written to there again.
NOBODY = frozenset({"5.1.1", "5.1.2", "5.1.3"})
MOST_REFUSALS_A_DAY = 3  # letters to one address that say that a mail was not taken: two machines must not talk
LEASE = timedelta(minutes=10)  # longer than a batch that waits for the mail server at every letter
BATCH = 10
LONGEST_SUBJECT = 150
MESSAGE_ID = re.compile(r"<[^<>\s]{1,398}>")  # as a header may carry it


def choose_language(wished: Iterable[str]) -> str:
    """The first wished language that letters are written in ("id-ID" counts as "id"), else English."""
    for wish in wished:
        short = wish.lower().replace("_", "-").partition("-")[0]
        if short in LANGUAGES:
            return short
    return "en"


def languages_of(spoken: str) -> list[str]:
    """In which languages to answer somebody who writes in this one, best first: Malay is nearer to Indonesian."""
    return ["id"] if spoken == "ms" else [spoken]


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
