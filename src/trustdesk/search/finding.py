"""Looking things up: one statement for a page, one for its count, whatever is asked. Ids only; what they show is asked of
their own slices, in the plural.

Two ways lead to a page: rare words or filters are read from the GIN index and sorted, frequent ones are met soon on a walk
along the order of the list. Of filters PostgreSQL knows how frequent they are, and chooses. Of beginnings of words it does
not: there a short walk is tried first. Both cost about the same among ten thousand things and a million (docs/benchmarks.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from trustdesk.kernel.base.refusal import Forbidden
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.search.asking import Asked
from trustdesk.search.rules import MOST_COUNTED, as_id, exact, is_email, is_phone, tsquery
from trustdesk.signals import queries as signals
from trustdesk.web import cursors
from trustdesk.web.cursors import BadCursor

# With words, a page is looked for among so many things in the order of the list before the index is asked. Who finds no page
# among them asks for what is rarer than one in eighty.
_NEAR = 4_000
TABLES = {"items": "search_itementry", "accounts": "search_accountentry", "decisions": "search_decisionentry"}


@dataclass(frozen=True)
class Found:
    """One page of ids in order, with the marks of the pages around it (None at an end)."""

    ids: list[UUID]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Person:
    """A phone or an e-mail that was asked for, with the lexemes under which its users are found."""

    kind: str
    value: str
    lexemes: tuple[str, ...]


def person_in(words: str) -> Person | None:
    """The phone or e-mail these words are; None where they are neither."""
    if is_email(words):
        marks = [mark for mark in signals.marks_in("", email=words) if mark.kind == "email"]
        return Person("email", words, tuple(map(lexeme_of, marks))) if marks else None
    if not is_phone(words):
        return None
    # A national number is another one in each market: all of them are asked for.
    found = dict.fromkeys(
        lexeme_of(mark)
        for market in people.markets()
        for mark in signals.marks_in(words, regions=(market,))
        if mark.kind == "phone"
    )
    return Person("phone", words, tuple(found)) if found else None


def lexeme_of(mark: signals.Mark) -> str:
    """How a phone or e-mail is kept in what is looked through: its keyed hash tells nothing elsewhere."""
    return exact(f"{mark.kind}:{signals.mark_digest(mark).hex()}")


def person_asked(asked: Asked, *, actor: Actor) -> Person | None:
    """Whom this question looks up, if the actor may know; bare digits may be an id of the platform and are then only
    that. Raises Forbidden."""
    person = person_in(asked.words)
    if person is None or actor.may("marks.reveal"):
        return person
    if person.kind == "phone" and asked.words.isdigit():
        return None
    actor.require("marks.reveal")
    raise Forbidden


def page(asked: Asked, *, after: str | None, before: str | None, limit: int, person: Person | None = None) -> Found:
    """A page behind the mark `after`, or in front of the mark `before`; one statement. Raises BadCursor."""
    mark = _mark(after or before)
    backwards = bool(before) and not after
    newest = (asked.order == "newest") is not backwards
    where, values = _where(asked, person)
    within: list[str] = []
    bounds: list[Any] = []
    if mark is not None:
        within.append(f"(at, id) {'<' if newest else '>'} (%s, %s)")
        bounds += mark
    look = _rows_of_words if asked.words and as_id(asked.words) is None else _rows
    rows = look(asked.tab, (where, values), (within, bounds), newest=newest, limit=limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    ahead = more if not backwards else True
    behind = mark is not None if not backwards else more
    return Found(
        ids=[row[0] for row in rows],
        next=cursors.encode((rows[-1][1], rows[-1][0])) if rows and ahead else None,
        previous=cursors.encode((rows[0][1], rows[0][0])) if rows and behind else None,
    )


def count(asked: Asked, *, person: Person | None = None, most: int = MOST_COUNTED) -> int:
    """How many match, at most `most` + 1: then there are more than are counted.

    What WITH … MATERIALIZED holds is planned as if all of it were wanted, so by the index where it is rare, and fetched only
    as far as it is counted.
    """
    where, values = _where(asked, person)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH matching AS MATERIALIZED (SELECT 1 FROM {TABLES[asked.tab]} {_and(where)}) "  # noqa: S608
            "SELECT count(*) FROM (SELECT 1 FROM matching LIMIT %s) AS counted",
            [*values, most + 1],
        )
        return int(cursor.fetchone()[0])


def batches(
    asked: Asked, *, size: int, person: Person | None = None, most: int | None = None, after: str | None = None
) -> Iterator[list[UUID]]:
    """Everything that matches, in the order of the list, `size` at once: each batch is a statement of its own, so that
    nothing is held between them."""
    mark, told = after, 0
    while most is None or told < most:
        found = page(
            asked, after=mark, before=None, limit=size if most is None else min(size, most - told), person=person
        )
        if found.ids:
            yield found.ids
        told += len(found.ids)
        mark = found.next
        if mark is None:
            return


def chosen(asked: Asked, *, person: Person | None, most: int) -> list[UUID]:
    """The ids of all that match, `most` + 1 at most."""
    return [one for batch in batches(asked, size=1_000, person=person, most=most + 1) for one in batch]


def among(asked: Asked, ids: list[UUID]) -> set[UUID]:
    """Which of these the person may see at all: those of their markets."""
    if asked.markets is None:
        return set(ids)
    bare = replace(Asked(tab=asked.tab), markets=asked.markets)
    where, values = _where(bare, None)
    where.append("id = ANY(%s)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLES[asked.tab]} {_and(where)}", [*values, ids])  # noqa: S608
        return {row[0] for row in cursor.fetchall()}


_Conditions = tuple[list[str], list[Any]]


def _rows(
    tab: str, matching: _Conditions, within: _Conditions, *, newest: bool, limit: int
) -> list[tuple[UUID, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, at FROM {TABLES[tab]} {_and([*matching[0], *within[0]])} {_order(newest)} LIMIT %s",  # noqa: S608
            [*matching[1], *within[1], limit],
        )
        return list(cursor.fetchall())


def _rows_of_words(
    tab: str, matching: _Conditions, within: _Conditions, *, newest: bool, limit: int
) -> list[tuple[UUID, datetime]]:
    """Near the page's edge first; the rest is not even begun when that fills the page."""
    table, order, all_of_it = TABLES[tab], _order(newest), _and([*matching[0], *within[0]])
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH near AS MATERIALIZED (SELECT id, at FROM "  # noqa: S608
            f"(SELECT * FROM {table} {_and(within[0])} {order} LIMIT %s) AS edge {_and(matching[0])} LIMIT %s), "
            f"rest AS MATERIALIZED (SELECT id, at FROM {table} {all_of_it} AND (SELECT count(*) FROM near) < %s) "
            f"(SELECT id, at FROM near WHERE (SELECT count(*) FROM near) >= %s) "
            f"UNION ALL (SELECT id, at FROM rest {order} LIMIT %s)",
            [*within[1], _NEAR, *matching[1], limit, *matching[1], *within[1], limit, limit, limit],
        )
        return list(cursor.fetchall())


