"""What is handed over and why, in numbers; each leads to the hand-overs behind it.

Times are plain minutes from asking to accepting and to answering, whatever rested in between. Late is what missed a
deadline, whether it was answered later or not; handed back is what a team said is not for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, Exists, F, FloatField, OuterRef, Q, QuerySet
from django.db.models.functions import Extract

from trustdesk.escalations.models import Area, Climb, Escalation, Saying, Severity
from trustdesk.kernel.people.models import Team
from trustdesk.kernel.work.models import Clock

DAYS = (7, 30, 90, 365)
BY = {"team": "team__code", "area": "area__code", "severity": "severity__code", "kind": "about__kind"}
ONLY = ("late", "returned", "climbed")


@dataclass(frozen=True)
class Wanted:
    """`key` of the group of `by`, None for all; `only` late, returned, climbed or ""."""

    days: int = 30
    by: str = "team"
    key: str | None = None
    only: str = ""


@dataclass(frozen=True)
class Figure:
    """One group. Medians in minutes, None where nothing was accepted or answered yet."""

    key: str
    name: str
    asked: int
    accept: float | None
    answer: float | None
    late: int
    returned: int
    climbed: int

    def share(self, n: int) -> int:
        return round(100 * n / self.asked) if self.asked else 0

    @property
    def late_share(self) -> int:
        return self.share(self.late)

    @property
    def returned_share(self) -> int:
        return self.share(self.returned)

    @property
    def climbed_share(self) -> int:
        return self.share(self.climbed)


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def figures(*, wanted: Wanted, now: datetime) -> list[Figure]:
    """The groups of `wanted.by`, the largest first; two queries."""
    field = BY[wanted.by]
    rows = (
        _rows(wanted, now)
        .values(key=F(field))
        .annotate(
            asked=Count("id"),
            accept=_Median(Extract(F("accepted_at") - F("opened_at"), "epoch") / 60.0),
            answer=_Median(
                Extract(F("answered_at") - F("opened_at"), "epoch") / 60.0, filter=Q(answered_at__isnull=False)
            ),
            late=Count("id", filter=Q(late=True)),
            returned=Count("id", filter=Q(returned=True)),
            climbed=Count("id", filter=Q(climbed=True)),
        )
        .order_by("-asked", "key")
    )
    names = _names(wanted.by)
    found: list[dict[str, Any]] = [{**row, "key": row["key"] or ""} for row in rows]
    return [Figure(**row, name=names.get(row["key"], row["key"])) for row in found]


def behind(*, wanted: Wanted, now: datetime, after: UUID | None = None) -> QuerySet[Escalation]:
    """The hand-overs behind a number, newest first."""
    rows = _rows(wanted, now)
    if wanted.key is not None:
        rows = rows.filter(**({BY[wanted.by]: wanted.key} if wanted.key else {f"{BY[wanted.by]}__isnull": True}))
    if wanted.only in ONLY:
        rows = rows.filter(**{wanted.only: True})
    if after is not None:
        rows = rows.filter(id__lt=after)
    return rows.order_by("-id")


def _rows(wanted: Wanted, now: datetime) -> QuerySet[Escalation]:
    this = OuterRef("pk")
    return Escalation.objects.filter(opened_at__gt=now - timedelta(days=wanted.days)).annotate(
        late=Exists(Clock.objects.filter(work_id=OuterRef("work_id"), breached_at__isnull=False)),
        returned=Exists(Saying.objects.filter(escalation_id=this, kind=Saying.Kind.RETURNED)),
        climbed=Exists(Climb.objects.filter(escalation_id=this)),
    )


def _names(by: str) -> dict[str, str]:
    table: Any = {"team": Team, "area": Area, "severity": Severity}.get(by)
    return dict(table.objects.values_list("code", "name")) if table is not None else {}


def name_of(by: str, key: str) -> str:
    return _names(by).get(key, "")


def lines(*, wanted: Wanted, now: datetime) -> Iterator[list[Any]]:
    """The figures as rows of a file."""
    for one in figures(wanted=wanted, now=now):
        yield [
            one.name,
            one.asked,
            "" if one.accept is None else round(one.accept, 1),
            "" if one.answer is None else round(one.answer, 1),
            one.late,
            one.late_share,
            one.returned,
            one.returned_share,
            one.climbed,
        ]
