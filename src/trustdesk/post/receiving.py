"""Mail comes in: kept with its raw bytes before anybody is told that it arrived, then handed to whoever's matter it is.

The box's function runs in the transaction that marks the mail as handled, so a mail becomes its matter exactly once. What
it refuses (Refusal) is told to the sender; what fails is tried again, then stuck, where a person sees it.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import rules
from trustdesk.post.actions import suppress, write_letter
from trustdesk.post.addressing import RETURNS, is_ours, plain_address
from trustdesk.post.boxes import (
    BOXES,
    CASES,
    Destination,
    Incoming,
    Rescue,
    Unread,
    box_of,
    heard_first,
    keeper,
    tongue,
)
from trustdesk.post.facts import (
    LetterGivenUp,
    LetterReturned,
    MailHandled,
    MailIgnored,
    MailReceived,
    MailRefused,
    MailStuck,
)
from trustdesk.post.mail.machines import Bounce
from trustdesk.post.mail.reading import Mail, understand
from trustdesk.post.mailboxes import viewing
from trustdesk.post.models import IncomingMail, Letter, Mailbox
from trustdesk.post.ourselves import desk

log = structlog.get_logger(__name__)


class TooMuchMail(Refusal):
    """This address sent too many mails in an hour. Its server keeps them and comes again."""

    code, status = "too_much_mail", 429


def take(*, raw: bytes, sender: str, recipients: Sequence[str], now: datetime) -> None:
    """Keep a mail for these addresses of ours. When it returns, everything is committed: then it may be acknowledged.

    The same bytes for the same address again are the same mail. Addresses that lead nowhere are left out. Raises
    TooMuchMail: then nothing is kept.
    """
    with transaction.atomic():
        _refuse_flood(sender, now=now)
        places = {one: box_of(one) for one in dict.fromkeys(recipients)}
        known = {one: place for one, place in places.items() if place is not None}
        _take(raw=raw, sender=sender, places=known, now=now)


def _refuse_flood(sender: str, *, now: datetime) -> None:
    """One address is told to come again later when it sent too many: others are served meanwhile. Mails of one sender
    are counted one after the other."""
    folded = _short(rules.folded(sender))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"post.mail:{folded}"])
    returned = folded in {"", "<>"}
    most = rules.MOST_MAILS_HEARD_FIRST if returned or any(ask(folded) for ask in heard_first) else rules.MOST_MAILS
    lately = IncomingMail.objects.filter(sender=folded, received_at__gt=now - rules.HOUR).values("id")[:most]
    if lately.count() >= most:
        raise TooMuchMail


def take_fetched(*, raw: bytes, sender: str, mailbox: Mailbox, uid: int, now: datetime) -> None:
    """Keep a mail that lies in a mailbox's folder under this number. When it returns, it is committed with its number: then
    its server may be told. A number that is known already is kept once. Raises TooMuchMail: then nothing is kept."""
    with transaction.atomic():
        _refuse_flood(sender, now=now)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO post_fetched (id, mailbox_id, validity, uid, at) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (mailbox_id, validity, uid) DO NOTHING",
                [uuid7(), mailbox.id, mailbox.validity, uid, now],
            )
            if not cursor.rowcount:
                return
        place = Destination(CASES, None, mailbox.code)
        _take(raw=raw, sender=sender, places={mailbox.address or plain_address(CASES): place}, now=now)


def _take(*, raw: bytes, sender: str, places: Mapping[str, Destination], now: datetime) -> None:
    kept = keeper[0].keep_raw(actor=SYSTEM, source=io.BytesIO(raw), media_type="message/rfc822", now=now)
    digest = hashlib.sha256(raw).hexdigest()
    for recipient, place in places.items():
        _keep(
            actor=SYSTEM,
            raw=kept.id,
            size=len(raw),
            digest=digest,
            sender=sender,
            to=recipient,
            place=place,
            now=now,
        )


@action(right="-")
def _keep(
    *, actor: Actor, raw: UUID, size: int, digest: str, sender: str, to: str, place: Destination, now: datetime
) -> None:
    mail_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO post_incomingmail (id, box, mailbox, key, sender, recipient, raw, size, sha256, subject, received_at, state,"
            " tries, next_at, about, why) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, 'waiting', 0, %s, '', '')"
            " ON CONFLICT (sha256, recipient) DO NOTHING",
            [
                *(mail_id, place.box, place.mailbox, place.key, _short(rules.folded(sender)), _short(to.lower())),
                *(raw, size, digest, now, now),
            ],
        )
        again = not cursor.rowcount
    record(MailReceived(mail=mail_id, box=place.box, size=size, again=again), actor=actor, at=now)


def handle_due(*, now: datetime, limit: int = 20) -> bool:
    """Hand what waits to its boxes, oldest first; True when there may be more. Hung in `wiring.LOOPS`."""
    due = IncomingMail.objects.filter(state=IncomingMail.State.WAITING, next_at__lte=now).order_by("next_at", "id")
    ids = list(due.values_list("id", flat=True)[:limit])
    for mail_id in ids:
        _handle(mail_id, now=now)
    return len(ids) == limit


def _handle(mail_id: UUID, *, now: datetime) -> None:
    row = IncomingMail.objects.filter(id=mail_id, state=IncomingMail.State.WAITING).first()
    if row is None:
        return
    try:
        with keeper[0].read(row.raw) as handle:
            mail = understand(
                handle.read(),
                return_path=row.sender,
                desk=desk(mailbox=row.mailbox or row.box, takes_part=BOXES[row.box].takes_part),
            )
        if mail.bounce is not None:
            _hear_returned(actor=SYSTEM, row=row, subject=mail.subject, told=mail.bounce, now=now)
            return
        if why := _unwanted(mail):
            _ignore(actor=SYSTEM, mail_id=row.id, subject=mail.subject, why=why, now=now)
            return
        # Judged, rendered and kept before the transaction opens; told again after a crash, they are the same files.
        files = tuple(_attached(mail, now=now))
        incoming = Incoming(
            id=row.id,
            box=row.box,
            mailbox=row.mailbox or row.box,
            key=row.key,
            mail=mail,
            files=files,
            raw=row.raw,
            received_at=row.received_at,
            language=_spoken(mail),
        )
        try:
            _hand_over(actor=SYSTEM, incoming=incoming, now=now)
        except HandledAlready:
            raise
        except Refusal as refusal:
            if refusal.status == 429 and now - row.received_at < rules.DAY:
                _wait(mail_id, why=refusal.message, until=now + _later(refusal))
            else:
                _refuse(actor=SYSTEM, incoming=incoming, refusal=refusal, now=now)
    except HandledAlready:
        return
    except Exception as error:  # whatever a mail makes a library do, it is kept and shown
        log.exception("a mail could not be handled", mail=str(mail_id))
        _put_off(actor=SYSTEM, mail_id=mail_id, error=f"{type(error).__name__}: {error}", now=now)


def refuse_words(*, incoming: Incoming, actor: Actor, now: datetime) -> str:  # noqa: ARG001  boxes are called alike
    """Letters come back to this address, and programs answer to it; a person is told where to write."""
    raise Refusal(gettext_noop("Nobody reads this address. Please write to the one that our letter names."))


def _unwanted(mail: Mail) -> str:
    if mail.sender is not None and (is_ours(mail.sender.address) or viewing.is_own(mail.sender.address)):
        return "It says to come from the desk itself."
    return f"A machine sent it: {mail.automatic}." if mail.automatic else ""


def _spoken(mail: Mail) -> str:
    """In which language somebody writes, "" where that cannot be told: then they are answered in English."""
    try:
        return next((ask(f"{mail.subject}\n{mail.text}") for ask in tongue), "")
    except Exception as error:  # whatever a model makes of it, the mail goes on
        log.warning("the language of a mail could not be told", error=type(error).__name__)
        return ""


def _later(refusal: Refusal) -> timedelta:
    return timedelta(seconds=int(refusal.details.get("retry_after", 600)))


def _wait(mail_id: UUID, *, why: str, until: datetime) -> None:
    """Too much came at once: it is taken in when there is room, and nobody has to send it again."""
    waiting = IncomingMail.objects.filter(id=mail_id, state=IncomingMail.State.WAITING)
    waiting.update(next_at=until, why=_short(why, 300))


def _attached(mail: Mail, *, now: datetime) -> list[UUID]:
    return [
        keeper[0].keep_attachment(actor=SYSTEM, source=one.content, declared_type=one.type, now=now).id
        for one in mail.attachments[: rules.MOST_ATTACHMENTS]
    ]


def _locked(mail_id: UUID) -> IncomingMail:
    """The row, still waiting; another worker that was quicker is a typed refusal."""
    row = IncomingMail.objects.select_for_update().filter(id=mail_id, state=IncomingMail.State.WAITING).first()
    if row is None:
        raise HandledAlready
    return row


class HandledAlready(Refusal):
    """Another worker has handled this mail."""

    code, status = "handled_already", 409


@action(right="-")
def _hand_over(*, actor: Actor, incoming: Incoming, now: datetime) -> None:
    _locked(incoming.id)
    box = BOXES[incoming.box]
    about = box.receive(incoming=incoming, actor=actor, now=now)
    _end(incoming.id, IncomingMail.State.HANDLED, subject=incoming.mail.subject, about=about, now=now)
    record(MailHandled(mail=incoming.id, box=incoming.box, about=about), actor=actor, at=now)


@action(right="-")
def _hear_returned(*, actor: Actor, row: IncomingMail, subject: str, told: Bounce, now: datetime) -> None:
    """A letter of ours came back: said with the letter, which is given up when it will not arrive. What is no letter of
    ours is laid aside."""
    _locked(row.id)
    wanted = {"id": row.key} if row.box == RETURNS else {"message_id": told.original or "-"}
    letter = Letter.objects.select_for_update().filter(**wanted).first()
    if letter is None:
        why = "A machine sent it: bounce."
        _end(row.id, IncomingMail.State.IGNORED, subject=subject, why=why, now=now)
        record(MailIgnored(mail=row.id, why=why), actor=actor, at=now)
        return
    words = told.said.partition(";")[2].strip() or told.said or told.status or "it could not be delivered"
    why = _short(f"It came back: {words}" if told.permanent else f"Its mail server says: {words}", 300)
    _end(row.id, IncomingMail.State.HANDLED, subject=subject, about=f"letter:{letter.id}", why=why, now=now)
    record(
        LetterReturned(letter=letter.id, about=letter.about, why=why, final=told.permanent, mail=row.id),
        actor=actor,
        at=now,
    )
    if letter.state != Letter.State.SENT:
        return
    letter.error = why
    if told.permanent:
        letter.state, letter.sent_at = Letter.State.DEAD, None
        gone = LetterGivenUp(letter=letter.id, about=letter.about, why=why, letter_kind=letter.kind)
        record(gone, actor=actor, at=now)
    letter.save(update_fields=["state", "sent_at", "error"])
    nobody = told.permanent and told.status in rules.NOBODY
    if nobody and rules.folded(told.address) == rules.folded(letter.to):
        suppress(actor=actor, address=letter.to, why=why, now=now)


@action(right="-")
def _refuse(*, actor: Actor, incoming: Incoming, refusal: Refusal, now: datetime) -> None:
    """Say no to a person, by letter, in their language, with what is to mend; unless they were written to enough today.
    What nobody can be told of is a person's to look at."""
    _locked(incoming.id)
    why = _short(" ".join([refusal.message, *refusal.fields.values()]), 300)
    if not incoming.mail.answer_to and not incoming.mail.quiet:
        IncomingMail.objects.filter(id=incoming.id).update(subject=incoming.mail.subject)
        _give_up(actor=actor, mail_id=incoming.id, error=why, now=now)
        return
    _end(incoming.id, IncomingMail.State.REFUSED, subject=incoming.mail.subject, why=why, now=now)
    record(MailRefused(mail=incoming.id, box=incoming.box, why=why), actor=actor, at=now)
    to = incoming.mail.answer_to
    told = Letter.objects.filter(kind="mail_refused", to=to, written_at__gt=now - rules.DAY).count()
    if to and not incoming.mail.quiet and told < rules.MOST_REFUSALS_A_DAY:
        sender = incoming.mail.sender
        languages = rules.languages_of(incoming.language)
        with translation.override(rules.choose_language(languages)):
            paragraphs = [gettext(said) for said in (refusal.message, *refusal.fields.values())]
        write_letter(
            actor=actor,
            to=to,
            kind="mail_refused",
            languages=languages,
            values={
                "name": (sender.name if sender else "") or to,
                "title": incoming.mail.subject or "…",
                "paragraphs": paragraphs,
                "url": "",
            },
            about=f"mail:{incoming.id}",
            now=now,
        )


