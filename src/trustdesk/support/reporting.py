"""Were people answered in time? Counted over the clocks of cases, with the cases behind every number.

A promise is counted on the day it was kept or broken: kept when what it waited for happened in time, broken when it was
late (which is noted within seconds), whether it was kept afterwards or not. A clock without a target promises nothing; one that was cancelled (the case was
resolved without an answer, merged) is counted only when it was broken before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, F, FilteredRelation, FloatField, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from trustdesk.kernel.people.actor import Actor
from trustdesk.support.models import Case
from trustdesk.support.queries import visible
from trustdesk.support.views import CaseView, view

RIGHT = "support.report"
METRICS = ("first_reply", "next_reply", "requester_wait", "work_time", "resolution")
OUTCOMES = ("kept", "broken", "waiting")
# By what the numbers are told apart: the column of each.
BY = {
    "day": "day",
    "queue": "work__queue__code",
    "channel": "channel",
    "priority": "priority",
    "category": "category",
    "market": "market",
    "language": "language",
}
MOST_DAYS, MOST_GROUPS = 366, 200


@dataclass(frozen=True)
class Period:
    """Whole days of a time zone, both told ones in it."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=self.zone)

    @property
    def until(self) -> datetime:
        after = self.last + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=self.zone)


@dataclass(frozen=True)
class Narrowed:
    """Which cases; None means any, "" those without."""

    queue: str | None = None
    channel: str | None = None
    priority: str | None = None
    category: str | None = None
    market: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Score:
    """What became of some promises. Minutes in the unit of the target, of those that were fulfilled, in time or late;
    `waiting`: broken, and what was promised has still not happened."""

    kept: int
    broken: int
    waiting: int
    median: float | None
    ninth: float | None  # nine of ten took no longer

    @property
    def all(self) -> int:
        return self.kept + self.broken

    @property
    def half(self) -> timedelta:
        return timedelta(minutes=self.median or 0)

    @property
    def most(self) -> timedelta:
        return timedelta(minutes=self.ninth or 0)

    @property
    def share(self) -> float | None:
        """Of a hundred, so many in time."""
        return 100 * self.kept / self.all if self.all else None


@dataclass(frozen=True)
class Line:
    """`key`: of the group, a day as ISO 8601; of the overview, the metric. `business`: minutes are open ones of a calendar."""

    key: str
    business: bool
    score: Score


@dataclass(frozen=True)
class Promise:
    """One clock behind a number. `at`: when it was kept or broken; `within` and `took` in the unit of the target;
    `over`: how long past its due time it happened, plain time."""

    case: CaseView
    clock: UUID
    at: datetime
    within: timedelta
    took: timedelta | None
    broken: bool
    over: timedelta | None


