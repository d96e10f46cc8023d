"""`POST /files`: bytes in, raw or multipart, streamed to the store in constant memory."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from ninja import Status
from pydantic import BaseModel

from trustdesk.files import storing
from trustdesk.files.actions import EmptyFile, keep_incoming, store_file
from trustdesk.files.queries import FileView
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.web.api import ApiRequest, needs, router

files = router("files")

# What a multipart body may need around its file.
_WRAPPING = 2**20


class FileOut(BaseModel):
    """A stored file. A refused one is kept but not shown; `reason` says why."""

    file_id: UUID
    state: str
    reason: str
    media_type: str
    size: int
    hash: str
    width: int | None
    height: int | None
    frames: int | None


@files.post("", response={201: FileOut}, summary="Upload a file")
@needs("files.write", limit=None, own_transaction=True)
def upload(request: ApiRequest) -> Status:
    """Send the bytes as the body, with their Content-Type, or as the one file of a multipart form."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > settings.UPLOAD_LIMIT + _WRAPPING:
        raise storing.FileTooLarge(
            gettext("A file may have at most %(n)s MiB.") % {"n": settings.UPLOAD_LIMIT // 2**20}
        )
    if request.content_type == "multipart/form-data":
        return Status(201, _out(_from_form(request)))
    view = store_file(actor=request.actor, source=_body(request), declared_type=request.content_type or "", now=now())
    return Status(201, _out(view))


def _body(request: ApiRequest) -> Iterator[bytes]:
    while chunk := request.read(storing.CHUNK):
        yield chunk


def _from_form(request: ApiRequest) -> FileView:
    handler = IntoStore()
    request.upload_handlers = [handler]
    try:
        try:
            found: MultiValueDict[str, UploadedFile] = request.FILES
        except MultiPartParserError as error:
            raise Invalid(gettext("The form cannot be read: %(error)s") % {"error": error}) from None
        if handler.too_large is not None:
            raise handler.too_large
        if sum(len(found.getlist(name)) for name in found) != 1 or handler.incoming is None:
            raise Invalid("Send exactly one file.", fields={"file": "Send exactly one file."})
        if not handler.incoming.size:
            raise EmptyFile
        return keep_incoming(
            actor=request.actor,
            incoming=handler.incoming,
            declared_type=handler.content_type or "",
            origin="uploaded",
            now=now(),
        )
    finally:
        handler.discard()


class IntoStore(FileUploadHandler):
    """Writes the form's file straight to a working file of the store, hashing as it goes; a second file is refused."""

    def __init__(self) -> None:
        super().__init__()
        self._receiver: storing.Receiver | None = None
        self.incoming: storing.Incoming | None = None
        self.too_large: storing.FileTooLarge | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self._receiver is not None:
            self.incoming = None
            raise StopUpload(connection_reset=True)
        self._open()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  Django's signature
        try:
            self._open().write(raw_data)
        except storing.FileTooLarge as refusal:
            self.too_large = refusal
            raise StopUpload(connection_reset=True) from refusal

    def file_complete(self, file_size: int) -> UploadedFile:
        self.incoming = self._open().finish()
        return UploadedFile(None, self.file_name or "file", self.content_type, file_size)

    def _open(self) -> storing.Receiver:
        if self._receiver is None:
            self._receiver = storing.Receiver(limit=settings.UPLOAD_LIMIT, folder=storing.store().scratch())
        return self._receiver

    def discard(self) -> None:
        if self._receiver is not None:
            self._receiver.discard()


def _out(view: FileView) -> FileOut:
    return FileOut(
        file_id=view.id,
        state=view.state,
        reason=view.reason,
        media_type=view.media_type,
        size=view.size,
        hash=view.hash,
        width=view.width,
        height=view.height,
        frames=view.frames,
    )
