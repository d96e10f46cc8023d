"""Timelines of accounts: a loop follows the ledger and notes which fact belongs to whose story, in the ledger's own order.

Only who, which and of what sort is kept here; what happened stays in the ledger. Told again after a crash, nothing is
doubled. Facts that name no account are led to one by their item, their decision, or what they are about.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.fact import KINDS
from trustdesk.kernel.base.rows import as_json
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.models import FactRow, Position
from trustdesk.kernel.ledger.queries import FactView
from trustdesk.kernel.people.actor import Actor
from trustdesk.search.asking import markets_of
from trustdesk.search.models import TimelineEntry, TimelineReader
from trustdesk.web import cursors

_STEP = 5_000  # facts of all kinds looked at in one round

# What a story is made of, in the order of the filter, and the kinds that begin so.
SORTS: dict[str, tuple[str, ...]] = {
    "items": ("item.received", "item.screened", "item.edited", "item.withdrawn"),
    "notices": ("notice.",),
    "decisions": ("decision.", "proposal.", "evidence."),
    "strikes": ("strike.",),
    "restrictions": ("restriction.",),
    "letters": ("post.letter_sent", "post.letter_given_up"),
    "appeals": ("appeal.",),
    "notes": ("content.note_pinned",),
    "account": ("content.account_", "search.timeline_exported"),
}
MAKERS = ("person", "rule", "platform", "desk")
_MADE_BY = {"staff": "person", "rule": "rule", "key": "platform", "user": "platform"}


def sort_of(kind: str) -> str:
    """The sort a fact's kind belongs to, "" for what is no part of an account's story."""
    return next((sort for sort, starts in SORTS.items() if kind.startswith(starts)), "")


@dataclass(frozen=True)
class Event:
    """One step of the story."""

    position: int
    sort: str
    item: UUID | None
    fact: FactView


@dataclass(frozen=True)
class Asked:
    """Which steps: of these sorts (none: all), by these makers (none: all), from (included) to (not included)."""

    sorts: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    without: frozenset[UUID] = frozenset()  # items of which nothing is told


@dataclass(frozen=True)
class EventPage:
    rows: list[Event]
    next: str | None
    previous: str | None


def follow(*, now: datetime) -> bool:  # noqa: ARG001  loops are called alike
    """One round; True when there may be more at once. One worker at a time; another one skips."""
    TimelineReader.objects.get_or_create(id=1)
    with transaction.atomic():
        reader = TimelineReader.objects.select_for_update(skip_locked=True).filter(id=1).first()
        if reader is None:
            return False
        head = ledger.last_position()
        until = min(head, reader.position + _STEP)
        if until <= reader.position:
            return False
        known = [kind for kind in KINDS if sort_of(kind)]
        places = Position.objects.filter(
            position__gt=reader.position, position__lte=until, fact__kind__in=known
        ).select_related("fact")
        _note([(place.position, place.fact) for place in places.order_by("position")])
        TimelineReader.objects.filter(id=1).update(position=until)
    return until < head


def page(
    account: UUID, asked: Asked, *, actor: Actor, after: str | None = None, before: str | None = None, limit: int
) -> EventPage:
    """A page of an account's story, newest first, with the marks of the pages around it. Three queries. Raises BadCursor.

    What happened to items in markets this person may not see is left out.
    """
    rows = _asked(account, asked, actor=actor)
    back = cursors.decode(before, int)
    start = cursors.decode(after, int)
    if back is not None:
        found = list(rows.filter(position__gt=back[0]).order_by("position")[: limit + 1])
        more, shown = len(found) > limit, found[:limit][::-1]
        newer, older = more, True
    else:
        if start is not None:
            rows = rows.filter(position__lt=start[0])
        found = list(rows.order_by("-position")[: limit + 1])
        shown = found[:limit]
        newer, older = start is not None, len(found) > limit
    return EventPage(
        rows=_events(shown),
        next=cursors.encode([shown[-1].position]) if shown and older else None,
        previous=cursors.encode([shown[0].position]) if shown and newer else None,
    )


def newest(account: UUID, asked: Asked, *, actor: Actor, limit: int) -> list[Event]:
    """The newest steps of a story, for who takes it out."""
    return _events(list(_asked(account, asked, actor=actor).order_by("-position")[:limit]))


def _asked(account: UUID, asked: Asked, *, actor: Actor) -> Any:
    rows = TimelineEntry.objects.filter(account=account)
    if asked.sorts:
        rows = rows.filter(sort__in=asked.sorts)
    if asked.makers:
        rows = rows.filter(maker__in=asked.makers)
    if asked.since is not None:
        rows = rows.filter(at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(at__lt=asked.until)
    if asked.without:
        rows = rows.filter(Q(item=None) | ~Q(item__in=asked.without))
    markets = markets_of(actor)
    return rows if markets is None else rows.filter(Q(market="") | Q(market__in=markets))


def _events(rows: Sequence[TimelineEntry]) -> list[Event]:
    facts = ledger.by_ids([row.fact for row in rows])
    return [
        Event(position=row.position, sort=row.sort, item=row.item, fact=facts[row.fact])
        for row in rows
        if row.fact in facts
    ]


def _note(facts: Sequence[tuple[int, FactRow]]) -> None:
    led = _led(fact for _, fact in facts)
    rows = [
        {
            "account": led[fact.id].account,
            "position": position,
            "fact": fact.id,
            "sort": sort_of(fact.kind),
            "maker": _MADE_BY.get(fact.actor.partition(":")[0], "desk"),
            "item": led[fact.id].item,
            "market": led[fact.id].market,
            "at": fact.at,
        }
        for position, fact in facts
        if fact.id in led
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [as_json(rows)])


_INSERT = """
INSERT INTO search_timelineentry (account, position, fact, sort, maker, item, market, at)
SELECT account, position, fact, sort, maker, item, market, at FROM json_to_recordset(%s::json) AS t(account uuid,
    position bigint, fact uuid, sort text, maker text, item uuid, market text, at timestamptz)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class _Led:
    account: UUID
    item: UUID | None
    market: str


