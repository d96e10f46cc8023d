"""Asking about files: what they are, where they are shown, their bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext

from trustdesk.files import rules
from trustdesk.files.models import StoredFile
from trustdesk.files.storing import original_key, rendition_key, store
from trustdesk.kernel.base.refusal import NotFound, Refusal


class AddressExpired(Refusal):
    """This address was valid for ten minutes and is no longer."""

    code, status = "address_expired", 410


@dataclass(frozen=True)
class FileView:
    """One stored file. Sizes in bytes and pixels; `reason` is a code, `reason_words` its sentence."""

    id: UUID
    hash: str
    size: int
    media_type: str
    declared_type: str
    width: int | None
    height: int | None
    frames: int | None
    state: str
    reason: str
    renditions: tuple[str, ...]
    created_at: datetime
    uploaded_by: str
    seconds: float | None = None  # of a video
    times: Mapping[str, float] = field(default_factory=dict)  # frames of a video's strip, by rendition: their seconds

    @property
    def ready(self) -> bool:
        return self.state == StoredFile.State.READY

    @property
    def is_picture(self) -> bool:
        """Can it be shown? A refused picture cannot."""
        return "shown" in self.renditions

    @property
    def playable(self) -> bool:
        """A video that was decoded here, in a container that browsers open: it may be played at its address "play"."""
        return self.ready and self.media_type in rules.PLAYABLE and bool(self.times)

    @property
    def strip(self) -> tuple[tuple[str, float], ...]:
        """The frames of a video in order: (rendition, second)."""
        return tuple(sorted(self.times.items(), key=lambda one: (one[1], one[0])))

    @property
    def reason_words(self) -> str:
        """Why it cannot be shown, in the reader's language."""
        return gettext(rules.REASONS.get(self.reason, self.reason)) if self.reason else ""


def views_of(ids: Iterable[UUID]) -> dict[UUID, FileView]:
    """Files by id, those that exist; one query for any number."""
    return {row.id: view_of_row(row) for row in StoredFile.objects.filter(id__in=set(ids))}


def view_of(file_id: UUID) -> FileView:
    """Raises NotFound."""
    found = views_of([file_id]).get(file_id)
    if found is None:
        raise NotFound("There is no such file.")
    return found


def by_hashes(hashes: Iterable[str]) -> dict[str, FileView]:
    """Files by the hash of their content, those that exist; one query."""
    return {row.hash: view_of_row(row) for row in StoredFile.objects.filter(hash__in=set(hashes))}


def by_hash(content_hash: str) -> FileView | None:
    row = StoredFile.objects.filter(hash=content_hash).first()
    return view_of_row(row) if row else None


def open_original(file_id: UUID) -> BinaryIO:
    """The bytes as they arrived, refused ones too: for signals and evidence, never for a page. Raises NotFound."""
    return store().open(original_key(view_of(file_id).hash))


def rendition(file_id: UUID, name: str) -> bytes:
    """A picture made here, as WebP (at most a few MiB). Raises NotFound."""
    view = view_of(file_id)
    if name not in view.renditions:
        raise NotFound("There is no such rendition.")
    with store().open(rendition_key(view.hash, name)) as handle:
        return handle.read()


def signed_url(file_id: UUID, rendition: str, *, now: datetime) -> str:
    """An address of a rendition that works for nine to ten minutes, for whoever has it. Of the bytes themselves:
    "original" is a download, "play" a video for the `<video>` of a page (`FileView.playable`)."""
    until = rules.address_until(now)
    query = urlencode({"until": until, "sig": _signature(file_id, rendition, until)})
    return f"/files/{file_id}/{rendition}?{query}"


def check_address(file_id: UUID, rendition: str, *, until: str, signature: str, now: datetime) -> None:
    """Raises NotFound for an address that was not made here, AddressExpired for one too old."""
    if not until.isascii() or not until.isdigit() or len(until) > 12:
        raise NotFound
    try:
        Signer(salt="trustdesk.files").unsign(f"{file_id}/{rendition}/{int(until)}:{signature}")
    except BadSignature:
        raise NotFound from None
    if now.timestamp() >= int(until):
        raise AddressExpired


def _signature(file_id: UUID, rendition: str, until: int) -> str:
    return Signer(salt="trustdesk.files").signature(f"{file_id}/{rendition}/{until}")


def view_of_row(row: StoredFile) -> FileView:
    return FileView(
        id=row.id,
        hash=row.hash,
        size=row.size,
        media_type=row.media_type,
        declared_type=row.declared_type,
        width=row.width,
        height=row.height,
        frames=row.frames,
        state=row.state,
        reason=row.reason,
        renditions=tuple(row.renditions),
        created_at=row.created_at,
        uploaded_by=row.uploaded_by,
        seconds=row.seconds,
        times=row.times,
    )