@action(right="-")
def _ignore(*, actor: Actor, mail_id: UUID, subject: str, why: str, now: datetime) -> None:
    _locked(mail_id)
    _end(mail_id, IncomingMail.State.IGNORED, subject=subject, why=why, now=now)
    record(MailIgnored(mail=mail_id, why=why), actor=actor, at=now)


def _end(
    mail_id: UUID, state: "IncomingMail.State", *, subject: str, now: datetime, about: str = "", why: str = ""
) -> None:
    IncomingMail.objects.filter(id=mail_id).update(
        state=state, subject=subject, about=about[:80], why=_short(why, 300), handled_at=now
    )


@action(right="-")
def _give_up(*, actor: Actor, mail_id: UUID, error: str, now: datetime) -> None:
    IncomingMail.objects.filter(id=mail_id).update(state=IncomingMail.State.STUCK, why=error)
    record(MailStuck(mail=mail_id, why=error), actor=actor, at=now)


def _put_off(*, actor: Actor, mail_id: UUID, error: str, now: datetime) -> None:
    """Try again later; after MAIL_WAITS it is stuck and a person looks."""
    said = _short(error, 300)
    with transaction.atomic():
        row = IncomingMail.objects.select_for_update().filter(id=mail_id, state=IncomingMail.State.WAITING).first()
        if row is None:
            return
        row.tries += 1
        if row.tries > len(rules.MAIL_WAITS):
            row.save(update_fields=["tries"])
            if _rescued(row, why=said, now=now):
                return
            _give_up(actor=actor, mail_id=mail_id, error=said, now=now)
        else:
            row.next_at, row.why = now + rules.MAIL_WAITS[row.tries - 1], said
            row.save(update_fields=["tries", "next_at", "why"])


def _rescued(row: IncomingMail, *, why: str, now: datetime) -> bool:
    """Did its box make something of a mail that cannot be read? Whatever fails again leaves it stuck."""
    rescue = BOXES[row.box].rescue
    if rescue is None:
        return False
    try:
        _rescue(actor=SYSTEM, rescue=rescue, row=row, why=why, now=now)
    except Exception as error:
        log.exception("a mail could not be rescued", mail=str(row.id), error=type(error).__name__)
        return False
    return True


@action(right="-")
def _rescue(*, actor: Actor, rescue: Rescue, row: IncomingMail, why: str, now: datetime) -> None:
    sender = "" if row.sender in {"", "<>"} else row.sender
    unread = Unread(row.raw, row.mailbox or row.box, sender, why, row.received_at)
    about = rescue(unread=unread, actor=actor, now=now)
    _end(row.id, IncomingMail.State.HANDLED, subject=row.subject, about=about, why=why, now=now)
    record(MailHandled(mail=row.id, box=row.box, about=about), actor=actor, at=now)


def _short(text: str, most: int = 320) -> str:
    """Text of strangers as a column can hold it: one line, no broken characters."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("\0", "").split())[:most]
