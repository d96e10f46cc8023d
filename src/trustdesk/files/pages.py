"""Handing bytes out, at signed addresses: renditions to look at, originals only to keep."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from trustdesk.files import actions, queries, rules, storing
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.web.page import PageRequest, go, page, public

# Whatever the bytes turn out to be: nothing in them runs, loads or is guessed at.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": f"private, max-age={rules.ADDRESS_SECONDS}, immutable",
    "Referrer-Policy": "no-referrer",
}


@public
@require_safe
def serve(request: HttpRequest, file_id: UUID, rendition: str) -> HttpResponseBase:
    """The bytes behind a signed address. The signature is the right: whoever made the page asked for it."""
    try:
        queries.check_address(
            file_id,
            rendition,
            until=request.GET.get("until", ""),
            signature=request.GET.get("sig", ""),
            now=now(),
        )
        answer = _bytes(request, file_id, rendition)
    except (Refusal, FileNotFoundError) as refusal:
        said = refusal.spoken if isinstance(refusal, Refusal) else "These bytes are gone."
        answer = HttpResponse(said, status=getattr(refusal, "status", 404), content_type="text/plain; charset=utf-8")
        answer["Cache-Control"] = "no-store"
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


@page(right="files.original", methods=("POST",))
def take_original(request: PageRequest, file_id: UUID) -> HttpResponseBase:
    """Out with the bytes as they came, for whoever may, with a reason that stays."""
    why = request.POST.get("why", "")
    return go(request, actions.take_original(actor=request.actor, file_id=file_id, why=why, now=now()))


def _bytes(request: HttpRequest, file_id: UUID, rendition: str) -> HttpResponseBase:
    match rendition:
        case "original":
            return _original(file_id)
        case "play":
            return _play(request, file_id)
    return _picture(file_id, rendition)


def _picture(file_id: UUID, rendition: str) -> HttpResponse:
    return HttpResponse(queries.rendition(file_id, rendition), content_type="image/webp")


def _original(file_id: UUID) -> StreamingHttpResponse:
    view = queries.view_of(file_id)
    if view.reason == rules.MALWARE:
        raise NotFound(rules.REASONS[rules.MALWARE])
    queries.open_original(file_id).close()  # gone bytes are told before the answer begins
    answer = StreamingHttpResponse(_chunks(view.hash, 0, view.size), content_type="application/octet-stream")
    answer["Content-Length"] = str(view.size)
    # A name of ours: the sender's could be anything.
    answer["Content-Disposition"] = (
        f'attachment; filename="{view.hash[:16]}.{rules.ENDINGS.get(view.media_type, "bin")}"'
    )
    return answer


def _play(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A video for `<video>`, whole or the piece it asks for: what it does not show is not sent."""
    view = queries.view_of(file_id)
    if not view.playable:
        raise NotFound("This is not played here.")
    tag = f'"{view.hash}"'
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        asked = ""  # it holds a piece of something else
    try:
        span = rules.byte_range(asked, view.size)
    except ValueError:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{view.size}"
        return refused
    first, end = span or (0, view.size)
    queries.open_original(file_id).close()  # gone bytes are told before the answer begins
    answer = StreamingHttpResponse(
        _chunks(view.hash, first, end), content_type=view.media_type, status=206 if span else 200
    )
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = str(end - first)
    answer["ETag"] = tag
    if span:
        answer["Content-Range"] = f"bytes {first}-{end - 1}/{view.size}"
    return answer


async def _chunks(content_hash: str, first: int, end: int) -> AsyncIterator[bytes]:
    # Read piece by piece in a thread: a plain iterator would be taken into memory whole. Opened and closed in here: a
    # player goes away in the middle, and then nothing but this is told.
    handle = await asyncio.to_thread(storing.store().open, storing.original_key(content_hash))
    try:
        handle.seek(first)
        left = end - first
        while left and (chunk := await asyncio.to_thread(handle.read, min(left, storing.CHUNK))):
            left -= len(chunk)
            yield chunk
    finally:
        handle.close()
