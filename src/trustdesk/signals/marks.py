"""What links accounts: the phone, e-mail, address, payment handle they share. From a text to normalised values. Pure.

Values are personal: what is kept of one is a keyed hash, under which the same value is known again and no other told.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

import tldextract

from trustdesk.engine import entities

# How many accounts may share a value before it is common property (a courier's hotline, a shop's site) and no link.
MOST_ACCOUNTS = {
    "phone": 50,
    "email": 50,
    "url": 30,
    "iban": 100,
    "card": 100,
    "crypto": 100,
    "handle": 50,
    "national_id": 50,
    "text": 200,
    "image": 200,
}
KINDS = tuple(MOST_ACCOUNTS)
# In one text more tell nothing new.
MOST_MARKS = 20
# Hosts of everybody: there the page is the mark, and the bare host none. Registered domains.
SHARED_HOSTS = frozenset(
    [
        "amazon.com",
        "apple.com",
        "bing.com",
        "bit.ly",
        "blogspot.com",
        "bukalapak.com",
        "canva.com",
        "carousell.com",
        "carousell.sg",
        "cutt.ly",
        "discord.com",
        "discord.gg",
        "dropbox.com",
        "ebay.com",
        "ebay.de",
        "etsy.com",
        "facebook.com",
        "fb.com",
        "fb.me",
        "forms.gle",
        "github.com",
        "github.io",
        "gitlab.com",
        "gofundme.com",
        "goo.gl",
        "google.co.id",
        "google.com",
        "google.de",
        "gmail.com",
        "icloud.com",
        "imgur.com",
        "instagram.com",
        "is.gd",
        "kaskus.co.id",
        "kleinanzeigen.de",
        "lazada.co.id",
        "lazada.sg",
        "line.me",
        "linkedin.com",
        "linktr.ee",
        "live.com",
        "mediafire.com",
        "medium.com",
        "messenger.com",
        "microsoft.com",
        "netflix.com",
        "notion.site",
        "olx.co.id",
        "onedrive.com",
        "outlook.com",
        "patreon.com",
        "paypal.com",
        "paypal.me",
        "pinterest.com",
        "reddit.com",
        "s.id",
        "shopee.co.id",
        "shopee.com",
        "shopee.sg",
        "snapchat.com",
        "soundcloud.com",
        "spotify.com",
        "steamcommunity.com",
        "t.co",
        "t.me",
        "telegram.me",
        "telegram.org",
        "threads.net",
        "tiktok.com",
        "tinyurl.com",
        "tokopedia.com",
        "trustpilot.com",
        "tumblr.com",
        "twitch.tv",
        "twitter.com",
        "vimeo.com",
        "wa.me",
        "weebly.com",
        "wetransfer.com",
        "whatsapp.com",
        "wikipedia.org",
        "wixsite.com",
        "wordpress.com",
        "x.com",
        "yahoo.com",
        "youtu.be",
        "youtube.com",
        "zoom.us",
    ]
)
_NUMBER_IN_LINK = re.compile(r"(?:wa\.me/|whatsapp\.com/send/?\?(?:[^#\s]*&)?phone=|tel:)\+?(\d{8,15})", re.IGNORECASE)
# What is read from a text, and under which of our names.
_NAMED = ("phone", "email", "url", "handle", "iban", "card", "id", "crypto")
_KIND = {"id": "national_id"}
# Messengers whose names are telephone numbers.
_NUMBERED = ("whatsapp:", "viber:", "signal:")
_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass(frozen=True, order=True)
class Mark:
    """A value two accounts may share, in one form however it was written."""

    kind: str
    value: str


def marks_in(text: str, *, regions: tuple[str, ...] = (), email: str = "") -> list[Mark]:
    """Marks of a thing: those in its text and its account's e-mail. In a stable order.

    `regions`: codes such as ID in which national telephone numbers count.
    """
    found: list[Mark | None] = [_email(email)] if email else []
    named = entities.named(text, regions, _NAMED)
    handles = [(each.start, each.end) for each in named if each.kind == "handle"]
    for each in named:
        match each.kind:
            case "email":
                found.append(_email(each.value))
            case "url":
                # The address of a profile is that name.
                if not any(each.start <= start and end <= each.end for start, end in handles):
                    found.append(_url(text[each.start : each.end]))
            case "handle" if each.value.startswith(_NUMBERED):
                found.append(Mark("phone", f"+{each.value.partition(':')[2].lstrip('+')}"))
            case kind:
                found.append(Mark(_KIND.get(kind, kind), each.value))
    return list(dict.fromkeys(mark for mark in found if mark is not None))[:MOST_MARKS]


def digest_of(mark: Mark, key: bytes) -> bytes:
    """Sixteen bytes of HMAC-SHA256."""
    return hmac.digest(key, f"{mark.kind}:{mark.value}".encode("utf-8", "surrogatepass"), hashlib.sha256)[:16]


def weight(kind: str, accounts: int) -> float:
    """How much a value shared by so many accounts says: the inverse of how many others have it; common ones nothing."""
    return 1 / (accounts - 1) if 2 <= accounts <= MOST_ACCOUNTS[kind] else 0.0


def _email(written: str) -> Mark | None:
    """Without what a provider ignores: +tags everywhere, dots at Gmail."""
    local, at, host = written.removeprefix("mailto:").strip().casefold().rpartition("@")
    if not at or not local or not host:
        return None
    local = local.partition("+")[0] or local
    if host in {"gmail.com", "googlemail.com"}:
        local, host = local.replace(".", ""), "gmail.com"
    return Mark("email", f"{local}@{host}")


@lru_cache(maxsize=20_000)
def _url(written: str) -> Mark | None:
    """A site by its registered domain; on a host of everybody the page; a number in a messenger's link is that."""
    number = _NUMBER_IN_LINK.search(written)
    if number:
        return Mark("phone", f"+{number.group(1)}")
    bare = re.sub(r"^[a-z][a-z0-9+.\-]*:/*", "", written.strip(), flags=re.IGNORECASE)
    parts = _domain(bare)
    site = parts.top_domain_under_public_suffix.casefold()
    if not site:
        return Mark("url", parts.domain) if parts.ipv4 else None
    if site not in SHARED_HOSTS:
        return Mark("url", site)
    path = bare.partition("/")[2].partition("?")[0].partition("#")[0].strip("/").casefold()
    host = ".".join(part for part in (parts.subdomain.casefold().removeprefix("www"), site) if part)
    if path:
        return Mark("url", f"{site}/{path}")
    # name.wordpress.com is a page of its own, m.facebook.com is not.
    return Mark("url", host) if len(parts.subdomain) > 3 else None
