"""Changing post: write, withdraw, send again; stop and start writing to an address."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.rows import insert_objects
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import Actor
from trustdesk.post import rules
from trustdesk.post.composing import compose
from trustdesk.post.facts import (
    AddressReleased,
    AddressSuppressed,
    LetterRevived,
    LetterWritten,
    MailIgnored,
    MailOpened,
    MailRevived,
)
from trustdesk.post.models import IncomingMail, Letter, Suppression
from trustdesk.post.queries import suppressed_among


@action(right="-")
def write_letter(
    *,
    actor: Actor,
    to: str,
    kind: str,
    languages: Iterable[str],
    values: Mapping[str, Any],
    about: str,
    now: datetime,
    sender: str = "",
    reply_to: str = "",
    cause: UUID | None = None,
    effective_at: datetime | None = None,
    message_id: str = "",
    answers: str = "",
    mailbox: str = "",
    attached: Sequence[tuple[UUID, str, str]] = (),
    unsubscribe: str = "",
) -> UUID:
    """Write a letter in the caller's transaction; it is sent after `effective_at`, by the worker.

    The first of `languages` that there is, else English. `reply_to`: where an answer goes (`queries.reply_address`), the
    sender where nothing is said. `cause` is what withdraws the letter when it is undone, and
    `about` what it is listed under. An address nobody can be written to does not stop the caller: the letter is kept
    as dead or suppressed, and says why. `message_id`: a name of its own (`queries.marks_of`);
    `answers`: the Message-ID of the mail it answers; `mailbox`: by whose way it leaves; `attached`: files with their names
    and types; `unsubscribe`: an address that takes a POST of mail programs and ends such letters. Raises ValueError when a value of the template is missing.
    """
    composed = compose(kind=kind, languages=languages, values=values)
    address = to.strip()
    state, error = _first_state(address, suppressed=suppressed_among([address]))
    letter_id = uuid7()
    row = Letter(
        id=letter_id,
        to=address[:320],
        sender=_sender(sender),
        reply_to=reply_to,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        language=composed.language,
        kind=kind,
        about=about,
        cause=cause,
        written_at=now,
        state=state,
        next_at=effective_at or now,
        message_id=message_id or f"<{letter_id}@{_domain(_sender(sender))}>",
        answers=answers if rules.MESSAGE_ID.fullmatch(answers) else "",
        mailbox=mailbox,
        attached=[[str(file), name, kind] for file, name, kind in attached],
        unsubscribe=unsubscribe,
        error=error,
    )
    row.save(force_insert=True)
    fact = LetterWritten(letter=row.id, letter_kind=kind, about=about, language=row.language, to=row.to)
    record(fact, actor=actor, at=now, cause=cause, effective_at=effective_at)
    return row.id


@dataclass(frozen=True)
class LetterDraft:
    """A letter whose words its slice has made already, such as a statement of reasons stored as sent."""

    to: str
    sender: str
    language: str
    kind: str
    subject: str
    text: str
    html: str
    about: str
    cause: UUID
    reply_to: str = ""  # see addressing.reply_address


@action(right="-")
def write_letters(
    *, actor: Actor, letters: Sequence[LetterDraft], now: datetime, effective_at: datetime | None = None
) -> None:
    """Like `write_letter`, for many ready letters in a few statements. The words stand as given."""
    suppressed = suppressed_among(draft.to for draft in letters)
    rows, facts = [], []
    for draft in letters:
        state, error = _first_state(draft.to.strip(), suppressed=suppressed)
        letter_id = uuid7()
        rows.append(
            Letter(
                id=letter_id,
                to=draft.to.strip()[:320],
                sender=_sender(draft.sender),
                reply_to=draft.reply_to,
                subject=rules.one_line(draft.subject)[:200],
                text=draft.text,
                html=draft.html,
                language=draft.language,
                kind=draft.kind,
                about=draft.about,
                cause=draft.cause,
                written_at=now,
                state=state,
                next_at=effective_at or now,
                message_id=f"<{letter_id}@{_domain(_sender(draft.sender))}>",
                error=error,
            )
        )
        facts.append(
            LetterWritten(
                letter=letter_id, letter_kind=draft.kind, about=draft.about, language=draft.language, to=rows[-1].to
            )
        )
    insert_objects(Letter, rows)
    record_many(facts, actor=actor, at=now, effective_at=effective_at)


def _first_state(address: str, *, suppressed: Set[str]) -> tuple[Letter.State, str]:
    if not _deliverable(address):
        return Letter.State.DEAD, "This is not an e-mail address."
    if rules.folded(address) in suppressed:
        return Letter.State.SUPPRESSED, "This address is not written to."
    return Letter.State.QUEUED, ""


def withdraw_letters(*, causes: Sequence[UUID], now: datetime) -> bool:
    """Take back letters that have not left: True when all of these causes' letters were still held back.

    Part of the caller's undo, in its transaction. A letter that is due, claimed or sent stays, and the caller must roll
    back: undo and the sending loop both lock the letter's row, so one of them wins.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE state = 'sent' OR claim IS NOT NULL OR state = 'queued' AND next_at <= %s)"
            " FROM (SELECT state, claim, next_at FROM post_letter WHERE cause = ANY(%s) ORDER BY id FOR UPDATE) l",
            [now, list(causes)],
        )
        if cursor.fetchone()[0]:
            return False
        cursor.execute(
            "UPDATE post_letter SET state = 'withdrawn' WHERE cause = ANY(%s) AND state = 'queued'", [list(causes)]
        )
    return True


