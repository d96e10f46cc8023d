"""Changing files: take bytes in, from a sender or from an address."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from trustdesk.files import fetching
from trustdesk.files.facts import FileForgotten, FileLookedInto, FileRefused, FileRemoved, FileStored, OriginalTaken
from trustdesk.files.inspecting import Inspection, inspect
from trustdesk.files.models import StoredFile
from trustdesk.files.queries import FileView, by_hash, signed_url, view_of, view_of_row
from trustdesk.files.rules import FORGOTTEN, MALWARE, REASONS
from trustdesk.files.storing import Incoming, original_key, received, rendition_key, store, workroom
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor


class EmptyFile(Invalid):
    """The file is empty."""

    code, status = "empty_file", 422


class Kept(Refusal):
    """Somebody brought the same bytes: the file stays."""

    code, status = "file_kept", 409


BROUGHT = frozenset({FileStored.kind, FileRefused.kind})


@dataclass(frozen=True)
class Arrived:
    """Bytes that lie in the store already, with what was found about them."""

    hash: str
    size: int
    found: Inspection
    origin: str


@dataclass(frozen=True)
class Closer:
    """What a look into a stored video found: pixels, seconds, frames of its strip; `renditions` lie in `folder` as
    `<name>.webp`, `times` has the second each frame of the strip stands at; with a `reason` (a code) it is refused."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    frames: int | None = None
    folder: Path | None = None
    renditions: tuple[str, ...] = ()
    times: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


def store_file(
    *, actor: Actor, source: BinaryIO | bytes | Iterable[bytes], declared_type: str, now: datetime
) -> FileView:
    """Take bytes in; the same bytes again are the same file. Refused pictures are kept, and say why.

    Reads, judges and renders before the transaction opens (up to 40 s), so never call it inside one.
    Raises Forbidden, FileTooLarge, EmptyFile.
    """
    actor.require("files.write")
    with received(source, limit=settings.UPLOAD_LIMIT) as incoming:
        return keep_incoming(actor=actor, incoming=incoming, declared_type=declared_type, origin="uploaded", now=now)


def keep_made(*, actor: Actor, source: BinaryIO, media_type: str, now: datetime) -> FileView:
    """Keep bytes the desk made itself (a list as CSV), as what they are: nothing in them is opened. Raises Forbidden,
    FileTooLarge, EmptyFile."""
    actor.require("files.write")
    with received(source, limit=settings.UPLOAD_LIMIT) as incoming:
        if not incoming.size:
            raise EmptyFile
        found = Inspection(media_type=media_type, declared_type=media_type)
        store().keep(incoming.path, original_key(incoming.hash))
        return keep(actor=actor, arrived=Arrived(incoming.hash, incoming.size, found, "made"), now=now)


@action(right="files.write")
def remove_made(*, actor: Actor, file_id: UUID, now: datetime) -> None:
    """Remove bytes the desk made itself, with their row. Raises NotFound; Kept where somebody brought the same bytes: then
    they are that person's file too."""
    row = StoredFile.objects.select_for_update().filter(id=file_id).first()
    if row is None:
        raise NotFound("There is no such file.")
    told = ledger.of_subject(file_id)
    if any(fact.kind in BROUGHT and fact.payload.get("origin") != "made" for fact in told):
        raise Kept
    # Bytes first: a crash before the row is gone leaves a file to remove again, never bytes that nobody knows.
    store().remove(original_key(row.hash))
    row.delete()
    record(FileRemoved(file=file_id, hash=row.hash), actor=actor, at=now)


@action(right="files.write")
def forget(*, actor: Actor, file_id: UUID, now: datetime) -> None:
    """Delete the bytes of a file and every picture made of it, whoever brought it; its row says that they are gone. Whoever
    shows or took them elsewhere loses them, too: for documents that must not stay. Raises NotFound."""
    row = StoredFile.objects.select_for_update().filter(id=file_id).first()
    if row is None:
        raise NotFound("There is no such file.")
    # Bytes first, as above: told again, nothing is left to remove.
    for name in row.renditions:
        store().remove(rendition_key(row.hash, name))
    store().remove(original_key(row.hash))
    row.state, row.reason, row.renditions, row.times = StoredFile.State.REFUSED, FORGOTTEN, [], {}
    row.save(update_fields=["state", "reason", "renditions", "times"])
    record(FileForgotten(file=row.id), actor=actor, at=now)


def fetch_file(
    *,
    actor: Actor,
    url: str,
    now: datetime,
    limits: fetching.Limits | None = None,
    resolver: fetching.Resolver = fetching.resolve,
) -> FileView:
    """Fetch media from an address and take it in: for the worker, never for the web process, never in a transaction.

    Raises Forbidden, FetchFailed (`again` says whether trying later makes sense), TargetRefused, EmptyFile.
    """
    actor.require("files.write")
    limits = limits or fetching.Limits(size=min(settings.UPLOAD_LIMIT, fetching.MOST_BYTES))
    with fetching.fetched(url, limits=limits, resolver=resolver) as (incoming, declared_type):
        return keep_incoming(actor=actor, incoming=incoming, declared_type=declared_type, origin="fetched", now=now)


@contextmanager
def fetch_piece(
    *, actor: Actor, url: str, most: int, seconds: float, permitted: Callable[[str], object]
) -> Iterator[tuple[Path, str]]:
    """Bytes of an address that are looked at and not kept (a piece of a stream), with the address they came from in the end.

    `most` in bytes. `permitted` is asked about the address and each hop of a redirect, besides what is always checked; what
    it raises ends the fetch. Raises Forbidden, FetchFailed, TargetRefused.
    """
    actor.require("files.write")
    limits = fetching.Limits(size=most, seconds=seconds, hops=2)
    with fetching.fetched_from(url, limits=limits, permitted=permitted) as found:
        yield found.incoming.path, found.url


