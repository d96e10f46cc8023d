"""Weeks are counted for groups once, when they are over, and never again.

Counted again after a change of teams, or while it runs, two counts side by side would tell of one person. So a week is
frozen with the teams of the moment; a group, and a harm within it, is left out where fewer than five people would stand
alone, by itself or by taking told figures from each other (`rules.tellable`).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Sum

from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Membership
from trustdesk.wellbeing.facts import WeekTold
from trustdesk.wellbeing.models import ClosedWeek, Exposure, ToldWeek
from trustdesk.wellbeing.rules import tellable, week_start, zone_of

# The week is over everywhere, and what ended in it has been booked.
SETTLED = timedelta(days=1)


class _Seen(NamedTuple):
    minutes: float
    points: float


def tell_weeks(*, now: datetime) -> None:
    """Count the week before, if it has settled and was not counted. The worker calls it."""
    this_week = week_start(now - SETTLED, zone_of("UTC")).date()
    monday = this_week - timedelta(days=7)
    if not ClosedWeek.objects.filter(week=monday).exists():
        _tell(actor=SYSTEM, monday=monday, now=now)


@action(right="-")
def _tell(*, actor: Actor, monday: date, now: datetime) -> None:
    ClosedWeek.objects.create(week=monday)
    begins = datetime.combine(monday, time(), tzinfo=zone_of("UTC"))
    rows = (
        Exposure.objects.filter(ended_at__gte=begins, ended_at__lt=begins + timedelta(days=7), minutes__gt=0)
        .values("staff_id", "harm")
        .annotate(spent=Sum("minutes"), points=Sum(F("minutes") * F("weight")))
    )
    seen: dict[str, dict[UUID, _Seen]] = defaultdict(dict)
    worked: set[object] = set()
    for row in rows:
        worked.add(row["staff_id"])
        if row["harm"]:
            seen[row["harm"]][row["staff_id"]] = _Seen(row["spent"], row["points"])
    teams: dict[UUID, set[object]] = defaultdict(set)
    for team, staff in Membership.objects.values_list("team_id", "staff_id"):
        teams[team].add(staff)
    groups: list[tuple[UUID | None, set[object]]] = [(None, worked)]
    groups += [
        (team, members & worked) for team, members in sorted(teams.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    told = tellable(groups)
    shown = [(team, members) for team, members in groups if team in told]
    cells: list[ToldWeek] = []
    for harm, by_person in sorted(seen.items()):
        among = [(team, members & by_person.keys()) for team, members in shown]
        may = tellable(among)
        for group, members in among:
            if group in may:
                seen_by = _sum(by_person[one] for one in by_person if one in members)
                cells.append(_row(monday, team=group, harm=harm, people=len(members), seen=seen_by))
    wholes = [
        # Only what is told is added up: the whole less the told harms would be the untold one.
        _row(
            monday,
            team=group,
            harm="",
            people=len(members),
            seen=_sum(_Seen(cell.minutes, cell.points) for cell in cells if cell.team_id == group),
        )
        for group, members in shown
    ]
    ToldWeek.objects.bulk_create([*wholes, *cells])
    record(WeekTold(week=monday.isoformat(), groups=len(shown)), actor=actor, at=now)


def _sum(parts: Iterable[_Seen]) -> _Seen:
    found = list(parts)
    return _Seen(minutes=sum(one.minutes for one in found), points=sum(one.points for one in found))


def _row(monday: date, *, team: UUID | None, harm: str, people: int, seen: _Seen) -> ToldWeek:
    minutes, points = round(seen.minutes, 1), round(seen.points, 1)
    return ToldWeek(week=monday, team_id=team, harm=harm, people=people, minutes=minutes, points=points)
