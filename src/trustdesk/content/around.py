"""What stands around a thing where its audience meets it: what it answers, its neighbours, the newest of its account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from trustdesk.content.facts import REFERENCES
from trustdesk.content.rules import KINDS, thread_of

NEIGHBOURS = 3  # before and after, and answers
NEWEST = 6
# What a shop's or person's page shows of them.
SHOWN = ("ad", "listing", "product", "image", "short_video", "livestream")
SHOWS_NEWEST = ("shop", "profile")


class Glimpse(NamedTuple):
    """A thing as it is seen beside another: its newest version, in short. `file`: its first picture. `answers`: the
    external id it answers, "" for none."""

    id: UUID
    kind: str
    external_id: str
    language: str
    status: str
    at: datetime
    title: str
    text: str
    price: Decimal | None
    currency: str
    market: str
    fields: dict[str, Any]
    account: UUID
    author: str
    verified: bool | None
    file: UUID | None


@dataclass(frozen=True)
class Around:
    """`parent`: what is answered; `about`: what it is about; `neighbours`: the others under the same thing, oldest first;
    `answers`: what answers it; `newest`: of its account, newest first."""

    parent: Glimpse | None = None
    about: Glimpse | None = None
    neighbours: tuple[Glimpse, ...] = ()
    answers: tuple[Glimpse, ...] = ()
    newest: tuple[Glimpse, ...] = ()

    @property
    def all(self) -> tuple[Glimpse, ...]:
        return (*filter(None, (self.parent, self.about)), *self.neighbours, *self.answers, *self.newest)


_THREAD = "coalesce(v.fields->>'parent_id', v.fields->>'conversation_id', v.fields->>'about_id')"
_NAMES = "v.fields ?| array['parent_id', 'conversation_id', 'about_id']"
_BESIDE = f"""SELECT v.item_id FROM content_itemversion v JOIN content_item i ON i.id = v.item_id AND i.version = v.no
    WHERE {_NAMES} AND {_THREAD} = %({{thread}})s AND i.source_id = %(source)s AND i.kind = %(kind)s"""  # noqa: S608  made of constants
_AROUND = f"""
WITH near(place, id) AS (
  (SELECT 'named', id FROM content_item
   WHERE source_id = %(source)s AND kind = ANY(%(kinds)s) AND external_id = ANY(%(named)s) LIMIT 12)
  UNION ALL (SELECT 'neighbour', b.item_id FROM ({_BESIDE.format(thread="thread")}
    AND v.item_id < %(item)s ORDER BY v.item_id DESC LIMIT %(most)s) AS b)
  UNION ALL (SELECT 'neighbour', b.item_id FROM ({_BESIDE.format(thread="thread")}
    AND v.item_id > %(item)s ORDER BY v.item_id LIMIT %(most)s) AS b)
  UNION ALL (SELECT 'answer', b.item_id FROM ({_BESIDE.format(thread="own")}
    ORDER BY v.item_id LIMIT %(most)s) AS b)
  UNION ALL (SELECT 'newest', id FROM content_item WHERE account_id = %(account)s AND kind = ANY(%(shown)s)
    ORDER BY id DESC LIMIT %(newest)s)
)
SELECT near.place, i.id, i.kind, i.external_id, i.language, i.status, coalesce(i.posted_at, i.received_at),
  left(v.title, 300), left(v.body, 600), v.price, v.currency, v.market, v.fields::text, a.id,
  coalesce(nullif(a.name, ''), a.external_id), a.verified,
  (SELECT m.file_id FROM content_mediaref m
   WHERE m.version_id = v.id AND m.file_id IS NOT NULL ORDER BY m.position LIMIT 1)
FROM near JOIN content_item i ON i.id = near.id
JOIN content_itemversion v ON v.item_id = i.id AND v.no = i.version
JOIN content_account a ON a.id = i.account_id
"""  # noqa: S608  made of constants


def around(
    *, item: UUID, source: UUID, kind: str, external_id: str, account: UUID, fields: Mapping[str, Any]
) -> Around:
    """One statement; none for a thing that stands alone."""
    thread, shows = thread_of(fields), kind in SHOWS_NEWEST
    if not (thread or shows or kind == "comment"):
        return Around()
    asked: dict[str, Any] = {
        "source": source,
        "kind": kind,
        "kinds": list(KINDS),
        "named": [str(fields[name]) for name in REFERENCES if fields.get(name)],
        "thread": thread,
        "own": external_id if kind == "comment" else "",
        "item": item,
        "account": account if shows else None,
        "shown": list(SHOWN),
        "most": NEIGHBOURS,
        "newest": NEWEST,
    }
    placed: dict[str, list[Glimpse]] = {"named": [], "neighbour": [], "answer": [], "newest": []}
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, asked)
        for row in cursor.fetchall():
            if row[1] != item:
                placed[row[0]].append(Glimpse._make((*row[1:12], orjson.loads(row[12]), *row[13:])))
    return Around(
        parent=_named(placed["named"], fields.get("parent_id"), (kind,)),
        about=_named(placed["named"], fields.get("about_id"), ("product", "listing", "ad", "shop")),
        neighbours=tuple(sorted(placed["neighbour"], key=lambda one: (one.at, one.id))),
        answers=tuple(sorted(placed["answer"], key=lambda one: (one.at, one.id))),
        newest=tuple(sorted(placed["newest"], key=lambda one: (one.at, one.id), reverse=True)),
    )


def _named(found: list[Glimpse], external_id: Any, kinds: tuple[str, ...]) -> Glimpse | None:
    """The thing of this external id, one of `kinds` before others: ids are unique within a kind only."""
    mine = [one for one in found if one.external_id == external_id]
    return min(mine, key=lambda one: kinds.index(one.kind) if one.kind in kinds else len(kinds), default=None)
