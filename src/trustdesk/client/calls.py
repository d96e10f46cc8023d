"""What the two clients share: each call as a value, and the judgement when to try again. Nothing here talks."""

import json
import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Generic, Literal, TypeVar
from urllib.parse import quote

import httpx

from trustdesk.client import shapes
from trustdesk.client.problems import problem_of

T = TypeVar("T")
ENTRIES = 1_000  # of one batch
BATCH_BYTES = 9 * 2**20
CHUNK = 256 * 1024
_AGAIN = {429, 500, 502, 503, 504}
Format = Literal["json", "html", "text"]
_TYPES: dict[str, str] = {"json": "application/json", "html": "text/html", "text": "text/plain"}


@dataclass(frozen=True)
class Upload:
    """A body that can be read again from its start for another try."""

    source: bytes | Path | BinaryIO
    content_type: str

    def open(self) -> BinaryIO | bytes:
        if isinstance(self.source, bytes):
            return self.source
        if isinstance(self.source, Path):
            return self.source.open("rb")
        self.source.seek(0)
        return self.source

    @property
    def owned(self) -> bool:
        """Did `open` open it, so that the client closes it?"""
        return isinstance(self.source, Path)


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call: what to send, and how to read the answer."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    upload: Upload | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def sent_headers(self, key: str) -> dict[str, str]:
        """The headers, the same for every try: what makes a second try of a write safe is among them."""
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json", **self.headers}
        if self.method != "GET":
            headers.setdefault("Idempotency-Key", uuid.uuid4().hex)
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if self.upload is not None:
            headers["Content-Type"] = self.upload.content_type
        return headers


def wait_before(tries: int, *, answer: httpx.Response | None) -> float:
    """Seconds to wait after `tries` failed tries (from 1): 0.5, 1, 2 … 20, spread by half, or what the desk asks for."""
    wait = min(20.0, 0.5 * 2 ** (tries - 1)) * (0.5 + random.random())
    asked = answer.headers.get("retry-after", "") if answer is not None else ""
    return max(wait, min(float(asked), 120.0)) if asked.isascii() and asked.isdigit() else wait


def try_again(answer: httpx.Response) -> bool:
    """May another try fare better? A twin still running (`in_progress`) ends too."""
    if answer.status_code in _AGAIN:
        return True
    return answer.status_code == 409 and problem_of(answer).code == "in_progress"


def read(call: Call[T], answer: httpx.Response) -> T:
    """The answer as the call wants it. Raises Problem."""
    if not answer.is_success:
        raise problem_of(answer)
    return call.read(answer)


def encode(value: Any) -> bytes:
    """JSON; times in RFC 3339 with their zone. Raises ValueError for a time without one."""
    return json.dumps(value, default=_plain, ensure_ascii=True, separators=(",", ":")).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _one(make: Callable[[Any], T]) -> Callable[[httpx.Response], T]:
    return lambda answer: make(answer.json())


def _many(name: str, make: Callable[[Any], T]) -> Callable[[httpx.Response], list[T]]:
    return lambda answer: [make(raw) for raw in answer.json()[name]]


def _page(name: str, make: Callable[[Any], T]) -> Callable[[httpx.Response], tuple[list[T], Any]]:
    def parse(answer: httpx.Response) -> tuple[list[T], Any]:
        body = answer.json()
        return [make(raw) for raw in body[name]], body.get("next")

    return parse


def _none(_answer: httpx.Response) -> None:
    return None


