"""Asking about letters and about mail that came in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.post import addressing, rules
from trustdesk.post.boxes import BOXES, Incoming, Unread, keeper
from trustdesk.post.mail import threads
from trustdesk.post.mail.attached import MARKS, named
from trustdesk.post.mail.cleaning import Shown, shown
from trustdesk.post.mail.faking import WHY
from trustdesk.post.mail.reading import Mail, understand
from trustdesk.post.mail.words import ABOVE
from trustdesk.post.mailboxes.viewing import MailboxView
from trustdesk.post.mailboxes.viewing import listed as mailboxes
from trustdesk.post.mailboxes.viewing import of_code as mailbox_of
from trustdesk.post.models import IncomingMail, Letter, Suppression
from trustdesk.post.ourselves import desk

__all__ = [
    "MARKS",
    "WHY",
    "Incoming",
    "LetterView",
    "Mail",
    "MailboxView",
    "Marks",
    "StuckMail",
    "Unread",
    "called",
    "check_frame",
    "dead_letters",
    "frame_address",
    "is_quiet",
    "is_suppressed",
    "letters_about",
    "mailbox_of",
    "mailboxes",
    "mails_of",
    "marks_of",
    "one_mail",
    "one_stuck_mail",
    "page_of",
    "plain_address",
    "reply_address",
    "stuck_mail",
    "suppressed_among",
]


def called(raw: str, kind: str) -> tuple[str, tuple[str, ...]]:
    """A file as a letter would name it: its name without folders, line ends and turned letters, and its marks (MARKS)."""
    found = named(raw, kind, b"")
    return found.name, found.marks


@dataclass(frozen=True)
class LetterView:
    """A letter and how far it came."""

    id: UUID
    to: str
    subject: str
    text: str
    language: str
    kind: str
    about: str
    state: str
    tries: int
    written_at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    error: str


def letters_about(subjects: Iterable[str]) -> dict[str, list[LetterView]]:
    """Letters about these subjects (decision:0190…), oldest first; one query for any number."""
    found: dict[str, list[LetterView]] = {subject: [] for subject in subjects}
    for row in Letter.objects.filter(about__in=list(found)).order_by("about", "id"):
        found[row.about].append(_view(row))
    return found


def dead_letters(*, before: UUID | None = None, limit: int = 50) -> list[LetterView]:
    """Letters that were given up, newest first, for "What is stuck"."""
    rows = Letter.objects.filter(state=Letter.State.DEAD)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_view(row) for row in rows.order_by("-id")[:limit]]


def reply_address(box: str, key: UUID) -> str:
    """The address at which an answer about `key` reaches a box; "" where no mail is taken for it. For `reply_to`."""
    return addressing.reply_address(box, key) if box in BOXES else ""


def plain_address(box: str) -> str:
    """The address of a box that everybody may write to; "" where no mail is taken for it."""
    return addressing.plain_address(box) if box in BOXES and not BOXES[box].signed else ""


@dataclass(frozen=True)
class Marks:
    """How an answer to a letter is known to belong to its case: the letter's Message-ID, and `marker` with its `line` for
    the foot of the letter, for programs that drop the first. All empty where the desk takes no mail."""

    message_id: str
    marker: str
    line: str


def marks_of(*, case: UUID, message: UUID, box: str, language: str) -> Marks:
    """The marks of what is written about a case; nobody else can make them. `box` is a box or a mailbox. Raises ValueError
    for none of ours."""
    mailbox = None if box in BOXES else mailbox_of(box)
    if mailbox is not None and mailbox.code != box:
        raise ValueError(f"no box {box!r}")
    domain = settings.MAIL_DOMAIN or mailbox_of(box).address.rpartition("@")[2]
    if not domain:
        return Marks("", "", "")
    named = threads.Token(case=case, letter=message, mailbox=box)
    key = threads.purpose_key(str(settings.SECRET_KEY))
    return Marks(
        message_id=threads.message_id(named, domain=domain, key=key),
        marker=f"ref:{threads.token(named, key=key)}",
        line=ABOVE[rules.choose_language([language])],
    )


@dataclass(frozen=True)
class StuckMail:
    """A mail nothing could be made of. `size` in bytes."""

    id: UUID
    box: str
    sender: str
    size: int
    why: str
    received_at: datetime


def stuck_mail(*, limit: int = 50) -> list[StuckMail]:
    """Mail that could not be taken in, newest first, for "What is stuck"."""
    rows = IncomingMail.objects.filter(state=IncomingMail.State.STUCK).order_by("-id")[:limit]
    return [_stuck(row) for row in rows]


def one_stuck_mail(mail_id: UUID) -> tuple[StuckMail, Mail]:
    """A mail that is stuck, and how it is understood now: who asks for it records that (`actions.open_stuck_mail`).
    Raises NotFound."""
    row = IncomingMail.objects.filter(id=mail_id, state=IncomingMail.State.STUCK).first()
    if row is None:
        raise NotFound("There is no stuck mail with this id.")
    with keeper[0].read(row.raw) as handle:
        return _stuck(row), understand(handle.read(), return_path=row.sender, desk=desk(mailbox=row.box))


def is_quiet(raw: UUID) -> bool:
    """May no machine write back to who sent the mail that this file holds? Reads the file: not for a transaction."""
    try:
        with keeper[0].read(raw) as handle:
            return bool(understand(handle.read(), desk=desk()).quiet)
    except FileNotFoundError:  # deleted with the document it carried
        return False


def mails_of(raws: Iterable[UUID]) -> dict[UUID, UUID]:
    """The mail that came with each of these raw files; one query for any number."""
    return dict(IncomingMail.objects.filter(raw__in=set(raws)).order_by("-id").values_list("raw", "id"))


def one_mail(mail_id: UUID) -> Mail:
    """A mail as it is understood now, whatever became of it: whoever shows it knows who may see it. Raises NotFound."""
    row = IncomingMail.objects.filter(id=mail_id).first()
    if row is None:
        raise NotFound("There is no such mail.")
    try:
        with keeper[0].read(row.raw) as handle:
            return understand(handle.read(), return_path=row.sender, desk=desk(mailbox=row.mailbox or row.box))
    except FileNotFoundError:
        raise NotFound("The bytes of this mail were deleted with the document it carried.") from None


def page_of(mail: Mail, *, remote: bool = False) -> Shown:
    """The words of a mail as a document for a frame of its own. `remote`: with pictures that lie elsewhere."""
    text = "\n\n".join(part for part in (mail.text, mail.quoted) if part)
    return shown(mail.pages, text=text, carried=mail.attachments, remote=remote, leads=_("leads to {place}"))


def frame_address(mail_id: UUID, *, actor: Actor, remote: bool = False) -> str:
    """Where the frame of a mail lies, for ten minutes and for whoever just had it recorded that they look at it."""
    seen = TimestampSigner(salt="trustdesk.post.frame").sign(f"{mail_id}/{actor.id}/{int(remote)}")
    return f"/files/mail/{mail_id}?{urlencode({'seen': seen, 'pictures': int(remote)})}"


def check_frame(mail_id: UUID, *, actor: Actor, remote: bool, seen: str) -> None:
    """Raises NotFound for an address that was not made here, for somebody else, or too long ago."""
    try:
        named = TimestampSigner(salt="trustdesk.post.frame").unsign(seen, max_age=rules.FRAME_SECONDS)
    except BadSignature:
        raise NotFound("Open the mail again.") from None
    if named != f"{mail_id}/{actor.id}/{int(remote)}":
        raise NotFound("Open the mail again.")


def _stuck(row: IncomingMail) -> StuckMail:
    return StuckMail(id=row.id, box=row.box, sender=row.sender, size=row.size, why=row.why, received_at=row.received_at)


def is_suppressed(address: str) -> bool:
    return bool(suppressed_among([address]))


def suppressed_among(addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses (folded) that get no letters; one query."""
    wanted = {rules.folded(address) for address in addresses}
    return frozenset(Suppression.objects.filter(address__in=wanted).values_list("address", flat=True))


def _view(row: Letter) -> LetterView:
    return LetterView(
        id=row.id,
        to=row.to,
        subject=row.subject,
        text=row.text,
        language=row.language,
        kind=row.kind,
        about=row.about,
        state=row.state,
        tries=row.tries,
        written_at=row.written_at,
        next_at=row.next_at if row.state == Letter.State.QUEUED else None,
        sent_at=row.sent_at,
        error=row.error,
    )
