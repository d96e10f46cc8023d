"""What cases do when facts arrive."""

from datetime import datetime

from trustdesk.escalations.facts import (
    EscalationAnswered,
    EscalationAskedBack,
    EscalationCancelled,
    EscalationFollowedUp,
    EscalationReminded,
    EscalationReturned,
    EscalationTold,
    EscalationUnaccepted,
    EscalationUnanswered,
)
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.work.facts import WorkWoken
from trustdesk.post.facts import LetterGivenUp
from trustdesk.support import actions, mail
from trustdesk.support.facts import CaseReplied


@reacts_to(WorkWoken)
def come_back(*, fact: WorkWoken, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """The time for which a case was put away is over."""
    actions.woken(work_id=fact.work, now=now)


@reacts_to(EscalationAnswered, EscalationReturned)
def hand_back(*, fact: EscalationAnswered | EscalationReturned, envelope: Envelope, now: datetime) -> None:
    """A team that was asked about a case has answered, or says that it is not for them."""
    actions.handed_back(escalation_id=fact.escalation, text=fact.text, at=envelope.at, now=now)


@reacts_to(EscalationAskedBack)
def ask_back(*, fact: EscalationAskedBack, envelope: Envelope, now: datetime) -> None:
    """A team asks something before it answers: the case is the desk's turn."""
    actions.asked_back(escalation_id=fact.escalation, text=fact.text, at=envelope.at, now=now)


@reacts_to(EscalationReminded)
def remind(*, fact: EscalationReminded, envelope: Envelope, now: datetime) -> None:
    """What a team promised until a day is over."""
    actions.reminded(escalation_id=fact.escalation, text=fact.text, at=envelope.at, now=now)


@reacts_to(EscalationUnaccepted, EscalationUnanswered)
def climb(*, fact: EscalationUnaccepted | EscalationUnanswered, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """A case is with the next level, because nobody took it in time."""
    actions.climbed(escalation_id=fact.escalation, before=fact.before, team=fact.team, minutes=fact.minutes, now=now)


@reacts_to(EscalationCancelled)
def go_on(*, fact: EscalationCancelled, envelope: Envelope, now: datetime) -> None:
    """Who asked needs no answer any more."""
    actions.handed_back(escalation_id=fact.escalation, text="", at=envelope.at, now=now)


@reacts_to(EscalationFollowedUp, EscalationTold)
def wait_again(*, fact: EscalationFollowedUp | EscalationTold, envelope: Envelope, now: datetime) -> None:
    """The team is asked further, or knows now what it asked back."""
    actions.handed_further(escalation_id=fact.escalation, at=envelope.at, now=now)


@reacts_to(CaseReplied)
def write_reply(*, fact: CaseReplied, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """What the desk said leaves as a letter, where its channel carries mail."""
    mail.write_reply(told=fact, now=now)


@reacts_to(LetterGivenUp)
def tell_failed(*, fact: LetterGivenUp, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """The letter of a reply will not arrive."""
    if fact.about.startswith(mail.ABOUT):
        mail.give_up(about=fact.about, why=fact.why, now=now)
