"""What a row of each list shows, and the same as cells of a CSV file. Asked in the plural: the same statements for two
rows and two hundred."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.people import queries as people
from trustdesk.search.asking import Asked
from trustdesk.web.components import sign


@dataclass(frozen=True)
class ItemRow:
    """An item; `outcome` and `decided_by` of its newest decision that was not taken back, "" where nobody decided."""

    item: content.ItemView
    account: content.AccountView | None
    source: str
    outcome: str
    decided_by: str

    @property
    def id(self) -> UUID:
        return self.item.id

    @property
    def account_name(self) -> str:
        return (self.account.name or self.account.external_id) if self.account else ""


@dataclass(frozen=True)
class AccountRow:
    account: content.AccountView
    source: str
    restricted: bool

    @property
    def id(self) -> UUID:
        return self.account.id


@dataclass(frozen=True)
class DecisionRow:
    decision: decisions.DecisionView
    item: content.ItemView | None
    account: content.AccountView | None
    name: str

    @property
    def id(self) -> UUID:
        return self.decision.id

    @property
    def account_name(self) -> str:
        return (self.account.name or self.account.external_id) if self.account else ""

    @property
    def clauses(self) -> str:
        return "; ".join(f"{one.get('title', '')} {one.get('clause') or ''}".strip() for one in self.decision.clauses)


Row = ItemRow | AccountRow | DecisionRow


def rows(asked: Asked, ids: Sequence[UUID], *, now: datetime) -> list[Row]:
    """Rows in the order of these ids; what was erased meanwhile is left out."""
    made: dict[UUID, Row] = {one.id: one for one in _MAKERS[asked.tab](ids, now)}
    return [made[one] for one in ids if one in made]


def items(ids: Sequence[UUID], now: datetime) -> list[ItemRow]:
    found = content.items(ids)
    accounts = content.accounts(item.account for item in found.values())
    latest = decisions.latest(ids, now=now)
    names = people.names_of(decision.actor for decision in latest.values())
    sources = people.sources()
    return [
        ItemRow(
            item=item,
            account=accounts.get(item.account),
            source=sources[item.source].name if item.source in sources else "",
            outcome=latest[item.id].outcome if item.id in latest else "",
            decided_by=names[latest[item.id].actor] if item.id in latest else "",
        )
        for item in found.values()
    ]


def accounts(ids: Sequence[UUID], now: datetime) -> list[AccountRow]:
    restricted = decisions.accounts_restricted(ids, now=now)
    sources = people.sources()
    return [
        AccountRow(
            account=account,
            source=sources[account.source].name if account.source in sources else "",
            restricted=account.id in restricted,
        )
        for account in content.accounts(ids).values()
    ]


def made_decisions(ids: Sequence[UUID], now: datetime) -> list[DecisionRow]:
    found = decisions.views_of(ids, now=now)
    things = content.items(decision.item for decision in found.values() if decision.item)
    theirs = content.accounts(decision.account for decision in found.values())
    names = people.names_of(decision.actor for decision in found.values())
    return [
        DecisionRow(
            decision=decision,
            item=things.get(decision.item) if decision.item else None,
            account=theirs.get(decision.account),
            name=names[decision.actor],
        )
        for decision in found.values()
    ]


_MAKERS: dict[str, Callable[[Sequence[UUID], datetime], Iterable[Row]]] = {
    "items": items,
    "accounts": accounts,
    "decisions": made_decisions,
}


@dataclass(frozen=True)
class Column:
    """A column of a file. `people`: it names somebody outside, and needs its own right."""

    title: str | Promise
    value: Callable[[Any], Any]
    people: bool = False


COLUMNS: dict[str, tuple[Column, ...]] = {
    "items": (
        Column(gettext_lazy("State"), lambda row: _word(row.item.status)),
        Column(gettext_lazy("Item"), lambda row: row.item.title),
        Column(gettext_lazy("Kind"), lambda row: _word(row.item.kind)),
        Column(gettext_lazy("Account"), lambda row: row.account_name, people=True),
        Column(gettext_lazy("Market"), lambda row: row.item.market),
        Column(gettext_lazy("Decision"), lambda row: _word(row.outcome)),
        Column(gettext_lazy("Decided by"), lambda row: row.decided_by),
        Column(gettext_lazy("Came in"), lambda row: _time(row.item.received_at)),
        Column(gettext_lazy("Source"), lambda row: row.source),
        Column(gettext_lazy("Language"), lambda row: row.item.language),
        Column(gettext_lazy("Id of the platform"), lambda row: row.item.external_id),
        Column(gettext_lazy("Id"), lambda row: row.item.id),
    ),
    "accounts": (
        Column(gettext_lazy("Account"), lambda row: row.account.name or row.account.external_id, people=True),
        Column(gettext_lazy("E-mail"), lambda row: row.account.email, people=True),
        Column(gettext_lazy("Source"), lambda row: row.source),
        Column(gettext_lazy("Country"), lambda row: row.account.country),
        Column(gettext_lazy("Language"), lambda row: row.account.language),
        Column(gettext_lazy("Posted"), lambda row: row.account.items_posted),
        Column(gettext_lazy("Standing"), lambda row: _word("restricted" if row.restricted else "clean")),
        Column(gettext_lazy("First seen"), lambda row: _time(row.account.first_seen_at)),
        Column(gettext_lazy("Id of the platform"), lambda row: row.account.external_id),
        Column(gettext_lazy("Id"), lambda row: row.account.id),
    ),
    "decisions": (
        Column(gettext_lazy("Decision"), lambda row: _word(row.decision.outcome)),
        Column(gettext_lazy("State"), lambda row: _word(row.decision.state)),
        Column(gettext_lazy("Item"), lambda row: row.item.title if row.item else ""),
        Column(gettext_lazy("Clause"), lambda row: row.clauses),
        Column(gettext_lazy("Account"), lambda row: row.account_name, people=True),
        Column(gettext_lazy("Market"), lambda row: row.item.market if row.item else ""),
        Column(gettext_lazy("Who decided"), lambda row: row.name),
        Column(gettext_lazy("Decided"), lambda row: _time(row.decision.made_at)),
        Column(gettext_lazy("Label"), lambda row: " ".join(row.decision.labels)),
        Column(gettext_lazy("Id"), lambda row: row.decision.id),
    ),
}


def columns(tab: str, *, with_people: bool) -> list[Column]:
    return [column for column in COLUMNS[tab] if with_people or not column.people]


def cell(value: Any) -> str:
    """A value as a cell: what a spreadsheet would take for a formula stands behind an apostrophe, control characters are
    spaces. People write titles; nothing they write may run on the desk of who opens the file."""
    text = "" if value is None else str(value)
    text = "".join(mark if mark.isprintable() else " " for mark in text).strip()
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _word(code: str) -> str:
    return str(sign(code).word) if code else ""


def _time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def counted(number: int, *, most: int = 1_000) -> str:
    """A count as lists say it."""
    return f"{number:,}" if number <= most else gettext("%(n)s+") % {"n": f"{most:,}"}
