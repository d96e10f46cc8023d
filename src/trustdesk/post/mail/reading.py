"""A raw mail taken apart: who wrote, the words, what is attached, which case, whether a machine or a liar sent it.

Whatever arrives is shown as well as can be: broken charsets, dates and structures cost words, never the mail. Headers are
taken apart before anything encoded in them is decoded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from trustdesk.post.mail import faking, machines, markup, structure, threads, words
from trustdesk.post.mail.addresses import Address, addresses, decoded, decoded_raw, one_line
from trustdesk.post.mail.attached import Attachment, attachment, named, raw_name
from trustdesk.post.mail.charsets import Guesses, in_words
from trustdesk.post.mail.machines import Bounce
from trustdesk.post.mail.structure import Head, Part

MOST_TEXT = 200_000  # code points of the words
_MOST_BYTES = 4 * MOST_TEXT  # of one text part that are read as words
_META = re.compile(rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True)
class Desk:
    """What the desk knows of itself. `authserv`: what its mail server calls itself in Authentication-Results; `domain` of
    its own addresses; `keys` its tokens are made with; `mailbox` the mail came for, "" for any."""

    authserv: str = ""
    domain: str = ""
    keys: Sequence[bytes] = ()
    mailbox: str = ""
    takes_part: threads.TakesPart | None = None


@dataclass(frozen=True)
class Mail:
    """A mail. `text`: the writer's own words; `quoted`: what they answer to, which their program put below.

    `automatic`: why a machine is taken to have sent it, "" for a person. `quiet`: why nothing may be written back by a
    machine, none where it may. `spoofed`: codes of `faking.WHY`. `answers`: ids of the mails it answers, nearest first.
    """

    author: Address
    reply_to: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    quoted: str
    pages: tuple[str, ...]  # HTML as it came, for `cleaning`
    attachments: tuple[Attachment, ...]
    message_id: str
    answers: tuple[str, ...]
    thread: threads.Thread | None
    sent_at: datetime | None
    automatic: str
    quiet: tuple[str, ...]
    away: bool  # an out-of-office note
    bounce: Bounce | None
    spoofed: tuple[str, ...]
    signed: str  # pgp, s/mime or "": nobody checked the signature
    encrypted: str
    left_out: int  # parts beyond structure.MOST_PARTS
    cut: bool  # words beyond MOST_TEXT are in the raw file only

    @property
    def sender(self) -> Address | None:
        """Who wrote, if that may be written to."""
        return self.author if self.author.address else None

    @property
    def answer_to(self) -> str:
        """The address an answer goes to, "" where there is none."""
        found = self.reply_to or self.sender
        return found.address if found else ""


def understand(raw: bytes, *, return_path: str = "", desk: Desk | None = None) -> Mail:
    """Take a raw mail apart. `return_path`: the envelope's sender, "<>" for none, "" where it is not known."""
    desk = desk or Desk()
    head, _ = structure.split(raw)
    kind, _ = structure.content_type(head)
    parts, left_out = _parts(raw)
    text, pages, attachments, cut = _contents(parts)
    own, quoted = words.own_words(text)
    senders, answers_to = addresses(head.all("from")), addresses(head.all("reply-to"))
    author = senders[0] if senders else Address("", "")
    raw_subject = decoded_raw(head.first("subject"))
    subject = one_line(raw_subject)[:300]
    quiet = machines.automatic(head, kind=kind, return_path=return_path)
    if away := machines.away(subject):
        quiet.append(("the subject of an out-of-office note", False))
    if desk.domain and author.domain == desk.domain.lower():
        quiet.append(("an address of our own", False))
    bounce = machines.bounce(raw, head, parts, kind=kind, sender=author.address, subject=subject, text=text)
    if bounce is not None and not any(sure for _, sure in quiet):
        quiet.append(("a bounce", True))
    in_reply_to, references = threads.ids_of(head.all("in-reply-to")), threads.ids_of(head.all("references"))
    signed, encrypted = _sealed(parts, text)
    return Mail(
        author=author,
        reply_to=next((one for one in answers_to if one.address), None),
        to=tuple(addresses(head.all("to"))),
        cc=tuple(addresses(head.all("cc"))),
        subject=subject,
        text=own,
        quoted=quoted,
        pages=pages,
        attachments=attachments,
        message_id=next(iter(threads.ids_of(head.all("message-id"))), ""),
        answers=tuple(dict.fromkeys([*in_reply_to, *reversed(references)])),
        thread=threads.find(
            in_reply_to=in_reply_to,
            references=references,
            body=text,
            subject=subject,
            sender=author.address,
            keys=desk.keys,
            mailbox=desk.mailbox,
            takes_part=desk.takes_part,
        ),
        sent_at=_date(head),
        automatic=next((why for why, sure in quiet if sure), ""),
        quiet=tuple(why for why, _ in quiet),
        away=away or any(why == "Auto-Submitted: auto-replied" for why, _ in quiet),
        bounce=bounce,
        spoofed=faking.marks(
            head=head,
            senders=senders,
            reply_to=answers_to,
            subject=raw_subject,
            authserv=desk.authserv,
            own_domain=desk.domain,
        ),
        signed=signed,
        encrypted=encrypted,
        left_out=left_out,
        cut=cut,
    )


