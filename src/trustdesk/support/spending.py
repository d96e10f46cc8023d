"""Time spent on cases: minutes people were at them, and what they wrote down or took away by hand.

It is for planning how many people a queue needs. It says nothing of how well somebody works: nobody is ranked by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries
from trustdesk.support.facts import TimeWritten
from trustdesk.support.models import Case, Minute, Spent
from trustdesk.support.models.spending import MOST_MINUTES
from trustdesk.support.refusals import NoSuchCase

RIGHT = "support.report"
BY = ("category", "queue", "channel", "market", "language", "person")
LONGEST_NOTE = 200
_LOCK = 7_306  # names the lock of one person's minutes among the advisory ones


@dataclass(frozen=True)
class Share:
    """The minutes of one person."""

    staff: UUID
    name: str
    minutes: int


@dataclass(frozen=True)
class Row:
    """The minutes of one value of what they are told apart by, and on how many cases."""

    value: str
    shown: str
    minutes: int
    cases: int

    @property
    def each(self) -> float:
        return self.minutes / self.cases if self.cases else 0.0


@action(right="support.answer")
def write_down(*, actor: Actor, case_id: UUID, minutes: int, note: str, now: datetime) -> None:
    """Add one's own minutes by hand, or take some away. Raises NoSuchCase, Invalid (minutes, note)."""
    case = queries.by_id(queries.successor_of(case_id))
    if case is None or not queries.may_see(case, actor=actor, right="support.answer") or actor.kind != "staff":
        raise NoSuchCase
    note, wrong, staff = " ".join(note.replace("\0", "\ufffd").split()), {}, UUID(actor.id)
    # Of two corrections at once the second sees what the first took away.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, f"{case.id} {staff}"])
    own = _own(case.id, staff) if minutes < 0 else []
    if not minutes or not -MOST_MINUTES <= minutes <= MOST_MINUTES:
        wrong["minutes"] = "Between 1 and 600 minutes, or as many taken away."
    elif minutes < 0 and sum(n for *_, n in own) + minutes < 0:
        wrong["minutes"] = "That is more than you have on this case."
    if not 1 <= len(note) <= LONGEST_NOTE:
        wrong["note"] = "Say what for, in up to 200 characters."
    if wrong:
        raise Invalid("The time could not be kept.", fields=wrong)
    rows = _taken(own, -minutes) if minutes < 0 else [(now, case.id, minutes)]
    Spent.objects.bulk_create(Spent(case_id=of, staff_id=staff, minutes=n, note=note, at=at) for at, of, n in rows)
    record(TimeWritten(case=case.id, minutes=minutes, note=note), actor=actor, at=now)


def shares(case_id: UUID) -> list[Share]:
    """Who spent how much on a case and on what was merged into it, the most first. Two queries and the names."""
    found: Counter[UUID] = Counter()
    mine = Q(case_id=case_id) | Q(case__merged_into=case_id)
    for staff, n in Minute.objects.filter(mine).values_list("staff_id").annotate(n=Count("id")):
        found[staff] += n
    for staff, n in Spent.objects.filter(mine).values_list("staff_id").annotate(n=Sum("minutes")):
        found[staff] += n
    names = people.names_of(f"staff:{one}" for one in found)
    return [Share(one, names.get(f"staff:{one}", ""), n) for one, n in found.most_common() if n]


def minutes_on(case_ids: Iterable[UUID]) -> dict[UUID, int]:
    """All minutes of each of these cases; two queries."""
    ids, found = list(case_ids), Counter[UUID]()
    for case, n in Minute.objects.filter(case_id__in=ids).values_list("case_id").annotate(n=Count("id")):
        found[case] += n
    for case, n in Spent.objects.filter(case_id__in=ids).values_list("case_id").annotate(n=Sum("minutes")):
        found[case] += n
    return dict(found)


def table(*, actor: Actor, since: datetime, until: datetime, by: str) -> list[Row]:
    """What was spent from `since` until before `until`, in the markets and queues of the actor's right, the most first."""
    minutes: Counter[str] = Counter()
    cases: defaultdict[str, set[UUID]] = defaultdict(set)
    column = {"person": "staff_id", "queue": "case__work__queue__code"}.get(by, f"case__{by}")
    measured = _within(Minute.objects.all(), actor, since, until).values_list(F(column), "case_id")
    written = _within(Spent.objects.all(), actor, since, until).values_list(F(column), "case_id")
    for rows in (measured.annotate(n=Count("id")), written.annotate(n=Sum("minutes"))):
        for value, case, n in rows:
            minutes[str(value)] += n
            cases[str(value)].add(case)
    names = people.names_of(f"staff:{one}" for one in minutes) if by == "person" else {}
    return [
        Row(value, names.get(f"staff:{value}", value), n, len(cases[value])) for value, n in minutes.most_common() if n
    ]


def _own(case_id: UUID, staff: UUID) -> list[tuple[datetime, UUID, int]]:
    """What is left of somebody's minutes on a case and on what was merged into it: when, on which, how many; the newest
    first. Two queries."""
    left: Counter[tuple[datetime, UUID]] = Counter()
    mine = (Q(case_id=case_id) | Q(case__merged_into=case_id)) & Q(staff_id=staff)
    for at, case in Minute.objects.filter(mine).values_list("at", "case_id"):
        left[at, case] += 1
    for at, case, n in Spent.objects.filter(mine).values_list("at", "case_id", "minutes"):
        left[at, case] += n
    return sorted(((at, case, n) for (at, case), n in left.items() if n > 0), reverse=True)


def _taken(own: list[tuple[datetime, UUID, int]], minutes: int) -> Iterator[tuple[datetime, UUID, int]]:
    """What is taken away is taken from when and where it was spent: so no case and no span of days falls below nothing."""
    for at, case, n in own:
        if minutes <= 0:
            return
        yield at, case, -min(n, minutes)
        minutes -= n


def _within(rows: QuerySet[Any], actor: Actor, since: datetime, until: datetime) -> QuerySet[Any]:
    mine = Case.objects.filter(queries.visible(actor, RIGHT)).values("id")
    return rows.filter(case_id__in=mine, at__gte=since, at__lt=until).order_by()
