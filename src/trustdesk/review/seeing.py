"""Pictures as a reviewer sees them: veiled where they may hurt, with boxes around what machines found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

# From this score on a picture comes blurred; the reader of scores is careful, not the person.
VEILED_FROM = 0.4
# Labels under which pictures hurt who looks at them.
HURTING = ("child_safety.", "sexual.", "violence.", "extremism.", "self_harm.")
MOST_BOXES = 60
# A line of which the reader is less sure is not shown as read.
SURE = 0.7


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the picture; `number` is that of the hit it belongs to, 0 for what is only read."""

    x: float
    y: float
    width: float
    height: float
    number: int = 0
    tone: str = ""


@dataclass(frozen=True)
class Shown:
    """One picture of the item. `veil` says why it comes blurred, "" where it does not."""

    number: int
    url: str
    alt: str
    why_not: str
    width: int
    height: int
    veil: str = ""
    boxes: tuple[Box, ...] = ()
    faces: tuple[Box, ...] = ()
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    adult: float | None = None
    thumb: str = ""

    @property
    def numbers(self) -> list[int]:
        """Of the hits that found something in it."""
        return sorted({box.number for box in self.boxes if box.number})


def boxes_of(
    hits: Sequence[Mapping[str, Any]], number: int, width: int, height: int, *, at: float | None = None
) -> tuple[Box, ...]:
    """Where in a picture rules found something: one box a line, red where it decides, amber where it only asks. `at`: in
    the frame of a film at this second; what was found in other frames stands elsewhere."""
    found: dict[tuple[Any, ...], Box] = {}
    for place, hit in enumerate(hits, 1):
        tone = "reject" if hit["then"]["verb"] in {"reject", "review"} else "warning"
        for span in hit["evidence"]:
            if span.get("picture") == number and span.get("box") and _same_moment(span.get("at"), at):
                key = (span["field"], span.get("line"))
                found.setdefault(key, box_of(span["box"], width, height, number=place, tone=tone))
    return tuple(found.values())[:MOST_BOXES]


def _same_moment(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= 0.06  # both are rounded


def clock(seconds: float) -> str:
    """0:12, 3:07, 1:02:33."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def box_of(box: Sequence[float], width: int, height: int, *, number: int = 0, tone: str = "") -> Box:
    """From fractions to pixels, kept inside the picture."""
    x, y = max(0.0, min(1.0, box[0])), max(0.0, min(1.0, box[1]))
    wide, high = max(0.0, min(1.0 - x, box[2])), max(0.0, min(1.0 - y, box[3]))
    return Box(round(x * width, 1), round(y * height, 1), round(wide * width, 1), round(high * height, 1), number, tone)


def veil_of(labels: Sequence[str], adult: float | None, *, told: bool = True) -> str:
    """Why a picture comes blurred, in words; "" where it may be seen at once. Without `told` no word of what was found."""
    if not told and veil_of(labels, adult):
        return _("May hurt to look at")
    if adult is not None and adult >= VEILED_FROM:
        return _("Perhaps nudity (score %(score)s)") % {"score": f"{adult:.2f}"}
    if any(label.startswith(HURTING) for label in labels):
        return _("The case is about something that may hurt")
    return ""


def said_of(span: Mapping[str, Any]) -> str:
    """What a piece of evidence in a picture says, in words; "" for one in a text."""
    if not span.get("picture"):
        return ""
    number = span["picture"]
    match span["field"]:
        case "images":
            return _("Picture %(n)s is like an entry of the bank “%(bank)s”, %(apart)s of 256 bits apart") % {
                "n": number,
                "bank": span["bank"],
                "apart": span["distance"],
            }
        case "adult":
            if span.get("at") is not None:
                told = {"n": number, "score": f"{span['score']:.2f}", "at": clock(span["at"])}
                return _("Film %(n)s: adult score %(score)s at %(at)s") % told
            return _("Picture %(n)s: adult score %(score)s") % {"n": number, "score": f"{span['score']:.2f}"}
        case "unseen_media":
            return _("Picture %(n)s could not be looked into: %(why)s") % {
                "n": number,
                "why": reason_words(span["reason"]),
            }
        case "codes":
            return _("A code in picture %(n)s says “%(words)s”") % {"n": number, "words": span["text"]}
    at = span.get("at")
    if at is not None:
        return _("In film %(n)s at %(at)s: “%(words)s”") % {"n": number, "at": clock(at), "words": span["text"]}
    return _("In picture %(n)s: “%(words)s”") % {"n": number, "words": span["text"]}


def reason_words(reason: str) -> str:
    """Why nobody could look into a picture: words for the codes of machines, others as they came."""
    return {
        "ends_its_worker": _("it ended the process that opened it"),
        "bytes_gone": _("its bytes are gone"),
        "broken": _("it is damaged or cut short"),
        "truncated": _("it is damaged or cut short"),
        "polyglot": _("it also contains another kind of file"),
        "too_many_pixels": _("it has too many pixels"),
        "too_many_frames": _("it has too many frames"),
        "too_costly": _("it takes too much time or memory to open"),
        "not_what_it_says": _("it is not what it says it is"),
        "dangerous_type": _("it is a kind of file that is never opened"),
        "unknown_type": _("it is a kind of file the desk does not know"),
        "not_a_video": _("it is no video the desk opens"),
        "playlist": _("it is a list of addresses, not a video"),
        "no_video": _("there is no moving picture in it"),
        "no_frames": _("not one frame of it can be decoded"),
        "video_broken": _("it is damaged or cut short"),
        "unknown_codec": _("it is written in a way the desk does not open"),
        "video_too_large": _("it has more pixels, tracks or bytes than are opened"),
        "video_too_costly": _("it takes too much time or memory to open"),
        "not_hls": _("there is no livestream at its address"),
        "elsewhere": _("its address leads to another host"),
        "private": _("its address leads to a machine that is not public"),
        "encrypted": _("it is encrypted"),
        "gone": _("nothing came of it for ten minutes"),
    }.get(reason, reason.replace("wrong_checksum", _("off: wrong checksum")))
