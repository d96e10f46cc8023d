"""What can have happened to letters."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class LetterWritten(
    Fact,
    kind="post.letter_written",
    subject="letter",
    says="{actor} wrote a letter ({letter_kind}, {language}) to {to}",
    personal=("to",),
):
    """`about` names what it is about, as its slice names it: decision:0190…"""

    letter: UUID
    letter_kind: str
    about: str
    language: str
    to: str


@dataclass(frozen=True, kw_only=True)
class LetterSent(
    Fact, kind="post.letter_sent", subject="letter", says="{actor} sent the letter about {about}", personal=()
):
    letter: UUID
    about: str
    message_id: str
    letter_kind: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterGivenUp(
    Fact,
    kind="post.letter_given_up",
    subject="letter",
    says="{actor} gave up the letter about {about}: {why}",
    personal=(),
):
    letter: UUID
    about: str
    why: str
    letter_kind: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterReturned(
    Fact,
    kind="post.letter_returned",
    subject="letter",
    says="The letter about {about} came back: {why}",
    personal=(),
):
    """`final`: it will not arrive, so it is given up; else its server goes on trying."""

    letter: UUID
    about: str
    why: str
    final: bool
    mail: UUID


@dataclass(frozen=True, kw_only=True)
class LetterRevived(
    Fact,
    kind="post.letter_revived",
    subject="letter",
    says="{actor} had the letter about {about} sent again",
    personal=(),
):
    letter: UUID
    about: str


@dataclass(frozen=True, kw_only=True)
class AddressSuppressed(
    Fact,
    kind="post.address_suppressed",
    subject="suppression",
    says="{actor} stopped writing to {address}: {why}",
    personal=("address",),
):
    suppression: UUID
    address: str
    why: str


@dataclass(frozen=True, kw_only=True)
class AddressReleased(
    Fact,
    kind="post.address_released",
    subject="suppression",
    says="{actor} allowed writing to an address again",
    personal=(),
):
    suppression: UUID


@dataclass(frozen=True, kw_only=True)
class MailReceived(
    Fact, kind="post.mail_received", subject="mail", says="A mail for {box} came in, {size} bytes", personal=()
):
    """`again`: its server sent it twice; the first one counts."""

    mail: UUID
    box: str
    size: int
    again: bool


@dataclass(frozen=True, kw_only=True)
class MailHandled(
    Fact, kind="post.mail_handled", subject="mail", says="{actor} took a mail for {box} in as {about}", personal=()
):
    mail: UUID
    box: str
    about: str


@dataclass(frozen=True, kw_only=True)
class MailRefused(
    Fact, kind="post.mail_refused", subject="mail", says="{actor} refused a mail for {box}: {why}", personal=()
):
    mail: UUID
    box: str
    why: str


@dataclass(frozen=True, kw_only=True)
class MailIgnored(Fact, kind="post.mail_ignored", subject="mail", says="{actor} laid a mail aside: {why}", personal=()):
    mail: UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class MailStuck(
    Fact, kind="post.mail_stuck", subject="mail", says="{actor} could not take a mail in: {why}", personal=()
):
    mail: UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class MailRevived(
    Fact, kind="post.mail_revived", subject="mail", says="{actor} had a mail taken in again", personal=()
):
    mail: UUID


@dataclass(frozen=True, kw_only=True)
class MailOpened(Fact, kind="post.mail_opened", subject="mail", says="{actor} took out a mail as it came", personal=()):
    """Somebody read the raw file of a mail."""

    mail: UUID


@dataclass(frozen=True, kw_only=True)
class MailboxKept(
    Fact,
    kind="post.mailbox_kept",
    subject="mailbox",
    says="{actor} kept version {number} of the mailbox “{name}”",
    personal=(),
):
    """`passwords`: one was given with it. What it is, is told nowhere."""

    mailbox: UUID
    number: int
    name: str
    passwords: bool


@dataclass(frozen=True, kw_only=True)
class MailboxArchived(
    Fact, kind="post.mailbox_archived", subject="mailbox", says="{actor} put the mailbox “{name}” away", personal=()
):
    mailbox: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class MailboxPutBack(
    Fact,
    kind="post.mailbox_put_back",
    subject="mailbox",
    says="{actor} took the mailbox “{name}” up again",
    personal=(),
):
    mailbox: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class MailboxTried(
    Fact,
    kind="post.mailbox_tried",
    subject="mailbox",
    says="{actor} tried the mailbox “{name}”: {outcome}",
    personal=(),
):
    """`outcome`: works or fails."""

    mailbox: UUID
    name: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class MailboxFailing(
    Fact, kind="post.mailbox_failing", subject="mailbox", says="The mailbox “{name}” cannot be read: {why}", personal=()
):
    mailbox: UUID
    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class MailboxWorks(
    Fact, kind="post.mailbox_works", subject="mailbox", says="The mailbox “{name}” can be read again", personal=()
):
    mailbox: UUID
    name: str
