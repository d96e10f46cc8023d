"""Sending what is due. The worker calls `turn` again and again; calls run beside it and hold no transaction.

A delivery is claimed for a minute by one conditional statement, sent, and finished by another that asks whether the
claim still holds. A worker that dies in between leaves a claim that ends by itself: the delivery is sent again under
the same `webhook-id`. Each endpoint has its own few places, so a slow one waits for itself only.
"""

import asyncio
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import structlog
from django.db import connection, transaction
from standardwebhooks.webhooks import Webhook

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.timesource import now as present
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.web.outward import GuardedTransport, TargetRefused, TargetUnknown
from trustdesk.webhooks import rules, sealing
from trustdesk.webhooks.actions import switch_off
from trustdesk.webhooks.facts import DeliveryGivenUp
from trustdesk.webhooks.models import Endpoint, EventDelivery
from trustdesk.webhooks.queries import webhook_id

log = structlog.get_logger(__name__)

AGENT = "TrustDesk-webhooks/1"
EXCERPT = 1_000  # bytes of an answer that are kept
MOST_IN_FLIGHT = 500

Transport = Callable[[], httpx.AsyncBaseTransport]


@dataclass(frozen=True)
class Call:
    """One claimed delivery, ready to be sent without the database."""

    delivery: UUID
    claim: UUID
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of a call; `status` is None when there was no answer."""

    status: int | None
    error: str = ""
    answer: str = ""
    asked_wait: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and rules.delivered(self.status)


def claim(*, now: datetime, limit: int = MOST_IN_FLIGHT) -> list[Call]:
    """Take due deliveries of all endpoints, a few of each, and commit that they are taken.

    One statement: for every active endpoint the oldest due rows that nobody holds (SKIP LOCKED), as many as it has
    free places. Index event_delivery_due.
    """
    mine = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH free AS (
                SELECT e.id, %(at_once)s - (
                    SELECT count(*) FROM webhooks_eventdelivery b
                    WHERE b.endpoint_id = e.id AND b.claim IS NOT NULL AND b.claimed_until > %(now)s
                ) AS places
                FROM webhooks_endpoint e WHERE e.active
            ), due AS (
                SELECT d.id FROM free CROSS JOIN LATERAL (
                    SELECT id FROM webhooks_eventdelivery
                    WHERE endpoint_id = free.id AND done_at IS NULL AND dead_at IS NULL AND next_at <= %(now)s
                      AND (claimed_until IS NULL OR claimed_until <= %(now)s)
                    ORDER BY next_at, id LIMIT greatest(free.places, 0) FOR UPDATE SKIP LOCKED
                ) d LIMIT %(limit)s
            )
            UPDATE webhooks_eventdelivery t SET claim = %(mine)s, claimed_until = %(until)s
            FROM due WHERE t.id = due.id RETURNING t.id
            """,
            {"at_once": rules.AT_ONCE, "now": now, "limit": limit, "mine": mine, "until": now + rules.LEASE},
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = EventDelivery.objects.filter(id__in=ids).select_related("event", "endpoint").order_by("next_at", "id")
    return [call for row in rows if (call := _prepare(row, mine, now)) is not None]


def _prepare(row: EventDelivery, mine: UUID, now: datetime) -> Call | None:
    event = row.event
    body = orjson.dumps(
        {"type": event.type, "timestamp": event.at.isoformat().replace("+00:00", "Z"), "data": event.data}
    )
    name = webhook_id(event.id)
    try:
        signatures = [
            Webhook(sealing.unseal(sealed)).sign(name, now, body.decode()) for sealed in _secrets(row.endpoint, now)
        ]
    except sealing.SecretUnreadable:
        finish(
            delivery_id=row.id,
            mine=mine,
            outcome=Outcome(None, "The secret cannot be read: the desk's secret key has changed. Rotate the secret."),
            now=now,
        )
        return None
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Call(delivery=row.id, claim=mine, url=row.endpoint.url, headers=headers, body=body)


def _secrets(endpoint: Endpoint, now: datetime) -> list[str]:
    old = endpoint.old_secret_until is not None and endpoint.old_secret_until > now
    return [endpoint.secret, endpoint.old_secret] if old else [endpoint.secret]


async def send(call: Call, *, transport: Transport = GuardedTransport) -> Outcome:
    """Make the call; whatever happens is an Outcome. Redirects are not followed, the answer is not read to its end."""
    try:
        async with (
            asyncio.timeout(rules.CALL_SECONDS),
            httpx.AsyncClient(transport=transport(), trust_env=False, timeout=rules.CALL_SECONDS) as client,
            client.stream("POST", call.url, headers=call.headers, content=call.body) as answer,
        ):
            excerpt = b""
            async for chunk in answer.aiter_raw():
                excerpt += chunk
                if len(excerpt) >= EXCERPT:
                    break
            return _answered(answer, excerpt[:EXCERPT])
    except TimeoutError:
        return Outcome(None, f"No answer within {rules.CALL_SECONDS:g} seconds.")
    except (TargetRefused, TargetUnknown) as refusal:
        return Outcome(None, refusal.message)
    except httpx.ConnectError as error:
        return Outcome(None, f"No connection: {error}"[:300])
    except Exception as error:  # whatever a stranger's server provokes is its failed try, never the worker's end
        return Outcome(None, f"The call failed ({type(error).__name__}).")


