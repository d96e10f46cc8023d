"""What cases do when facts arrive."""

from datetime import datetime

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.work.facts import WorkWoken
from trustdesk.post.facts import LetterGivenUp
from trustdesk.support import actions, mail
from trustdesk.support.facts import CaseReplied


@reacts_to(WorkWoken)
def come_back(*, fact: WorkWoken, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """The time for which a case was put away is over."""
    actions.woken(work_id=fact.work, now=now)


@reacts_to(CaseReplied)
def write_reply(*, fact: CaseReplied, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """What the desk said leaves as a letter, where its channel carries mail."""
    mail.write_reply(told=fact, now=now)


@reacts_to(LetterGivenUp)
def tell_failed(*, fact: LetterGivenUp, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """The letter of a reply will not arrive."""
    if fact.about.startswith(mail.ABOUT):
        mail.give_up(about=fact.about, why=fact.why, now=now)
