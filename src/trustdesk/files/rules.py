"""What bytes are, by their content; which of them may become a picture; where the limits lie. No database, no HTTP."""

import re
from datetime import datetime

from trustdesk.pictures import kinds
from trustdesk.pictures.kinds import DANGEROUS, UNKNOWN, lies

HEAD = kinds.HEAD
MOST_IMAGE_BYTES = kinds.MOST_IMAGE_BYTES
sniff = kinds.sniff
SHOWN_EDGE = 1_600  # pixels of the longer side
THUMB_EDGE = 320

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
RENDITIONS = ("shown", "thumb", "frames")
ADDRESS_SECONDS = 600
# Containers every browser opens. Which codec lies in one is found out by the browser, and said by the page.
PLAYABLE = frozenset({"video/mp4", "video/webm"})

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
    "not_a_video": "This is not a video the desk opens (MP4, MOV, WebM or Matroska).",
    "playlist": "This is a list of addresses, not a video.",
    "no_video": "There is no moving picture in it: only sound or a cover picture.",
    "no_frames": "Not one frame of the video can be decoded.",
    "video_broken": "The video is damaged or cut short.",
    "unknown_codec": "The moving picture is written in a way the desk does not open.",
    "video_too_large": "The video has more pixels than 8K, more tracks than it needs, or more bytes than are opened.",
    "video_too_costly": "The video takes too much time or memory to open.",
    "malware": "It carries the mark of malware. It is kept under lock and given to nobody.",
    "forgotten": "It was deleted on the day from which it was not needed any more.",
    "too_costly": "The picture takes too much time or memory to open.",
}


# The mark that scanners agree to treat as malware, to be tried with (eicar.org), in two halves: whole, it would be found here.
MALWARE_MARKS = (b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE",)
MALWARE = "malware"
FORGOTTEN = "forgotten"

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


# What the desk makes itself keeps its ending when it is handed out; what others sent has none of theirs.
ENDINGS = {"text/csv": "csv"}


def clean_type(declared: str) -> str:
    """A declared type as `type/subtype` in lower case, or empty when it claims nothing."""
    kind = declared.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,40}/[a-z0-9!#$&^_.+-]{1,40}", kind):
        return ""
    return "" if kind in {UNKNOWN, "binary/octet-stream", "application/x-www-form-urlencoded"} else kind


def refusal_of_type(media_type: str, declared: str, size: int) -> str:
    """Why bytes of this type are refused before they are opened, or empty.

    Only the family of the declared type counts (`kinds.lies`).
    """
    if lies(media_type, declared):
        return "not_what_it_says"
    if media_type in DANGEROUS:
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


def byte_range(asked: str, size: int) -> tuple[int, int] | None:
    """A Range header as (first byte, byte behind the last) of `size` bytes; None for the whole, as for what asks for
    several pieces at once. Raises ValueError for one that lies outside (RFC 9110, 14.1.2)."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", asked.strip().lower())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    if start >= end:
        raise ValueError(f"outside {size} bytes")
    return start, end
