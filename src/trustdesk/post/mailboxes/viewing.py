"""Asking about mailboxes. Views hold no password; `password` gives one to whoever connects."""

import os
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings as desk
from django.utils.translation import gettext_noop

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.post import addressing, rules
from trustdesk.post.mailboxes.settings import Server, Settings, read
from trustdesk.post.mailboxes.troubles import Trouble, spoken
from trustdesk.post.models import Mailbox, MailboxVersion
from trustdesk.web import sealing

DEFAULT = "help"  # the mailbox of cases that came by none
_PURPOSE = "post.mailbox"


@dataclass(frozen=True)
class MailboxView:
    """A mailbox and how it goes. `trouble`: why it cannot be read, since `trouble_at`; `out_trouble`: why nothing leaves."""

    id: UUID | None
    code: str
    settings: Settings
    number: int
    address: str
    in_kept: bool  # a password for IMAP is kept here
    out_kept: bool
    changed_at: datetime | None
    archived_at: datetime | None
    checked_at: datetime | None
    trouble: str
    trouble_at: datetime | None
    out_trouble: str
    out_trouble_at: datetime | None

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def default(self) -> bool:
        return self.code == DEFAULT

    @property
    def sender(self) -> str:
        """Who its letters say to come from, "" for the desk's usual sender."""
        given = self.settings.address or (parseaddr(desk.DEFAULT_FROM_EMAIL)[1] if self.settings.sender_name else "")
        return formataddr((self.settings.sender_name, given)) if given else ""

    def signature(self, language: str) -> str:
        """What stands below its letters in this language, else in the mailbox's own, else the only one there is."""
        signed = {code: text for code, text in self.settings.signatures.items() if text.strip()}
        found = signed.get(language) or signed.get(self.settings.language)
        return found or (next(iter(signed.values())) if len(signed) == 1 else "")


@dataclass(frozen=True)
class VersionView:
    number: int
    settings: Settings
    passwords: bool
    author: str
    at: datetime


def listed(*, archived: bool = False) -> list[MailboxView]:
    """The default one first, then by name."""
    rows = [view_of(row) for row in Mailbox.objects.filter(archived_at__isnull=not archived)]
    return sorted(rows, key=lambda one: (not one.default, one.name.lower()))


def one(mailbox_id: UUID) -> MailboxView:
    """Raises NotFound."""
    row = Mailbox.objects.filter(id=mailbox_id).first()
    if row is None:
        raise NotFound("There is no such mailbox.")
    return view_of(row)


def of_code(code: str) -> MailboxView:
    """The mailbox of a case or a letter; the default one for none, and for one that was put away."""
    found = {row.code: row for row in Mailbox.objects.filter(code__in={code, DEFAULT}, archived_at=None)}
    row = found.get(code) or found.get(DEFAULT)
    return view_of(row) if row else _bare()


def of_address(address: str) -> MailboxView | None:
    """The mailbox at which mail for this address comes in by the desk's own server."""
    row = Mailbox.objects.filter(address=rules.folded(address) or "-", archived_at=None).first()
    return view_of(row) if row and row.told.get("way_in") == "server" else None


def is_own(address: str) -> bool:
    """Is it the address of a mailbox of the desk? Then nobody from outside writes from it."""
    return Mailbox.objects.filter(address=rules.folded(address) or "-", archived_at=None).exists()


def versions(mailbox_id: UUID) -> list[VersionView]:
    """Newest first."""
    rows = MailboxVersion.objects.filter(mailbox_id=mailbox_id).order_by("-number")
    return [VersionView(row.number, read(row.told), row.passwords, row.author, row.at) for row in rows]


def password(server: Server, sealed: str) -> str:
    """The password for a server, from its variable or unsealed. Raises Trouble."""
    if server.secret_from:
        return _from_environment(server.secret_from)
    if not sealed:
        return ""
    try:
        return sealing.unseal(sealed.encode(), purpose=_PURPOSE).decode()
    except sealing.Unreadable:
        raise Trouble(
            gettext_noop("The desk's secret key changed since the password was kept. Type it again.")
        ) from None


def sealed(given: str) -> str:
    return sealing.seal(given.encode(), purpose=_PURPOSE).decode()


def _from_environment(name: str) -> str:
    if given := os.environ.get(name, ""):
        return given
    if path := os.environ.get(f"{name}_FILE", ""):
        try:
            return Path(path).read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise Trouble(gettext_noop("The file that %(name)s names cannot be read."), name=f"{name}_FILE") from None
    raise Trouble(gettext_noop("Neither %(name)s nor %(name)s_FILE is set where the desk runs."), name=name)


def view_of(row: Mailbox) -> MailboxView:
    return MailboxView(
        id=row.id,
        code=row.code,
        settings=read(row.told),
        number=row.number,
        address=row.address or addressing.plain_address(DEFAULT),
        in_kept=bool(row.in_secret),
        out_kept=bool(row.out_secret),
        changed_at=row.changed_at,
        archived_at=row.archived_at,
        checked_at=row.checked_at,
        trouble=spoken(row.trouble),
        trouble_at=row.trouble_at,
        out_trouble=spoken(row.out_trouble),
        out_trouble_at=row.out_trouble_at,
    )


def _bare(**given: Any) -> MailboxView:
    """The default mailbox of a desk whose row is gone."""
    none: dict[str, Any] = dict.fromkeys(
        ["changed_at", "archived_at", "checked_at", "trouble_at", "out_trouble_at"], None
    )
    return MailboxView(
        id=None,
        code=DEFAULT,
        settings=Settings(name="Help"),
        number=0,
        address=addressing.plain_address(DEFAULT),
        in_kept=False,
        out_kept=False,
        trouble="",
        out_trouble="",
        **none,
        **given,
    )
