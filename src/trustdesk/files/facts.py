"""What can have happened to files."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class FileStored(
    Fact,
    kind="files.stored",
    subject="file",
    says="{actor} stored a file of {size} bytes ({media_type})",
    personal=(),
):
    """Bytes arrived. `again` says that the desk had them already, `origin` whether they were uploaded or fetched."""

    file: UUID
    hash: str
    size: int
    media_type: str
    origin: str
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class FileRemoved(
    Fact,
    kind="files.removed",
    subject="file",
    says="A file that the desk had made was removed: its time was over",
    personal=(),
):
    file: UUID
    hash: str


@dataclass(frozen=True, kw_only=True)
class FileRefused(
    Fact,
    kind="files.refused",
    subject="file",
    says="{actor} brought a file that will not be shown: {reason}",
    personal=(),
):
    file: UUID
    hash: str
    size: int
    reason: str
    origin: str
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class FileLookedInto(
    Fact,
    kind="files.looked_into",
    subject="file",
    says="{actor} looked into a stored video and made {renditions} pictures of it {reason}",
    personal=(),
):
    """`reason` says why it is not shown, if so: a code of `rules.REASONS`."""

    file: UUID
    hash: str
    renditions: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OriginalTaken(
    Fact,
    kind="files.original_taken",
    subject="file",
    says="{actor} took out a file as it came: {why}",
    personal=(),
):
    """Somebody may have seen what renditions leave out: place, camera, comments."""

    file: UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class FileForgotten(
    Fact,
    kind="files.forgotten",
    subject="file",
    says="{actor} deleted the bytes of a file that must not stay",
    personal=(),
):
    """What it was stays known; its bytes and the pictures made of it are gone."""

    file: UUID
