"""What a web address is: its host as machines and as people see it, whom it imitates, whether it hides where it leads.

Hosts are read as browsers read them (ada-url, WHATWG), registered domains by the public suffix list that comes with
tldextract; nothing is fetched and nothing resolved.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import ada_url
import idna

from trustdesk.engine.lookalikes import DRAWN_LIKE, LETTERS

from .addresses import web_addresses
from .brands import BRANDS, CHEAP_ENDINGS, LURES, OFFICIAL, SHORTENERS, WORDS
from .rewriting import Span

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_LINKS = 50


@dataclass(frozen=True, slots=True)
class WebAddress:
    """One address of a text. `host` in ASCII as a browser asks for it, `shown` as it shows it, `registered` the domain
    somebody bought ("" for an IP address), `imitates` a brand or "mixed script" ("" when it imitates nothing)."""

    start: int
    end: int
    url: str
    host: str
    registered: str
    shown: str
    imitates: str
    shortener: bool
    ip: bool


def read_addresses(text: str) -> list[WebAddress]:
    """Every web address of a text that a browser could open, with what it is."""
    return [found for (start, end), address in web_addresses(text) if (found := _read(start, end, address))]


def lookalike_urls(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of web addresses that imitate: a known brand, or one script by letters of another."""
    del regions
    return [(found.start, found.end) for found in read_addresses(text) if found.imitates]


