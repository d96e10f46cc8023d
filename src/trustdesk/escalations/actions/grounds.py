"""What the verbs of hand-overs stand on: refusals, whose row it is, what is said, clocks, the work that rests."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.escalations.models import Escalation, Saying
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Membership
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import WorkItem
from trustdesk.kernel.work.rules.clock import Target

KIND, QUEUE, ACCEPT, ANSWER = "escalation", "escalation", "accept", "answer"  # two clocks
REST = timedelta(days=365)  # while the team has it, the work rests
FIRST_TO_REQUESTER = timedelta(hours=4)  # answered, it waits so long for who asked, then for anyone
LONGEST = 4000
State = Escalation.State
OPEN = (State.WAITING, State.ACCEPTED, State.ASKED_BACK)  # not answered yet


class AlreadyAccepted(Refusal):
    """Somebody else of the team has accepted this.

    `details["holder"]` is their name.
    """

    code, status = "already_accepted", 409


class NotNow(Refusal):
    """That is not possible any more: the hand-over has moved on."""

    code, status = "escalation_moved_on", 409


class AskedAlready(Refusal):
    """A team has been asked about this already, and the matter is open."""

    code, status = "asked_already", 409


def give_work_back(actor: Actor, row: Escalation, text: str, now: datetime) -> None:
    """The work returns to who asked; what was handed on is said to who handed it on."""
    if row.parent_id is not None:
        parent = Escalation.objects.get(id=row.parent_id)
        say(parent, actor, Saying.Kind.NOTED, text, now)
        return
    with suppress(work.NotWaiting):  # cancelled meanwhile
        work.keep_for_holder(actor=actor, work_id=row.about_id, until=now + FIRST_TO_REQUESTER, now=now)


def asked_by(actor: Actor, escalation_id: UUID) -> Escalation:
    """One that the actor asked, or whose work they have in hand by now: then they speak for who asked."""
    row = Escalation.objects.filter(id=escalation_id).select_related("about").first()
    if row is None or not (str(row.requester_id) == actor.id or has_in_hand(actor, row)):
        raise NotFound("There is no such hand-over.")
    return row


def has_in_hand(actor: Actor, row: Escalation) -> bool:
    """Is the work it is about dealt to the actor? Not for what was handed on by the team that was asked."""
    about = row.about
    return row.parent_id is None and about.state == WorkItem.State.CLAIMED and str(about.holder_id) == actor.id


def rest_again(actor: Actor, row: Escalation, reason: str, now: datetime) -> None:
    """The work rests once more while the team has the question. Raises what taking it up raises: then somebody else is
    at it, or it has ended."""
    if row.parent_id is not None:
        return
    rests = WorkItem.objects.filter(id=row.about_id).values_list("state", flat=True).get()
    if rests == WorkItem.State.HELD:
        work.keep_for_holder(actor=actor, work_id=row.about_id, until=now + REST, now=now)
        return
    if rests == WorkItem.State.OPEN:  # its hours for who asked are over, and nobody else has it
        work.take_up(actor=actor, work_id=row.about_id, now=now)
    work.hold(actor=actor, work_id=row.about_id, until=now + REST, now=now, reason=reason)


def of_my_team(actor: Actor, escalation_id: UUID) -> Escalation:
    row = Escalation.objects.filter(id=escalation_id).first()
    if row is None or not Membership.objects.filter(team_id=row.team_id, staff_id=UUID(actor.id)).exists():
        raise NotFound("There is no such hand-over.")
    return row


def held(actor: Actor, escalation_id: UUID, *states: str) -> Escalation:
    """One that the actor accepted, in one of these states ("accepted" when none is named)."""
    row = of_my_team(actor, escalation_id)
    if row.state not in (states or (State.ACCEPTED,)):
        raise NotNow
    if str(row.holder_id) != actor.id:
        raise Forbidden("Only who accepted it can do this.")
    return row


def check_words(text: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        told = gettext("Write at most %(n)s characters.") % {"n": f"{LONGEST:,}"}
        raise Invalid("Say it in a few words.", fields={"text": told if text.strip() else "Say it in a few words."})


def say(row: Escalation, actor: Actor, kind: str, text: str, now: datetime, *, by: str = "") -> None:
    staff = UUID(actor.id) if actor.kind == "staff" else None
    words = text.strip().replace("\0", "")
    Saying.objects.create(escalation=row, staff_id=staff, by=by, kind=kind, text=words, at=now)


def start(actor: Actor, work_id: UUID, name: str, minutes: int, now: datetime) -> None:
    warn = min(60, minutes // 4)
    work.start_clock(actor=actor, work_id=work_id, name=name, target=Target(minutes), warn_minutes=warn, now=now)


def stop(actor: Actor, work_id: UUID, name: str, now: datetime) -> None:
    with suppress(Refusal):  # stopped before
        work.fulfil_clock(actor=actor, work_id=work_id, name=name, now=now)
