"""What bytes are, by how they begin; where the limits of opening pictures lie; why one is refused. No I/O."""

import re
from collections.abc import Callable

MOST_PIXELS = 40_000_000
MOST_FRAMES = 1_000
MOST_FRAME_PIXELS = 400_000_000  # of all frames of an animation together
MOST_IMAGE_BYTES = 64 * 2**20
HEAD = 4_096  # bytes that are enough to know a type
UNKNOWN = "application/octet-stream"

# Decoders of Pillow that are trusted with strangers' bytes, in a process with limits.
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}

# Why a picture is not opened, in words for people. The codes are stored and stable.
REASONS: dict[str, str] = {
    "empty": "There is nothing in the file.",
    "unknown_type": "This is not a kind of file the desk knows.",
    "not_what_it_says": "The content is of another kind than the sender said.",
    "dangerous_type": "Programs, web pages and vector drawings are not shown.",
    "not_a_picture": "This is not a picture.",
    "polyglot": "The picture also contains another kind of file.",
    "broken": "The picture is damaged.",
    "truncated": "The picture is cut short.",
    "too_many_pixels": "The picture has more than 40 megapixels.",
    "too_many_frames": "The animation is too long.",
    "image_too_large": "The picture is larger than 64 MiB.",
    "too_costly": "The picture takes too much time or memory to open.",
    "unreadable": "The file cannot be read.",
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
    # Old QuickTime files begin with one of their other boxes.
    ("video/quicktime", lambda head: head[4:12] == b"ftypqt  " or head[4:8] in {b"moov", b"wide", b"mdat"}),
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

DANGEROUS = frozenset({"application/x-executable", "text/html", "application/zip"})


def sniff(head: bytes) -> str:
    """The media type of bytes that begin like this; `application/octet-stream` when unknown."""
    for media_type, matches in _SIGNS:
        if matches(head):
            return media_type
    return UNKNOWN


def family(media_type: str) -> str:
    return media_type.partition("/")[0].strip().lower()


def lies(media_type: str, declared: str) -> bool:
    """Whether bytes of this type are of another family than was declared.

    Only the family counts: a JPEG named PNG is everyday life, a web page named JPEG is a lie.
    """
    claims = family(declared) if declared else ""
    return claims in {"image", "video", "audio"} and family(media_type) != claims


def refusal_of_picture(head: bytes, declared: str, size: int) -> str:
    """Why bytes that begin like this are not even tried as a picture: a code of REASONS, or empty."""
    if size == 0:
        return "empty"
    media_type = sniff(head)
    # An SVG is what its name says and a page that runs scripts all the same.
    if media_type in DANGEROUS and not (family(declared) == "image" and declared != "image/svg+xml"):
        return "dangerous_type"
    if media_type == UNKNOWN:
        return "unknown_type"
    if lies(media_type, declared):
        return "not_what_it_says"
    if media_type not in FORMATS:
        return "not_a_picture"
    return "image_too_large" if size > MOST_IMAGE_BYTES else ""