def _answered(answer: httpx.Response, excerpt: bytes) -> Outcome:
    wait = answer.headers.get("retry-after", "")
    text = excerpt.decode("utf-8", "replace").replace("\0", "\ufffd")
    if rules.delivered(answer.status_code):
        return Outcome(answer.status_code, answer=text)
    words = f"The endpoint answered {answer.status_code}."
    if 300 <= answer.status_code < 400:
        words += " Redirects are not followed."
    asked = timedelta(seconds=int(wait)) if wait.isascii() and wait.isdigit() and len(wait) < 8 else None
    return Outcome(answer.status_code, words, text, asked)


def finish(*, delivery_id: UUID, mine: UUID, outcome: Outcome, now: datetime) -> bool:
    """Write what came of a call, if the claim still holds; False when it was lost to another worker or a person."""
    with transaction.atomic():
        row = (
            EventDelivery.objects.select_for_update(of=("self",))
            .filter(id=delivery_id, claim=mine)
            .select_related("event", "endpoint")
            .first()
        )
        if row is None:
            return False
        row.claim = row.claimed_until = None
        row.tries += 1
        row.last_at, row.status, row.error, row.answer = now, outcome.status, outcome.error[:300], outcome.answer
        wait = rules.wait_before(row.tries, luck=random.random(), asked=outcome.asked_wait)
        if outcome.delivered:
            row.done_at = now
        elif wait is None:
            row.dead_at = now
        else:
            row.next_at = now + wait
        row.save()
        if row.dead_at:
            _give_up(actor=SYSTEM, row=row, now=now)
        if outcome.status is not None and rules.gone(outcome.status) and row.endpoint.active:
            switch_off(actor=SYSTEM, endpoint_id=row.endpoint_id, now=now, why="it answered 410 Gone")
    log.info(
        "webhook sent" if outcome.delivered else "webhook failed",
        delivery=str(delivery_id),
        endpoint=str(row.endpoint_id),
        status=outcome.status,
        tries=row.tries,
        dead=row.dead_at is not None,
    )
    return True


@action(right="-")
def _give_up(*, actor: Actor, row: EventDelivery, now: datetime) -> None:
    fact = DeliveryGivenUp(
        endpoint=row.endpoint_id, url=row.endpoint.url, delivery=row.id, event=row.event.type, tries=row.tries
    )
    record(fact, actor=actor, at=now)


class Dispatcher:
    """The calls of one worker process: an event loop in a thread of its own, fed and emptied by `turn`."""

    def __init__(self, *, transport: Transport = GuardedTransport) -> None:
        self._transport = transport
        self._finished: queue.SimpleQueue[tuple[Call, Outcome]] = queue.SimpleQueue()
        self._in_flight = 0
        self.made = 0  # calls started so far
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def turn(self, *, now: datetime) -> int:
        """Write the outcomes that came in, claim and start what is due. Never waits for a call. Returns how many."""
        done = self._write(now)
        calls = claim(now=now, limit=MOST_IN_FLIGHT - self._in_flight)
        for call in calls:
            self._start(call)
        return done + len(calls)

    def settle(self, *, now: datetime | None = None, seconds: float = 30.0) -> int:
        """Take turns until nothing is due or under way: tests and one-off commands. Returns how many calls were made."""
        before, deadline = self.made, time.monotonic() + seconds
        while True:
            self.turn(now=now or present())
            if not self._in_flight:
                return self.made - before
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._in_flight} calls are still under way")
            time.sleep(0.01)

    def close(self) -> None:
        """Stop the event loop; calls under way are dropped and their claims end by themselves."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop = self._thread = None

    def _write(self, now: datetime) -> int:
        written = 0
        while not self._finished.empty():
            call, outcome = self._finished.get()
            self._in_flight -= 1
            finish(delivery_id=call.delivery, mine=call.claim, outcome=outcome, now=now)
            written += 1
        return written

    def _start(self, call: Call) -> None:
        self._in_flight += 1
        self.made += 1
        future = asyncio.run_coroutine_threadsafe(send(call, transport=self._transport), self._running())

        def ended(done: Future[Outcome]) -> None:
            if not done.cancelled():
                self._finished.put((call, done.result()))

        future.add_done_callback(ended)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # Names are resolved in threads: one slow name server must not stand in everybody's way.
            self._loop.set_default_executor(ThreadPoolExecutor(64, thread_name_prefix="webhooks-names"))
            self._thread = threading.Thread(target=_run, args=(self._loop,), name="webhooks", daemon=True)
            self._thread.start()
        return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks: set[asyncio.Task[Any]] = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


_of_this_worker = Dispatcher()


def dispatch(*, now: datetime) -> int:
    """One turn of this worker's dispatcher: hung in `wiring.LOOPS`."""
    return _of_this_worker.turn(now=now)
