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
