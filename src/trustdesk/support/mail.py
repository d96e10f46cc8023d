"""Cases by mail: what comes to help@… opens a case or goes on with one, what the desk answers leaves as a letter.

A mail belongs to a case by a token of ours (Message-ID or marker), or by `[#number]` where its sender takes part in that
case; never by its subject alone. The same Message-ID from the same address again is the same message.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import actions as post
from trustdesk.post import queries as letters
from trustdesk.post.queries import Incoming, Unread
from trustdesk.support import actions, queries, rules
from trustdesk.support.facts import CaseReplied
from trustdesk.support.views import Attachment

ABOUT = "reply:"  # what a letter of ours is listed under: reply:0190…
MOST_RECEIPTS = 5  # a day to one address: two machines must not talk


def receive_mail(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    """Take a mail in: as a message of its case, else as a new case, which its writer is sent a receipt of."""
    mail = incoming.mail
    address = mail.answer_to
    name = mail.sender.name if mail.sender else ""
    case_id = mail.thread.case if mail.thread else _known(mail.message_id, address)
    quiet = bool(mail.quiet)
    told: dict[str, Any] = {
        "actor": actor,
        "text": mail.text,
        "name": name,
        "address": address,
        "quoted": mail.quoted,
        "raw": incoming.raw,
        "files": incoming.files,
        "attached": _called(incoming),
        "external_id": mail.message_id,
        "automatic": mail.away,
        "at": incoming.received_at,
        "now": now,
    }
    if case_id is not None and queries.by_id(case_id) is not None:
        return f"case:{actions.receive(case_id=case_id, channel='mail', **told).case}"
    mailbox = letters.mailbox_of(incoming.mailbox)
    opened = actions.open_case(
        channel="mail",
        mailbox=mailbox.code,
        subject=mail.subject,
        language=incoming.language or mailbox.settings.language,
        market=mailbox.settings.market,
        **told,
    )
    if address and not quiet and _few(address, now):
        with translation.override(rules.letter_language(incoming.language or mailbox.settings.language)):
            words = _("We have received your message. A person reads it and answers you here.")
        actions.send_automatic(actor=SYSTEM, case_id=opened.id, text=words, now=now)
    return f"case:{opened.id}"


def rescue(*, unread: Unread, actor: Actor, now: datetime) -> str:
    """A mail nothing could be made of becomes a case with its raw file: somebody looks, and nobody is written to by itself."""
    mailbox = letters.mailbox_of(unread.mailbox)
    opened = actions.open_case(
        actor=actor,
        channel="mail",
        mailbox=mailbox.code,
        subject=_("A mail that could not be read"),
        text=_("This mail could not be read. Its raw file is attached to this message."),
        address=unread.sender,
        language=mailbox.settings.language,
        market=mailbox.settings.market,
        raw=unread.raw,
        at=unread.received_at,
        now=now,
    )
    return f"case:{opened.id}"


def takes_part(number: int, sender: str) -> UUID | None:
    """The case of this number, when the sender takes part in it."""
    found = queries.by_number(number)
    return found.id if found and queries.takes_part(found.id, sender) else None


def write_reply(*, told: CaseReplied, now: datetime) -> None:
    """Put what the desk said into a letter. Nothing for cases of other channels and for who has no address."""
    case = queries.by_id(told.case)
    if told.channel not in rules.BY_MAIL or not told.to or case is None:
        return
    language = rules.letter_language(case.language)
    mailbox = letters.mailbox_of(case.mailbox)
    marks = letters.marks_of(case=told.case, message=told.message, box=mailbox.code, language=language)
    url = queries.url_of(told.case)
    message = queries.message(told.message)
    attached = [(one.file, one.name, one.type) for one in message.attached] if message else []
    came = next((one for one in reversed(queries.conversation(told.case)) if one.direction == "in"), None)
    post.write_letter(
        actor=SYSTEM,
        to=told.to,
        kind="case_receipt" if told.automatic else "case_reply",
        languages=[language],
        values={
            "title": re.sub(r"(?i)\A(?:\s*(?:re|bls|aw)\s*:)+\s*", "", case.subject),
            "number": told.number,
            "paragraphs": [part for part in re.split(r"\n\s*\n", told.text) if part.strip()],
            "by": told.by,
            "signature": mailbox.signature(language).splitlines(),
            "url": "" if url in told.text else url,
            "line": marks.line,
            "marker": marks.marker,
        },
        about=f"{ABOUT}{told.message}",
        now=now,
        sender=mailbox.sender,
        reply_to=mailbox.address,
        mailbox=mailbox.code,
        message_id=marks.message_id,
        answers=came.external_id if came else "",
        attached=attached,
    )
    if marks.message_id:
        actions.set_external_id(message_id=told.message, external_id=marks.message_id)


def give_up(*, about: str, why: str, now: datetime) -> None:
    """A letter will not arrive: the reply it carried says so, and its case is open again."""
    message_id = UUID(about.removeprefix(ABOUT))
    if queries.message(message_id) is not None:
        actions.mark_failed(actor=SYSTEM, message_id=message_id, why=why, now=now)


def _called(incoming: Incoming) -> list[Attachment]:
    """What the files of a mail are called in it, with their marks; each once, as they are kept."""
    pairs = zip(incoming.files, incoming.mail.attachments, strict=False)
    found = {file: Attachment(file, one.name, one.type, one.size, one.marks) for file, one in reversed(list(pairs))}
    return [found[file] for file in dict.fromkeys(incoming.files) if file in found]


def _known(message_id: str, address: str) -> UUID | None:
    """The case that took this very mail already, when its server sent it twice by two ways."""
    mine = {case.id for case in queries.taking_part(address)} if message_id else set()
    return next((one for one in queries.by_external_id(message_id) if queries.successor_of(one) in mine), None)


def _few(address: str, now: datetime) -> bool:
    lately = [case for case in queries.taking_part(address) if case.opened_at > now - timedelta(days=1)]
    return len(lately) <= MOST_RECEIPTS
