"""Every verb of side conversations: write to a department, take its answer in, end one; keep the address book."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify
from django.utils.translation import gettext as _

from trustdesk.escalations import queries as escalations
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import actions as post
from trustdesk.post import queries as letters
from trustdesk.sides.facts import DepartmentDropped, DepartmentSet, SideClosed, SideHeard, SideOpened, SideWritten
from trustdesk.sides.models import Department, Side, SideWord
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.support.actions import NoSuchCase

BOX = "aside"
FREE = "support.manage"  # the right to write to an address that is not in the book
LANGUAGES = ("en", "id")
LONGEST, LONGEST_SUBJECT = 10_000, 150
MOST_QUOTED, MOST_SIDES, MOST_AN_HOUR = 20, 50, 30
How = SideWord.How


class TooMuchMail(Refusal):
    """Too many mails came in for this conversation within an hour. Please write again later."""

    code, status = "too_much_mail", 429


@action(right="support.answer")
def open_side(
    *,
    actor: Actor,
    case_id: UUID,
    subject: str,
    text: str,
    now: datetime,
    department: str = "",
    address: str = "",
    quotes: Sequence[UUID] = (),
) -> UUID:
    """Write to a department, or with the right FREE to any address, about a case; only the messages in `quotes` are quoted.
    Raises NoSuchCase, Forbidden, Invalid (department, address, subject, text, quotes)."""
    _may(actor, case_id)
    place = Department.objects.filter(code=department, archived_at=None).first() if department else None
    subject, wrong = " ".join(subject.split()), {}
    to = place.address if place else address.strip()
    if place is None and (department or not address.strip()):
        wrong["department"] = "Choose a department from the list."
    elif place is None:
        if not actor.may(FREE):
            raise Forbidden("Only who keeps the address book writes to other addresses.", right=FREE)
        try:
            validate_email(to)
        except ValidationError:
            wrong["address"] = "This is no e-mail address."
        if cases.takes_part(case_id, to):
            wrong["address"] = "This person takes part in the case: reply to them there."
    if not subject or len(subject) > LONGEST_SUBJECT:
        wrong["subject"] = "Between 1 and 150 characters."
    wrong |= _wrong_text(text)
    told = {one.id: one for one in cases.conversation(case_id) if one.direction != "note"}
    if len(quotes) > MOST_QUOTED or not set(quotes) <= set(told):
        wrong["quotes"] = "Choose at most 20 messages of this case."
    if not wrong and Side.objects.filter(case_id=case_id).count() >= MOST_SIDES:
        wrong["subject"] = "This case has fifty side conversations already."
    if wrong:
        raise Invalid("It could not be sent.", fields=wrong)
    side = Side.objects.create(
        case_id=case_id,
        name=place.name if place else to,
        address=to,
        language=place.language if place else "en",
        subject=subject,
        staff_id=UUID(actor.id),
        opened_at=now,
    )
    quoted = [told[one] for one in dict.fromkeys(quotes)]
    lines = [f"{one.by}:\n" + "\n".join(f"> {line}" for line in one.text[:LONGEST].splitlines()) for one in quoted]
    _send(actor, side, "\n\n".join([text.strip(), *lines]), now)
    record(
        SideOpened(case=case_id, side=side.id, address=to, text=text.strip(), quoted=len(quoted)), actor=actor, at=now
    )
    return side.id


@action(right="support.answer")
def write_on(*, actor: Actor, side_id: UUID, text: str, now: datetime) -> None:
    """Write on in a side conversation, which opens it again. Raises NoSuchCase, Invalid (text)."""
    side = _side(actor, side_id)
    if wrong := _wrong_text(text):
        raise Invalid("It could not be sent.", fields=wrong)
    Side.objects.filter(id=side.id).update(closed_at=None)
    _send(actor, side, text.strip(), now)
    record(SideWritten(case=side.case_id, side=side.id, text=text.strip()), actor=actor, at=now)


@action(right="support.answer")
def close_side(*, actor: Actor, side_id: UUID, now: datetime) -> None:
    """Nothing more is asked there; an answer opens it again. Raises NoSuchCase, Invalid."""
    side = _side(actor, side_id)
    if not Side.objects.filter(id=side.id, closed_at=None).update(closed_at=now):
        raise Invalid("This side conversation has ended already.")
    record(SideClosed(case=side.case_id, side=side.id), actor=actor, at=now)


def _send(actor: Actor, side: Side, text: str, now: datetime) -> None:
    text = text.replace("\0", "")
    SideWord.objects.create(side=side, how=How.OUT, text=text, by=actor.name, at=now)
    post.write_letter(
        actor=actor,
        to=side.address,
        kind="side",
        languages=[side.language],
        values={
            "title": side.subject,
            "paragraphs": [part for part in text.split("\n\n") if part.strip()],
            "by": actor.handle or actor.name,
        },
        about=f"side:{side.id}",
        now=now,
        reply_to=letters.reply_address(BOX, side.id),
    )


@action(right="-")
def take_answer(
    *, actor: Actor, side_id: UUID, how: str, by: str, text: str, external_id: str, at: datetime, now: datetime
) -> None:
    """A mail for a side conversation. What the department wrote is noted on the case, which is the desk's turn then; what
    a machine or somebody else wrote is kept beside it alone. Raises NotFound, TooMuchMail."""
    side = Side.objects.select_for_update().filter(id=side_id).first()
    if side is None:
        raise NotFound("There is no such conversation.")
    known = SideWord.objects.filter(side=side)
    if external_id and known.filter(external_id=external_id).exists():
        record(SideHeard(case=side.case_id, side=side.id, how="again"), actor=actor, at=now)
        return
    if known.exclude(how=How.OUT).filter(at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooMuchMail
    text = text.replace("\0", "").strip()[:LONGEST] or "–"
    SideWord.objects.create(side=side, how=how, text=text, by=by[:254], at=at, external_id=external_id[:400])
    if how in {How.IN, How.RETURNED}:
        Side.objects.filter(id=side.id).update(closed_at=None)
        said = (
            _("%(name)s answered in the side conversation “%(subject)s”:")
            if how == How.IN
            else _("A letter to %(name)s in the side conversation “%(subject)s” did not arrive:")
        )
        _wake(side, f"{said % {'name': side.name, 'subject': side.subject}}\n\n{text}", now)
    record(SideHeard(case=side.case_id, side=side.id, how=how), actor=actor, at=now)


def _wake(side: Side, text: str, now: datetime) -> None:
    """A note, and the case is the desk's turn: back from where it was put away, open where it waited for others. With a
    team that was asked it stays; what has ended stays ended."""
    case_id = cases.successor_of(side.case_id)
    support.note(actor=SYSTEM, case_id=case_id, text=text, now=now)
    with suppress(Refusal):
        support.wake(actor=SYSTEM, case_id=case_id, now=now)
    case = cases.by_id(case_id)
    if case is not None and case.status in {"pending", "on_hold"} and not escalations.with_a_team(case.work):
        with suppress(Refusal):
            support.set_status(actor=SYSTEM, case_id=case_id, status="open", now=now)


def merged(*, case_id: UUID, into: UUID) -> None:
    """A case was merged: its side conversations are its successor's. Called by the reactor."""
    Side.objects.filter(case_id=case_id).update(case_id=into)


