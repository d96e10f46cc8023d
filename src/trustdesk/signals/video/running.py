"""The running verdict on moving pictures: what was seen so far, of what size and when. Pure.

It takes one frame's findings after another and never grows beyond a bound, so that the same serves a clip of ten seconds
and a stream of ten hours; as JSON it is kept between two segments of a stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_TEXTS = 100
MOST_CODES = 50
MOST_HASHES = 64
TEXT_LENGTH = 500  # code points of one text
STEPS = 100  # of the histogram a median is read from: it is exact to one hundredth
RISE = 0.05  # by which a greatest score must grow to be news


@dataclass(frozen=True)
class Frame:
    """What the image signals found in one frame. `at`: seconds from the start; `scores` from 0 to 1."""

    at: float
    scores: Mapping[str, float]
    texts: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()  # (what it says, its format)
    faces: int = 0
    hash: str = ""  # PDQ, hex; empty where the frame has too little shape
    silent: tuple[str, ...] = ()  # signals that gave no answer


@dataclass
class Score:
    """One signal over time."""

    most: float
    at: float
    counts: list[int] = field(default_factory=lambda: [0] * (STEPS + 1))

    def add(self, value: float, at: float) -> None:
        if value > self.most:
            self.most, self.at = value, at
        self.counts[round(min(1.0, max(0.0, value)) * STEPS)] += 1

    @property
    def median(self) -> float:
        """The lower of the two in the middle."""
        half, passed = (sum(self.counts) - 1) // 2, 0
        for step, count in enumerate(self.counts):
            passed += count
            if passed > half:
                return step / STEPS
        return 0.0


@dataclass
class Seen:
    """A text or code: when first, when last, in how many frames."""

    said: str
    first: float
    last: float
    times: int = 1
    format: str = ""


@dataclass
class Running:
    """Everything seen so far."""

    frames: int = 0
    until: float = 0.0  # seconds from the start
    faces: int = 0  # most in one frame
    scores: dict[str, Score] = field(default_factory=dict)
    texts: dict[str, Seen] = field(default_factory=dict)
    codes: dict[str, Seen] = field(default_factory=dict)
    hashes: dict[str, float] = field(default_factory=dict)  # PDQ → seconds
    silent: set[str] = field(default_factory=set)
    left_out: int = 0  # texts and codes beyond the most that is kept

    def add(self, frame: Frame) -> bool:
        """Take a frame's findings in; True when they are news: a text or code for the first time, a greatest score that
        grew by RISE."""
        self.frames += 1
        self.until = max(self.until, frame.at)
        self.faces = max(self.faces, frame.faces)
        self.silent.update(frame.silent)
        news = False
        for name, value in frame.scores.items():
            score = self.scores.get(name)
            news |= value >= RISE and (score is None or value - score.most >= RISE)
            if score is None:
                score = self.scores[name] = Score(most=value, at=frame.at)
            score.add(value, frame.at)
        for text in frame.texts:
            news |= self._saw(self.texts, text, frame.at, most=MOST_TEXTS)
        for said, kind in frame.codes:
            news |= self._saw(self.codes, said, frame.at, most=MOST_CODES, kind=kind)
        if frame.hash and len(self.hashes) < MOST_HASHES:
            self.hashes.setdefault(frame.hash, frame.at)
        return news

    def _saw(self, kept: dict[str, Seen], said: str, at: float, *, most: int, kind: str = "") -> bool:
        said = said.strip()[:TEXT_LENGTH]
        key = " ".join(said.casefold().split())
        if not key:
            return False
        known = kept.get(key)
        if known is not None:
            known.first, known.last = min(known.first, at), max(known.last, at)
            known.times += 1
            return False
        if len(kept) >= most:
            self.left_out += 1
            return False
        kept[key] = Seen(said=said, first=at, last=at, format=kind)
        return True

    def to_json(self) -> dict[str, Any]:
        """Texts and codes in the order in which they were first seen: what is told of one by its place stays true."""
        return {
            "frames": self.frames,
            "until": round(self.until, 3),
            "faces": self.faces,
            "scores": {
                name: {
                    "max": round(score.most, 6),
                    "at": round(score.at, 3),
                    "median": score.median,
                    "counts": score.counts,
                }
                for name, score in self.scores.items()
            },
            "texts": [_seen(one) for one in self.texts.values()],
            "codes": [{**_seen(one), "format": one.format} for one in self.codes.values()],
            "hashes": [[key, round(at, 3)] for key, at in self.hashes.items()],
            "silent": sorted(self.silent),
            "left_out": self.left_out,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Running":
        """What `to_json` gave; a new one from an empty mapping."""
        made = cls(
            frames=int(kept.get("frames", 0)),
            until=float(kept.get("until", 0.0)),
            faces=int(kept.get("faces", 0)),
            silent=set(kept.get("silent", ())),
            left_out=int(kept.get("left_out", 0)),
            hashes={key: float(at) for key, at in kept.get("hashes", ())},
        )
        for name, score in kept.get("scores", {}).items():
            made.scores[name] = Score(most=score["max"], at=score["at"], counts=list(score["counts"]))
        for group, held in (("texts", made.texts), ("codes", made.codes)):
            for one in kept.get(group, ()):
                key = " ".join(one["said"].casefold().split())
                held[key] = Seen(one["said"], one["at"], one["last"], one["times"], one.get("format", ""))
        return made


def _seen(one: Seen) -> dict[str, Any]:
    return {"said": one.said, "at": round(one.first, 3), "last": round(one.last, 3), "times": one.times}


def clock(seconds: float) -> str:
    """A time in a video as people write it: 0:12, 3:07, 1:02:33."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
