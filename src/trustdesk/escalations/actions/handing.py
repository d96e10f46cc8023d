"""Handing work over and back: ask, accept, answer, return, follow up, cancel, close."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.escalations.actions import outside
from trustdesk.escalations.actions.grounds import (
    ACCEPT,
    ANSWER,
    FIRST_TO_REQUESTER,
    KIND,
    LONGEST,
    OPEN,
    QUEUE,
    REST,
    AlreadyAccepted,
    AskedAlready,
    NotNow,
    State,
    asked_by,
    check_words,
    give_work_back,
    held,
    of_my_team,
    rest_again,
    say,
    start,
    stop,
)
from trustdesk.escalations.facts import (
    Escalated,
    EscalationAccepted,
    EscalationAnswered,
    EscalationCancelled,
    EscalationClosed,
    EscalationFollowedUp,
    EscalationNoted,
    EscalationReturned,
)
from trustdesk.escalations.models import Area, Escalation, Saying, Severity
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Team
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Queue, WorkItem


@dataclass(frozen=True)
class Gathered:
    """One thing known of the matter. `personal`: about a person; partners do not see it. `link`: an address to follow."""

    label: str
    value: str
    personal: bool = False
    link: bool = False


@action(right="escalations.send")
def escalate(
    *,
    actor: Actor,
    about: UUID,
    team: str,
    severity: str,
    reason: str,
    now: datetime,
    subject: str = "",
    gathered: Sequence[Gathered] = (),
    link: str = "",
    area: str = "",
) -> UUID:
    """Hand work over that the actor holds: it rests until the answer comes. Raises Invalid (team, severity, reason, area),
    ClaimLost, AskedAlready."""
    place, grade = _asked(team, severity, reason)
    kind = _area(area)
    work.hold(actor=actor, work_id=about, until=now + REST, now=now, reason=f"handed over to {place.name}")
    return _open(
        actor=actor,
        about=about,
        parent=None,
        team=place,
        severity=grade,
        reason=reason,
        subject=subject or WorkItem.objects.values_list("subject_line", flat=True).get(id=about),
        gathered=[asdict(one) for one in gathered],
        link=link,
        area=kind,
        now=now,
    )


@action(right="escalations.answer")
def hand_on(*, actor: Actor, escalation_id: UUID, team: str, severity: str, reason: str, now: datetime) -> UUID:
    """Who accepted it asks the next team; it stays theirs to answer. Raises NotFound, Forbidden, Invalid, AskedAlready."""
    parent = held(actor, escalation_id)
    place, grade = _asked(team, severity, reason)
    if place.id == parent.team_id:
        raise Invalid(fields={"team": "Choose another team than your own."})
    return _open(
        actor=actor,
        about=parent.work_id,
        parent=parent,
        team=place,
        severity=grade,
        reason=reason,
        subject=parent.subject,
        gathered=parent.gathered,
        link=parent.link,
        area=parent.area,
        now=now,
    )


def _area(code: str) -> Area | None:
    """None for none; who asks need not say one. Raises Invalid (area)."""
    found = Area.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise Invalid(fields={"area": "Choose what it is about from the list."})
    return found


def _asked(team: str, severity: str, reason: str) -> tuple[Team, Severity]:
    place = Team.objects.filter(code=team).first()
    grade = Severity.objects.filter(code=severity).first()
    fields = {}
    if place is None:
        fields["team"] = "Choose a team from the list."
    if grade is None:
        fields["severity"] = "Choose how urgent it is."
    if not reason.strip() or len(reason) > LONGEST:
        fields["reason"] = gettext("Say what you ask, in at most %(n)s characters.") % {"n": f"{LONGEST:,}"}
    if fields or place is None or grade is None:
        raise Invalid("It could not be handed over.", fields=fields)
    return place, grade


@action(right="-")
def _open(
    *,
    actor: Actor,
    about: UUID,
    parent: Escalation | None,
    team: Team,
    severity: Severity,
    reason: str,
    subject: str,
    gathered: list[dict[str, Any]],
    link: str,
    area: Area | None,
    now: datetime,
) -> UUID:
    if not Queue.objects.filter(code=QUEUE).exists():
        # Nothing is dealt from it: people accept by name. Its items carry the clocks and stand in the lists of work.
        work.set_queue(
            actor=SYSTEM,
            code=QUEUE,
            name="Escalations",
            right="escalations.answer",
            kinds=[KIND],
            is_open=False,
            now=now,
        )
    ground = WorkItem.objects.values("lane", "language", "market").get(id=about)
    own = work.open_work(
        actor=actor,
        kind=KIND,
        queue=QUEUE,
        lane=ground["lane"],
        score=float(-severity.rank),
        now=now,
        subject_line=subject,
        language=ground["language"],
        market=ground["market"],
        team=team.id,
    )
    row = Escalation(
        work_id=own,
        about_id=about,
        parent=parent,
        team=team,
        severity=severity,
        area=area,
        requester_id=UUID(actor.id),
        subject=subject[:200],
        gathered=gathered,
        link=link[:300],
        opened_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AskedAlready from error
    start(actor, own, ACCEPT, severity.accept_minutes, now)
    start(actor, own, ANSWER, severity.answer_minutes, now)
    say(row, actor, Saying.Kind.ASKED, reason, now)
    outside.begin(actor=actor, row=row, question=reason, now=now)
    record(
        Escalated(
            escalation=row.id, work=own, about=about, team=team.name, severity=severity.name, reason=reason.strip()
        ),
        actor=actor,
        at=now,
    )
    return row.id


@action(right="escalations.answer")
def accept(*, actor: Actor, escalation_id: UUID, now: datetime) -> None:
    """Say "I have it", for one's team. Raises NotFound, AlreadyAccepted (names who has it), NotNow."""
    row = of_my_team(actor, escalation_id)
    # The condition decides between two who press at once.
    moved = Escalation.objects.filter(id=row.id, state=State.WAITING, team_id=row.team_id).update(
        state=State.ACCEPTED, holder_id=UUID(actor.id), accepted_at=now
    )
    if not moved:
        row = Escalation.objects.select_related("holder").get(id=row.id)
        if row.state == State.ACCEPTED and row.holder is not None:
            yours = str(row.holder_id) == actor.id
            told = (
                "You have accepted this already."
                if yours
                else gettext("%(name)s has accepted this.") % {"name": row.holder.name}
            )
            raise AlreadyAccepted(told, holder=row.holder.name)
        raise NotNow
    stop(actor, row.work_id, ACCEPT, now)
    record(EscalationAccepted(escalation=row.id), actor=actor, at=now)