@action(right="support.manage")
def set_department(*, actor: Actor, name: str, address: str, language: str, now: datetime, code: str = "") -> None:
    """Write a department into the address book, or change one. Raises NotFound, Invalid (name, address, language)."""
    name, address, wrong = " ".join(name.split()), address.strip(), {}
    if not name or len(name) > 80:
        wrong["name"] = "Between 1 and 80 characters."
    try:
        validate_email(address)
    except ValidationError:
        wrong["address"] = "This is no e-mail address."
    if language not in LANGUAGES:
        wrong["language"] = "Choose a language from the list."
    made = code or slugify(name)[:50] or "department"
    known = Department.objects.filter(code=made)
    if not code and known.filter(archived_at=None).exists():
        wrong["name"] = "There is a department of this name already."
    if wrong:
        raise Invalid("The department could not be kept.", fields=wrong)
    if code and not known.exists():
        raise NotFound("There is no such department.")
    told = {"name": name, "address": address, "language": language, "archived_at": None}
    Department.objects.update_or_create(code=made, defaults=told)
    record(DepartmentSet(code=made, name=name, address=address), actor=actor, at=now)


@action(right="support.manage")
def drop_department(*, actor: Actor, code: str, now: datetime) -> None:
    """Write to a department no more; its conversations stay. Raises NotFound."""
    if not Department.objects.filter(code=code, archived_at=None).update(archived_at=now):
        raise NotFound("There is no such department.")
    record(DepartmentDropped(code=code), actor=actor, at=now)


def _may(actor: Actor, case_id: UUID) -> None:
    case = cases.by_id(case_id)
    if case is None or case.merged_into is not None or not cases.may_see(case, actor=actor, right="support.answer"):
        raise NoSuchCase


def _side(actor: Actor, side_id: UUID) -> Side:
    side = Side.objects.select_for_update().filter(id=side_id).first()
    if side is None:
        raise NoSuchCase
    _may(actor, side.case_id)
    return side


def _wrong_text(text: str) -> dict[str, str]:
    return {} if text.strip() and len(text) <= LONGEST else {"text": "Between 1 and 10,000 characters."}
