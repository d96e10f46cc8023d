"""The team asks back, who asked answers; and the day on which somebody looks after what was promised."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.escalations.actions import outside
from trustdesk.escalations.actions.grounds import (
    ANSWER,
    FIRST_TO_REQUESTER,
    NotNow,
    State,
    asked_by,
    check_words,
    held,
    rest_again,
    say,
)
from trustdesk.escalations.facts import (
    EscalationAskedBack,
    EscalationPromised,
    EscalationPromiseDropped,
    EscalationReminded,
    EscalationTold,
)
from trustdesk.escalations.models import Escalation, Saying
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Membership
from trustdesk.kernel.work import actions as work

FURTHEST = timedelta(days=366)
LONGEST_PROMISE = 200
BATCH = 100


@action(right="escalations.answer")
def ask_back(*, actor: Actor, escalation_id: UUID, text: str, now: datetime) -> None:
    """Ask who asked, before one can answer: the work goes back to them, the deadline of the answer rests meanwhile.
    Raises NotFound, Forbidden, Invalid (text), NotNow."""
    row = held(actor, escalation_id)
    check_words(text)
    mine = Escalation.objects.filter(id=row.id, state=State.ACCEPTED, holder_id=row.holder_id)
    if not mine.update(state=State.ASKED_BACK):
        raise NotNow
    say(row, actor, Saying.Kind.ASKED_BACK, text, now)
    work.pause_clock(actor=actor, work_id=row.work_id, name=ANSWER, now=now)
    record(EscalationAskedBack(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)
    if row.parent_id is None:
        with suppress(work.NotWaiting):  # cancelled meanwhile
            work.keep_for_holder(actor=actor, work_id=row.about_id, until=now + FIRST_TO_REQUESTER, now=now)


@action(right="escalations.send")
def tell(*, actor: Actor, escalation_id: UUID, text: str, now: datetime) -> None:
    """Say what the team asked back: it is theirs again and the deadline goes on. For who asked, and for whoever has the
    work in hand by now. Raises NotFound, Forbidden, Invalid (text), NotNow, AlreadyClaimed (somebody else is at it)."""
    row = asked_by(actor, escalation_id)
    check_words(text)
    if not Escalation.objects.filter(id=row.id, state=State.ASKED_BACK).update(state=State.ACCEPTED):
        raise NotNow
    rest_again(actor, row, "answered what was asked back", now)
    say(row, actor, Saying.Kind.TOLD, text, now)
    work.resume_clock(actor=actor, work_id=row.work_id, name=ANSWER, now=now)
    outside.go_on(actor=actor, row=row, said=text, now=now)
    record(EscalationTold(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)


@action(right="-")
def promise(*, actor: Actor, escalation_id: UUID, until: datetime | None, text: str, now: datetime) -> None:
    """Set the day until which something is promised, and what; None takes it away. For both sides, until it is closed.
    Raises NotFound, Invalid (until, text), NotNow."""
    row = _either_side(actor, escalation_id)
    if row.ended_at is not None:
        raise NotNow
    said = " ".join(text.replace("\0", "").split())
    wrong = {}
    if until is not None and not now < until <= now + FURTHEST:
        wrong["until"] = gettext("Choose a day from today on, within a year.")
    if len(said) > LONGEST_PROMISE:
        wrong["text"] = gettext("Write at most %(n)s characters.") % {"n": LONGEST_PROMISE}
    if wrong:
        raise Invalid("The day could not be set.", fields=wrong)
    open_one = Escalation.objects.filter(id=row.id, ended_at=None)
    if until is None:
        if not open_one.filter(promised_at__isnull=False).update(promised_at=None, promised="", reminded_at=None):
            raise NotNow
        record(EscalationPromiseDropped(escalation=row.id), actor=actor, at=now)
        return
    if not open_one.update(promised_at=until, promised=said, reminded_at=None):
        raise NotNow
    say(row, actor, Saying.Kind.PROMISED, said or gettext("A day to follow it up."), now)
    record(EscalationPromised(escalation=row.id, until=until, text=said), actor=actor, at=now)


def remind_due(*, now: datetime) -> bool:
    """Remind of what was promised until now, each once. Called by the worker, by any number of them; true when there is
    more."""
    due = Escalation.objects.filter(ended_at=None, reminded_at=None, promised_at__lte=now).order_by("promised_at")
    found = list(due.values_list("id", flat=True)[:BATCH])
    for escalation_id in found:
        with suppress(NotNow):  # another worker was faster, or the day was moved
            _remind(actor=SYSTEM, escalation_id=escalation_id, now=now)
    return len(found) == BATCH


@action(right="-")
def _remind(*, actor: Actor, escalation_id: UUID, now: datetime) -> None:
    due = Escalation.objects.filter(id=escalation_id, ended_at=None, reminded_at=None, promised_at__lte=now)
    if not due.update(reminded_at=now):
        raise NotNow
    row = Escalation.objects.get(id=escalation_id)
    say(row, actor, Saying.Kind.REMINDED, row.promised or gettext("A day to follow it up."), now)
    record(EscalationReminded(escalation=row.id, about=row.about_id, text=row.promised), actor=actor, at=now)


def _either_side(actor: Actor, escalation_id: UUID) -> Escalation:
    row = Escalation.objects.filter(id=escalation_id).first()
    if row is None:
        raise NotFound("There is no such hand-over.")
    ours = actor.may("escalations.answer") and Membership.objects.filter(team_id=row.team_id, staff_id=UUID(actor.id))
    if ours and ours.exists():
        return row
    if not actor.may("escalations.send"):
        raise NotFound("There is no such hand-over.")
    return asked_by(actor, escalation_id)
