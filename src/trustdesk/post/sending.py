"""Letters leave: claimed, handed to the mail server outside any transaction, and marked.

A worker that dies after the mail server said yes and before the mark sends the letter twice, under one Message-ID.
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import addressing, rules
from trustdesk.post.actions import suppress
from trustdesk.post.boxes import keeper
from trustdesk.post.facts import LetterGivenUp, LetterSent
from trustdesk.post.mailboxes import outgoing
from trustdesk.post.mailboxes.troubles import Trouble
from trustdesk.post.models import Letter

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Failure:
    """Why the mail server did not take a letter. `final`: no later try can help; `nobody`: the address is dead."""

    words: str
    final: bool = False
    nobody: bool = False


def send_due(*, now: datetime, limit: int = rules.BATCH) -> int:
    """Send up to `limit` letters that are due; returns how many it tried. Hung in `wiring.LOOPS`."""
    letters, mine = claim(now=now, limit=limit)
    if not letters:
        return 0
    for mailbox in dict.fromkeys(letter.mailbox for letter in letters):
        _send_by(mailbox, [one for one in letters if one.mailbox == mailbox], mine=mine, now=now)
    return len(letters)


def _send_by(mailbox: str, letters: list[Letter], *, mine: UUID, now: datetime) -> None:
    """The letters of one mailbox, by its way out."""
    server, broken = _opened(mailbox, now=now)
    try:
        for letter in letters:
            failure = broken or _send(letter, server)
            finish(letter_id=letter.id, mine=mine, failure=failure, now=now)
    finally:
        _close(server)


def claim(*, now: datetime, limit: int) -> tuple[list[Letter], UUID]:
    """Take due letters nobody holds (SKIP LOCKED, index letter_due) and commit that they are taken."""
    mine = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE post_letter t SET claim = %(mine)s, claimed_until = %(until)s
            FROM (
                SELECT id FROM post_letter
                WHERE state = 'queued' AND next_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
                ORDER BY next_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            ) due WHERE t.id = due.id
            """,
            {"mine": mine, "until": now + rules.LEASE, "now": now, "limit": limit},
        )
    return list(Letter.objects.filter(claim=mine).order_by("next_at", "id")), mine


def finish(*, letter_id: UUID, mine: UUID, failure: Failure | None, now: datetime) -> bool:
    """Write what came of a letter, if the claim still holds."""
    with transaction.atomic():
        row = Letter.objects.select_for_update().filter(id=letter_id, claim=mine).first()
        if row is None:
            return False
        row.claim = row.claimed_until = None
        row.tries += 1
        row.error = failure.words[:300] if failure else ""
        wait = rules.wait_before(row.tries)
        if failure is None:
            row.state, row.sent_at = Letter.State.SENT, now
        elif failure.final or wait is None:
            row.state = Letter.State.DEAD
        else:
            row.next_at = now + wait
        row.save()
        if row.state != Letter.State.QUEUED:
            _tell(actor=SYSTEM, row=row, now=now)
        if failure and failure.nobody:
            suppress(actor=SYSTEM, address=row.to, why=f"Its mail server refused it: {failure.words}", now=now)
    log.info("letter handled", letter=str(letter_id), state=str(row.state), tries=row.tries)
    return True


@action(right="-")
def _tell(*, actor: Actor, row: Letter, now: datetime) -> None:
    if row.state == Letter.State.SENT:
        record(
            LetterSent(letter=row.id, about=row.about, message_id=row.message_id, letter_kind=row.kind),
            actor=actor,
            at=now,
        )
    else:
        record(LetterGivenUp(letter=row.id, about=row.about, why=row.error, letter_kind=row.kind), actor=actor, at=now)


def _opened(mailbox: str, *, now: datetime) -> tuple[BaseEmailBackend, Failure | None]:
    """The mailbox's own server says at its page what is wrong with it."""
    try:
        server, own = outgoing.server_of(mailbox)
        if own is None:
            return server, _open(server)
        outgoing.connect(server, own)
    except Trouble as trouble:
        outgoing.note(mailbox, trouble, now=now)
        return get_connection(), Failure(str(trouble))
    outgoing.note(mailbox, None, now=now)
    return server, None


def _open(server: BaseEmailBackend) -> Failure | None:
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        # The server itself, or our sign-in there: no letter is to blame, all wait.
        return Failure(f"The mail server cannot be reached ({type(error).__name__}).")
    return None


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        log.warning("the mail server hung up first")


def _unsubscribing(address: str) -> dict[str, str]:
    """RFC 2369 and RFC 8058: a mail program shows a button of its own."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _send(letter: Letter, server: BaseEmailBackend) -> Failure | None:
    # What comes back comes to an address that names this letter (bounces); what people answer goes where it says.
    back = addressing.return_address(letter.id, sender=letter.sender)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=back or letter.sender,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={
            "From": letter.sender,
            "Message-ID": letter.message_id,
            **({"In-Reply-To": letter.answers, "References": letter.answers} if letter.answers else {}),
            # RFC 3834: no out-of-office answers, please
            **({} if letter.kind in rules.BY_PEOPLE else {"Auto-Submitted": "auto-generated"}),
            "X-Auto-Response-Suppress": "All",
            "Content-Language": letter.language,
            **(_unsubscribing(letter.unsubscribe) if letter.unsubscribe else {}),
        },
        connection=server,
    )
    message.attach_alternative(letter.html, "text/html")
    for file, name, kind in letter.attached:
        with keeper[0].read(UUID(file)) as handle:
            message.attach(name, handle.read(), kind)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return Failure(_told(code, words), final=code >= 500, nobody=code in {550, 551, 553})
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return Failure(_told(error.smtp_code, error.smtp_error), final=error.smtp_code >= 500)
    except (ValueError, UnicodeError) as error:  # an address or header that cannot be written down
        return Failure(f"The letter cannot be put into an envelope ({type(error).__name__}).", final=True)
    except (OSError, smtplib.SMTPException) as error:
        return Failure(f"The mail server failed ({type(error).__name__}).")
    return None


def _told(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return rules.one_line(f"The mail server answered {code}: {text}")
