"""How a stream is served: Django answers whether this person may listen, and is done; then the bytes flow.

So a stream holds no database connection, no thread and none of Django's middleware while it is open.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import standing_of
from trustdesk.web.bodies import App, Message, Receive, Send
from trustdesk.web.live import topics
from trustdesk.web.live.hub import Stream, hub
from trustdesk.web.page import PageRequest, page

PATH = "/live"
PUBLIC_PATHS = frozenset({"/chat/stream"})  # pages that admit guests
MOST_GUESTS, MOST_OF_ONE = 2_000, 5  # streams of guests in one web process; of one guest
ADMITTED = "trustdesk.live"  # in the ASGI scope: where the page leaves the stream it admits
HEARTBEAT_SECONDS = 15.0  # proxies close what is silent for longer


@page(right="-", methods=("GET",))
def live(request: PageRequest) -> HttpResponse:
    """Whether this person may listen. Without the wrapper below there are no streams: 204 tells a browser to stop."""
    admitted = _admitted(request)
    if admitted is None:
        return HttpResponse(status=204)
    actor = request.actor
    admitted.append(
        Stream(
            actor=actor,
            session=request.session.session_key or "",
            standing=standing_of(request.user.id),
            known=_known(actor),
        )
    )
    return HttpResponse(content_type="text/event-stream")


def admit_guest(request: HttpRequest, *, who: UUID, topics: Iterable[str]) -> HttpResponse:
    """Begin a stream for somebody who is not signed in and whom the caller knows as `who`: they hear what is told `to` this id
    of these topics. 204 where there are no streams or too many: the page asks by itself then."""
    admitted = _admitted(request)
    if admitted is None:
        return HttpResponse(status=204)
    actor = Actor(kind="user", id=str(who))
    admitted.append(Stream(actor=actor, session="", standing="", known=dict.fromkeys(topics)))
    return HttpResponse(content_type="text/event-stream")


def _admitted(request: HttpRequest) -> list[Stream] | None:
    found: list[Stream] | None = getattr(request, "scope", {}).get(ADMITTED)
    return found


def _known(actor: Actor) -> dict[str, object]:
    return {
        topic.name: topic.prepare(actor) if topic.prepare else None
        for topic in topics().values()
        if topic.right == "-" or actor.may(topic.right)
    }


class Live:
    """ASGI wrapper: serves the streams, passes everything else on."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        streams = scope["type"] == "http" and (scope["path"] == PATH or scope["path"] in PUBLIC_PATHS)
        if not streams or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        admitted: list[Stream] = []
        head: list[Message] = []

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.append(message)

        await self._app({**scope, ADMITTED: admitted}, receive, answered)
        if admitted and not admitted[0].session and _crowded(admitted[0]):
            admitted.clear()
        if not admitted or not head:
            # Signed out, or refused: the one answer after which a browser does not ask again by itself.
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        dropped = {b"content-length", b"cache-control", b"set-cookie", b"vary"}
        headers = [(name, value) for name, value in head[0]["headers"] if name.lower() not in dropped]
        headers += [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _flow(admitted[0], receive, send)


def _crowded(guest: Stream) -> bool:
    return hub().guests() >= MOST_GUESTS or hub().guests(guest.actor.id) >= MOST_OF_ONE


async def _flow(stream: Stream, receive: Receive, send: Send) -> None:
    """Send what is told until either side ends it."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        stream.end()

    gone = asyncio.get_running_loop().create_task(watch())
    central = hub()
    central.join(stream)
    try:
        await _write(send, b"retry: 2000\n\n")
        while not stream.ended:
            try:
                await asyncio.wait_for(stream.woken.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await _write(send, b":\n\n")
                continue
            stream.woken.clear()
            waiting, stream.waiting = stream.waiting, {}
            for data in waiting.values():
                await _write(send, b"data: " + data + b"\n\n")
        await _write(send, b"", last=True)
    finally:
        central.leave(stream)
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _write(send: Send, data: bytes, *, last: bool = False) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": not last})
