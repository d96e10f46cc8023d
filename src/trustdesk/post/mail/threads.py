"""Which case a mail answers: by a token of our own that nobody else can make, never by a subject alone.

A token is version, case, letter and mailbox with an HMAC over them, in letters that servers leave alone. It stands in the
Message-ID of what the desk writes (`<td1….@desk.example>`), and as `ref:td1…` below the line to write above.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

VERSION = 1
_PROOF = 16  # bytes: HMAC-SHA-256 cut to 128 bits (RFC 2104, section 5)
_TOKEN = re.compile(r"td1([a-z2-7]{80,160})(?![a-z2-7])", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{1,998}>")
_NUMBER = re.compile(r"\[#(\d{1,12})\]")
MOST_IDS = 200  # of a chain of references
MOST_TOKENS = 50  # of a body


@dataclass(frozen=True)
class Token:
    """What a token of ours names."""

    case: UUID
    letter: UUID
    mailbox: str


@dataclass(frozen=True)
class Thread:
    """The case a mail belongs to, and by which rule: in_reply_to, references, marker, number. `letter` is what it
    answers, None where it was found by number."""

    case: UUID
    by: str
    mailbox: str = ""
    letter: UUID | None = None


# (number, sender's address) → the case of that number when the sender takes part in it, else None.
TakesPart = Callable[[int, str], UUID | None]


def purpose_key(secret: str) -> bytes:
    """The key of tokens, derived from a secret of the desk for this purpose alone."""
    return hmac.new(secret.encode(), b"trustdesk.post.threads", hashlib.sha256).digest()


def token(named: Token, *, key: bytes) -> str:
    """The token that names a case and a letter in a mailbox (at most 40 ASCII characters)."""
    body = bytes([VERSION]) + named.case.bytes + named.letter.bytes + named.mailbox.encode("ascii")
    if len(named.mailbox) > 40:
        raise ValueError("the name of a mailbox has at most 40 characters")
    return "td1" + base64.b32encode(body + _proof(body, key)).decode().rstrip("=").lower()


def message_id(named: Token, *, domain: str, key: bytes) -> str:
    """The Message-ID of a letter about a case."""
    return f"<{token(named, key=key)}@{domain}>"


def read_token(text: str, *, keys: Sequence[bytes]) -> Token | None:
    """What a token names, if it was made with one of these keys; None for forged, foreign and broken ones."""
    found = _TOKEN.search(text)
    if found is None:
        return None
    said = found.group(1).upper()
    try:
        whole = base64.b32decode(said + "=" * (-len(said) % 8))
    except ValueError:
        return None
    body, proof = whole[:-_PROOF], whole[-_PROOF:]
    if len(body) < 33 or body[0] != VERSION or not any(hmac.compare_digest(proof, _proof(body, key)) for key in keys):
        return None
    return Token(case=UUID(bytes=body[1:17]), letter=UUID(bytes=body[17:33]), mailbox=body[33:].decode("ascii"))


def ids_of(values: Sequence[str]) -> list[str]:
    """Message-IDs in headers, in their order."""
    return [one for value in values for one in _ID.findall(value)][-MOST_IDS:]


def find(
    *,
    in_reply_to: Sequence[str],
    references: Sequence[str],
    body: str,
    subject: str,
    sender: str,
    keys: Sequence[bytes],
    mailbox: str = "",
    takes_part: TakesPart | None = None,
) -> Thread | None:
    """The case of a mail that came for `mailbox` ("" for any of ours): In-Reply-To, then References from the newest, then
    the marker in the body, then `[#number]` where the sender takes part in the case of that number."""
    for by, ids in (("in_reply_to", list(in_reply_to)), ("references", list(reversed(references)))):
        for one in ids[:MOST_IDS]:
            if (named := read_token(one, keys=keys)) and mailbox in {"", named.mailbox}:
                return Thread(named.case, by, named.mailbox, named.letter)
    for count, found in enumerate(_TOKEN.finditer(body)):
        if count >= MOST_TOKENS:
            break
        # In a body a token counts only as the marker is written: a quoted head with a Message-ID is none.
        if body[max(0, found.start() - 4) : found.start()].lower() != "ref:":
            continue
        if (named := read_token(found.group(), keys=keys)) and mailbox in {"", named.mailbox}:
            return Thread(named.case, "marker", named.mailbox, named.letter)
    if takes_part is not None and sender:
        for said in _NUMBER.findall(subject)[:5]:
            if (case := takes_part(int(said), sender)) is not None:
                return Thread(case, "number", mailbox)
    return None


def _proof(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()[:_PROOF]
