"""What can go wrong, as exceptions. The desk's own refusals carry its RFC 9457 problem."""

from collections.abc import Mapping
from typing import Any

import httpx


class DeskError(Exception):
    """Anything that kept a call from its answer."""


class Unreachable(DeskError):
    """The desk could not be reached, or hung up, at every try."""


class Problem(DeskError):
    """The desk said no. `code` is stable; `fields` names what to mend; `body` is the whole problem."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.body = dict(body)
        self.code = str(body.get("code") or f"http_{status}")
        self.detail = str(body.get("detail") or body.get("title") or f"The desk answered {status}.")
        fields = body.get("fields")
        self.fields: dict[str, str] = dict(fields) if isinstance(fields, Mapping) else {}
        told = "; ".join(f"{name}: {words}" for name, words in self.fields.items())
        super().__init__(f"{self.code}: {self.detail}" + (f" ({told})" if told else ""))


class NotValid(Problem):
    """Something in what was sent needs mending (400, 413, 422)."""


class Denied(Problem):
    """The key is unknown or lacks the right (401, 403)."""


class NotFound(Problem):
    """There is no such thing, or this key may not see it (404, 410)."""


class Conflict(Problem):
    """Something else was there first (409, 412, 428)."""


class TooMany(Problem):
    """Too many calls this minute, at every try (429)."""


class Failed(Problem):
    """The desk failed (5xx), at every try."""


_KINDS: dict[int, type[Problem]] = {
    400: NotValid,
    413: NotValid,
    422: NotValid,
    401: Denied,
    403: Denied,
    404: NotFound,
    410: NotFound,
    409: Conflict,
    412: Conflict,
    428: Conflict,
    429: TooMany,
}


def problem_of(answer: httpx.Response) -> Problem:
    """The exception for an answer that is not a success."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {"detail": f"The desk answered {answer.status_code} without saying why."}
    return problem_from(answer.status_code, body)


def problem_from(status: int, body: Mapping[str, Any]) -> Problem:
    kind = _KINDS.get(status) or (Failed if status >= 500 else Problem)
    return kind(status, body)