def keep_incoming(*, actor: Actor, incoming: Incoming, declared_type: str, origin: str, now: datetime) -> FileView:
    """Judge a working file and keep it. Bytes the desk has already are not opened a second time."""
    if not incoming.size:
        raise EmptyFile
    known = by_hash(incoming.hash)
    if known is not None and store().exists(original_key(incoming.hash)):
        found = Inspection(media_type=known.media_type, declared_type=known.declared_type, reason=known.reason)
        return keep(actor=actor, arrived=Arrived(incoming.hash, incoming.size, found, origin), now=now)
    with workroom() as room:
        found = inspect(incoming, declared_type=declared_type, workroom=room)
        _into_store(incoming, found, room)
    return keep(actor=actor, arrived=Arrived(incoming.hash, incoming.size, found, origin), now=now)


def rendered(source: BinaryIO | bytes | Iterable[bytes], *, declared_type: str) -> bytes:
    """A picture as it would be shown, as WebP, without keeping anything. Raises FileTooLarge, EmptyFile, Invalid (it cannot
    be opened)."""
    with received(source, limit=settings.UPLOAD_LIMIT) as incoming, workroom() as room:
        if not incoming.size:
            raise EmptyFile
        found = inspect(incoming, declared_type=declared_type, workroom=room)
        if "shown" not in found.renditions:
            raise Invalid(REASONS.get(found.reason, "This is not a picture that the desk can open."))
        return (room / "shown.webp").read_bytes()


def _into_store(incoming: Incoming, found: Inspection, room: Path) -> None:
    # Bytes first, row second: a crash between leaves bytes nobody knows, never a row without bytes.
    for rendition in found.renditions:
        store().keep(room / f"{rendition}.webp", rendition_key(incoming.hash, rendition))
    store().keep(incoming.path, original_key(incoming.hash))


@action(right="files.write")
def keep(*, actor: Actor, arrived: Arrived, now: datetime) -> FileView:
    """Write the row of bytes that lie in the store, or find it; the fact says which."""
    found = arrived.found
    row = StoredFile.objects.filter(hash=arrived.hash).first()
    again = row is not None
    if row is None:
        row = StoredFile(
            id=uuid7(),
            hash=arrived.hash,
            size=arrived.size,
            media_type=found.media_type,
            declared_type=found.declared_type,
            width=found.width,
            height=found.height,
            frames=found.frames,
            state=StoredFile.State.REFUSED if found.reason else StoredFile.State.READY,
            reason=found.reason,
            renditions=list(found.renditions),
            created_at=now,
            uploaded_by=actor.label,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # the same bytes arrived twice at once; the other one wrote the row
            row, again = StoredFile.objects.get(hash=arrived.hash), True
    if row.reason == FORGOTTEN and found.reason != FORGOTTEN:  # deleted once, and brought again
        row.state = StoredFile.State.REFUSED if found.reason else StoredFile.State.READY
        row.reason, row.renditions = found.reason, list(found.renditions)
        row.save(update_fields=["state", "reason", "renditions"])
    _tell(row, origin=arrived.origin, again=again, actor=actor, now=now)
    return view_of_row(row)


@action(right="files.write")
def look_closer(*, actor: Actor, file_id: UUID, found: Closer, now: datetime) -> FileView:
    """Note what the inside of a stored video turned out to be: its size, its length, what people see of it, or why it is
    not shown. Raises NotFound."""
    row = StoredFile.objects.select_for_update().filter(id=file_id).first()
    if row is None:
        raise NotFound("There is no such file.")
    if found.folder is not None:
        for name in found.renditions:
            store().keep(found.folder / f"{name}.webp", rendition_key(row.hash, name))
    row.width, row.height, row.frames, row.seconds = found.width, found.height, found.frames, found.seconds
    row.renditions = sorted({*row.renditions, *found.renditions})
    row.times = dict(found.times)
    if found.reason:
        row.state, row.reason = StoredFile.State.REFUSED, found.reason
    row.save(update_fields=["width", "height", "frames", "seconds", "renditions", "times", "state", "reason"])
    record(
        FileLookedInto(file=row.id, hash=row.hash, renditions=len(found.renditions), reason=found.reason),
        actor=actor,
        at=now,
    )
    return view_of_row(row)


@action(right="files.original")
def take_original(*, actor: Actor, file_id: UUID, why: str, now: datetime) -> str:
    """An address of the bytes as they came, for ten minutes; who took it, when and why is recorded. Raises NotFound,
    Invalid."""
    view = view_of(file_id)
    if view.reason == MALWARE:
        raise NotFound(REASONS[MALWARE])
    if not why.strip():
        raise Invalid("Say why you need the original.", fields={"why": "Say why you need the original."})
    record(OriginalTaken(file=view.id, why=why.strip()[:300]), actor=actor, at=now)
    return signed_url(view.id, "original", now=now)


def _tell(row: StoredFile, *, origin: str, again: bool, actor: Actor, now: datetime) -> UUID:
    if row.state == StoredFile.State.REFUSED:
        refused = FileRefused(file=row.id, hash=row.hash, size=row.size, reason=row.reason, origin=origin, again=again)
        return record(refused, actor=actor, at=now).id
    stored = FileStored(
        file=row.id, hash=row.hash, size=row.size, media_type=row.media_type, origin=origin, again=again
    )
    return record(stored, actor=actor, at=now).id
