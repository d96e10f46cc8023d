"""What a team does not accept or answer in time goes to the next level by itself: once a level, never in circles."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Prefetch
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from trustdesk.escalations.actions.grounds import ACCEPT, ANSWER, NotNow, State, say, start
from trustdesk.escalations.facts import EscalationUnaccepted, EscalationUnanswered, LevelDropped, LevelSet
from trustdesk.escalations.models import Climb, Escalation, NextLevel, Saying, Talk
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Membership, Staff, Team
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.post import actions as post

MOST_MINUTES = 525_600
MOST_TOLD = 20  # letters for one climb


@action(right="work.manage")
def set_level(*, actor: Actor, team: str, above: str, accept_after: int, answer_after: int, now: datetime) -> None:
    """Say where what `team` misses goes; "" for nowhere. What is late already goes there, too. Raises Invalid (team,
    above, accept_after, answer_after)."""
    place = Team.objects.filter(code=team).first()
    if place is None:
        raise Invalid(fields={"team": "Choose a team from the list."})
    if not above:
        if not NextLevel.objects.filter(team=place).delete()[0]:
            raise Invalid(fields={"above": "This team has no next level."})
        record(LevelDropped(team=place.name), actor=actor, at=now)
        return
    # Two who set levels at once could close a circle between them: the second waits here.
    levels = dict(NextLevel.objects.select_for_update().order_by("id").values_list("team_id", "above_id"))
    found = Team.objects.filter(code=above).first()
    wrong = {}
    if found is None:
        wrong["above"] = "Choose a team from the list."
    elif found.id == place.id or place.id in _chain(levels | {place.id: found.id}, found.id):
        wrong["above"] = "That would lead in a circle."
    for name, minutes in (("accept_after", accept_after), ("answer_after", answer_after)):
        if not 0 <= minutes <= MOST_MINUTES:
            wrong[name] = "Between 0 minutes and a year."
    if wrong or found is None:
        raise Invalid("The next level could not be set.", fields=wrong)
    told = {"above": found, "accept_after": accept_after, "answer_after": answer_after}
    NextLevel.objects.update_or_create(team=place, defaults=told)
    record(LevelSet(team=place.name, above=found.name, accept=accept_after, answer=answer_after), actor=actor, at=now)


def _chain(levels: dict[UUID, UUID], start_at: UUID) -> Iterator[UUID]:
    """The teams above this one, itself first; ends where it would begin anew."""
    seen: set[UUID] = set()
    here: UUID | None = start_at
    while here is not None and here not in seen:
        seen.add(here)
        yield here
        here = levels.get(here)


def climb_due(*, now: datetime) -> bool:
    """Hand on what is late where its team has a next level. Called by the worker, by any number of them at once."""
    levels = {level.team_id: level for level in NextLevel.objects.select_related("team", "above")}
    if not levels:
        return False
    late = Escalation.objects.filter(
        ended_at=None, state__in=[State.WAITING, State.ACCEPTED], team_id__in=levels, work__due_at__lte=now
    )
    running = Prefetch("work__clocks", Clock.objects.filter(phase="running"), to_attr="running")
    for row in late.select_related("work").prefetch_related(running, "climbs").order_by("id"):
        level = levels[row.team_id]
        missed = _missed(row, level, row.work.running, now)  # type: ignore[attr-defined]
        if missed and level.above_id not in _been(row):
            try:
                _climb(actor=SYSTEM, escalation_id=row.id, level=level, missed=missed, now=now)
            except NotNow:
                continue  # accepted, answered or handed on in this moment
    return False


def _missed(row: Escalation, level: NextLevel, running: list[Clock], now: datetime) -> str:
    """Which deadline is over by so many minutes that it goes on; "" for none."""
    due = {clock.name: clock.due_at for clock in running if clock.due_at is not None}
    late = timedelta(minutes=level.accept_after)
    if row.state == State.WAITING and ACCEPT in due and due[ACCEPT] + late <= now:
        return ACCEPT
    return ANSWER if ANSWER in due and due[ANSWER] + timedelta(minutes=level.answer_after) <= now else ""


def _been(row: Escalation) -> set[UUID]:
    return {row.team_id} | {team for climb in row.climbs.all() for team in (climb.left_id, climb.reached_id)}


@action(right="-")
def _climb(*, actor: Actor, escalation_id: UUID, level: NextLevel, missed: str, now: datetime) -> None:
    """Raises NotNow when somebody was faster. Who accepts in this moment waits for this row, or this waits for them; the
    condition of the second then finds nothing."""
    row = Escalation.objects.select_for_update().filter(id=escalation_id, team_id=level.team_id).first()
    if row is None or row.state not in {State.WAITING, State.ACCEPTED} or level.above_id in _been(row):
        raise NotNow
    running = list(Clock.objects.filter(work_id=row.work_id, phase="running"))
    people = Staff.objects.filter(
        is_active=True, id__in=Membership.objects.filter(team_id=level.above_id).values("staff_id")
    )
    if _missed(row, level, running, now) != missed or not people.exists():
        raise NotNow
    came = row.climbs.order_by("-id").values_list("at", flat=True).first() or row.opened_at
    minutes = int((now - came) / timedelta(minutes=1))
    holder = row.holder_id
    Escalation.objects.filter(id=row.id).update(
        team_id=level.above_id, state=State.WAITING, holder=None, accepted_at=None, outside=False
    )
    Talk.objects.filter(escalation=row).update(until=now)  # its page and its address open nothing any more
    Climb.objects.create(escalation=row, left_id=level.team_id, reached_id=level.above_id, missed=missed, at=now)
    WorkItem.objects.filter(id=row.work_id).update(team_id=level.above_id, changed_at=now, version=F("version") + 1)
    _begin_anew(actor, row, [ACCEPT] if missed == ACCEPT else [ACCEPT, ANSWER], running, now)
    before, team = level.team.name, level.above.name
    say(row, actor, Saying.Kind.CLIMBED, _words(missed, before, team, minutes), now)
    kind = EscalationUnaccepted if missed == ACCEPT else EscalationUnanswered
    record(kind(escalation=row.id, about=row.about_id, before=before, team=team, minutes=minutes), actor=actor, at=now)
    concerned = {person.id: person for person in people[:MOST_TOLD]}
    for person in Staff.objects.filter(
        is_active=True, id__in=[one for one in (row.requester_id, holder) if one is not None]
    ):
        concerned.setdefault(person.id, person)
    for person in concerned.values():
        _write(actor=actor, row=row, person=person, told=(missed, before, team, minutes), now=now)


def _begin_anew(actor: Actor, row: Escalation, names: list[str], running: list[Clock], now: datetime) -> None:
    """The next level has the time its severity gives; what was missed stays missed."""
    severity = row.severity
    for name in names:
        if any(clock.name == name for clock in running):
            work.cancel_clock(actor=actor, work_id=row.work_id, name=name, now=now)
        minutes = severity.accept_minutes if name == ACCEPT else severity.answer_minutes
        start(actor, row.work_id, name, minutes, now)


def _words(missed: str, before: str, team: str, minutes: int) -> str:
    told = {"before": before, "team": team, "n": minutes}
    if missed == ACCEPT:
        return gettext("Handed from %(before)s to %(team)s by itself, because nobody accepted it in %(n)s min.") % told
    return gettext("Handed from %(before)s to %(team)s by itself, because nobody answered it in %(n)s min.") % told


def _write(*, actor: Actor, row: Escalation, person: Staff, told: tuple[str, str, str, int], now: datetime) -> None:
    """Nothing of the matter itself: a letter passes through many hands."""
    with translation.override(person.language):
        title = gettext("An escalation was handed to %(team)s") % {"team": told[2]}
        paragraphs = [_words(*told)]
    post.write_letter(
        actor=actor,
        to=person.email,
        kind="alert",
        languages=[person.language],
        values={
            "name": person.name,
            "title": title,
            "paragraphs": paragraphs,
            "url": f"{settings.PUBLIC_URL.rstrip('/')}{reverse('escalations:show', args=[row.id])}",
        },
        about=f"escalation:{row.id}",
        now=now,
    )