def short_urls(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of web addresses that hide where they lead: link shorteners, bare IP addresses."""
    del regions
    return [(found.start, found.end) for found in read_addresses(text) if found.shortener or found.ip]


def misleading_links(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of links (HTML, Markdown) whose words name another site than the one they lead to."""
    del regions
    return [span for span, said, target in _links(text) if _misleads(said, target)]


def host_of(address: str) -> str:
    """The host in ASCII as a browser reads it; nothing for what no browser opens."""
    address = address.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*://", address):
        address = "http://" + address.lstrip("/")
    try:
        return str(ada_url.URL(address).hostname)
    except (ValueError, UnicodeError):
        return ""


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # its list takes a while to load; few processes need it

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """The domain somebody bought: example.co.id of shop.example.co.id; nothing for IP addresses and bare words."""
    return str(_suffixes().extract_str(host).top_domain_under_public_suffix)


def shown_host(host: str) -> str:
    """A host as people see it: xn--… labels in their letters."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(idna.decode(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError):
            labels.append(label)
    return ".".join(labels)


def _read(start: int, end: int, address: str) -> WebAddress | None:
    host = host_of(address)
    if not host:
        return None
    ip = re.fullmatch(r"\[.*\]|(?:\d{1,3}\.){3}\d{1,3}", host) is not None
    shown = shown_host(host)
    registered = "" if ip else registered_domain(host)
    shortener = registered in SHORTENERS or host in SHORTENERS
    claimed = _user(address)
    imitated = claimed if "." in claimed else imitates(shown, registered)
    return WebAddress(start, end, address, host, registered, shown, imitated, shortener, ip)


def _user(address: str) -> str:
    """What stands before @ in http://bank.example@elsewhere.example/ and is no host, though it looks like one."""
    if "@" not in address or "://" not in address:
        return ""
    try:
        return str(ada_url.URL(address).username)
    except (ValueError, UnicodeError):
        return ""


# Whom a host imitates


def imitates(shown: str, registered: str) -> str:
    """The brand a host imitates, or "mixed script"; nothing for the brand's own sites and for all others."""
    if not registered or registered in OFFICIAL:
        return ""
    bought = shown_host(registered)
    label = bought.partition(".")[0]
    if any(
        len(_scripts(part) & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1 for part in shown.split(".")
    ):
        return _brand_like(_skeleton(label)) or "mixed script"
    ending = bought.partition(".")[2]
    if label in BRANDS:
        return label if ending in CHEAP_ENDINGS else ""
    drawn = _skeleton(label)
    if drawn != label and drawn in BRANDS:
        return drawn
    like = _brand_like(label) or (_brand_like(drawn) if drawn != label else "")
    return like or _borrowed(shown, bought)


def _borrowed(shown: str, bought: str) -> str:
    """A brand used in somebody else's host: paypal-login.example.com, paypal.com.example.net."""
    above = shown.removesuffix(bought).rstrip(".")
    words = [_skeleton(word) for word in re.split(r"[.\-_]", f"{above}.{bought.partition('.')[0]}") if word]
    lured = any(word in LURES for word in words)
    for word in words:
        if word in BRANDS and (word not in WORDS or lured or f"{word}.com" in above):
            return word
        if lured or len(word) < 8:
            continue
        for lure in LURES:
            rest = word.removeprefix(lure) if word.startswith(lure) else word.removesuffix(lure)
            if rest != word and rest in BRANDS and len(rest) > 3:
                return rest
    return ""


@cache
def _script(mark: str) -> str:
    return unicodedata.name(mark, "").partition(" ")[0] if mark.isalpha() else ""


def _scripts(label: str) -> set[str]:
    return {_script(mark) for mark in label} - {""}


_LEET = str.maketrans("0134578", "oleasit")
# i, l and 1 are one upright stroke.
_UPRIGHT = str.maketrans("ij|", "lll")
_FOLDED = {brand.translate(_UPRIGHT): brand for brand in sorted(BRANDS)}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def _skeleton(label: str) -> str:
    """What a label looks like at a glance: letters of other scripts, digits and accents as plain letters."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", label.lower()) if not unicodedata.combining(mark))
    drawn = "".join(DRAWN_LIKE.get(mark) or LETTERS.get(ord(mark), mark) for mark in bare)
    drawn = drawn.translate(_LEET) if any(map(str.isalpha, drawn)) else drawn
    for pair, one in _PAIRS:
        if pair in drawn and drawn.replace(pair, one) in BRANDS:
            return drawn.replace(pair, one)
    return _FOLDED.get(drawn.translate(_UPRIGHT), drawn)


def _brand_like(label: str) -> str:
    """The brand one slip of the finger away: a letter more, less, other, or two changed over."""
    if label in BRANDS:
        return label
    if not 5 <= len(label) <= 20:
        return ""
    return next((brand for brand in _slips().get(label, ()) if brand != label), "")


@lru_cache(maxsize=1)
def _slips() -> dict[str, tuple[str, ...]]:
    """Every label one slip away from a brand of six letters or more that is no word."""
    found: dict[str, list[str]] = {}
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
    for brand in BRANDS:
        if len(brand) < 6 or brand in WORDS:
            continue
        pairs = [(brand[:at], brand[at:]) for at in range(len(brand) + 1)]
        slips = {left + right[1:] for left, right in pairs if right}
        slips |= {left + mark + right[1:] for left, right in pairs if right for mark in letters}
        slips |= {left + mark + right for left, right in pairs for mark in letters}
        slips |= {left + right[1] + right[0] + right[2:] for left, right in pairs if len(right) > 1}
        for slip in slips:
            found.setdefault(slip, []).append(brand)
    return {slip: tuple(brands) for slip, brands in found.items()}


# Links whose words say something else

_ANCHOR = re.compile(
    r"<a\s[^<>]{0,2000}?href\s*=\s*(?:\"([^\"<>]{1,2000})\"|'([^'<>]{1,2000})'|([^\s\"'<>]{1,2000}))[^<>]{0,500}>",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"\[([^\[\]\n]{1,300})\]\(\s?<?([^\s()<>]{1,2000})>?(?:\s[^()\n]{0,200})?\)")
_TAG = re.compile(r"<[^<>]{0,500}>")
_SITE_WORD = re.compile(r"(?:https?://)?(?:[\w\-]{1,63}\.){1,6}[^\W\d_]{2,24}", re.IGNORECASE)


def _links(text: str) -> Iterator[tuple[Span, str, str]]:
    """Each link: its span, its words, its target."""
    count = 0
    if "href" in text.lower():
        for match in _ANCHOR.finditer(text):
            count += 1
            close = text.find("</", match.end(), match.end() + 600)
            if close >= 0 and count <= MAX_LINKS:
                said = html.unescape(_TAG.sub("", text[match.end() : close]))
                yield (match.start(), close), said, html.unescape(match[1] or match[2] or match[3] or "")
    if "](" in text:
        for match in _MARKDOWN.finditer(text):
            count += 1
            if count <= MAX_LINKS:
                yield match.span(), match[1], match[2]


def _misleads(said: str, target: str) -> bool:
    named = _SITE_WORD.search(said)
    if named is None or target.lower().startswith(("mailto:", "tel:", "#", "/")):
        return False
    claimed, real = registered_domain(host_of(named.group())), host_of(target)
    return bool(claimed) and bool(real) and claimed != (registered_domain(real) or real)
