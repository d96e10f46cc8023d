"""What is read of a web address without ever asking for it: its host, whose it pretends to be, and what its path wants.

All from the letters of the address: no look-up, no request. tldextract's list of endings is the one in its wheel.
"""

import contextlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import numpy as np
import tldextract

from trustdesk.engine.lookalikes import DRAWN_LIKE
from trustdesk.signals.text.spam_words import MESSENGERS, SHORTENERS
from trustdesk.signals.text.urlharm_words import BRANDS, FREE_HOSTS, LURES, RISKY_TLDS

# Of a longer address the beginning is read.
LONGEST = 1_000

_SCHEME = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]{0,15}|hxxps?)\s*:\s*[/\\]{2,}", re.IGNORECASE)
_IPV4 = re.compile(r"^(?:\d{1,3}\.){3}\d{1,3}$|^0x[0-9a-f.x]+$|^\d{7,10}$", re.IGNORECASE)
_PARTS = re.compile(r"[^a-z0-9]+")
_TOKENS = re.compile(r"[a-z]+")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{4,}")
_DATED = re.compile(r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}(?:/|$)")
_SLUG = re.compile(r"(?:[a-z]{2,}[-_+]){3,}[a-z0-9]{2,}")
_HEX = re.compile(r"[0-9a-f]{16,}")
_SCRIPT = re.compile(r"\.(?:php|asp|aspx|cgi|jsp|do)(?:$|[?/#])")
_PAYLOAD = re.compile(r"\.(?:apk|exe|scr|msi|bat|js|vbs|iso|zip|rar|jar|dmg)(?:$|[?#])")
_KIT = re.compile(
    r"wp-(?:content|includes|admin)|/\.well-known|/~\w|/\.\w|/(?:cgi-bin|images|css|js|tmp|old|new|home|en|us)/[^/]*(?:login|verif|account)"
)
_ADDRESS_IN = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.\w")
_LEET = str.maketrans("01345$@", "oleassa")
_LURES = {name: re.compile("|".join(map(re.escape, words))) for name, words in LURES.items()}
_COUNTRY = 2
_COMMON = frozenset(("com", "org", "net", "edu", "gov", "mil", "int"))

FEATURES = (
    "host length",
    "host long",
    "labels",
    "deep host",
    "hyphens",
    "digits",
    "digit run",
    "digit inside",
    "entropy",
    "vowels",
    "consonants",
    "name length",
    "name short",
    "name long",
    "ending risky",
    "ending common",
    "ending country",
    "ending long",
    "punycode",
    "odd letters",
    "brand in name",
    "brand resembled",
    "brand in subdomain",
    "brand in path",
    "free host",
    "shortener",
    "messenger",
    "bare number",
    "port",
    "user part",
    *(f"lure {name} in host" for name in LURES),
    *(f"lure {name} in path" for name in LURES),
    "lures in host",
    "path there",
    "path depth",
    "path length",
    "path dated",
    "path slug",
    "path hex",
    "path script",
    "path payload",
    "path kit",
    "path encoded",
    "path digits",
    "query fields",
    "address inside",
    "link inside",
    "free host and lure",
    "free host and hash",
)


@dataclass(frozen=True)
class Address:
    """An address taken apart. `host` in lower case without www; `name` its registered label, `ending` the public suffix;
    `before` what stands in front of the name."""

    host: str
    name: str
    ending: str
    before: str
    path: str
    port: bool
    user: bool

    @property
    def registered(self) -> str:
        """The name somebody bought: `shop.example.co.id` is `example.co.id`."""
        return f"{self.name}.{self.ending}" if self.ending else self.name