def _parts(raw: bytes) -> tuple[list[Part], int]:
    parts: list[Part] = []
    left_out = 0
    for part in structure.leaves(raw):
        if len(parts) < structure.MOST_PARTS:
            parts.append(part)
        else:
            left_out += 1
    return parts, left_out


def _contents(parts: list[Part]) -> tuple[str, tuple[str, ...], tuple[Attachment, ...], bool]:
    """(the words, pages of HTML as they came, what is attached, whether words were cut off)."""
    guesses = Guesses()
    said: list[tuple[int, str, str]] = []  # (choice, kind, words)
    pages: list[str] = []
    attachments: list[Attachment] = []
    cut, room = False, 2 * _MOST_BYTES  # bytes of text that are read at all
    for part in parts:
        if not _spoken(part):
            if (one := attachment(part)).content:
                attachments.append(one)
            continue
        content = part.content()
        most = min(_MOST_BYTES * (3 if part.kind == "text/html" else 1), max(0, room))
        cut = cut or len(content) > most
        room -= min(len(content), most)
        if part.kind == "text/html":
            page = _clean(in_words(content[:most], _page_charset(part, content), guesses=guesses))
            pages.append(page)
            said.append((part.choice, part.kind, markup.words_of(page)))
            continue
        lines = content[:most].split(b"\n")
        for (first, behind, name), inside in reversed(list(structure.uuencoded(lines))):
            attachments.append(named(name, "application/octet-stream", inside))
            lines[first:behind] = []
        text = _clean(in_words(b"\n".join(lines), part.parameters.get("charset", ""), guesses=guesses))
        if part.parameters.get("format", "").lower() == "flowed":
            text = words.unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        said.append((part.choice, part.kind, text))
    plain = {choice for choice, kind, text in said if choice and kind == "text/plain" and text.strip()}
    body = "\n\n".join(
        text.strip("\n")
        for choice, kind, text in said
        if text.strip() and (choice not in plain or kind == "text/plain")
    )
    return body[:MOST_TEXT], tuple(pages), tuple(attachments), cut or len(body) > MOST_TEXT


def _spoken(part: Part) -> bool:
    """Is it part of the letter itself?"""
    if part.kind not in {"text/plain", "text/html"} or part.disposition == "attachment":
        return False
    return not part.path or not raw_name(part)


def _page_charset(part: Part, content: bytes) -> str:
    if declared := part.parameters.get("charset", ""):
        return declared
    found = _META.search(content[:4_096])
    return found.group(1).decode("ascii") if found else ""


def _sealed(parts: list[Part], text: str) -> tuple[str, str]:
    """(signed, encrypted): by PGP or S/MIME as the parts say. Nothing is opened, and no signature is checked."""
    signed = encrypted = ""
    for part in parts:
        if part.kind == "application/pgp-signature":
            signed = "pgp"
        elif part.kind in {"application/pkcs7-signature", "application/x-pkcs7-signature"}:
            signed = "s/mime"
        elif part.kind == "application/pgp-encrypted" or "multipart/encrypted" in part.path:
            encrypted = "pgp"
        elif part.kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
            if part.parameters.get("smime-type", "").lower() == "signed-data":
                signed = "s/mime"
            else:
                encrypted = "s/mime"
    if "-----BEGIN PGP MESSAGE-----" in text:
        encrypted = encrypted or "pgp"
    if "-----BEGIN PGP SIGNED MESSAGE-----" in text:
        signed = signed or "pgp"
    return signed, encrypted


def _clean(text: str) -> str:
    """Words without marks that no screen shows, and without broken ones."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]", " ", lines).encode("utf-8", "replace").decode()


def _date(head: Head) -> datetime | None:
    try:
        found = parsedate_to_datetime(decoded(head.first("date"))[:100])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