def _led(facts: Iterable[FactRow]) -> dict[UUID, _Led]:
    """Whose story each fact belongs to, for those that belong to one; at most three queries for any number."""
    named = {fact.id: _names(fact) for fact in facts}
    opened = {
        names["appeal"] for names in named.values() if "appeal" in names and not names.keys() & {"account", "item"}
    }
    appeals = dict(
        FactRow.objects.filter(kind="appeal.opened", subject__in=[str(one) for one in opened]).values_list(
            "subject", "payload__account"
        )
        if opened
        else ()
    )
    wanted = {
        names["decision"] for names in named.values() if "decision" in names and not names.keys() & {"account", "item"}
    }
    made = decisions.accounts_of(wanted) if wanted else {}
    items = content.items({names["item"] for names in named.values() if "item" in names})
    found: dict[UUID, _Led] = {}
    for fact, names in named.items():
        item = items.get(names["item"]) if "item" in names else None
        account = names.get("account") or (item.account if item else None) or made.get(names.get("decision"))  # type: ignore[arg-type]
        if account is None and "appeal" in names:
            account = _uuid(appeals.get(str(names["appeal"])))
        if account is not None:
            found[fact] = _Led(account, item.id if item else None, item.market if item else "")
    return found


def _names(fact: FactRow) -> dict[str, UUID]:
    """The account, item, decision and appeal a fact names, in its fields or in what it says to be about."""
    found: dict[str, UUID] = {}
    for name in ("account", "item", "decision", "appeal"):
        if (one := _uuid(fact.payload.get(name))) is not None:
            found[name] = one
    for told in (fact.payload.get("about"), fact.payload.get("subject_key")):
        if isinstance(told, str):
            name, _, rest = told.partition(":")
            if name in {"account", "item", "decision", "appeal"} and (one := _uuid(rest)) is not None:
                found.setdefault(name, one)
    return found


def _uuid(told: Any) -> UUID | None:
    if isinstance(told, str):
        with suppress(ValueError):
            return UUID(told)
    return None
