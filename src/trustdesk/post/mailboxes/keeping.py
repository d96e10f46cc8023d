"""Changing mailboxes: each change is a version. A password goes with its server: a new server needs it typed again."""

from datetime import datetime
from uuid import UUID

from django.conf import settings as desk
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.post import rules
from trustdesk.post.boxes import BOXES
from trustdesk.post.facts import MailboxArchived, MailboxKept, MailboxPutBack, MailboxTried
from trustdesk.post.mailboxes.settings import Server, Settings, problems, read, written
from trustdesk.post.mailboxes.viewing import DEFAULT, sealed
from trustdesk.post.models import Mailbox, MailboxVersion

_TAKEN = gettext_noop("There is a mailbox with this address.")
_AGAIN = gettext_noop("The server or the user changed: type the password again.")
_NEEDED = gettext_noop("Type the password, or say where it is read from.")


@action(right="mailboxes.manage")
def begin(*, actor: Actor, settings: Settings, now: datetime, in_password: str = "", out_password: str = "") -> UUID:
    """Make a mailbox. Raises Invalid, by field."""
    settings = _tidy(settings)
    row = Mailbox(code=_code(settings), changed_at=now)
    _check(row, settings, in_password=in_password, out_password=out_password)
    _fill(row, settings, in_password=in_password, out_password=out_password)
    row.number = 1
    _save(row, new=True)
    _version(row, actor=actor, passwords=bool(in_password or out_password), now=now)
    return row.id


@action(right="mailboxes.manage")
def change(
    *,
    actor: Actor,
    mailbox_id: UUID,
    settings: Settings,
    number: int,
    now: datetime,
    in_password: str = "",
    out_password: str = "",
) -> None:
    """Write a new version; blank passwords leave those that are kept. Raises NotFound, Invalid, Stale."""
    row = _locked(mailbox_id)
    if row.number != number:
        raise Stale("Somebody changed this mailbox meanwhile. Look at it again.")
    settings = _tidy(settings)
    _check(row, settings, in_password=in_password, out_password=out_password)
    before = read(row.told)
    if _place(before.imap, before.folder) != _place(settings.imap, settings.folder):
        row.validity = row.since = 0  # another folder: its numbers mean other mails
    _fill(row, settings, in_password=in_password, out_password=out_password)
    row.number += 1
    row.changed_at = now
    row.trouble, row.trouble_at, row.out_trouble, row.out_trouble_at = {}, None, {}, None
    row.leased_by = row.leased_until = None
    _save(row)
    _version(row, actor=actor, passwords=bool(in_password or out_password), now=now)


@action(right="mailboxes.manage")
def archive(*, actor: Actor, mailbox_id: UUID, now: datetime) -> None:
    """Take no more mail by it; its cases are answered by the default one. Raises NotFound, Invalid (the default one)."""
    row = _locked(mailbox_id)
    if row.code == DEFAULT:
        raise Invalid("Cases that came by no mailbox are answered by this one: it stays.")
    if row.archived_at is not None:
        raise NotFound("There is no such mailbox.")
    row.archived_at = now
    row.save(update_fields=["archived_at"])
    record(MailboxArchived(mailbox=row.id, name=row.told["name"]), actor=actor, at=now)


@action(right="mailboxes.manage")
def put_back(*, actor: Actor, mailbox_id: UUID, now: datetime) -> None:
    """Use it again. Raises NotFound, Invalid (another has its address)."""
    row = _locked(mailbox_id)
    if row.archived_at is None:
        raise NotFound("There is no such mailbox.")
    row.archived_at = None
    _save(row)
    record(MailboxPutBack(mailbox=row.id, name=row.told["name"]), actor=actor, at=now)


@action(right="mailboxes.manage")
def tell_tried(*, actor: Actor, mailbox_id: UUID, name: str, works: bool, now: datetime) -> None:
    """Record that somebody tried a mailbox: it connects to where they say."""
    record(MailboxTried(mailbox=mailbox_id, name=name, outcome="works" if works else "fails"), actor=actor, at=now)


def lacking(row: Mailbox | None, settings: Settings, *, in_password: str, out_password: str) -> dict[str, str]:
    """Which password must be typed: one that is kept goes to the server and the user it was given for, nowhere else."""
    before = read(row.told) if row and row.told else None
    wrong = {}
    if settings.way_in == "imap" and not settings.imap.secret_from and not in_password:
        if row is None or not row.in_secret:
            wrong["in_password"] = _NEEDED
        elif before is None or _who(before.imap) != _who(settings.imap):
            wrong["in_password"] = _AGAIN
    smtp = settings.smtp
    if settings.way_out == "smtp" and smtp.user and not smtp.secret_from and not out_password:
        if row is None or not row.out_secret:
            wrong["out_password"] = _NEEDED
        elif before is None or _who(before.smtp) != _who(smtp):
            wrong["out_password"] = _AGAIN
    return wrong


def check(settings: Settings, *, default: bool) -> dict[str, str]:
    """What cannot be so, by field."""
    return problems(settings, default=default, own_domain=desk.MAIL_DOMAIN, taken=frozenset(BOXES))


def _check(row: Mailbox, settings: Settings, *, in_password: str, out_password: str) -> None:
    wrong = check(settings, default=row.code == DEFAULT)
    wrong |= lacking(row, settings, in_password=in_password, out_password=out_password)
    if wrong:
        raise Invalid("Something in what was sent needs mending.", fields=wrong)


def _fill(row: Mailbox, settings: Settings, *, in_password: str, out_password: str) -> None:
    row.address, row.told = settings.address, written(settings)
    for name, server, given in (("in_secret", settings.imap, in_password), ("out_secret", settings.smtp, out_password)):
        if given and not server.secret_from:
            setattr(row, name, sealed(given))
        elif server.secret_from or not server.user:
            setattr(row, name, "")


def _tidy(settings: Settings) -> Settings:
    return Settings(**{**settings.__dict__, "address": rules.folded(settings.address)})


def _who(server: Server) -> tuple[str, int, str, str]:
    return server.host.lower(), server.port, server.tls, server.user


def _place(server: Server, folder: str) -> tuple[str, str, str]:
    return server.host.lower(), server.user, folder


def _code(settings: Settings) -> str:
    base = slugify(settings.name)[:24].strip("-") or "mailbox"
    codes = set(Mailbox.objects.filter(code__startswith=base).values_list("code", flat=True)) | set(BOXES)
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if one not in codes)


def _locked(mailbox_id: UUID) -> Mailbox:
    row = Mailbox.objects.select_for_update().filter(id=mailbox_id).first()
    if row is None:
        raise NotFound("There is no such mailbox.")
    return row


def _save(row: Mailbox, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError:
        raise Invalid(_TAKEN, fields={"address": _TAKEN}) from None


def _version(row: Mailbox, *, actor: Actor, passwords: bool, now: datetime) -> None:
    MailboxVersion.objects.create(
        mailbox=row, number=row.number, told=row.told, passwords=passwords, author=actor.label, at=now
    )
    told = MailboxKept(mailbox=row.id, number=row.number, name=row.told["name"], passwords=passwords)
    record(told, actor=actor, at=now)
