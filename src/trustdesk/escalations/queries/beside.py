"""What stands beside hand-overs: teams, severities, next levels, teams outside and what they are shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.escalations import links
from trustdesk.escalations.models import Area, NextLevel, Outside, Saying, Talk
from trustdesk.escalations.queries.shapes import OPEN, Known, Said, known_of
from trustdesk.kernel.people.models import Team


def areas() -> list[tuple[str, str]]:
    """(code, name) of what is handed over, by name."""
    return list(Area.objects.order_by("name").values_list("code", "name"))


@dataclass(frozen=True)
class LevelView:
    """A team, and where what it misses goes: "" for nowhere."""

    code: str
    name: str
    above: str
    accept_after: int
    answer_after: int


@dataclass(frozen=True)
class OutsideView:
    """A team that is asked by letter."""

    code: str
    name: str
    address: str
    language: str
    allowed: bool


def outsiders() -> list[OutsideView]:
    """Teams that are asked by letter, by name."""
    rows = Outside.objects.filter(archived_at=None).select_related("team").order_by("team__name")
    return [OutsideView(row.team.code, row.team.name, row.address, row.language, row.allowed) for row in rows]


@dataclass(frozen=True)
class TalkView:
    """A question as the team outside reads it: nothing about persons unless it is allowed to, the desk by its handles."""

    id: UUID
    name: str
    language: str
    subject: str
    severity: str
    state: str
    until: datetime
    known: tuple[Known, ...]
    said: tuple[Said, ...]

    @property
    def open(self) -> bool:
        return self.state in OPEN


THEIRS = ("asked", "followed_up", "told", "answered", "returned", "asked_back")


def talk(token: str, *, now: datetime) -> TalkView:
    """The question a signed address names. Raises NoSuchQuestion, also once its time is over."""
    row = Talk.objects.select_related("escalation__severity").filter(id=links.talk_of(token), until__gt=now).first()
    if row is None:
        raise links.NoSuchQuestion
    one = row.escalation
    said = Saying.objects.filter(escalation=one, kind__in=THEIRS).select_related("staff").order_by("id")
    return TalkView(
        id=row.id,
        name=row.name,
        language=row.language,
        subject=one.subject if row.allowed else "",
        severity=one.severity.name,
        state=one.state if one.outside else "cancelled",
        until=row.until,
        known=known_of([k for k in one.gathered if not str(k["value"]).startswith("/")], not row.allowed),
        said=tuple(
            Said(
                kind=s.kind,
                name=s.by or (s.staff.handle if s.staff else "TrustDesk"),
                text=s.text,
                at=s.at,
                mine=bool(s.by),
            )
            for s in said
        ),
    )


def talk_path(talk_id: UUID) -> str:
    return links.path_of(talk_id)


def levels() -> list[LevelView]:
    """Every team that can be asked, by name, with its next level; two queries."""
    known = {level.team_id: level for level in NextLevel.objects.select_related("above")}
    found = []
    for team in Team.objects.filter(memberships__isnull=False).distinct().order_by("name"):
        level = known.get(team.id)
        if level is None:
            found.append(LevelView(team.code, team.name, "", 60, 60))
        else:
            found.append(LevelView(team.code, team.name, level.above.code, level.accept_after, level.answer_after))
    return found
