"""HLS playlists (RFC 8216): read as hostile text, with every address in them checked against where they may point. Pure.

FFmpeg's own reader follows whatever a playlist names; here a playlist is only ever text, and what is fetched is chosen by
us.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

MOST_BYTES = 2**20
MOST_LINES = 20_000
MOST_ADDRESS = 2_000
LEAST_HEIGHT = 360  # pixels: of several sizes the smallest that still shows words

# Why a stream is not watched, in words for people. The codes are stored and stable.
REASONS: dict[str, str] = {
    "not_hls": "There is no HLS playlist at this address.",
    "too_long": "The playlist is longer than any stream needs.",
    "elsewhere": "The playlist leads to another host than the stream's own.",
    "private": "The stream's address leads to a machine that is not public.",
    "encrypted": "The stream is encrypted; the desk has no key.",
    "ranges": "The stream's segments are pieces of one file, which the desk does not fetch.",
    "nested": "The playlist leads to playlists that lead to playlists.",
}


class StreamRefused(Exception):
    """Why a stream is not watched: a code of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Segment:
    """One piece of a stream: its number in the stream, its address, its length in seconds. `start` is the address of what
    its decoder must read first, or empty. `gap`: the server says that there is nothing there."""

    number: int
    address: str
    seconds: float
    start: str = ""
    gap: bool = False


@dataclass(frozen=True)
class Media:
    """A playlist of segments. `target`: most seconds of one; `ended`: nothing more will come."""

    first: int
    target: float
    segments: tuple[Segment, ...]
    ended: bool = False

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)


@dataclass(frozen=True)
class Variant:
    """One of several playlists of the same stream."""

    address: str
    bandwidth: int
    height: int


@dataclass(frozen=True)
class Master:
    variants: tuple[Variant, ...]

    @property
    def best(self) -> Variant:
        """The cheapest that still shows words: the least height from LEAST_HEIGHT on, else the greatest."""
        tall = [one for one in self.variants if one.height >= LEAST_HEIGHT]
        if tall:
            return min(tall, key=lambda one: (one.height, one.bandwidth))
        return max(self.variants, key=lambda one: (one.height, one.bandwidth))


@dataclass(frozen=True)
class Reach:
    """Where a stream's addresses may lead: its own origin, and hosts that the desk was told besides."""

    origin: tuple[str, str, int]
    hosts: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, address: str, hosts: Iterable[str] = ()) -> "Reach":
        return cls(origin_of(address), frozenset(host.lower() for host in hosts))

    def follow(self, base: str, address: str) -> str:
        """An address that stands in what was found at `base`, if it may be called. Raises StreamRefused."""
        try:
            return self.check(urljoin(base, address))
        except ValueError:
            raise StreamRefused("elsewhere") from None

    def check(self, address: str) -> str:
        """The address, if it may be called. Raises StreamRefused."""
        found = origin_of(address)
        scheme, host, port = found
        named = host in self.hosts or f"{host}:{port}" in self.hosts
        usual = port == (443 if scheme == "https" else 80) or f"{host}:{port}" in self.hosts
        # From a stream over TLS never down to one without.
        safe = scheme == "https" or self.origin[0] == "http"
        if found == self.origin or (named and usual and safe):
            return address
        raise StreamRefused("elsewhere")


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises StreamRefused for what is no plain web address."""
    try:
        parts = urlsplit(address)
        scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
        port = parts.port or (443 if scheme == "https" else 80)
    except ValueError:
        raise StreamRefused("elsewhere") from None
    plain = scheme in {"http", "https"} and host and parts.username is None and parts.password is None
    if not plain or len(address) > MOST_ADDRESS or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        raise StreamRefused("elsewhere")
    return scheme, host, port


def read(data: bytes, *, address: str, reach: Reach) -> Master | Media:
    """The playlist that was found at `address`. Raises StreamRefused."""
    if len(data) > MOST_BYTES:
        raise StreamRefused("too_long")
    lines = data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != "#EXTM3U":
        raise StreamRefused("not_hls")
    if len(lines) > MOST_LINES:
        raise StreamRefused("too_long")
    lines = [line.strip() for line in lines[1:] if line.strip()]
    if any(line.startswith("#EXT-X-STREAM-INF") for line in lines):
        return _master(lines, address, reach)
    return _media(lines, address, reach)


def _master(lines: list[str], address: str, reach: Reach) -> Master:
    found: list[Variant] = []
    about: dict[str, str] | None = None
    for line in lines:
        if line.startswith("#EXT-X-STREAM-INF:"):
            about = _attributes(line)
        elif not line.startswith("#") and about is not None:
            shape = re.fullmatch(r"\d{1,5}x(\d{1,5})", about.get("RESOLUTION", ""))
            found.append(
                Variant(
                    address=reach.follow(address, line),
                    bandwidth=_whole(about.get("BANDWIDTH", "")),
                    height=int(shape[1]) if shape else 0,
                )
            )
            about = None
    if not found:
        raise StreamRefused("not_hls")
    return Master(tuple(found))


def _media(lines: list[str], address: str, reach: Reach) -> Media:
    first, target, ended = 0, 0.0, False
    segments: list[Segment] = []
    seconds, gap, start = 0.0, False, ""
    for line in lines:
        name, _, value = line.partition(":")
        if not line.startswith("#"):
            segments.append(Segment(first + len(segments), reach.follow(address, line), seconds or target, start, gap))
            seconds, gap = 0.0, False
        elif name == "#EXTINF":
            seconds = _seconds(value.partition(",")[0])
        elif name == "#EXT-X-TARGETDURATION":
            target = _seconds(value)
        elif name == "#EXT-X-MEDIA-SEQUENCE" and not segments:
            first = _whole(value)
        elif name == "#EXT-X-ENDLIST":
            ended = True
        elif name == "#EXT-X-GAP":
            gap = True
        elif name == "#EXT-X-BYTERANGE":
            raise StreamRefused("ranges")
        elif name == "#EXT-X-MAP":
            about = _attributes(line)
            if "BYTERANGE" in about:
                raise StreamRefused("ranges")
            start = reach.follow(address, about.get("URI", ""))
        elif name == "#EXT-X-KEY" and _attributes(line).get("METHOD") != "NONE":
            raise StreamRefused("encrypted")
    if not target:
        raise StreamRefused("not_hls")
    return Media(first=first, target=target, segments=tuple(segments), ended=ended)


_ATTRIBUTE = re.compile(r'([A-Z0-9-]{1,60})=("[^"]*"|[^",]*)')


def _attributes(line: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(line.partition(":")[2])}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def _seconds(text: str) -> float:
    """Between a hundredth and ten minutes; 0 where nothing believable is said."""
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,9})?)\s*", text)
    return min(600.0, max(0.01, float(found[1]))) if found else 0.0
