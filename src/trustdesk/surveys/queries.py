"""What one may ask of surveys. Scores of groups stand beside the share that answered; few answers give none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncWeek

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Membership
from trustdesk.surveys import links, rules
from trustdesk.surveys.models import OptOut, Setup, Survey
from trustdesk.surveys.rules import ANSWER_WITHIN, LONGEST_SAID, SCORES, Asking, Tally

__all__ = [
    "ANSWER_WITHIN",
    "LONGEST_SAID",
    "SCORES",
    "Asking",
    "SurveyView",
    "Tally",
    "path_of",
    "survey_of",
    "url_of",
]
path_of, url_of, survey_of = links.path_of, links.url_of, links.survey_of
BY = ("team", "person", "channel", "category", "week")
DAYS = (7, 30, 90, 365)
LIMIT = 30


@dataclass(frozen=True)
class SurveyView:
    id: UUID
    case: UUID
    number: int
    language: str
    state: str
    why: str
    due_at: datetime
    asked_at: datetime | None
    score: int | None
    said: str
    answered_at: datetime | None
    staff: UUID | None
    staff_name: str


@dataclass(frozen=True)
class Wanted:
    """Which surveys; empty means any. `staff`: whose answers they judge."""

    days: int = 30
    team: UUID | None = None
    staff: UUID | None = None
    channel: str | None = None
    category: str | None = None
    score: int | None = None


@dataclass(frozen=True)
class Group:
    """One line of the results: `key` leads to its cases."""

    key: str
    name: str
    tally: Tally


def asking() -> Asking:
    row = Setup.objects.first()
    return Asking(on=row.on, after_hours=row.after_hours, rest_days=row.rest_days) if row else Asking()


def by_id(survey_id: UUID) -> SurveyView | None:
    row = _rows().filter(id=survey_id).first()
    return _view(row) if row else None


def of_case(case_id: UUID) -> SurveyView | None:
    row = _rows().filter(case_id=case_id).first()
    return _view(row) if row else None


def has_stopped(survey_id: UUID) -> bool:
    address = Survey.objects.filter(id=survey_id).values_list("address", flat=True).first()
    return bool(address) and OptOut.objects.filter(address=address).exists()


def total(*, actor: Actor, wanted: Wanted, now: datetime, fewest: int = rules.FEWEST) -> Tally:
    rows = list(_wanted(actor, wanted, now).values_list("score", flat=True))
    return rules.tally(asked=len(rows), scores=[one for one in rows if one is not None], fewest=fewest)


def groups(*, actor: Actor, wanted: Wanted, by: str, now: datetime) -> list[Group]:
    """The results by one of `BY`, most asked first, weeks newest first. Teams are those people are in today; who is in two
    counts in both. The same queries for any number of groups."""
    rows = _wanted(actor, wanted, now)
    found: dict[str, tuple[str, list[int | None]]] = {}

    def count(key: str, name: str, score: int | None) -> None:
        found.setdefault(key, (name, []))[1].append(score)

    if by == "team":
        teams: dict[UUID, list[tuple[UUID, str]]] = {}
        for staff, team, name in Membership.objects.values_list("staff_id", "team_id", "team__name"):
            teams.setdefault(staff, []).append((team, name))
        for staff_id, score in rows.values_list("staff_id", "score"):
            mine = teams.get(staff_id, []) if staff_id else []
            for team_id, team_name in mine:
                count(str(team_id), team_name, score)
            if not mine:
                count("", "", score)
    elif by == "person":
        for staff_id, name, score in rows.values_list("staff_id", "staff__name", "score"):
            count(str(staff_id or ""), name or "", score)
    elif by == "week":
        for week, score in rows.annotate(week=TruncWeek("asked_at")).values_list("week", "score"):
            count(week.date().isoformat(), week.date().isoformat(), score)
    else:
        for key, score in rows.values_list("category" if by == "category" else "channel", "score"):
            count(key, key, score)
    made = [
        Group(key, name, rules.tally(asked=len(given), scores=[one for one in given if one is not None]))
        for key, (name, given) in found.items()
    ]
    order: Callable[[Group], tuple[int, str]] = lambda one: (-one.tally.asked, one.name)  # noqa: E731
    return sorted(made, key=lambda one: one.key, reverse=True) if by == "week" else sorted(made, key=order)


def answers(
    *, actor: Actor, wanted: Wanted, now: datetime, after: tuple[datetime, UUID] | None = None, limit: int = LIMIT
) -> tuple[Sequence[SurveyView], tuple[datetime, UUID] | None]:
    """What people said, the newest first, and where the next page begins; one query."""
    rows = _wanted(actor, wanted, now).filter(answered_at__isnull=False)
    if wanted.score is not None:
        rows = rows.filter(score=wanted.score)
    if after is not None:
        at, last = after
        rows = rows.filter(answered_at__lte=at).filter(Q(answered_at__lt=at) | Q(answered_at=at, id__lt=last))
    found = list(rows.select_related("staff").order_by("-answered_at", "-id")[: limit + 1])
    shown = found[:limit]
    last_at = shown[-1].answered_at if len(found) > limit else None
    return [_view(row) for row in shown], (last_at, shown[-1].id) if last_at else None


def _wanted(actor: Actor, wanted: Wanted, now: datetime) -> QuerySet[Survey]:
    """What was asked in these days and lies in the scope of the actor's right; one's own without it."""
    rows = Survey.objects.filter(state="asked", asked_at__gt=now - timedelta(days=wanted.days), asked_at__lte=now)
    rows = rows.filter(_visible(actor))
    if wanted.staff is not None:
        rows = rows.filter(staff_id=wanted.staff)
    if wanted.team is not None:
        rows = rows.filter(staff_id__in=Membership.objects.filter(team_id=wanted.team).values("staff_id"))
    if wanted.channel is not None:
        rows = rows.filter(channel=wanted.channel)
    if wanted.category is not None:
        rows = rows.filter(category=wanted.category)
    return rows


def _visible(actor: Actor) -> Q:
    if actor.kind == "system":
        return Q()
    own = Q(staff_id=UUID(actor.id)) if actor.kind == "staff" else Q(pk__in=[])
    for one in actor.allowances:
        if one.right != "surveys.read":
            continue
        scope = Q()
        if one.markets:
            scope &= Q(market__in=[*one.markets, ""])
        if one.queues:
            scope &= Q(queue__in=list(one.queues))
        if not one.markets and not one.queues:
            return Q()
        own |= scope
    return own


def _rows() -> QuerySet[Survey]:
    return Survey.objects.select_related("staff")


def _view(row: Survey) -> SurveyView:
    return SurveyView(
        id=row.id,
        case=row.case_id,
        number=row.number,
        language=row.language,
        state=row.state,
        why=row.why,
        due_at=row.due_at,
        asked_at=row.asked_at,
        score=row.score,
        said=row.said,
        answered_at=row.answered_at,
        staff=row.staff_id,
        staff_name=row.staff.name if row.staff else "",
    )
