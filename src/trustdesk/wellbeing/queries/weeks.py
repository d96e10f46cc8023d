"""What leads may know: weeks that are over, of groups of five people or more, as they were counted once."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from trustdesk.kernel.people.models import Team
from trustdesk.wellbeing.models import ToldWeek

MOST_WEEKS = 8


@dataclass(frozen=True)
class Cell:
    """One harm in a group's week: how many people saw it, minutes and points of them all."""

    harm: str
    people: int
    minutes: float
    points: float

    @property
    def minutes_each(self) -> float:
        return self.minutes / self.people


@dataclass(frozen=True)
class Group:
    """A group of people in one week. `team` None: the whole desk. `cells`: the harms that five or more of them saw."""

    team: UUID | None
    name: str
    people: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Week:
    monday: date
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class TeamName:
    id: UUID
    name: str
    told: bool  # has any week been told of it?


def weeks(*, limit: int = MOST_WEEKS, team: UUID | None = None) -> list[Week]:
    """The newest weeks that were told, each with the whole desk first; with `team`, only that team's. Two queries."""
    rows = ToldWeek.objects.select_related("team").order_by("-week", "team__name", "harm")
    if team is not None:
        rows = rows.filter(team_id=team)
    mondays = list(rows.order_by("-week").values_list("week", flat=True).distinct()[:limit])
    found: dict[date, dict[UUID | None, list[ToldWeek]]] = {monday: {} for monday in mondays}
    for row in rows.filter(week__in=mondays):
        found[row.week].setdefault(row.team_id, []).append(row)
    return [
        Week(
            monday=monday,
            groups=tuple(
                sorted((_group(rows) for rows in groups.values()), key=lambda one: (one.team is not None, one.name))
            ),
        )
        for monday, groups in found.items()
    ]


def group_weeks(team: UUID) -> list[Week]:
    """The weeks of one team; empty when it may not be told of."""
    return weeks(team=team)


def groups_of() -> list[TeamName]:
    """All teams, and whether anything may be told of them. Two queries."""
    told = set(ToldWeek.objects.filter(team__isnull=False).values_list("team_id", flat=True).distinct())
    return [TeamName(row.id, row.name, row.id in told) for row in Team.objects.order_by("name", "id")]


def _group(rows: list[ToldWeek]) -> Group:
    whole = next(row for row in rows if not row.harm)
    cells = tuple(Cell(row.harm, row.people, row.minutes, row.points) for row in rows if row.harm)
    return Group(team=whole.team_id, name=whole.team.name if whole.team else "", people=whole.people, cells=cells)
