"""What looks into media: by family of their type (image, video) a module that turns bytes into what was seen.

Such a module has `version() -> str` (changes when any of its machines does), `look(handle, view) -> Seen`, and `LEASE`,
the seconds after which a look counts as broken off. Its libraries and models are loaded by the first look of a process
that looks, which is the media worker. A family without one is not looked into.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, BinaryIO, Protocol, cast

from trustdesk.files.queries import FileView

MOST_TRIES = 3
LOOKERS: dict[str, str] = {"image": "trustdesk.signals.pictures", "video": "trustdesk.signals.videos"}


@dataclass(frozen=True)
class SeenFrame:
    """`hashes`: PDQ in eight variants of 32 bytes (or fewer), or empty. `at`: seconds of a film, None in a picture."""

    hashes: bytes
    quality: int
    adult: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class Part:
    """How one machine fared in a look: `error` is a code, "" where it answered."""

    name: str
    version: str
    error: str
    milliseconds: float


@dataclass(frozen=True)
class Seen:
    """What a look brought. With a `refusal` (a code) nothing else."""

    refusal: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    adult: float | None = None
    adult_at: float | None = None  # second of a film at which it is highest
    texts: tuple[Mapping[str, Any], ...] = ()
    codes: tuple[Mapping[str, Any], ...] = ()
    faces: tuple[Mapping[str, Any], ...] = ()
    frames: tuple[SeenFrame, ...] = ()
    parts: tuple[Part, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)  # of a film: what the file claims, how looking went

    @property
    def failed(self) -> dict[str, str]:
        """The machines that could not say, and why."""
        return {part.name: part.error for part in self.parts if part.error}


class Looker(Protocol):
    LEASE: float

    def version(self) -> str: ...

    def look(self, handle: BinaryIO, view: FileView) -> Seen: ...


def family(media_type: str) -> str:
    return media_type.partition("/")[0]


def is_looked_into(media_type: str) -> bool:
    return family(media_type) in LOOKERS


def looker_of(media_type: str) -> Looker | None:
    """Loads its module, and with it what it needs: for the media worker."""
    name = LOOKERS.get(family(media_type))
    return cast(Looker, import_module(name)) if name else None
