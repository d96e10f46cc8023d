"""Another team is asked about a case: it is on hold meanwhile, its requester is told, and the answer comes as a note."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.escalations import actions as escalations
from trustdesk.escalations import queries as asked
from trustdesk.escalations.actions import Gathered
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import queries, rules
from trustdesk.support.actions.answering import send_automatic
from trustdesk.support.actions.moving import change, locked, move, refuse_closed, wake_row, write
from trustdesk.support.facts import CaseNoted
from trustdesk.support.models import Case

EXCERPT = 600


@action(right="escalations.send")
def escalate(
    *,
    actor: Actor,
    case_id: UUID,
    team: str,
    severity: str,
    reason: str,
    link: str,
    now: datetime,
    facts: str = "",
    links: str = "",
    area: str = "",
) -> UUID:
    """Ask another team about a case, which the actor takes in hand for that. Returns the hand-over. Raises NoSuchCase,
    CaseClosed, CaseMergedAway, AlreadyClaimed (names the holder), AskedAlready, Invalid (team, severity, reason, links)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    if row.status in rules.ENDED:
        raise Invalid(_("This case is resolved. Open it again first."))
    addresses = rules.links_of(links)
    if addresses is None or len(addresses) > rules.MOST_LINKS:
        wrong = _("Write at most %(n)s links, one a line, each in full: https://…") % {"n": rules.MOST_LINKS}
        raise Invalid(wrong, fields={"links": wrong})
    known = _gathered(row, facts, addresses)
    if row.snoozed_until is not None:
        wake_row(row, actor=actor, now=now)
    _take(row, actor=actor, now=now)
    made = escalations.escalate(
        actor=actor,
        about=row.work_id,
        team=team,
        severity=severity,
        reason=reason,
        subject=row.subject or str(row.number),
        gathered=known,
        link=link,
        area=area,
        now=now,
    )
    move(row, "on_hold", actor=actor, now=now)
    with override(rules.letter_language(row.language)):
        said = _("Your question is now with another team here. We write to you as soon as they have answered.")
    _tell(row, said, now)
    return made


def handed_back(*, escalation_id: UUID, text: str, at: datetime, now: datetime) -> None:
    """A team answered, handed it back or is not asked any more (no text); nothing when it was not about a case. Called by
    the reactors."""
    found = asked.outcome(escalation_id, until=at)
    case_id = queries.of_works([found.about]).get(found.about) if found else None
    if found is None or case_id is None:
        return
    if text:
        by = ", ".join(part for part in (found.holder, found.team) if part)
        _note(actor=SYSTEM, case_id=case_id, by=by, text=text, now=now)
    if found.state in {"answered", "returned", "cancelled", "closed"}:
        with suppress(_NotOnHold):
            _open_again(actor=SYSTEM, case_id=case_id, first=bool(text) and found.returns == 1, now=now)


def asked_back(*, escalation_id: UUID, text: str, at: datetime, now: datetime) -> None:
    """The team needs to know something first: the case is open, nobody outside hears of it. Called by the reactor."""
    found = asked.outcome(escalation_id, until=at)
    case_id = queries.of_works([found.about]).get(found.about) if found else None
    if found is None or case_id is None:
        return
    by = ", ".join(part for part in (found.holder, found.team) if part)
    _note(actor=SYSTEM, case_id=case_id, by=by, text=f"{_('They ask you back:')} {text}", now=now)
    if found.state == "asked_back":
        with suppress(_NotOnHold):
            _open_again(actor=SYSTEM, case_id=case_id, first=False, now=now)


def reminded(*, escalation_id: UUID, text: str, at: datetime, now: datetime) -> None:
    """The day until which a team promised something is over. Called by the reactor."""
    found = asked.outcome(escalation_id, until=at)
    case_id = queries.of_works([found.about]).get(found.about) if found else None
    if found is None or case_id is None or found.state in {"closed", "cancelled"}:
        return
    said = _("The day to follow this up with %(team)s is over.") % {"team": found.team}
    _note(actor=SYSTEM, case_id=case_id, by="TrustDesk", text=f"{said} {text}".strip(), now=now)


