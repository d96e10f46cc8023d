"""Boxes: whose matter the mail is that comes to an address of the desk. `config/wiring.py: MAILBOXES` names them.

# notices/mail.py, with the right to change what it changes
def receive_mail(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    made = actions.receive(actor=actor, text=incoming.mail.text, files=incoming.files, now=now)
    return f"notice:{made}"
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.post.addressing import place_of
from trustdesk.post.mail.reading import Mail
from trustdesk.post.mail.threads import TakesPart
from trustdesk.post.mailboxes import viewing


@dataclass(frozen=True)
class Incoming:
    """A mail for a box. `key`: what its signed address names. `files`: its attachments as kept, in their order."""

    id: UUID
    box: str
    key: UUID | None
    mail: Mail
    files: tuple[UUID, ...]
    raw: UUID
    received_at: datetime
    language: str = ""  # of its words (ISO 639-1), "" where nothing is sure
    mailbox: str = ""  # by which a case comes


class Receive(Protocol):
    """What a box does with a mail: its own action. Returns what became of it ("notice:0190…"). Raises Refusal."""

    def __call__(self, *, incoming: Incoming, actor: Actor, now: datetime) -> str: ...


@dataclass(frozen=True)
class Unread:
    """A mail nothing could be made of. `sender`: of its envelope, "" for none."""

    raw: UUID
    mailbox: str
    sender: str
    why: str
    received_at: datetime


class Rescue(Protocol):
    """Part of the transaction that marks the mail as handled. Returns what became of it."""

    def __call__(self, *, unread: Unread, actor: Actor, now: datetime) -> str: ...


@dataclass(frozen=True)
class Box:
    """Whose matter a mail is. `signed`: only addresses that the desk made itself lead here. `takes_part`: which case of a
    number its sender takes part in, where `[#number]` in a subject may name one. `rescue`: what becomes of a mail nothing
    could be made of; without it, it is stuck."""

    receive: Receive
    signed: bool = False
    takes_part: TakesPart | None = None
    rescue: Rescue | None = None


@dataclass(frozen=True)
class Keeper:
    """Where bytes go and come from (the slice `files`, which stands beside this one: `config/wiring.py` brings them
    together)."""

    keep_raw: Callable[..., Any]
    keep_attachment: Callable[..., Any]
    read: Callable[[UUID], Any]


@dataclass(frozen=True)
class Destination:
    """Where a mail goes: its box, what a signed address names, and by which mailbox a case comes."""

    box: str
    key: UUID | None
    mailbox: str = ""


CASES = "help"  # the box of mail that comes by the mailboxes of the desk
BOXES: dict[str, Box] = {}
keeper: list[Keeper] = []
# Beside the post, too: in which language words are ("" where nothing is sure), whose mail has a wide measure.
tongue: list[Callable[[str], str]] = []
heard_first: list[Callable[[str], bool]] = []


def box_of(address: str) -> Destination | None:
    """Where an address leads, or None: then nobody is told more than that there is no such address. A mailbox of the desk
    leads to its cases."""
    place = place_of(address)
    if place is not None and place.box in BOXES:
        signed = BOXES[place.box].signed
        return Destination(place.box, place.key) if signed == (place.key is not None) else None
    found = viewing.of_address(address)
    return Destination(CASES, None, found.code) if found else None
