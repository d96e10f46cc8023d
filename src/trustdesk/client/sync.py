"""The client that waits."""

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, TypeVar

import httpx

from trustdesk.client import calls, shapes
from trustdesk.client.problems import Unreachable

T = TypeVar("T")


class TrustDesk:
    """A desk, spoken to with one API key. Keeps its connections: make one and share it between threads.

    `timeout` in seconds for each try, `tries` in all for a call that meets a failing network or desk.
    """

    def __init__(
        self, url: str, *, key: str, timeout: float = 30.0, tries: int = 5, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._key = key
        self._tries = max(1, tries)
        self._http = httpx.Client(base_url=url.rstrip("/") + "/api/v1", timeout=timeout, transport=transport)
        self._sleep = time.sleep

    def __enter__(self) -> "TrustDesk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def submit_item(
        self, item: shapes.NewItem, *, wait: float | None = None, idempotency_key: str | None = None
    ) -> shapes.Item:
        """Submit content; waits up to `wait` seconds (the desk's default 2) for signals. Status may be "pending"."""
        return self._run(calls.submit_item(item, wait=wait, idempotency_key=idempotency_key))

    def submit_items(self, items: Iterable[shapes.NewItem]) -> Iterator[shapes.BatchEntry]:
        """Submit any number of items in batches; an answer for each, in order. One bad entry costs no other."""
        for call in calls.submit_items(items):
            yield from self._run(call)

    def withdraw_item(self, item_id: str, *, reason: shapes.WithdrawReason) -> shapes.Item:
        """Say that content is gone from the platform."""
        return self._run(calls.withdraw_item(item_id, reason=reason))

    def get_item(self, item_id: str) -> shapes.Item:
        return self._run(calls.get_item(item_id))

    def find_items(self, external_id: str, *, kind: str = "") -> list[shapes.Item]:
        """Items by the platform's own id; several when kinds share ids."""
        return self._run(calls.find_items(external_id, kind=kind))

    def item_history(self, item_id: str) -> shapes.Raw:
        """Versions, verdicts and decisions of an item."""
        return self._run(calls.item_history(item_id))

    def upload_file(self, source: bytes | Path | str | BinaryIO, *, content_type: str = "") -> shapes.StoredFile:
        """Upload bytes, a file by its path, or an open file that can be read again (seekable). Streams."""
        return self._run(calls.upload_file(source, content_type=content_type))

    def get_decision(self, decision_id: str) -> shapes.Decision:
        return self._run(calls.get_decision(decision_id))

    def get_statement(self, decision_id: str) -> shapes.Raw:
        """The statement of reasons, as data."""
        return self._run(calls.get_statement(decision_id))

    def get_statement_text(self, decision_id: str, *, form: Literal["html", "text"] = "text") -> str:
        """The statement of reasons, as its reader sees it."""
        return self._run(calls.get_statement_text(decision_id, form=form))

    def make_webhook(
        self, url: str, *, events: Sequence[str] = ("*",), description: str = "", source: str | None = None
    ) -> shapes.Endpoint:
        """Add a webhook. Keep `secret` of the answer: it is shown this once."""
        return self._run(calls.make_webhook(url, events=events, description=description, source=source))

    def webhooks(self) -> list[shapes.Endpoint]:
        return self._run(calls.webhooks())

    def rotate_webhook_secret(self, webhook_id: str) -> shapes.Endpoint:
        """A new secret; for a day messages carry both signatures."""
        return self._run(calls.rotate_webhook_secret(webhook_id))

    def delete_webhook(self, webhook_id: str) -> None:
        self._run(calls.delete_webhook(webhook_id))

    def webhook_deliveries(self, webhook_id: str, *, state: str | None = None) -> Iterator[shapes.EventDelivery]:
        """What was sent to a webhook, newest first. `state`: waiting, done or dead."""
        after: Any = None
        while True:
            rows, after = self._run(calls.webhook_deliveries(webhook_id, state=state, after=after))
            yield from rows
            if not after:
                return

    def redeliver(self, webhook_id: str, delivery_id: str) -> None:
        self._run(calls.redeliver(webhook_id, delivery_id))

    def facts(self, *, after: int = 0, limit: int = 500) -> Iterator[shapes.Fact]:
        """Everything that happened after a position, in order, until there is no more. Keep the last position."""
        while True:
            rows, _ = self._run(calls.facts(after=after, limit=limit))
            yield from rows
            if not rows:
                return
            after = rows[-1].position

    def _run(self, call: calls.Call[T]) -> T:
        headers = call.sent_headers(self._key)
        for tries in range(1, self._tries + 1):
            answer, error = self._once(call, headers)
            if answer is not None and not calls.try_again(answer):
                return calls.read(call, answer)
            if tries < self._tries:
                self._sleep(calls.wait_before(tries, answer=answer))
        if answer is not None:
            return calls.read(call, answer)
        raise Unreachable(f"{call.method} {call.path}: {error}") from error

    def _once(
        self, call: calls.Call[Any], headers: dict[str, str]
    ) -> tuple[httpx.Response | None, httpx.TransportError | None]:
        content: bytes | BinaryIO | None = None if call.body is None else calls.encode(call.body)
        if call.upload is not None:
            content = call.upload.open()
        try:
            return self._http.request(
                call.method, call.path, params=dict(call.params), content=content, headers=headers
            ), None
        except httpx.TransportError as error:
            return None, error
        finally:
            if call.upload is not None and call.upload.owned and content is not None and not isinstance(content, bytes):
                content.close()
