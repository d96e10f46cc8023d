"""One question to the endpoint: tries, waits, gives up in time. Connections go through the guard for outward calls."""

import asyncio
import email.utils
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import structlog
from django.db import connection

from trustdesk.kernel.base.timesource import now as present
from trustdesk.signals.remote import budget
from trustdesk.signals.remote.configured import Remote
from trustdesk.signals.remote.protocol import Said, WrongShape, expected_tokens
from trustdesk.web.outward import GuardedTransport, TargetRefused, TargetUnknown

log = structlog.get_logger(__name__)

AGENT = "TrustDesk-remote-models/1"
TRIES = 4
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds
LARGEST_ANSWER = 256 * 1024
# Too many requests, a conflict of the moment, and whatever is wrong on their side.
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})

Read = Callable[[bytes, Mapping[str, str]], Said]


class RemoteFailed(Exception):
    """The endpoint gave no answer in its time, or refused; the message holds a status or a kind, never its words."""


@dataclass(frozen=True)
class Question:
    """A path below the base, what is sent, and how the answer is read."""

    path: str
    body: Mapping[str, Any]
    read: Read


def ask_all(remote: Remote, questions: list[Question]) -> list[Said | Exception]:
    """Answers in order, or why there is none; a few at once. Every try is paid for before it is made."""
    return asyncio.run(_ask_all(remote, questions))


async def _ask_all(remote: Remote, questions: list[Question]) -> list[Said | Exception]:
    places = asyncio.Semaphore(4)
    ends = time.monotonic() + remote.timeout
    headers = {"user-agent": AGENT, "accept": "application/json"}
    if remote.key:
        headers["authorization"] = f"Bearer {remote.key}"
    transport = GuardedTransport(private=remote.private)
    async with httpx.AsyncClient(
        transport=transport, headers=headers, trust_env=False, follow_redirects=False
    ) as client:

        async def one(question: Question) -> Said:
            async with places:
                return await _ask(client, remote, question, ends)

        answers = await asyncio.gather(*map(one, questions), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Exception):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException) or isinstance(answer, Exception)]


async def _ask(client: httpx.AsyncClient, remote: Remote, question: Question, ends: float) -> Said:
    """Raises BudgetSpent, RemoteFailed, WrongShape."""
    why = "late"
    for attempt in range(TRIES):
        left = ends - time.monotonic()
        if left <= 0:
            break
        cost = expected_tokens(question.body)
        asked_at = present()
        limits = {"most_requests": remote.requests_a_day, "most_tokens": remote.tokens_a_day}
        await _kept(partial(budget.take, tokens=cost, **limits, now=asked_at))
        asked_wait: float | None = None
        try:
            async with asyncio.timeout(left):
                status, headers, answer = await _post(client, remote, question)
        except (TargetRefused, TargetUnknown) as refused:
            raise RemoteFailed(type(refused).__name__) from None
        except (TimeoutError, httpx.TransportError) as error:
            why = "late" if isinstance(error, TimeoutError | httpx.TimeoutException) else type(error).__name__
        else:
            if status == 200:
                said = question.read(answer, headers)
                if said.tokens is not None:
                    await _kept(partial(budget.settle, taken=cost, used=said.tokens, now=asked_at))
                return said
            if status not in _AGAIN:
                raise RemoteFailed(f"status {status}")
            why, asked_wait = f"status {status}", _retry_after(headers.get("retry-after"))
        wait = asked_wait if asked_wait is not None else _wait(attempt)
        log.info("remote model: again", host=remote.host, why=why, attempt=attempt + 1, wait=round(wait, 2))
        if attempt + 1 == TRIES or time.monotonic() + wait >= ends:
            break
        await asyncio.sleep(wait)
    raise RemoteFailed(why)


async def _post(client: httpx.AsyncClient, remote: Remote, question: Question) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body, which may not be larger than any answer is. Raises WrongShape, httpx.TransportError."""
    url = f"{remote.url.rstrip('/')}/{question.path}"
    async with client.stream("POST", url, json=question.body, timeout=remote.timeout) as response:
        parts, size = [], 0
        if response.status_code == 200:
            try:
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > LARGEST_ANSWER:
                        raise WrongShape("the answer is too large")
                    parts.append(part)
            except httpx.DecodingError:
                raise WrongShape("the answer is not encoded as it says") from None
        return response.status_code, response.headers, b"".join(parts)


async def _kept(work: Callable[[], None]) -> None:
    """Statements of the budget, off the loop, on a connection that ends with them: a call takes far longer."""

    def closing() -> None:
        try:
            work()
        finally:
            connection.close()

    await asyncio.to_thread(closing)


def _wait(attempt: int) -> float:
    """Full jitter: anywhere up to the doubled wait, so that many askers do not come back together."""
    return random.uniform(0.1, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))


def _retry_after(told: str | None) -> float | None:
    """Seconds, from a number or a date (RFC 9110, 10.2.3); None where there is nothing readable."""
    if not told:
        return None
    if told.strip().isdecimal():
        return float(min(int(told.strip()[:9]), 86_400))
    try:
        when = email.utils.parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