@action(right="stuck.manage")
def send_again(*, actor: Actor, letter_id: UUID, now: datetime) -> None:
    """Give a dead letter another set of tries. Raises NotFound."""
    row = Letter.objects.filter(id=letter_id, state=Letter.State.DEAD).first()
    if row is None or not Letter.objects.filter(id=letter_id, state=Letter.State.DEAD).update(
        state=Letter.State.QUEUED, tries=0, next_at=now, error=""
    ):
        raise NotFound("There is no dead letter with this id.")
    record(LetterRevived(letter=row.id, about=row.about), actor=actor, at=now)


@action(right="stuck.manage")
def suppress(*, actor: Actor, address: str, why: str, now: datetime) -> None:
    """Stop writing to an address; said twice, the first reason stands."""
    row, _ = Suppression.objects.get_or_create(address=rules.folded(address), defaults={"why": why[:200], "since": now})
    record(AddressSuppressed(suppression=row.id, address=row.address, why=row.why), actor=actor, at=now)


@action(right="stuck.manage")
def release(*, actor: Actor, address: str, now: datetime) -> None:
    """Write to an address again. Raises NotFound."""
    row = Suppression.objects.filter(address=rules.folded(address)).first()
    if row is None:
        raise NotFound("This address is written to already.")
    row.delete()
    record(AddressReleased(suppression=row.id), actor=actor, at=now)


@action(right="stuck.manage")
def take_mail_again(*, actor: Actor, mail_id: UUID, now: datetime) -> None:
    """Have a mail that is stuck taken in again. Raises NotFound."""
    _moved(mail_id, state=IncomingMail.State.WAITING, tries=0, next_at=now, why="")
    record(MailRevived(mail=mail_id), actor=actor, at=now)


@action(right="stuck.manage")
def lay_mail_aside(*, actor: Actor, mail_id: UUID, now: datetime) -> None:
    """Leave a mail that is stuck as it is: nothing more is tried, its raw file stays. Raises NotFound."""
    _moved(mail_id, state=IncomingMail.State.IGNORED, handled_at=now)
    record(MailIgnored(mail=mail_id, why="a person laid it aside"), actor=actor, at=now)


@action(right="stuck.manage")
def open_stuck_mail(*, actor: Actor, mail_id: UUID, now: datetime) -> UUID:
    """The raw file of a mail that is stuck; that it was read is recorded. Raises NotFound."""
    row = IncomingMail.objects.filter(id=mail_id, state=IncomingMail.State.STUCK).first()
    if row is None:
        raise NotFound("There is no stuck mail with this id.")
    record(MailOpened(mail=mail_id), actor=actor, at=now)
    return row.raw


@action(right="files.original")
def take_mail_out(*, actor: Actor, mail_id: UUID, now: datetime) -> UUID:
    """The raw file of a mail, whatever became of it; that it was taken is recorded. The caller knows that they may see the
    mail. Raises NotFound."""
    row = IncomingMail.objects.filter(id=mail_id).first()
    if row is None:
        raise NotFound("There is no such mail.")
    record(MailOpened(mail=mail_id), actor=actor, at=now)
    return row.raw


def _moved(mail_id: UUID, **changes: Any) -> None:
    if not IncomingMail.objects.filter(id=mail_id, state=IncomingMail.State.STUCK).update(**changes):
        raise NotFound("There is no stuck mail with this id.")


def _sender(sender: str) -> str:
    """The sender of a letter: the source's own, or the desk's."""
    return rules.one_line(sender) or settings.DEFAULT_FROM_EMAIL


def _deliverable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 320


def _domain(sender: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return domain if domain.isascii() and domain else "trustdesk.invalid"
