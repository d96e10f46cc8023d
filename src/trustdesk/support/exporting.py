"""Lists of cases as CSV, batch by batch: nothing grows with the list, and no file of it is left at the desk."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries, spending
from trustdesk.support.queries import CaseView, MessageView, Wanted

RIGHT = "support.export"
_STEP = 200
_MARK = "\ufeff"  # by which spreadsheets know UTF-8


def pieces(
    *, actor: Actor, wanted: Wanted, said: bool, notes: bool, most: int, now: datetime, language: str
) -> Iterator[bytes]:
    """The file piece by piece: titles, then a batch of cases at once. With `said` a row is a message of a case, else a case."""
    with translation.override(language):
        titles = [_("Case"), _("Status"), _("Priority"), _("Subject"), _("Requester"), _("Address"), _("Channel")]
        titles += [_("Category"), _("Tags"), _("Language"), _("Market"), _("Queue"), _("In hand of")]
        titles += [_("Opened"), _("Changed"), _("Ended"), _("Due"), _("Minutes spent")]
        if said:
            titles += [_("Message"), _("Kind"), _("Written by"), _("At"), _("Text")]
    yield _MARK.encode() + _lines([titles])
    for batch in queries.batches(actor=actor, wanted=wanted, right=RIGHT, most=most, now=now, size=_STEP):
        spent = spending.minutes_on([one.id for one in batch])
        if not said:
            yield _lines([_case(one, spent) for one in batch])
            continue
        spoken = queries.said_in([one.id for one in batch], notes=notes)
        yield _lines([_case(one, spent) + _message(message) for one in batch for message in spoken.get(one.id, ())])


async def stream(made: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces as they are sent: between them the connection is given back, however slow somebody's line is."""

    def one() -> bytes | None:
        piece = next(made, None)
        connection.close()
        return piece

    while (piece := await sync_to_async(one)()) is not None:
        yield piece


def cell(value: Any) -> str:
    """What a spreadsheet would take for a formula stands behind an apostrophe; control characters are spaces."""
    text = "" if value is None else value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
    text = "".join(mark if mark.isprintable() or mark == "\n" else " " for mark in text).strip()
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _case(one: CaseView, spent: dict[UUID, int]) -> list[Any]:
    about = [one.number, one.status, one.priority, one.subject, one.name, one.address, one.channel, one.category]
    about += [" ".join(one.tags), one.language, one.market, one.queue, one.holder_name]
    return [*about, one.opened_at, one.changed_at, one.ended_at, one.due_at, spent.get(one.id, 0)]


def _message(one: MessageView) -> list[Any]:
    return [one.no, one.direction, one.by, one.at, one.text]


def _lines(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[cell(value) for value in row] for row in rows])
    return out.getvalue().encode()