@lru_cache(maxsize=1)
def _extractor() -> Any:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def apart(url: str) -> Address:
    """Any text as an address, as a browser would read it; one without a host where its host could be none."""
    text = unicodedata.normalize("NFKC", url[:LONGEST].encode("utf-8", "replace").decode("utf-8"))
    rest = _SCHEME.sub("", text.strip()).replace("[.]", ".").replace("\\", "/")
    place, slash, path = re.match(r"([^/?#]*)([/?#]?)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    user, at, place = place.rpartition("@")
    host, colon, port = place.partition(":")
    host = _ascii(host.strip(". ").casefold()).removeprefix("www.")
    if not host or any(mark.isspace() for mark in host):
        return Address("", "", "", "", "", False, False)
    found = _extractor()(host)
    name, ending, before = found.domain or host, found.suffix, found.subdomain
    ported = bool(colon and port not in {"", "80", "443"})
    return Address(host, name, ending, before, slash + path, ported, bool(at and user))


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return "xn--" + "".join(mark if mark.isascii() else "0" for mark in host)


def shown(label: str) -> str:
    """A label as people read it: of punycode the letters it stands for, drawn-alike letters as the Latin ones, digits as the
    letters they are used for."""
    if "xn--" in label:
        with contextlib.suppress(UnicodeError):
            label = label.encode("ascii").decode("idna")
        label = "".join(DRAWN_LIKE.get(mark, mark) for mark in label)
    return label.translate(_LEET)


def is_free(address: Address) -> bool:
    """Does the host belong to whoever signs up?"""
    host = address.host
    return any(host == free or host.endswith(f".{free}") for free in _tails(host) & FREE_HOSTS)


def _tails(host: str) -> set[str]:
    labels = host.split(".")
    return {".".join(labels[at:]) for at in range(max(0, len(labels) - 4), len(labels) - 1)} | {host}


def words(address: Address) -> str:
    """What the n-grams are counted of: the host with its borders; of a free host the writer's part first."""
    digits = re.sub(r"\d", "0", address.host.removesuffix(f".{address.ending}"))
    return f"^{digits}$ .{address.ending}$"


def traits(address: Address) -> Any:
    """FEATURES as numbers from 0 to about 3."""
    host, name, before, path = address.host, address.name, address.before, unquote(address.path).casefold()
    label = name if not is_free(address) else (before or name)
    free = is_free(address)
    letters = [mark for mark in label if mark.isalpha()]
    found = {
        "host length": math.log1p(len(host)) / 2,
        "host long": float(len(host) > 25),
        "labels": math.log1p(before.count(".") + bool(before)),
        "deep host": float(before.count(".") >= 2),
        "hyphens": math.log1p(host.count("-")),
        "digits": math.log1p(sum(map(str.isdigit, host))),
        "digit run": math.log1p(max((len(run) for run in re.findall(r"\d+", host)), default=0)),
        "digit inside": float(bool(re.search(r"[a-z]\d+[a-z]", host))),
        "entropy": _entropy(label) / 2,
        "vowels": sum(mark in "aeiouy" for mark in letters) / max(1, len(letters)),
        "consonants": float(bool(_CONSONANTS.search(label))),
        "name length": math.log1p(len(label)) / 2,
        "name short": float(len(label) <= 4),
        "name long": float(len(label) > 15),
        "ending risky": float(address.ending.rpartition(".")[2] in RISKY_TLDS),
        "ending common": float(address.ending in _COMMON),
        "ending country": float(len(address.ending.rpartition(".")[2]) == _COUNTRY),
        "ending long": float(len(address.ending) > 4 and "." not in address.ending),
        "punycode": float("xn--" in host),
        "odd letters": float(not re.fullmatch(r"[a-z0-9.-]*", host)),
        "free host": float(free),
        "shortener": float(host in SHORTENERS),
        "messenger": float(host in MESSENGERS),
        "bare number": float(bool(_IPV4.match(host)) or host.startswith("[")),
        "port": float(address.port),
        "user part": float(address.user),
        "path there": float(len(path) > 1),
        "path depth": math.log1p(path.count("/")),
        "path length": math.log1p(len(path)) / 2,
        "path dated": float(bool(_DATED.search(path))),
        "path slug": float(bool(_SLUG.search(path))),
        "path hex": float(bool(_HEX.search(path))),
        "path script": float(bool(_SCRIPT.search(path))),
        "path payload": float(bool(_PAYLOAD.search(path))),
        "path kit": float(bool(_KIT.search(path))),
        "path encoded": math.log1p(address.path.count("%")),
        "path digits": math.log1p(sum(map(str.isdigit, path))) / 2,
        "query fields": math.log1p(path.count("&") + ("?" in path)),
        "address inside": float(bool(_ADDRESS_IN.search(path))),
        "link inside": float("http" in path or "www." in path),
    }
    found |= _brands(address, path)
    total = 0
    for kind, matcher in _LURES.items():
        here, there = len(matcher.findall(host)), len(matcher.findall(path))
        found[f"lure {kind} in host"], found[f"lure {kind} in path"] = math.log1p(here), math.log1p(there)
        total += here
    found["lures in host"] = math.log1p(total)
    found["free host and lure"] = float(free and (total > 0 or found["brand in subdomain"] > 0))
    found["free host and hash"] = float(
        free and bool(re.search(r"\d{4,}|[a-z]\d[a-z]\d|-[a-z0-9]*\d[a-z0-9]*$", before))
    )
    return np.array([found[key] for key in FEATURES], dtype=np.float32)


def readings(urls: Sequence[str]) -> tuple[list[Address], list[str], Any]:
    """(addresses, words, traits) of many."""
    told = [apart(url) for url in urls]
    numbers = np.stack([traits(one) for one in told]) if told else np.zeros((0, len(FEATURES)), dtype=np.float32)
    return told, [words(one) for one in told], numbers


def _entropy(text: str) -> float:
    """Bits a letter (C. Shannon, 1948)."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values()) if text else 0.0


# Names of three letters are found in too many words by chance.
_LONG_BRANDS = {brand: hosts for brand, hosts in BRANDS.items() if len(brand) >= 4}


def _brands(address: Address, path: str) -> dict[str, float]:
    """A brand's name where the brand does not live."""
    name = shown(address.name)
    before = shown(address.before)
    found = {"brand in name": 0.0, "brand resembled": 0.0, "brand in subdomain": 0.0, "brand in path": 0.0}
    registered = address.registered
    for brand, homes in BRANDS.items():
        if registered in homes:
            # Its owner may name itself and its neighbours.
            return dict.fromkeys(found, 0.0)
        short = len(brand) < 4
        if brand in (_PARTS.split(name) if short else (name,)) or (not short and brand in name):
            found["brand in name"] = 1.0
        if before and brand in (_PARTS.split(before) if short else before):
            found["brand in subdomain"] = 1.0
        if path and not short and brand in path:
            found["brand in path"] = 1.0
    if not found["brand in name"]:
        parts = [part for part in _PARTS.split(name) if len(part) >= 5]
        found["brand resembled"] = float(
            any(_resembles(part, brand) for part in parts for brand in _LONG_BRANDS if len(brand) >= 5)
        )
    return found


def _resembles(word: str, brand: str) -> bool:
    """One letter dropped, added, doubled, swapped or changed."""
    a, b = len(word), len(brand)
    if abs(a - b) > 1 or word == brand:
        return False
    if a == b:
        unlike = [at for at in range(a) if word[at] != brand[at]]
        if len(unlike) == 1:
            return True
        return (
            len(unlike) == 2
            and unlike[1] == unlike[0] + 1
            and word[unlike[0]] == brand[unlike[1]]
            and word[unlike[1]] == brand[unlike[0]]
        )
    short, long = (word, brand) if a < b else (brand, word)
    at = next((at for at in range(len(short)) if short[at] != long[at]), len(short))
    return short[at:] == long[at + 1 :]
