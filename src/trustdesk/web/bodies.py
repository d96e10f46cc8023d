"""How much the desk reads at all, before anything looks at it: Django keeps a whole body on disk before a view runs."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import orjson

from trustdesk.web.problems import CONTENT_TYPE

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]


class BodyLimit:
    """ASGI wrapper: at most `limit` bytes of body, or what `larger` says for a path. More is 413, and not read on."""

    def __init__(self, app: App, *, limit: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._larger = dict(larger)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"].rstrip("/"), self._limit)
        announced = dict(scope["headers"]).get(b"content-length", b"")
        if announced.isdigit() and int(announced) > limit:
            await _refuse(send, limit)
            return
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Message, receive: Receive, send: Send, limit: int) -> None:
        read, over, begun = 0, False, False

        async def counted() -> Message:
            nonlocal read, over
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                over = over or read > limit
            # To the application it looks as if the caller had hung up; the answer is given below.
            return {"type": "http.disconnect"} if over else message

        async def passed(message: Message) -> None:
            nonlocal begun
            if not over or begun:
                begun = True
                await send(message)

        await self._app(scope, counted, passed)
        if over and not begun:
            await _refuse(send, limit)


async def _refuse(send: Send, limit: int) -> None:
    detail = f"The body may be at most {limit // 2**20} MiB."
    body = orjson.dumps(
        {
            "type": "urn:trustdesk:problem:too_large",
            "title": detail,
            "status": 413,
            "code": "too_large",
            "detail": detail,
        }
    )
    headers = [
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
