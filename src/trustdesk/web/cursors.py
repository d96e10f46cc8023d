"""Keyset paging: an opaque cursor holds the sort values of the last row shown. Lists of pages and of the API share it."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from trustdesk.kernel.base.refusal import Invalid

T = TypeVar("T")


class BadCursor(Invalid):
    """This page mark is not one of ours. Begin at the first page."""

    code, status = "bad_cursor", 400


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `next` is None on the last one."""

    rows: list[T]
    next: str | None


def encode(values: Sequence[Any]) -> str:
    """Sort values (text, numbers, times, ids) as an opaque mark."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).rstrip(b"=").decode()


def decode(mark: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The sort values behind a mark, as `kinds` (datetime, UUID, int, float, str); None without one. Raises BadCursor."""
    if not mark:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(mark.encode("ascii") + b"=" * (-len(mark) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise BadCursor
        return tuple(_as(kind, value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError):
        raise BadCursor from None


def _as(kind: type, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if not isinstance(value, kind) or isinstance(value, bool) or (isinstance(value, str) and "\0" in value):
        raise BadCursor
    return value


def page_of(rows: Sequence[T], *, limit: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """Cut `limit + 1` fetched rows to a page; the extra row says that there is a next one."""
    shown = list(rows[:limit])
    more = len(rows) > limit
    return Page(rows=shown, next=encode(key(shown[-1])) if more and shown else None)