def _key(idempotency_key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": idempotency_key} if idempotency_key else {}


def submit_item(
    item: shapes.NewItem, *, wait: float | None = None, idempotency_key: str | None = None
) -> Call[shapes.Item]:
    return Call(
        "POST",
        "/items",
        _one(shapes.item_of),
        params={} if wait is None else {"wait": wait},
        body=item,
        headers=_key(idempotency_key),
    )


def submit_items(items: Iterable[shapes.NewItem]) -> Iterator[Call[list[shapes.BatchEntry]]]:
    """Batches of at most 1,000 entries and 9 MiB; the entries' places count through."""
    chunk: list[bytes] = []
    size = offset = 0
    for item in items:
        line = encode(item)
        if chunk and (len(chunk) == ENTRIES or size + len(line) > BATCH_BYTES):
            yield _batch(chunk, offset)
            offset, chunk, size = offset + len(chunk), [], 0
        chunk.append(line)
        size += len(line) + 1
    if chunk:
        yield _batch(chunk, offset)


def _batch(lines: Sequence[bytes], offset: int) -> Call[list[shapes.BatchEntry]]:
    return Call(
        "POST",
        "/items/batch",
        lambda answer: [shapes.entry_of(raw, offset=offset) for raw in answer.json()["results"]],
        upload=Upload(b"[" + b",".join(lines) + b"]", "application/json"),
    )


def withdraw_item(item_id: str, *, reason: shapes.WithdrawReason) -> Call[shapes.Item]:
    return Call("POST", f"/items/{_part(item_id)}/withdraw", _one(shapes.item_of), body={"reason": reason})


def get_item(item_id: str) -> Call[shapes.Item]:
    return Call("GET", f"/items/{_part(item_id)}", _one(shapes.item_of))


def find_items(external_id: str, *, kind: str = "") -> Call[list[shapes.Item]]:
    params = {"external_id": external_id, **({"kind": kind} if kind else {})}
    return Call("GET", "/items", _many("items", shapes.item_of), params=params)


def item_history(item_id: str) -> Call[shapes.Raw]:
    return Call("GET", f"/items/{_part(item_id)}/history", _one(dict))


def upload_file(source: bytes | Path | str | BinaryIO, *, content_type: str = "") -> Call[shapes.StoredFile]:
    given = Path(source) if isinstance(source, str) else source
    return Call(
        "POST", "/files", _one(shapes.file_of), upload=Upload(given, content_type or "application/octet-stream")
    )


def get_decision(decision_id: str) -> Call[shapes.Decision]:
    return Call("GET", f"/decisions/{_part(decision_id)}", _one(shapes.decision_of))


def get_statement(decision_id: str) -> Call[shapes.Raw]:
    return Call("GET", f"/decisions/{_part(decision_id)}/statement", _one(dict))


def get_statement_text(decision_id: str, *, form: Literal["html", "text"]) -> Call[str]:
    return Call(
        "GET",
        f"/decisions/{_part(decision_id)}/statement",
        lambda answer: answer.text,
        headers={"Accept": _TYPES[form]},
    )


def make_webhook(
    url: str, *, events: Sequence[str] = ("*",), description: str = "", source: str | None = None
) -> Call[shapes.Endpoint]:
    body: dict[str, Any] = {"url": url, "events": list(events), "description": description}
    if source is not None:
        body["source"] = source
    return Call("POST", "/webhooks", _one(shapes.endpoint_of), body=body)


def webhooks() -> Call[list[shapes.Endpoint]]:
    return Call("GET", "/webhooks", _many("webhooks", shapes.endpoint_of))


def rotate_webhook_secret(webhook_id: str) -> Call[shapes.Endpoint]:
    return Call("POST", f"/webhooks/{_part(webhook_id)}/rotate", _one(shapes.endpoint_of))


def delete_webhook(webhook_id: str) -> Call[None]:
    return Call("DELETE", f"/webhooks/{_part(webhook_id)}", _none)


def webhook_deliveries(
    webhook_id: str, *, state: str | None, after: str | None
) -> Call[tuple[list[shapes.EventDelivery], Any]]:
    params = {name: value for name, value in (("state", state), ("after", after)) if value}
    return Call(
        "GET", f"/webhooks/{_part(webhook_id)}/deliveries", _page("deliveries", shapes.delivery_of), params=params
    )


def redeliver(webhook_id: str, delivery_id: str) -> Call[None]:
    return Call("POST", f"/webhooks/{_part(webhook_id)}/deliveries/{_part(delivery_id)}/redeliver", _none)


def facts(*, after: int, limit: int) -> Call[tuple[list[shapes.Fact], Any]]:
    return Call("GET", "/facts", _page("facts", shapes.fact_of), params={"after": after, "limit": limit})


def _part(value: str) -> str:
    """A value as one part of a path: an id from outside cannot name another address."""
    return quote(str(value), safe="")
