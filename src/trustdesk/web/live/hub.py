"""The hub: one connection that listens to the database, fanned out in memory to the streams of this web process."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
import psycopg
import structlog
from django.db import connections

from trustdesk.kernel.base import timesource
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import STANDING
from trustdesk.web.live import CHANNEL, Refresh, topics

log = structlog.get_logger(__name__)

CHECK_SECONDS = 20.0  # how often it is asked whether the people of the streams may still listen
STREAM_SECONDS = 900.0  # a stream is begun anew after this long, so that what it knows stays fresh
LONGEST_WAIT = 30.0  # between two tries to reach the database

_SIGNED_IN = "SELECT session_key FROM django_session WHERE session_key = ANY(%s) AND expire_date > %s"
_SEEN = (
    "INSERT INTO web_seen (staff_id, at) SELECT id, %s FROM unnest(%s::uuid[]) AS s(id) "
    "ON CONFLICT (staff_id) DO UPDATE SET at = excluded.at"
)


@dataclass(eq=False)
class Stream:
    """One browser's stream: who listens, and what waits to be sent. Only the newest of each topic and key waits."""

    actor: Actor
    session: str  # "" for a guest, who is not signed in
    standing: str  # fingerprint of rights, skills and password when it began
    known: dict[str, Any]  # by topic: what `prepare` found; a topic that is not here is not for this person
    waiting: dict[tuple[str, str], bytes] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    until: float = field(default_factory=lambda: time.monotonic() + STREAM_SECONDS * random.uniform(0.8, 1.2))

    @property
    def staff(self) -> UUID:
        return UUID(self.actor.id)

    def put(self, topic: str, key: str, data: Any) -> None:
        self.waiting[topic, key] = orjson.dumps({"topic": topic, "key": key, "data": data})
        self.woken.set()

    def end(self) -> None:
        self.ended = True
        self.woken.set()


class Hub:
    """All streams of one event loop, and the task that listens for them."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._latest: dict[str, dict[str, Any]] = {}  # by topic, of messages for everyone and without a key
        self._parts: dict[str, list[str]] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, stream: Stream) -> None:
        """Listen from now on, beginning with what was told last of each topic."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen(), name="live")
        self.streams.add(stream)
        stream.put("live.hello", "", {"who": stream.actor.id})
        for message in self._latest.values():
            self._pass(message, stream)

    def guests(self, who: str = "") -> int:
        """How many streams of guests there are, or of this one."""
        return sum(1 for one in self.streams if not one.session and who in {"", one.actor.id})

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)

    def end_all(self) -> None:
        """The process is about to stop: browsers begin anew elsewhere."""
        for stream in self.streams:
            stream.end()

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as database:
                    await database.execute(f"LISTEN {CHANNEL}")
                    if failures:
                        log.info("live goes on")
                    failures = 0
                    self._parts.clear()
                    while True:
                        due = time.monotonic() + CHECK_SECONDS
                        while (left := due - time.monotonic()) > 0:
                            async for told in database.notifies(timeout=left):
                                self._hear(told.payload)
                        await self._check(database)
            except psycopg.OperationalError as error:
                failures += 1
                if failures == 1:
                    log.warning("live lost the database", error=str(error).splitlines()[0])
                await asyncio.sleep(min(LONGEST_WAIT, 0.25 * 2 ** min(failures, 10)) * random.uniform(0.5, 1))

    def _hear(self, payload: str) -> None:
        name, n, count, part = payload.split(" ", 3)
        parts = self._parts.setdefault(name, [])
        parts.append(part)
        if len(parts) != int(n) + 1:  # what came before was lost with a connection
            del self._parts[name]
        elif len(parts) == int(count):
            message = orjson.loads("".join(self._parts.pop(name)))
            if not message["key"] and not message["to"]:
                self._latest[message["topic"]] = message
            for stream in list(self.streams):
                self._pass(message, stream)

    def _pass(self, message: dict[str, Any], stream: Stream) -> None:
        name = message["topic"]
        if name not in stream.known or message["to"] not in {None, stream.actor.id}:
            return
        if not stream.session and message["to"] is None:
            return
        topic = topics().get(name)
        data = message["data"]
        if topic is not None and topic.shape is not None:
            try:
                data = topic.shape(stream.known[name], data)
            except Refresh:
                stream.end()
                return
            except Exception:  # one topic's mistake is not the others'
                log.exception("a live message could not be shaped", topic=name)
                return
            if data is None:
                return
        stream.put(name, message["key"], data)

    async def _check(self, database: psycopg.AsyncConnection[Any]) -> None:
        """End the streams of those who signed out, were closed or have other rights now; note who is there."""
        for guest in [stream for stream in self.streams if not stream.session and time.monotonic() > stream.until]:
            guest.end()
        streams = [stream for stream in self.streams if stream.session]
        if not streams:
            return
        now = timesource.now()
        async with database.cursor() as cursor:
            await cursor.execute(_SIGNED_IN, [[stream.session for stream in streams], now])
            sessions = {key for (key,) in await cursor.fetchall()}
            await cursor.execute(STANDING, [list({stream.staff for stream in streams})])
            standings = dict(await cursor.fetchall())
            there = set()
            for stream in streams:
                if stream.session not in sessions or standings.get(stream.staff) != stream.standing:
                    stream.end()
                else:
                    there.add(stream.staff)
                    if time.monotonic() > stream.until:
                        stream.end()
            await cursor.execute(_SEEN, [now, sorted(there)])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop: one a web process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


def _address() -> dict[str, Any]:
    """How the pool reaches the database, for a connection beside it."""
    settings = connections.settings["default"]
    options = {name: value for name, value in settings["OPTIONS"].items() if name not in {"pool", "application_name"}}
    given = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    return {
        **options,
        **{name: value for name, value in given.items() if value},
        "application_name": "trustdesk live",
        "connect_timeout": 5,
        # A database that vanished without a word is noticed.
        "keepalives_idle": 20,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
