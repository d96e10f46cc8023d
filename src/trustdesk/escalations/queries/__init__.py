"""Asking about hand-overs: a team's inbox, what I asked, one of them, what a piece of work was told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from trustdesk.escalations.models import Climb, Escalation, Outside, Saying, Severity
from trustdesk.escalations.queries import figures
from trustdesk.escalations.queries.beside import (
    LevelView,
    OutsideView,
    TalkView,
    areas,
    levels,
    outsiders,
    talk,
    talk_path,
)
from trustdesk.escalations.queries.figures import Wanted
from trustdesk.escalations.queries.shapes import (
    OPEN,
    EscalationView,
    Known,
    Outcome,
    Page,
    Said,
    SeverityView,
    TeamView,
    Whole,
    known_of,
)
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Membership, Staff, Team
from trustdesk.kernel.work import queries as work

__all__ = [
    "OPEN",
    "Calls",
    "EscalationView",
    "Known",
    "LevelView",
    "Outcome",
    "OutsideView",
    "Page",
    "Said",
    "SeverityView",
    "TalkView",
    "TeamView",
    "Wanted",
    "Whole",
    "areas",
    "asked_about",
    "behind",
    "box",
    "calls",
    "figures",
    "late_by_team",
    "levels",
    "of_work",
    "outcome",
    "outsiders",
    "overdue_by_team",
    "severities",
    "talk",
    "talk_path",
    "teams",
    "whole",
    "with_a_team",
]

Box = Literal["team", "asked", "overdue", "ended"]
LIMIT = 50


def teams() -> list[TeamView]:
    """Teams with somebody in them and teams outside, by name; one query."""
    by_letter = Exists(Outside.objects.filter(team_id=OuterRef("id"), archived_at=None))
    rows = Team.objects.annotate(many=Count("memberships"), letter=by_letter)
    return [
        TeamView(code=row.code, name=row.name, partner=row.partner, people=row.many, outside=row.letter)
        for row in rows.filter(Q(many__gt=0) | Q(letter=True)).order_by("name")
    ]


def severities() -> list[SeverityView]:
    """The gravest first."""
    return [
        SeverityView(code=row.code, name=row.name, accept_minutes=row.accept_minutes, answer_minutes=row.answer_minutes)
        for row in Severity.objects.order_by("rank")
    ]


def behind(
    *, wanted: Wanted, actor: Actor, now: datetime, after: UUID | None = None
) -> tuple[tuple[EscalationView, ...], UUID | None]:
    """The hand-overs behind a number and where the next page begins; one query."""
    related = ("team", "severity", "requester", "holder", "work", "about", "area")
    rows = list(figures.behind(wanted=wanted, now=now, after=after).select_related(*related)[: LIMIT + 1])
    more = rows[LIMIT - 1].id if len(rows) > LIMIT else None
    return tuple(_view(row, actor, {}) for row in rows[:LIMIT]), more


def box(actor: Actor, *, which: Box = "team", after: tuple[datetime, UUID] | None = None, limit: int = LIMIT) -> Page:
    """What waits for my teams, what I asked, whose promised day is over (all teams', for who manages work), or what is
    over of both; newest first, by key. Two queries."""
    mine = _my_teams(actor)
    rows = _rows()
    if which == "team":
        rows = rows.filter(team_id__in=mine, ended_at=None)
    elif which == "asked":
        rows = rows.filter(requester_id=UUID(actor.id), ended_at=None)
    elif which == "overdue":
        rows = rows.filter(ended_at=None, reminded_at__isnull=False)
        if not actor.may("work.manage"):
            rows = rows.filter(Q(team_id__in=mine) | Q(requester_id=UUID(actor.id)))
    else:
        rows = rows.filter(Q(team_id__in=mine) | Q(requester_id=UUID(actor.id)), ended_at__isnull=False)
    if after is not None:
        at, last = after
        rows = rows.filter(opened_at__lte=at).filter(Q(opened_at__lt=at) | Q(opened_at=at, id__lt=last))
    found = list(rows.order_by("-opened_at", "-id")[: limit + 1])
    shown = found[:limit]
    return Page(
        rows=tuple(_view(row, actor, mine) for row in shown),
        next=(shown[-1].opened_at, shown[-1].id) if len(found) > limit else None,
    )


@dataclass(frozen=True)
class Calls:
    """What of hand-overs calls for somebody: not accepted by their teams, asked back of them, days that are over."""

    waiting: int
    asked_back: int
    overdue: int

    @property
    def total(self) -> int:
        return self.waiting + self.asked_back + self.overdue


def calls(actor: Actor) -> Calls:
    """What calls for the actor now; one query over what is open."""
    me, states = UUID(actor.id), Escalation.State
    mine = Exists(Membership.objects.filter(staff_id=me, team_id=OuterRef("team_id")))
    found = Escalation.objects.filter(ended_at=None).aggregate(
        waiting=Count("id", filter=Q(mine, state=states.WAITING)),
        asked_back=Count("id", filter=Q(requester_id=me, state=states.ASKED_BACK)),
        overdue=Count("id", filter=Q(reminded_at__isnull=False) & (Q(requester_id=me) | Q(holder_id=me))),
    )
    answers = actor.may("escalations.answer")
    return Calls(found["waiting"] if answers else 0, found["asked_back"], found["overdue"])


def whole(escalation_id: UUID, *, actor: Actor) -> Whole | None:
    """One hand-over; None for who neither asked, nor is of its team, nor manages work."""
    mine = _my_teams(actor)
    row = _rows().filter(id=escalation_id).first()
    if row is None or not (_may_see(row, actor, mine) or _went_by(row, mine)):
        return None
    below = list(_rows().filter(parent_id=row.id).order_by("id"))
    sayings = Saying.objects.filter(escalation_id=row.id).select_related("staff").order_by("id")
    partner = _as_partner(row, actor, mine)
    return Whole(
        escalation=_view(row, actor, mine),
        said=tuple(_said(one, actor, partner) for one in sayings),
        handed_on=tuple(_view(one, actor, mine) for one in below),
        clocks=tuple(work.clocks_of([row.work_id])[row.work_id]),
    )


def outcome(escalation_id: UUID, *, until: datetime) -> Outcome | None:
    """Of a hand-over that somebody asked for; None for one that was handed on by the team that was asked."""
    row = _rows().filter(id=escalation_id, parent=None).first()
    if row is None:
        return None
    back = Saying.objects.filter(
        escalation_id=row.id, kind__in=[Saying.Kind.ANSWERED, Saying.Kind.RETURNED], at__lte=until
    )
    return Outcome(
        about=row.about_id,
        team=row.team.name,
        holder=_name(row.holder, False),
        state=row.state,
        returns=back.count(),
    )


def asked_about(work_id: str = "work_id") -> Exists:
    """An expression for others' lists: was a team asked about the work in this column?"""
    return Exists(Escalation.objects.filter(about_id=OuterRef(work_id)))


def with_a_team(work_id: UUID) -> bool:
    """Does a team have this work, asked and not answered yet?"""
    return Escalation.objects.filter(about_id=work_id, ended_at=None, state__in=OPEN).exists()


def of_work(work_id: UUID, *, actor: Actor) -> list[Whole]:
    """What teams were asked about a piece of work and said, newest first; two queries for any number."""
    rows = list(_rows().filter(about_id=work_id).order_by("-id")[:10])
    said: dict[UUID, list[Said]] = {row.id: [] for row in rows}
    for one in Saying.objects.filter(escalation_id__in=list(said)).select_related("staff").order_by("id"):
        said[one.escalation_id].append(_said(one, actor, False))
    return [Whole(_view(row, actor, {}), tuple(said[row.id]), (), ()) for row in rows]


def _rows() -> QuerySet[Escalation]:
    return Escalation.objects.select_related("team", "severity", "requester", "holder", "work", "about", "area")


def _my_teams(actor: Actor) -> dict[UUID, bool]:
    """The teams I am in, and whether each is a partner."""
    return dict(Membership.objects.filter(staff_id=UUID(actor.id)).values_list("team_id", "team__partner"))


def _may_see(row: Escalation, actor: Actor, mine: dict[UUID, bool]) -> bool:
    asked = str(row.requester_id) == actor.id or _in_hand(row, actor)
    return asked or row.team_id in mine or actor.may("work.manage")


def _went_by(row: Escalation, mine: dict[UUID, bool]) -> bool:
    """Did one of my teams have it, before it went to the next level?"""
    return Climb.objects.filter(escalation_id=row.id, left_id__in=mine).exists()


def _in_hand(row: Escalation, actor: Actor) -> bool:
    about = row.about
    return row.parent_id is None and about.state == "claimed" and str(about.holder_id) == actor.id


def _as_partner(row: Escalation, actor: Actor, mine: dict[UUID, bool]) -> bool:
    return any(mine.values()) and str(row.requester_id) != actor.id


def _name(person: Staff | None, partner: bool) -> str:
    return "" if person is None else person.handle if partner else person.name


def _said(one: Saying, actor: Actor, partner: bool) -> Said:
    return Said(
        kind=one.kind,
        name=_name(one.staff, partner) or one.by or "TrustDesk",
        text=one.text,
        at=one.at,
        mine=str(one.staff_id) == actor.id,
    )


def _view(row: Escalation, actor: Actor, mine: dict[UUID, bool]) -> EscalationView:
    partner = _as_partner(row, actor, mine)
    return EscalationView(
        id=row.id,
        about=row.about_id,
        parent=row.parent_id if not partner else None,
        team=row.team.name,
        team_code=row.team.code,
        severity=row.severity.name,
        area=row.area.name if row.area else "",
        rank=row.severity.rank,
        requester=_name(row.requester, partner),
        holder=_name(row.holder, partner),
        subject="" if partner else row.subject,
        link="" if partner else row.link,
        state=row.state,
        opened_at=row.opened_at,
        accepted_at=row.accepted_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        due_at=row.work.due_at if row.state in OPEN else None,
        gathered=known_of(row.gathered, partner),
        asked_by_me=str(row.requester_id) == actor.id,
        held_by_me=str(row.holder_id) == actor.id,
        in_my_team=row.team_id in mine,
        in_my_hands=_in_hand(row, actor),
        promised_at=row.promised_at if row.ended_at is None else None,
        promised=row.promised,
        overdue=row.ended_at is None and row.reminded_at is not None,
    )


def late_by_team(*, now: datetime) -> list[tuple[str, int]]:
    """Names of teams with the number of hand-overs they have not accepted or answered in time. One query."""
    rows = (
        Escalation.objects.filter(ended_at=None, work__due_at__lte=now, work__ended_at=None)
        .values("team__name")
        .annotate(late=Count("id"))
        .order_by("team__name")
    )
    return [(row["team__name"], row["late"]) for row in rows]


def overdue_by_team() -> list[tuple[str, int]]:
    """Names of teams with the number of open hand-overs whose promised day is over. One query."""
    rows = (
        Escalation.objects.filter(ended_at=None, reminded_at__isnull=False)
        .values("team__name")
        .annotate(late=Count("id"))
        .order_by("team__name")
    )
    return [(row["team__name"], row["late"]) for row in rows]
