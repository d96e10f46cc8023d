"""Handing bytes out, at signed addresses: renditions to look at, originals only to keep."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from trustdesk.files import actions, queries, rules, storing
from trustdesk.kernel.base.refusal import Refusal
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
        answer = _original(file_id) if rendition == "original" else _picture(file_id, rendition)
    except (Refusal, FileNotFoundError) as refusal:
        said = refusal.message if isinstance(refusal, Refusal) else "These bytes are gone."
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


def _picture(file_id: UUID, rendition: str) -> HttpResponse:
    return HttpResponse(queries.rendition(file_id, rendition), content_type="image/webp")


def _original(file_id: UUID) -> StreamingHttpResponse:
    view = queries.view_of(file_id)
    handle = queries.open_original(file_id)
    answer = StreamingHttpResponse(_chunks(handle), content_type="application/octet-stream")
    answer._resource_closers.append(handle.close)  # type: ignore[attr-defined]
    answer["Content-Length"] = str(view.size)
    # A name of ours: the sender's could be anything.
    answer["Content-Disposition"] = f'attachment; filename="{view.hash[:16]}.bin"'
    return answer


async def _chunks(handle: BinaryIO) -> AsyncIterator[bytes]:
    # Read piece by piece in a thread: a plain iterator would be taken into memory whole.
    while chunk := await asyncio.to_thread(handle.read, storing.CHUNK):
        yield chunk
