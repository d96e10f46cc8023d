"""Where bytes lie: a port, and the folder that implements it. Keys are made here, never by a sender."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.utils.translation import gettext

from trustdesk.kernel.base.refusal import Refusal

CHUNK = 256 * 1024


class FileTooLarge(Refusal):
    """The file is larger than the desk takes."""

    code, status = "too_large", 413


@dataclass(frozen=True)
class Incoming:
    """Bytes that arrived whole in a working file: where, how many, their SHA-256 in hex."""

    path: Path
    size: int
    hash: str


class Store(Protocol):
    """Keeps contents under keys. A key is written once and never changes its content."""

    def scratch(self) -> Path:
        """A folder for working files, on the same disk where that makes keeping cheap."""
        ...

    def keep(self, path: Path, key: str) -> None:
        """Take a working file over under `key`, whole or not at all; a key that exists keeps its content."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Read a content from its start. Raises FileNotFoundError."""
        ...

    def exists(self, key: str) -> bool: ...

    def remove(self, key: str) -> None:
        """Forget a content; one that is gone already is no error."""
        ...


class FolderStore:
    """A store in a folder: `ab/cd/abcd…` by hash, working files beside it in `incoming`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scratch(self) -> Path:
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def keep(self, path: Path, key: str) -> None:
        target = self._place(key)
        if target.exists():
            path.unlink()
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("rb+") as handle:
            os.fsync(handle.fileno())
        path.chmod(0o400)
        path.replace(target)  # atomic: a reader sees all of it or nothing
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def open(self, key: str) -> BinaryIO:
        return self._place(key).open("rb")

    def exists(self, key: str) -> bool:
        return self._place(key).exists()

    def remove(self, key: str) -> None:
        self._place(key).unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        if not key.replace(".", "").isalnum() or not key.isascii():
            raise ValueError(f"not a key of this store: {key!r}")
        return self.root / key[:2] / key[2:4] / key


def store() -> Store:
    """The desk's store, by the settings."""
    return FolderStore(Path(settings.FILES_ROOT))


def original_key(content_hash: str) -> str:
    return content_hash


def rendition_key(content_hash: str, rendition: str) -> str:
    return f"{content_hash}.{rendition}.webp"


class Receiver:
    """Writes what arrives to a working file in constant memory; refuses at the first byte over the limit (bytes)."""

    def __init__(self, *, limit: int, folder: Path) -> None:
        self._limit = limit
        handle, name = tempfile.mkstemp(dir=folder, prefix="in-")
        self._handle: BinaryIO = os.fdopen(handle, "wb")
        self.path = Path(name)
        self.size = 0
        self._digest = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Raises FileTooLarge; the working file is gone then."""
        self.size += len(chunk)
        if self.size > self._limit:
            self.discard()
            raise FileTooLarge(
                gettext("A file may have at most %(n)s MiB.") % {"n": self._limit // 2**20}, limit=self._limit
            )
        self._digest.update(chunk)
        self._handle.write(chunk)

    def finish(self) -> Incoming:
        self._handle.close()
        return Incoming(path=self.path, size=self.size, hash=self._digest.hexdigest())

    def discard(self) -> None:
        self._handle.close()
        self.path.unlink(missing_ok=True)


def chunks_of(source: "BinaryIO | bytes | Iterable[bytes]") -> Iterator[bytes]:
    """Anything that holds bytes, as chunks."""
    if isinstance(source, bytes):
        yield source
    elif hasattr(source, "read"):
        while chunk := source.read(CHUNK):
            yield chunk
    else:
        yield from source


@contextmanager
def received(source: "BinaryIO | bytes | Iterable[bytes]", *, limit: int) -> Iterator[Incoming]:
    """What arrives, as a working file that is gone after the block unless the store took it over. Raises FileTooLarge."""
    receiver = Receiver(limit=limit, folder=store().scratch())
    try:
        for chunk in chunks_of(source):
            receiver.write(chunk)
        yield receiver.finish()
    finally:
        receiver.discard()


@contextmanager
def workroom() -> Iterator[Path]:
    """A folder for the pictures being made, gone after the block."""
    folder = Path(tempfile.mkdtemp(dir=store().scratch(), prefix="work-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(*, older_than: float) -> int:
    """Remove working files that a killed process left before `older_than` (Unix seconds); returns how many."""
    removed = 0
    for path in store().scratch().iterdir():
        if path.stat().st_mtime >= older_than:
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        removed += 1
    return removed


def sweep_old(*, now: datetime) -> None:
    """Remove what uploads of killed processes left a day ago: hung in `wiring.LOOPS`."""
    sweep(older_than=(now - timedelta(days=1)).timestamp())
