"""What bytes are, by their content; which of them may become a picture; where the limits lie. No database, no HTTP."""

import re
from collections.abc import Callable
from datetime import datetime

# Limits of what is opened for showing.
MOST_PIXELS = 40_000_000
MOST_FRAMES = 1_000
MOST_FRAME_PIXELS = 400_000_000  # of all frames of an animation together
MOST_IMAGE_BYTES = 64 * 2**20
SHOWN_EDGE = 1_600  # pixels of the longer side
THUMB_EDGE = 320
HEAD = 4_096  # bytes that are enough to know a type

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
UNKNOWN = "application/octet-stream"
RENDITIONS = ("shown", "thumb", "frames")
ADDRESS_SECONDS = 600

# Why a file is refused, in words for people. The codes are stored and stable.
REASONS: dict[str, str] = {
    "unknown_type": "This is not a kind of file the desk knows.",
    "not_what_it_says": "The content is of another kind than the sender said.",
    "dangerous_type": "Programs, web pages and vector drawings are not shown.",
    "polyglot": "The picture also contains another kind of file.",
    "broken": "The picture is damaged or cut short.",
    "too_many_pixels": "The picture has more than 40 megapixels.",
    "too_many_frames": "The animation is too long.",
    "image_too_large": "The picture is larger than 64 MiB.",
    "too_costly": "The picture takes too much time or memory to open.",
}


def _at(offset: int, mark: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[offset : offset + len(mark)] == mark


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """ISO base media (ISO/IEC 14496-12): the `ftyp` box names its brand."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


_MARKUP = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|svg|\?xml|\?php|iframe|!--)", re.IGNORECASE
)

# First match wins.
_SIGNS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/jpeg", _at(0, b"\xff\xd8\xff")),
    ("image/png", _at(0, b"\x89PNG\r\n\x1a\n")),
    ("image/gif", lambda head: head[:6] in {b"GIF87a", b"GIF89a"}),
    ("image/webp", _riff(b"WEBP")),
    ("image/avif", _brand(b"avif", b"avis")),
    ("image/heic", _brand(b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")),
    ("video/quicktime", _brand(b"qt  ")),
    ("video/mp4", lambda head: head[4:8] == b"ftyp"),
    ("video/webm", lambda head: head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head[:64]),
    ("video/x-matroska", _at(0, b"\x1aE\xdf\xa3")),
    ("audio/wav", _riff(b"WAVE")),
    ("audio/ogg", _at(0, b"OggS")),
    ("audio/mpeg", lambda head: head[:3] == b"ID3" or head[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"}),
    ("application/pdf", _at(0, b"%PDF-")),
    ("image/tiff", lambda head: head[:4] in {b"II*\0", b"MM\0*"}),
    ("image/bmp", _at(0, b"BM")),
    ("application/zip", lambda head: head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}),
    ("application/x-executable", lambda head: head[:4] == b"\x7fELF" or head[:2] in {b"MZ", b"#!"}),
    ("text/html", lambda head: _MARKUP.match(head) is not None),
)

# Kept as evidence and handed out as a download; never opened here.
PLAIN_TYPES = frozenset(
    {
        "image/heic",
        "video/quicktime",
        "video/mp4",
        "video/webm",
        "video/x-matroska",
        "audio/wav",
        "audio/ogg",
        "audio/mpeg",
        "application/pdf",
        "image/tiff",
        "image/bmp",
    }
)
_DANGEROUS = frozenset({"application/x-executable", "text/html", "application/zip"})


def sniff(head: bytes) -> str:
    """The media type of bytes that begin like this; `application/octet-stream` when unknown."""
    for media_type, matches in _SIGNS:
        if matches(head):
            return media_type
    return UNKNOWN


def family(media_type: str) -> str:
    return media_type.partition("/")[0].strip().lower()


def clean_type(declared: str) -> str:
    """A declared type as `type/subtype` in lower case, or empty when it claims nothing."""
    kind = declared.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,40}/[a-z0-9!#$&^_.+-]{1,40}", kind):
        return ""
    return "" if kind in {UNKNOWN, "binary/octet-stream", "application/x-www-form-urlencoded"} else kind


def refusal_of_type(media_type: str, declared: str, size: int) -> str:
    """Why bytes of this type are refused before they are opened, or empty.

    Only the family of the declared type counts: a JPEG named PNG is everyday life, a web page named JPEG is a lie.
    """
    claims = family(declared) if declared else ""
    if claims in {"image", "video", "audio"} and family(media_type) != claims:
        return "not_what_it_says"
    if media_type in _DANGEROUS:
        return "dangerous_type"
    if media_type not in IMAGES and media_type not in PLAIN_TYPES:
        return "unknown_type"
    if media_type in IMAGES and size > MOST_IMAGE_BYTES:
        return "image_too_large"
    return ""


def address_until(now: datetime) -> int:
    """When an address made now ends, in Unix seconds: nine to ten minutes on.

    Rounded to the minute, so that a page that asks again shows the same address and the browser keeps its copy.
    """
    return int(now.timestamp()) // 60 * 60 + ADDRESS_SECONDS