def climbed(*, escalation_id: UUID, before: str, team: str, minutes: int, now: datetime) -> None:
    """Nobody took it in time: another team has the question by now. Called by the reactor."""
    found = asked.outcome(escalation_id, until=now)
    case_id = queries.of_works([found.about]).get(found.about) if found else None
    if case_id is None:
        return
    said = _("After %(n)s min without %(before)s, the team %(team)s has this question by now.")
    _note(
        actor=SYSTEM,
        case_id=case_id,
        by="TrustDesk",
        text=said % {"n": minutes, "before": before, "team": team},
        now=now,
    )


def handed_further(*, escalation_id: UUID, at: datetime, now: datetime) -> None:
    """The team is asked further: the case is on hold again. Called by the reactor."""
    found = asked.outcome(escalation_id, until=at)
    case_id = queries.of_works([found.about]).get(found.about) if found else None
    if found is None or case_id is None or found.state not in {"waiting", "accepted"}:
        return
    with suppress(_NotOnHold):
        _wait_again(actor=SYSTEM, case_id=case_id, now=now)


class _NotOnHold(Refusal):
    """Somebody went on with the case meanwhile."""


@action(right="-")
def _note(*, actor: Actor, case_id: UUID, by: str, text: str, now: datetime) -> None:
    """What the team said, as a note of who said it: it never leaves the desk."""
    row = locked(case_id, actor=actor, right="-")
    message = write(
        row, direction="note", state="noted", actor=actor, at=now, text=text, by_person=False, author_name=by[:200]
    )
    change(row, now=now)
    record(CaseNoted(case=row.id, message=message.id, text=text), actor=actor, at=now)


@action(right="-")
def _open_again(*, actor: Actor, case_id: UUID, first: bool, now: datetime) -> None:
    """The case is the desk's again. Its work waits some hours for who asked, where it is put aside for them already."""
    row = locked(case_id, actor=actor, right="-")
    if row.status != "on_hold":
        raise _NotOnHold
    kept = WorkItem.objects.filter(id=row.work_id, state=WorkItem.State.HELD, holder__isnull=False).exists()
    move(row, "open", actor=actor, now=now, placed=kept)
    if first:
        with override(rules.letter_language(row.language)):
            said = _("The other team has looked at your question. We are writing our answer to you.")
        _tell(row, said, now)


@action(right="-")
def _wait_again(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    row = locked(case_id, actor=actor, right="-")
    if row.status != "open":
        raise _NotOnHold
    move(row, "on_hold", actor=actor, now=now, placed=True)


def _tell(row: Case, text: str, now: datetime) -> None:
    """One word to the requester, where there is a way to reach them."""
    if row.address or row.channel in {"chat", "api"}:
        send_automatic(actor=SYSTEM, case_id=row.id, text=text, now=now)


def _take(row: Case, *, actor: Actor, now: datetime) -> None:
    """The actor has it in hand, whether it waited or rested. Raises AlreadyClaimed, NotWaiting."""
    item = WorkItem.objects.only("state", "holder_id").get(id=row.work_id)
    if item.state == WorkItem.State.CLAIMED and str(item.holder_id) == actor.id:
        return
    if item.state == WorkItem.State.HELD and row.status in rules.RESTING:
        with suppress(work.NotWaiting):
            work.wake(actor=actor, work_id=row.work_id, now=now)
    work.take_up(actor=actor, work_id=row.work_id, now=now)


def _gathered(row: Case, facts: str, links: list[str]) -> list[Gathered]:
    """What is known, in English: the team may speak another language than who asks. What one typed on purpose is shown to
    partners, too; who asks and what they wrote is not."""
    came = next((one for one in queries.conversation(row.id) if one.direction == "in"), None)
    with override("en"):
        known = [
            Gathered(_("Facts"), facts.replace("\0", "").strip()),
            *(Gathered(_("Link"), one, link=True) for one in links),
            Gathered(_("Case"), str(row.number)),
            Gathered(_("Category"), row.category),
            Gathered(_("Market"), row.market),
            Gathered(_("Language"), row.language),
            Gathered(_("Priority"), row.priority),
            Gathered(_("Who asks"), row.name, personal=True),
            Gathered(_("First message"), came.text[:EXCERPT] if came else "", personal=True),
        ]
    return [one for one in known if one.value]
