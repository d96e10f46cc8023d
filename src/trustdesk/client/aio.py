"""The client that is awaited."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, TypeVar

import httpx

from trustdesk.client import calls, shapes
from trustdesk.client.problems import Unreachable

T = TypeVar("T")


class AsyncTrustDesk:
    """The same calls as TrustDesk, to await. Belongs to one event loop."""

    def __init__(
        self,
        url: str,
        *,
        key: str,
        timeout: float = 30.0,
        tries: int = 5,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._key = key
        self._tries = max(1, tries)
        self._http = httpx.AsyncClient(base_url=url.rstrip("/") + "/api/v1", timeout=timeout, transport=transport)
        self._sleep = asyncio.sleep

    async def __aenter__(self) -> "AsyncTrustDesk":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def submit_item(
        self, item: shapes.NewItem, *, wait: float | None = None, idempotency_key: str | None = None
    ) -> shapes.Item:
        """Submit content; waits up to `wait` seconds (the desk's default 2) for signals. Status may be "pending"."""
        return await self._run(calls.submit_item(item, wait=wait, idempotency_key=idempotency_key))

    async def submit_items(self, items: Iterable[shapes.NewItem]) -> AsyncIterator[shapes.BatchEntry]:
        """Submit any number of items in batches; an answer for each, in order. One bad entry costs no other."""
        for call in calls.submit_items(items):
            for entry in await self._run(call):
                yield entry

    async def withdraw_item(self, item_id: str, *, reason: shapes.WithdrawReason) -> shapes.Item:
        """Say that content is gone from the platform."""
        return await self._run(calls.withdraw_item(item_id, reason=reason))

    async def get_item(self, item_id: str) -> shapes.Item:
        return await self._run(calls.get_item(item_id))

    async def find_items(self, external_id: str, *, kind: str = "") -> list[shapes.Item]:
        """Items by the platform's own id; several when kinds share ids."""
        return await self._run(calls.find_items(external_id, kind=kind))

    async def item_history(self, item_id: str) -> shapes.Raw:
        """Versions, verdicts and decisions of an item."""
        return await self._run(calls.item_history(item_id))

    async def upload_file(self, source: bytes | Path | str | BinaryIO, *, content_type: str = "") -> shapes.StoredFile:
        """Upload bytes, a file by its path, or an open file that can be read again (seekable). Streams."""
        return await self._run(calls.upload_file(source, content_type=content_type))

    async def get_decision(self, decision_id: str) -> shapes.Decision:
        return await self._run(calls.get_decision(decision_id))

    async def get_statement(self, decision_id: str) -> shapes.Raw:
        """The statement of reasons, as data."""
        return await self._run(calls.get_statement(decision_id))

    async def get_statement_text(self, decision_id: str, *, form: Literal["html", "text"] = "text") -> str:
        """The statement of reasons, as its reader sees it."""
        return await self._run(calls.get_statement_text(decision_id, form=form))

    async def make_webhook(
        self, url: str, *, events: Sequence[str] = ("*",), description: str = "", source: str | None = None
    ) -> shapes.Endpoint:
        """Add a webhook. Keep `secret` of the answer: it is shown this once."""
        return await self._run(calls.make_webhook(url, events=events, description=description, source=source))

    async def webhooks(self) -> list[shapes.Endpoint]:
        return await self._run(calls.webhooks())

    async def rotate_webhook_secret(self, webhook_id: str) -> shapes.Endpoint:
        """A new secret; for a day messages carry both signatures."""
        return await self._run(calls.rotate_webhook_secret(webhook_id))

    async def delete_webhook(self, webhook_id: str) -> None:
        await self._run(calls.delete_webhook(webhook_id))

    async def webhook_deliveries(
        self, webhook_id: str, *, state: str | None = None
    ) -> AsyncIterator[shapes.EventDelivery]:
        """What was sent to a webhook, newest first. `state`: waiting, done or dead."""
        after: Any = None
        while True:
            rows, after = await self._run(calls.webhook_deliveries(webhook_id, state=state, after=after))
            for row in rows:
                yield row
            if not after:
                return

    async def redeliver(self, webhook_id: str, delivery_id: str) -> None:
        await self._run(calls.redeliver(webhook_id, delivery_id))

    async def facts(self, *, after: int = 0, limit: int = 500) -> AsyncIterator[shapes.Fact]:
        """Everything that happened after a position, in order, until there is no more. Keep the last position."""
        while True:
            rows, _ = await self._run(calls.facts(after=after, limit=limit))
            for row in rows:
                yield row
            if not rows:
                return
            after = rows[-1].position

    async def _run(self, call: calls.Call[T]) -> T:
        headers = call.sent_headers(self._key)
        for tries in range(1, self._tries + 1):
            answer, error = await self._once(call, headers)
            if answer is not None and not calls.try_again(answer):
                return calls.read(call, answer)
            if tries < self._tries:
                await self._sleep(calls.wait_before(tries, answer=answer))
        if answer is not None:
            return calls.read(call, answer)
        raise Unreachable(f"{call.method} {call.path}: {error}") from error

    async def _once(
        self, call: calls.Call[Any], headers: dict[str, str]
    ) -> tuple[httpx.Response | None, httpx.TransportError | None]:
        content: bytes | AsyncIterator[bytes] | None = None if call.body is None else calls.encode(call.body)
        if call.upload is not None:
            opened = call.upload.open()
            content = opened if isinstance(opened, bytes) else _chunks(opened, close=call.upload.owned)
        try:
            return await self._http.request(
                call.method, call.path, params=dict(call.params), content=content, headers=headers
            ), None
        except httpx.TransportError as error:
            return None, error


async def _chunks(handle: BinaryIO, *, close: bool) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(handle.read, calls.CHUNK):
            yield chunk
    finally:
        if close:
            handle.close()
