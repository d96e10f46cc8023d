"""A visitor begins, says something, is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from trustdesk.chat import rules, telling
from trustdesk.chat.facts import ChatBegun, ChatMoved, ChatOpened
from trustdesk.chat.models import Chat
from trustdesk.chat.refusals import ChatOver, NoSuchChat, TooManyChats, TooMuchSaid, TooQuick
from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Queue
from trustdesk.support import actions as cases
from trustdesk.support import queries as support


@dataclass(frozen=True)
class Kept:
    """A message that is kept. `again`: it was already."""

    case: UUID
    message: UUID
    again: bool


@action(right="support.write")
def open_chat(
    *,
    actor: Actor,
    now: datetime,
    account: UUID | None = None,
    name: str = "",
    address: str = "",
    language: str = "",
    origin: str = "",
    network: str = "",
) -> UUID:
    """Open a chat for an account or for a stranger; it has a case once something is said. Raises Invalid (account),
    TooManyChats (from one network)."""
    if account is not None and account not in content.accounts([account]):
        raise Invalid("The chat could not be opened.", fields={"account": "There is no such account."})
    since = now - rules.BEGUN_OVER
    if network and Chat.objects.filter(network=network, opened_at__gt=since).count() >= rules.MOST_BEGUN:
        raise TooManyChats
    row = Chat(
        account_id=account,
        name=" ".join(name.replace("\0", "").split())[:80],
        address=address.strip()[:254],
        language=language[:12],
        origin=origin.replace("\0", "")[:200],
        network=network,
        opened_at=now,
        seen_at=now,
    )
    row.save(force_insert=True)
    record(ChatOpened(chat=row.id, account=account, origin=row.origin), actor=actor, at=now)
    return row.id


def say(*, actor: Actor, chat_id: UUID, message_id: UUID, text: str, now: datetime) -> Kept:
    """The visitor says something; the first opens the case. The same `message_id`, made by their page, is the same message,
    however often it comes. Raises NoSuchChat, ChatOver, TooQuick, TooMuchSaid, Invalid (text)."""
    actor.require("support.write")
    external = f"chat:{message_id}"
    if (known := _known(chat_id, external)) is not None:
        return known
    with transaction.atomic():
        return _say(actor=actor, chat_id=chat_id, external=external, text=text, now=now)


def _say(*, actor: Actor, chat_id: UUID, external: str, text: str, now: datetime) -> Kept:
    row = _locked(chat_id)
    text = text.replace("\0", "\ufffd").strip()
    if not text or len(text) > rules.LONGEST:
        words = "Write a few words." if not text else "This is too long for a chat."
        raise Invalid(words, fields={"text": words})
    if row.ended_at is not None:
        raise ChatOver
    if row.said >= rules.MOST:
        raise TooMuchSaid
    if (window := rules.burst(since=row.burst_at, count=row.burst, now=now)) is None:
        raise TooQuick
    if row.case_id is None:
        kept = _begin(actor=actor, row=row, external=external, text=text, now=now)
    else:
        kept = _go_on(row, row.case_id, actor=actor, external=external, text=text, now=now)
    if not kept.again:
        Chat.objects.filter(id=row.id).update(
            case_id=kept.case, said=row.said + 1, said_at=now, seen_at=now, burst_at=window[0], burst=window[1]
        )
    return kept


@action(right="-")
def _begin(*, actor: Actor, row: Chat, external: str, text: str, now: datetime) -> Kept:
    opened = cases.open_case(
        actor=actor,
        channel=rules.CHANNEL,
        text=text,
        account=row.account_id,
        name=row.name,
        address=row.address,
        language=row.language,
        queue=_queue(now),
        external_id=external,
        now=now,
    )
    cases.set_live(case_id=opened.id, live=True, now=now)
    record(ChatBegun(case=opened.id, chat=row.id), actor=actor, at=now)
    return Kept(case=opened.id, message=opened.message, again=False)


def _go_on(row: Chat, case_id: UUID, *, actor: Actor, external: str, text: str, now: datetime) -> Kept:
    received = cases.receive(
        actor=actor,
        case_id=case_id,
        text=text,
        name=row.name,
        channel=rules.CHANNEL,
        external_id=external,
        now=now,
    )
    if received.case != case_id:  # merged a moment ago, or closed: said in the one that follows
        _move(actor=actor, row=row, to=received.case, now=now)
        telling.tell_visitor(case_id, moved=True)
    return Kept(case=received.case, message=received.message, again=received.again)


@action(right="-")
def _move(*, actor: Actor, row: Chat, to: UUID, now: datetime) -> None:
    cases.set_live(case_id=to, live=True, now=now)
    record(ChatMoved(case=to, chat=row.id), actor=actor, at=now)


@action(right="-")
def follow(*, actor: Actor, case_id: UUID, into: UUID, now: datetime) -> int:
    """The chats of a case that was merged go on in its successor: how many. Raises NoSuchChat (none went on)."""
    rows = list(Chat.objects.select_for_update().filter(case_id=case_id, ended_at=None))
    if not rows:
        raise NoSuchChat
    for row in rows:
        Chat.objects.filter(id=row.id).update(case_id=into)
        record(ChatMoved(case=into, chat=row.id), actor=actor, at=now)
    cases.set_live(case_id=into, live=True, now=now)
    telling.tell_visitor(case_id, moved=True)
    return len(rows)


def be_here(*, chat_id: UUID, writes: bool, now: datetime) -> None:
    """The visitor has the page open, and writes. Not an action: it comes every few seconds. Raises NoSuchChat."""
    row = Chat.objects.filter(id=chat_id).first()
    if row is None:
        raise NoSuchChat
    if row.ended_at is None:
        Chat.objects.filter(id=chat_id, ended_at=None).update(seen_at=now)
        if row.case_id is not None and (case := support.by_id(row.case_id)) is not None:
            telling.tell_desk(case, writes=writes, here=True)


def keep_address(*, chat_id: UUID, address: str) -> None:
    """Where the visitor is written to after the chat; what is known already stays. Not an action: the letter is told."""
    Chat.objects.filter(id=chat_id, address="").update(address=address.strip()[:254])


def _locked(chat_id: UUID) -> Chat:
    row = Chat.objects.select_for_update(of=("self",)).filter(id=chat_id).first()
    if row is None:
        raise NoSuchChat
    return row


def _known(chat_id: UUID, external: str) -> Kept | None:
    """This message, if it is kept: of a chat that has ended too, and wherever its case has gone."""
    mine = Chat.objects.filter(id=chat_id).values_list("case_id", flat=True).first()
    if mine is None:
        return None
    for case_id in support.by_external_id(external):
        if support.successor_of(case_id) == support.successor_of(mine):
            found = next((one for one in support.conversation(case_id) if one.external_id == external), None)
            return Kept(case=case_id, message=found.id if found else case_id, again=True)
    return None


def _queue(now: datetime) -> str:
    if not Queue.objects.filter(code=rules.QUEUE).exists():
        work.set_queue(
            actor=SYSTEM,
            code=rules.QUEUE,
            name="Chats",
            right=rules.RIGHT,
            kinds=["case"],
            lease_seconds=1800,
            now=now,
        )
    return rules.QUEUE
