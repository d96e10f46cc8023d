"""GET /items: what may be asked of the list, and a page of it."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.content.queries import KINDS, STATUSES, ItemFilter, ItemView
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work import queries as work
from trustdesk.web import cursors
from trustdesk.web.cursors import BadCursor, Page

LIMIT = 100
# Which items wait in a queue, as a query of ids: whoever opens work knows (config.wiring). Nobody does: none.
waiting: list[Callable[[str], Any]] = []


def page_of(asked: ItemFilter, *, queue: str, after: str | None) -> Page[ItemView]:
    """A page of items, the newest first; a query for the ids, one for the items. Raises Invalid, which names the fields."""
    start = cursors.decode(after, datetime, UUID)
    if start is not None and start[0].tzinfo is None:
        raise BadCursor
    _check(asked, queue)
    if queue:
        asked = replace(asked, among=waiting[0](queue) if waiting else ())
    ids = content.listed(asked, before=(start[0], start[1]) if start else None, limit=LIMIT + 1)
    found = content.items(ids)
    rows = [found[one] for one in ids if one in found]
    return cursors.page_of(rows, limit=LIMIT, key=lambda item: (item.received_at, item.id))


def _check(asked: ItemFilter, queue: str) -> None:
    fields: dict[str, str] = {}
    for name, value in (("external_id", asked.external_id), ("account", asked.account)):
        if "\0" in value:
            fields[name] = "Must not contain NUL."
    known: list[tuple[str, str, Collection[str]]] = [
        ("status", asked.status, STATUSES),
        ("kind", asked.kind, KINDS),
        ("market", asked.market, people.markets() if asked.market else ()),
        ("queue", queue, [one.code for one in work.queues()] if queue else ()),
    ]
    for name, value, choices in known:
        if value and value not in choices:
            fields[name] = gettext("Must be one of %(options)s.") % {"options": ", ".join(choices)}
    if asked.since and asked.until and asked.since >= asked.until:
        fields["until"] = "Must lie after since."
    if fields:
        raise Invalid(fields=fields)
