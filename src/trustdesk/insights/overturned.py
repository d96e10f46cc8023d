"""Overturned decisions: what several of them point at, and each of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.queries import Overturned
from trustdesk.kernel.people.actor import Actor

PERIODS = (7, 30, 90)  # days
SEVERAL = 3  # of one clause and rule in LOOKED_BACK: they point the same way
LOOKED_BACK = timedelta(days=30)
TOLD_AT = (3, 10, 30)  # so many of one clause are worth a letter


@dataclass(frozen=True)
class Pointer:
    """Several overturned decisions that rested on the same clause, found by the same rule or by people ("")."""

    policy: str
    title: str
    clause: str
    rule: str
    count: int
    accounts: int
    newest_at: datetime


@dataclass(frozen=True)
class Row:
    """One overturned decision with the words that tell which thing it was about."""

    one: Overturned
    title: str  # of the item, or the account's name

    @property
    def rule(self) -> str:
        return str(self.one.clause.get("rule", ""))


def pointers(*, now: datetime, since: datetime) -> list[Pointer]:
    """What several point at, most first; one statement."""
    return grouped(decisions.overturned(now=now, since=since))


def grouped(found: Iterable[Overturned]) -> list[Pointer]:
    """Those with at least SEVERAL of one policy, clause and rule. What was let be and acted on later points the other way,
    and not at the clause."""
    groups: dict[tuple[str, str, str], list[Overturned]] = defaultdict(list)
    for one in found:
        if one.before == "approve":
            continue
        groups[key(one)].append(one)
    told = [
        Pointer(
            policy=policy,
            title=str(rows[0].clause.get("title", "") or policy),
            clause=clause,
            rule=rule,
            count=len(rows),
            accounts=len({row.account for row in rows}),
            newest_at=max(row.overturned_at for row in rows),
        )
        for (policy, clause, rule), rows in groups.items()
        if len(rows) >= SEVERAL and policy
    ]
    return sorted(told, key=lambda each: (-each.count, each.policy, each.clause, each.rule))


def key(one: Overturned) -> tuple[str, str, str]:
    """What a decision rested on: policy, clause, and the rule where software decided alone."""
    rule = str(one.clause.get("rule", "")) if one.made_by == "rule" else ""
    return str(one.clause.get("policy", "")), str(one.clause.get("clause", "")), rule


def listed(
    *,
    now: datetime,
    days: int,
    policy: str = "",
    who: str = "",
    after: tuple[UUID, UUID] | None = None,
    limit: int,
) -> list[Row]:
    """Overturned decisions, the newest first; three queries for any number. `who`: software, people, or both ("")."""
    made_by = {"software": ["rule"], "people": ["person", "both"]}.get(who)
    found = decisions.overturned(
        now=now, since=now - timedelta(days=days), policy=policy, made_by=made_by, after=after, limit=limit
    )
    return _rows(found)


def mine(actor: Actor, *, now: datetime, limit: int = 50) -> list[Row]:
    """This person's own decisions that somebody else put right, the newest first."""
    return _rows(decisions.overturned(now=now, actor=actor.label, limit=limit))


def _rows(found: Sequence[Overturned]) -> list[Row]:
    items = content.items({one.item for one in found if one.item})
    accounts = content.accounts({one.account for one in found if one.item is None})
    rows = []
    for one in found:
        if one.item is not None:
            item = items.get(one.item)
            title = (item.title or item.external_id) if item else ""
        else:
            account = accounts.get(one.account)
            title = (account.name or account.external_id) if account else ""
        rows.append(Row(one=one, title=title))
    return rows
