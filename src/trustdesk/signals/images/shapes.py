"""What is said about a picture: frozen values that become JSON and come back from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import pdq


@dataclass(frozen=True)
class Box:
    """A rectangle in fractions (0 to 1) of the upright picture's width and height, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Text:
    """One line of text in a picture. `confidence`: 0 to 1. `frame`: which frame of an animation, from 0."""

    text: str
    box: Box
    confidence: float
    engine: str
    frame: int = 0


@dataclass(frozen=True)
class Code:
    """One QR or bar code. `kind` is its symbology (`QRCode`, `EAN13`, …), `text` what it says."""

    kind: str
    text: str
    box: Box
    frame: int = 0


@dataclass(frozen=True)
class Model:
    """One signal of pictures: `problem` is empty, or why it cannot work: not_installed or wrong_checksum."""

    signal: str
    version: str
    problem: str = ""


@dataclass(frozen=True)
class Look:
    """What was seen in a picture.

    None means *not known*: the signal was not asked for, or `unknown` says why it could not answer. An empty tuple means
    that the signal looked and found nothing.
    """

    type: str = ""  # media type by content
    refusal: str = ""  # code of trustdesk.pictures.kinds.REASONS when the bytes were not opened; all else is then empty
    detail: str = ""  # what the decoder said; for people who operate the desk
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    sha256: str = ""
    pdq: str | None = None  # 64 hexadecimal digits, of the first frame
    quality: int | None = None  # 0 to 100; below 50 the hash says little
    variants: tuple[str, ...] = ()  # hashes of the picture turned and mirrored, in the order of pdq.VARIANTS
    frame_hashes: tuple[str, ...] = ()  # of the further frames looked at
    adult: float | None = None  # 0 to 1, the highest of all frames looked at
    texts: tuple[Text, ...] | None = None
    codes: tuple[Code, ...] | None = None
    faces: tuple[Box, ...] | None = None
    unknown: Mapping[str, str] = field(default_factory=dict)  # signal → not_installed, wrong_checksum, failed, late
    versions: Mapping[str, str] = field(default_factory=dict)  # signal → version of what answered
    milliseconds: Mapping[str, float] = field(default_factory=dict)  # step → wall time

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """(8, 4): the PDQ hashes of the variants, for an index; (0, 4) without a hash."""
        return pdq.from_hexes(self.variants)

    def as_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`; names it does not know are left out."""
        known = {one.name for one in fields(cls)}
        given = {name: each for name, each in value.items() if name in known}
        for name, make in (("texts", Text), ("codes", Code)):
            if given.get(name) is not None:
                given[name] = tuple(make(**(one | {"box": Box(**one["box"])})) for one in given[name])
        if given.get("faces") is not None:
            given["faces"] = tuple(Box(**one) for one in given["faces"])
        for name in ("variants", "frame_hashes"):
            given[name] = tuple(given.get(name, ()))
        return cls(**given)