def _order(newest: bool) -> str:
    return "ORDER BY at DESC, id DESC" if newest else "ORDER BY at, id"


def _where(asked: Asked, person: Person | None) -> tuple[list[str], list[Any]]:
    """Conditions and their values. Column names are ours; everything that was typed is a value."""
    where: list[str] = []
    values: list[Any] = []
    for terms in asked.terms:
        # One value is asked for by @>, several by &&: both are read from the same index.
        where.append("terms @> %s::varchar[]" if len(terms) == 1 else "terms && %s::varchar[]")
        values.append(terms)
    _say_words(asked, person, where, values)
    if asked.account is not None:
        where.append("account = %s")
        values.append(asked.account)
    if asked.without and asked.tab != "accounts":
        where.append("id <> ALL(%s)" if asked.tab == "items" else "(item IS NULL OR item <> ALL(%s))")
        values.append(list(asked.without))
    for column, sign, value in (
        ("price", ">=", asked.price_from),
        ("price", "<=", asked.price_to),
        ("at", ">=", asked.span[0]),
        ("at", "<", asked.span[1]),
        ("at", "<=", asked.upto),
    ):
        if value is not None:
            where.append(f"{column} {sign} %s")
            values.append(value)
    return where, values


def _say_words(asked: Asked, person: Person | None, where: list[str], values: list[Any]) -> None:
    if not asked.words:
        return
    known = as_id(asked.words)
    if known is not None:
        columns = {"items": ("id", "account"), "accounts": ("id",), "decisions": ("id", "item", "account")}[asked.tab]
        where.append(f"({' OR '.join(f'{column} = %s' for column in columns)})")
        values += [known] * len(columns)
        return
    exactly = [exact(asked.words)] if " " not in asked.words else []
    exactly += person.lexemes if person is not None else ()
    # Of a person only what is theirs: not every text with the same figures in it.
    query = tsquery("" if person is not None else asked.words, exactly=exactly)
    if query:
        where.append("words @@ %s::tsquery")
        values.append(query)
    else:  # signs only: no text holds them
        where.append("false")


def _and(where: list[str]) -> str:
    return f"WHERE {' AND '.join(where)}" if where else ""


def _mark(mark: str | None) -> tuple[datetime, UUID] | None:
    decoded = cursors.decode(mark, datetime, UUID)
    if decoded is None:
        return None
    at, last = decoded
    if at.tzinfo is None:
        raise BadCursor
    return at, last