class _Share(Aggregate):
    """The continuous percentile (SQL:2003, percentile_cont)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def overview(*, actor: Actor, period: Period, narrowed: Narrowed) -> list[Line]:
    """A line for each metric and unit that was promised; one query."""
    rows = _clocks(actor, period, narrowed).values("clock__name", "clock__target_business").annotate(**_SCORES)
    made = [Line(row["clock__name"], row["clock__target_business"], _score(row)) for row in rows.order_by()]
    order = {name: place for place, name in enumerate(METRICS)}
    return sorted(made, key=lambda one: (order.get(one.key, len(order)), one.business))


def lines(
    *, actor: Actor, period: Period, narrowed: Narrowed, metric: str, business: bool, by: str
) -> tuple[list[Line], bool]:
    """One metric in one unit, told apart by one of `BY`: days in their order, else what was promised most first. Also
    whether there are more than `MOST_GROUPS`. One query."""
    rows = _clocks(actor, period, narrowed, _of(metric, business))
    told = rows.values(key=_day(period) if by == "day" else _column(by)).annotate(**_SCORES, n=Count("clock__id"))
    most = MOST_DAYS if by == "day" else MOST_GROUPS
    found: list[Any] = list(told.order_by(*(("key",) if by == "day" else ("-n", "key")))[: most + 1])
    return [Line(_key(row["key"]), business, _score(row)) for row in found[:most]], len(found) > most


def promises(
    *,
    actor: Actor,
    period: Period,
    narrowed: Narrowed,
    metric: str,
    business: bool,
    outcome: str = "",
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> tuple[Sequence[Promise], tuple[datetime, UUID] | None]:
    """The cases behind a number, the newest first, and where the next page begins; two queries."""
    which = _of(metric, business) & _OUTCOMES.get(outcome, Q())
    rows = _clocks(actor, period, narrowed, which).annotate(at=_AT)
    if after is not None:
        at, last = after
        rows = rows.annotate(clock_id=F("clock__id")).filter(Q(at__lt=at) | Q(at=at, clock_id__lt=last))
    columns = ("id", "clock__name", "clock__minutes", "clock__target_minutes", "clock__breached_at")
    told = rows.order_by("-at", "-clock__id").values(
        *columns, "at", "clock__id", "clock__due_at", "clock__fulfilled_at"
    )
    found = list(told[: limit + 1])
    shown = found[:limit]
    cases = Case.objects.select_related("work", "work__queue", "work__holder")
    views = {row.id: view(row) for row in cases.filter(id__in={one["id"] for one in shown})}
    made = [
        Promise(
            case=views[one["id"]],
            clock=one["clock__id"],
            at=one["at"],
            within=timedelta(minutes=one["clock__target_minutes"]),
            took=None if one["clock__minutes"] is None else timedelta(minutes=one["clock__minutes"]),
            broken=one["clock__breached_at"] is not None,
            over=_over(one["clock__breached_at"], one["clock__due_at"], one["clock__fulfilled_at"]),
        )
        for one in shown
    ]
    return made, (shown[-1]["at"], shown[-1]["clock__id"]) if len(found) > limit else None


def _over(breached: datetime | None, due: datetime | None, fulfilled: datetime | None) -> timedelta | None:
    return fulfilled - due if breached and due and fulfilled and fulfilled > due else None


_BROKEN = Q(clock__breached_at__isnull=False)
_OUTCOMES = {
    "kept": Q(clock__breached_at=None),
    "broken": _BROKEN,
    "waiting": _BROKEN & Q(clock__phase__in=["running", "paused"]),
}
_SCORES: dict[str, Any] = {
    "kept": Count("clock__id", filter=_OUTCOMES["kept"]),
    "broken": Count("clock__id", filter=_BROKEN),
    "waiting": Count("clock__id", filter=_OUTCOMES["waiting"]),
    "median": _Share("clock__minutes", share=0.5),
    "ninth": _Share("clock__minutes", share=0.9),
}
_AT = Coalesce("clock__breached_at", "clock__fulfilled_at")


def _clocks(actor: Actor, period: Period, narrowed: Narrowed, which: Q = Q()) -> QuerySet[Any]:  # noqa: B008  never changed
    """Cases joined with their promises that were kept or broken in the period, and are such.

    What is asked of the clocks stands in one call: of a second one, Django would join them once more.
    """
    ours = "work__clocks__"
    broken = Q(**{f"{ours}breached_at__gte": period.since, f"{ours}breached_at__lt": period.until})
    kept = Q(
        **{
            f"{ours}breached_at": None,
            f"{ours}fulfilled_at__gte": period.since,
            f"{ours}fulfilled_at__lt": period.until,
        }
    )
    promised = Q(**{f"{ours}target_minutes__isnull": False, f"{ours}name__in": METRICS})
    rows: QuerySet[Any] = Case.objects.annotate(
        clock=FilteredRelation("work__clocks", condition=promised & (broken | kept))
    )
    rows = rows.filter(which, visible(actor, RIGHT), clock__id__isnull=False)
    for name, column in BY.items():
        value = getattr(narrowed, name, None)
        if value is not None:
            rows = rows.filter(**{column: value})
    return rows


def _of(metric: str, business: bool) -> Q:
    return Q(clock__name=metric, clock__target_business=business)


def _day(period: Period) -> TruncDate:
    return TruncDate(_AT, tzinfo=period.zone)


def _column(by: str) -> Any:
    return F(BY[by])


def _key(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _score(row: dict[str, Any]) -> Score:
    return Score(row["kept"], row["broken"], row["waiting"], row["median"], row["ninth"])