@action(right="escalations.answer")
def answer(*, actor: Actor, escalation_id: UUID, text: str, now: datetime) -> None:
    """Answer what one accepted: the work goes back to who asked. Raises NotFound, Forbidden, Invalid (text), NotNow."""
    row = held(actor, escalation_id, State.ACCEPTED, State.ASKED_BACK)
    check_words(text)
    mine = Escalation.objects.filter(id=row.id, state=row.state, holder_id=row.holder_id)
    if not mine.update(state=State.ANSWERED, answered_at=now):
        raise NotNow
    for open_one in Escalation.objects.filter(parent=row, state__in=OPEN):
        _cancel(actor=actor, row=open_one, reason="answered without it", now=now)
    say(row, actor, Saying.Kind.ANSWERED, text, now)
    stop(actor, row.work_id, ANSWER, now)
    record(EscalationAnswered(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)
    give_work_back(actor, row, text, now)


@action(right="escalations.answer")
def give_back(*, actor: Actor, escalation_id: UUID, text: str, now: datetime) -> None:
    """Hand it back with words: it is not for this team. Raises NotFound, Invalid (text), NotNow, AlreadyAccepted."""
    row = of_my_team(actor, escalation_id)
    check_words(text)
    if row.state in {State.ACCEPTED, State.ASKED_BACK} and str(row.holder_id) != actor.id:
        raise AlreadyAccepted("Only who accepted it can hand it back.")
    moved = Escalation.objects.filter(id=row.id, state=row.state, state__in=OPEN, team_id=row.team_id).update(
        state=State.RETURNED, answered_at=now, holder_id=UUID(actor.id)
    )
    if not moved:
        raise NotNow
    say(row, actor, Saying.Kind.RETURNED, text, now)
    stop(actor, row.work_id, ACCEPT, now)
    stop(actor, row.work_id, ANSWER, now)
    record(EscalationReturned(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)
    give_work_back(actor, row, text, now)


@action(right="escalations.send")
def follow_up(*, actor: Actor, escalation_id: UUID, text: str, now: datetime) -> None:
    """Who asked asks further, to the same person: the work rests again. Raises NotFound, Invalid (text), NotNow."""
    row = asked_by(actor, escalation_id)
    check_words(text)
    back = Escalation.objects.filter(id=row.id, state__in=[State.ANSWERED, State.RETURNED])
    if not back.update(state=State.ACCEPTED, answered_at=None):
        raise NotNow
    rest_again(actor, row, "asked further", now)
    say(row, actor, Saying.Kind.FOLLOWED_UP, text, now)
    work.reopen_clock(actor=actor, work_id=row.work_id, name=ANSWER, now=now)
    outside.go_on(actor=actor, row=row, said=text, now=now)
    record(EscalationFollowedUp(escalation=row.id, text=text.strip()), actor=actor, at=now)


@action(right="escalations.answer")
def note(*, actor: Actor, escalation_id: UUID, text: str, now: datetime) -> None:
    """Add a word to an open hand-over of one's team. Raises NotFound, Invalid (text), NotNow."""
    row = of_my_team(actor, escalation_id)
    check_words(text)
    if row.ended_at is not None:
        raise NotNow
    say(row, actor, Saying.Kind.NOTED, text, now)
    record(EscalationNoted(escalation=row.id, text=text.strip()), actor=actor, at=now)


@action(right="escalations.send")
def cancel(*, actor: Actor, escalation_id: UUID, reason: str, now: datetime) -> None:
    """Who asked needs no answer any more: the work comes back at once. Raises NotFound, NotNow."""
    row = asked_by(actor, escalation_id)
    _cancel(actor=actor, row=row, reason=reason.strip()[:300] or "not needed any more", now=now)
    if row.parent_id is None:
        with suppress(work.NotWaiting):
            work.keep_for_holder(actor=actor, work_id=row.about_id, until=now + FIRST_TO_REQUESTER, now=now)


@action(right="-")
def _cancel(*, actor: Actor, row: Escalation, reason: str, now: datetime) -> None:
    moved = Escalation.objects.filter(id=row.id, state__in=OPEN).update(state=State.CANCELLED, ended_at=now)
    if not moved:
        raise NotNow
    say(row, actor, Saying.Kind.CANCELLED, reason, now)
    work.cancel(actor=actor, work_id=row.work_id, now=now, reason=reason)
    outside.go_on(
        actor=actor, row=row, said=gettext("This question is withdrawn: we need no answer any more."), now=now
    )
    record(EscalationCancelled(escalation=row.id, reason=reason), actor=actor, at=now)
    for handed_on in Escalation.objects.filter(parent=row, state__in=OPEN):
        _cancel(actor=actor, row=handed_on, reason=reason, now=now)


@action(right="escalations.send")
def close(*, actor: Actor, escalation_id: UUID, now: datetime) -> None:
    """Who asked is content: nothing more is asked. Raises NotFound, NotNow."""
    row = asked_by(actor, escalation_id)
    _close(actor=actor, row=row, now=now)


@action(right="-")
def _close(*, actor: Actor, row: Escalation, now: datetime) -> None:
    moved = Escalation.objects.filter(id=row.id, state__in=[State.ANSWERED, State.RETURNED]).update(
        state=State.CLOSED, ended_at=now
    )
    if not moved:
        raise NotNow
    work.finish(actor=actor, work_id=row.work_id, now=now)
    record(EscalationClosed(escalation=row.id), actor=actor, at=now)
    for handed_on in Escalation.objects.filter(parent=row, state__in=[State.ANSWERED, State.RETURNED]):
        _close(actor=actor, row=handed_on, now=now)


def work_ended(*, work_id: UUID, reason: str, now: datetime) -> None:
    """The work a team was asked about is done, or needed no more: the hand-over ends with it. Called by the reactors."""
    row = Escalation.objects.filter(about_id=work_id, ended_at=None, parent=None).first()
    if row is None:
        return
    if row.state in {State.ANSWERED, State.RETURNED}:
        _close(actor=SYSTEM, row=row, now=now)
    else:
        _cancel(actor=SYSTEM, row=row, reason=reason, now=now)
