"""Teams outside TrustDesk: asked by letter, they answer on a page of their own or by mail. Nothing they send acts by itself."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext

from trustdesk.escalations import links
from trustdesk.escalations.actions.grounds import (
    ACCEPT,
    ANSWER,
    LONGEST,
    NotNow,
    State,
    check_words,
    give_work_back,
    say,
    stop,
)
from trustdesk.escalations.facts import (
    EscalationAnswered,
    EscalationAskedBack,
    EscalationHeard,
    EscalationReturned,
    OutsideDropped,
    OutsideSet,
)
from trustdesk.escalations.models import Escalation, Outside, Saying, Talk
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Membership, Team
from trustdesk.kernel.work import actions as work
from trustdesk.post import actions as post
from trustdesk.post import queries as letters

BOX = "team"
LANGUAGES = ("en", "id")
OPENS_FOR = timedelta(days=60)
MOST_AN_HOUR, MOST = 10, 100  # of what one team outside sends about one question


class TooMuchSaid(Refusal):
    """Too much was sent about this question within an hour. Please try again later."""

    code, status = "too_much_said", 429


@action(right="work.manage")
def set_outside(
    *, actor: Actor, name: str, address: str, language: str, now: datetime, code: str = "", allowed: bool = False
) -> str:
    """A team that is asked by letter, made when `code` is "". Open questions keep the address they were written to.
    Returns its code. Raises Invalid (name, address, language, code)."""
    name, address = " ".join(name.split()), address.strip()
    wrong = {}
    if not name or len(name) > 80:
        wrong["name"] = "Between 1 and 80 characters."
    try:
        validate_email(address)
    except ValidationError:
        wrong["address"] = "This is no e-mail address."
    if len(address) > 254:
        wrong["address"] = "This is no e-mail address."
    if language not in LANGUAGES:
        wrong["language"] = "Choose a language from the list."
    if wrong:
        raise Invalid("The team could not be kept.", fields=wrong)
    if code:
        team = Team.objects.filter(code=code, id__in=Outside.objects.values("team_id")).first()
        if team is None:
            raise NotFound("There is no such team.")
        Team.objects.filter(id=team.id).update(name=name, partner=not allowed)
    else:
        made = slugify(name)[:50] or "team"
        team, new = Team.objects.get_or_create(code=made, defaults={"name": name, "partner": not allowed})
        known = Outside.objects.filter(team=team, archived_at__isnull=False).exists()
        if not new and (not known or Membership.objects.filter(team=team).exists()):
            raise Invalid(fields={"name": "There is a team of this name already."})
    told = {"address": address, "language": language, "allowed": allowed, "archived_at": None}
    Outside.objects.update_or_create(team=team, defaults=told, create_defaults={**told, "since": now})
    record(OutsideSet(team=name, address=address, allowed=allowed), actor=actor, at=now)
    return team.code


@action(right="work.manage")
def drop_outside(*, actor: Actor, code: str, now: datetime) -> None:
    """Ask a team by letter no more; what is open stays so. Raises NotFound."""
    if not Outside.objects.filter(team__code=code, archived_at=None).update(archived_at=now):
        raise NotFound("There is no such team.")
    record(OutsideDropped(team=Team.objects.get(code=code).name), actor=actor, at=now)


def begin(*, actor: Actor, row: Escalation, question: str, now: datetime) -> None:
    """Write to the team when it is one outside. Part of handing over."""
    place = Outside.objects.filter(team_id=row.team_id, archived_at=None).first()
    if place is None:
        return
    Escalation.objects.filter(id=row.id).update(outside=True)
    talk = Talk.objects.create(
        escalation=row,
        name=row.team.name,
        address=place.address,
        language=place.language,
        allowed=place.allowed,
        until=now + OPENS_FOR,
    )
    write(actor=actor, talk=talk, row=row, said=question, now=now)


def go_on(*, actor: Actor, row: Escalation, said: str, now: datetime) -> None:
    """Tell a team outside what who asked says now; nothing for teams of the desk."""
    talk = Talk.objects.filter(escalation=row).first() if row.outside else None
    if talk is not None:
        Talk.objects.filter(id=talk.id).update(until=now + OPENS_FOR)
        write(actor=actor, talk=talk, row=row, said=said, now=now)


def write(*, actor: Actor, talk: Talk, row: Escalation, said: str, now: datetime) -> None:
    with translation.override(talk.language):
        subject = (
            row.subject if talk.allowed and row.subject else gettext("A question for %(team)s") % {"team": talk.name}
        )
        known = [f"{one['label']}: {one['value']}" for one in shown(row, allowed=talk.allowed)]
        paragraphs = [said.strip(), *(["\n".join(known)] if known else [])]
    post.write_letter(
        actor=actor,
        to=talk.address,
        kind="team_question",
        languages=[talk.language],
        values={
            "title": subject,
            "severity": row.severity.name,
            "paragraphs": paragraphs,
            "url": links.url_of(talk.id),
        },
        about=f"escalation:{row.id}",
        now=now,
        reply_to=letters.reply_address(BOX, talk.id),
    )


def shown(row: Escalation, *, allowed: bool) -> list[dict[str, str]]:
    """What is known, as a team outside reads it: nothing about persons unless it is allowed to."""
    return [
        {"label": str(one["label"]), "value": str(one["value"])}
        for one in row.gathered
        if (allowed or not one.get("personal")) and not (one.get("link") and str(one["value"]).startswith("/"))
    ]


@action(right="-")
def answer_outside(*, actor: Actor, talk_id: UUID, text: str, now: datetime) -> None:
    """The team outside answers: the work goes back. Raises NoSuchQuestion, Invalid (text), NotNow, TooMuchSaid."""
    talk, row = _theirs(talk_id, text, now)
    _move(row, State.ANSWERED, now)
    say(row, actor, Saying.Kind.ANSWERED, text, now, by=talk.name)
    _stopped(actor, row, now)
    record(EscalationAnswered(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)
    give_work_back(actor, row, text, now)


@action(right="-")
def return_outside(*, actor: Actor, talk_id: UUID, text: str, now: datetime) -> None:
    """It is not for them. Raises NoSuchQuestion, Invalid (text), NotNow, TooMuchSaid."""
    talk, row = _theirs(talk_id, text, now)
    _move(row, State.RETURNED, now)
    say(row, actor, Saying.Kind.RETURNED, text, now, by=talk.name)
    _stopped(actor, row, now)
    record(EscalationReturned(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)
    give_work_back(actor, row, text, now)


@action(right="-")
def ask_back_outside(*, actor: Actor, talk_id: UUID, text: str, now: datetime) -> None:
    """They need to know something first. Raises NoSuchQuestion, Invalid (text), NotNow, TooMuchSaid."""
    talk, row = _theirs(talk_id, text, now)
    moved = Escalation.objects.filter(id=row.id, outside=True, state__in=[State.WAITING, State.ACCEPTED])
    if not moved.update(state=State.ASKED_BACK, accepted_at=row.accepted_at or now):
        raise NotNow
    say(row, actor, Saying.Kind.ASKED_BACK, text, now, by=talk.name)
    stop(actor, row.work_id, ACCEPT, now)
    work.pause_clock(actor=actor, work_id=row.work_id, name=ANSWER, now=now)
    record(EscalationAskedBack(escalation=row.id, about=row.about_id, text=text.strip()), actor=actor, at=now)
    give_work_back(actor, row, text, now)


@action(right="-")
def hear(*, actor: Actor, talk_id: UUID, kind: str, by: str, text: str, now: datetime) -> None:
    """Keep a mail that is no answer: an out-of-office note, or one of somebody else. Raises NoSuchQuestion, TooMuchSaid."""
    _, row = _theirs(talk_id, "-", now)
    say(row, actor, kind, text[:LONGEST] or "-", now, by=by[:200])
    record(EscalationHeard(escalation=row.id, kind_of_mail=kind), actor=actor, at=now)


def undelivered(*, escalation_id: UUID, why: str, now: datetime) -> None:
    """A letter to the team will not arrive: who asked sees it. Called by the reactor."""
    row = Escalation.objects.filter(id=escalation_id, outside=True, ended_at=None).first()
    if row is not None:
        _told_undelivered(actor=SYSTEM, row=row, why=why, now=now)


@action(right="-")
def _told_undelivered(*, actor: Actor, row: Escalation, why: str, now: datetime) -> None:
    said = gettext("The letter to the team did not arrive: %(why)s") % {"why": why[:300]}
    say(row, actor, Saying.Kind.NOTED, said, now)
    record(EscalationHeard(escalation=row.id, kind_of_mail="returned"), actor=actor, at=now)


def _theirs(talk_id: UUID, text: str, now: datetime) -> tuple[Talk, Escalation]:
    """The row is locked: two presses at once are counted one after the other."""
    talk = Talk.objects.filter(id=talk_id, until__gt=now).first()
    row = Escalation.objects.select_for_update().filter(id=talk.escalation_id).first() if talk else None
    if talk is None or row is None:
        raise links.NoSuchQuestion
    check_words(text)
    sent = Saying.objects.filter(escalation=row).exclude(by="")
    if sent.filter(at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR or sent.count() >= MOST:
        raise TooMuchSaid
    return talk, row


def _move(row: Escalation, state: str, now: datetime) -> None:
    theirs = Escalation.objects.filter(
        id=row.id, outside=True, state__in=[State.WAITING, State.ACCEPTED, State.ASKED_BACK]
    )
    if not theirs.update(state=state, answered_at=now, accepted_at=row.accepted_at or now):
        raise NotNow


def _stopped(actor: Actor, row: Escalation, now: datetime) -> None:
    stop(actor, row.work_id, ACCEPT, now)
    stop(actor, row.work_id, ANSWER, now)
