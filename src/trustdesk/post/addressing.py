"""The desk's own addresses: plain ones such as notices@…, and signed ones that name what an answer is about."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings

RETURNS = "returned"  # the box of letters that come back
_PROOF = 16  # bytes; the local part of an address has room for 64 characters


@dataclass(frozen=True)
class Place:
    """Where a mail goes: the box, and what a signed address names."""

    box: str
    key: UUID | None


def reply_address(box: str, key: UUID) -> str:
    """The address at which an answer about `key` reaches `box`; "" where the desk takes no mail.

    Nobody can make one for another key. It has one case only: mail servers may change that.
    """
    if not settings.MAIL_DOMAIN:
        return ""
    token = base64.b32encode(key.bytes + _proof(box, key)).decode().rstrip("=").lower()
    return f"{box}+{token}@{settings.MAIL_DOMAIN}"


def plain_address(box: str) -> str:
    """The address of a box that everybody may write to; "" where the desk takes no mail."""
    return f"{box}@{settings.MAIL_DOMAIN}" if settings.MAIL_DOMAIN else ""


def return_address(letter: UUID, *, sender: str) -> str:
    """The address to which a letter's servers return it; "" where the desk takes no mail, or the sender's domain is another's:
    then receivers would not believe that the letter is theirs (RFC 7489, 3.1.2)."""
    theirs, ours = parseaddr(sender)[1].rpartition("@")[2].lower(), settings.MAIL_DOMAIN.lower()
    if not theirs or not (theirs == ours or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}")):
        return ""
    return reply_address(RETURNS, letter)


def is_ours(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return bool(settings.MAIL_DOMAIN) and domain.lower() == settings.MAIL_DOMAIN.lower()


def place_of(address: str) -> Place | None:
    """The box an address leads to, with what it names; None for another domain's and for forged ones."""
    local = address.rpartition("@")[0].lower()
    if not local or not is_ours(address):
        return None
    box, plus, token = local.partition("+")
    if not plus:
        return Place(box, None)
    try:
        found = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    if len(found) != 16 + _PROOF:
        return None
    key = UUID(bytes=found[:16])
    return Place(box, key) if hmac.compare_digest(found[16:], _proof(box, key)) else None


def _proof(box: str, key: UUID) -> bytes:
    # HMAC-SHA-256, cut to 128 bits (RFC 2104, section 5).
    secret = hashlib.sha256(b"trustdesk.post.addressing" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(secret, box.encode() + b"\0" + key.bytes, hashlib.sha256).digest()[:_PROOF]
