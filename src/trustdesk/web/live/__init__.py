"""Live: what changes is told to the open pages, by one stream of server-sent events a browser.

To tell: `live.tell("board", data)` from a loop of the worker (its rhythm bounds it: a second or more) or at the end of a
rare action, never for each row of a hot path: NOTIFY halves the commit rate. Within a transaction it is told at commit.
To be told: name the topic in `config/wiring.py: TOPICS` with who may hear it,

    Topic("board", right="work.manage")

and hear it in a page's module, here or in every other tab of this browser:

    document.addEventListener("live:board", (event) => draw(event.detail));   // detail is `data`

Each message must be whole ("12 wait"), never a difference ("one more"): a slow browser is given the newest message of a
topic (and `key`) and never those before it, and a lost connection loses some. The newest of each topic without a key is
kept by web process and browser, so that a page has it at once. `to=staff_id` tells one person only.

A topic with `prepare` computes once, when a stream begins and a database connection is at hand, what its messages will be
read with (a person's pools, say); `shape(known, data)` makes of each message what this person is shown, without any
query: None shows nothing, and raising `Refresh` has the browser begin its stream anew because `known` has grown old.

A stream is authenticated as any page is, gives its connection back before its first byte and takes no other. The process
hears the database by one connection outside the pool, which also looks every 20 seconds whether the people of its
streams are still signed in and have the rights they had, and notes that they are there (`models.Seen`).

Who is not signed in may be told something too: a page of an address in `serving.PUBLIC_PATHS` calls `serving.admit_guest`
once it knows whom it speaks with. A guest hears only what is told `to` the id it was admitted as, of the topics it names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import connection

from trustdesk.kernel.people.actor import Actor

CHANNEL = "trustdesk_live"
PART = 7000  # bytes of JSON in one notification; PostgreSQL takes 8,000 with the envelope


class Refresh(Exception):
    """What a stream knows of its person has grown old: the browser begins a new one."""


@dataclass(frozen=True)
class Topic:
    """What may be told, and to whom: those with `right` ("-" for everyone signed in)."""

    name: str
    right: str
    prepare: Callable[[Actor], Any] | None = None
    shape: Callable[[Any, Any], Any] | None = None


_topics: dict[str, Topic] = {}


class UnknownTopic(LookupError):
    """Nothing of this name may be told: name it in config/wiring.py: TOPICS."""


def register(topics: Iterable[Topic]) -> None:
    _topics.update({topic.name: topic for topic in topics})


def topics() -> dict[str, Topic]:
    return _topics


def tell(topic: str, data: Any, *, key: str = "", to: UUID | None = None) -> None:
    """Send `data` (JSON) to every open page of those who may hear `topic`. `key` keeps messages about different things
    apart: the newest of each is delivered. Raises UnknownTopic."""
    if topic not in _topics:
        raise UnknownTopic(topic)
    text = orjson.dumps({"topic": topic, "key": key, "to": to, "data": data}).decode()
    # In parts, since a notification is short; those of one transaction arrive together and in order.
    parts = _cut(text)
    name = uuid4().hex[:12]
    with connection.cursor() as cursor:
        for n, part in enumerate(parts):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{name} {n} {len(parts)} {part}"])


def _cut(text: str) -> list[str]:
    """Pieces of at most PART bytes of UTF-8."""
    pieces, start = [], 0
    while start < len(text):
        end = min(len(text), start + PART)
        while len(text[start:end].encode()) > PART:
            end -= (len(text[start:end].encode()) - PART + 3) // 4
        pieces.append(text[start:end])
        start = end
    return pieces
