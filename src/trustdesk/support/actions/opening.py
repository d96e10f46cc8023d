"""A case begins, and its requester writes. The door for channels: see `support.actions`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trustdesk.clocks import actions as clocks
from trustdesk.clocks.actions import Priority
from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Queue
from trustdesk.support import queries, rules
from trustdesk.support.actions.moving import change, locked, move, requester, wake_row, write
from trustdesk.support.facts import CaseLinked, CaseOpened, CaseReceived
from trustdesk.support.models import Case, Link, Message, Participant
from trustdesk.support.refusals import NoSuchCase
from trustdesk.support.views import Attachment


@dataclass(frozen=True)
class Opened:
    """A case that has begun, with its first message."""

    id: UUID
    number: int
    message: UUID


@dataclass(frozen=True)
class Received:
    """Where a message went. `opened`: a new case, which follows a closed one; `again`: it was there already."""

    case: UUID
    number: int
    message: UUID
    opened: bool = False
    again: bool = False


@action(right="support.write")
def open_case(
    *,
    actor: Actor,
    channel: str,
    text: str,
    now: datetime,
    subject: str = "",
    account: UUID | None = None,
    name: str = "",
    address: str = "",
    language: str = "",
    market: str = "",
    category: str = "",
    intent: str = "",
    priority: str = "normal",
    tags: Sequence[str] = (),
    fields: Mapping[str, Any] | None = None,
    mailbox: str = "",
    queue: str = "",
    parent: UUID | None = None,
    quoted: str = "",
    html: UUID | None = None,
    raw: UUID | None = None,
    files: Sequence[UUID] = (),
    attached: Sequence[Attachment] = (),
    external_id: str = "",
    automatic: bool = False,
    at: datetime | None = None,
) -> Opened:
    """Open a case with what its requester wrote; its clocks start at `at` (by default now). Raises Invalid (account,
    priority, tags, fields, queue, parent)."""
    wrong: dict[str, str] = {}
    account_row = content.accounts([account]).get(account) if account else None
    if account and account_row is None:
        wrong["account"] = "There is no such account."
    if priority not in rules.PRIORITIES:
        wrong["priority"] = "Choose a priority."
    kept_tags, wrong_tags = rules.tags_of(tags)
    if wrong_tags:
        wrong["tags"] = wrong_tags
    values, wrong_fields = rules.checked(queries.field_rules(), fields or {})
    wrong |= {f"fields.{code}": why for code, why in wrong_fields.items()}
    if parent and not Case.objects.filter(id=parent).exists():
        wrong["parent"] = "There is no such case."
    if wrong:
        raise Invalid("The case could not be opened.", fields=wrong)
    if account_row is not None:
        name, language = name or account_row.name or account_row.external_id, language or account_row.language
    subject = rules.one_line(subject) or rules.one_line(text.strip().split("\n", 1)[0][:80])
    name, at = rules.one_line(name), min(at or now, now)
    row = begin(
        actor=actor,
        now=now,
        at=at,
        subject=subject,
        account_id=account,
        name=name,
        address=rules.folded(address),
        language=language[:12],
        market=market,
        channel=channel,
        mailbox=mailbox,
        category=category[:80],
        intent=intent[:80],
        priority=priority,
        queue=queue,
        said=text,
        tags=kept_tags,
        fields={code: value for code, value in values.items() if value is not None},
        parent_id=parent,
        waiting_since=None if automatic else at,
    )
    message = write(
        row,
        direction="in",
        state="received",
        actor=actor,
        at=at,
        text=text,
        by_person=not automatic,
        author_name=name,
        address=row.address,
        quoted=quoted.replace("\0", "\ufffd"),
        html=html,
        raw=raw,
        files=list(dict.fromkeys(files)),
        attached=[one.told() for one in attached],
        external_id=external_id[:320],
    )
    return Opened(id=row.id, number=row.number, message=message.id)


@action(right="-")
def begin(*, actor: Actor, now: datetime, at: datetime, queue: str, said: str, **columns: Any) -> Case:
    """The row of a case with its work, its clocks and its requester as who takes part; the caller writes its messages, of
    which `said` is the requester's first.
    Raises Invalid (queue)."""
    score, parts = rules.score_of(columns["priority"], columns["channel"])
    work_id = work.open_work(
        actor=actor,
        kind=rules.KIND,
        queue=queue or _queue(now),
        lane=rules.LANE,
        score=score,
        score_parts=parts,
        now=now,
        subject_line=columns["subject"] or columns["name"] or columns["address"],
        category=columns["category"],
        language=columns["language"],
        market=columns["market"],
        tags=columns["tags"],
    )
    row = Case(work_id=work_id, number=_number(), opened_at=now, changed_at=now, **columns)
    row.save(force_insert=True)
    if row.address:
        Participant.objects.create(case=row, address=row.address, name=row.name)
    priority = Priority(row.priority)
    clocks.opened(actor=actor, work_id=work_id, now=now, channel=row.channel, priority=priority, at=at)
    record(
        CaseOpened(
            case=row.id,
            number=row.number,
            work=work_id,
            channel=row.channel,
            title=row.subject,
            address=row.address,
            language=row.language,
            market=row.market,
            priority=row.priority,
            category=row.category,
            tags=tuple(row.tags),
            text=said.replace("\0", "\ufffd"),
            **requester(row),
        ),
        actor=actor,
        at=now,
    )
    return row


def receive(
    *,
    actor: Actor,
    case_id: UUID,
    text: str,
    now: datetime,
    name: str = "",
    address: str = "",
    channel: str = "",
    quoted: str = "",
    html: UUID | None = None,
    raw: UUID | None = None,
    files: Sequence[UUID] = (),
    attached: Sequence[Attachment] = (),
    external_id: str = "",
    automatic: bool = False,
    at: datetime | None = None,
) -> Received:
    """The requester, or somebody who takes part, wrote. Raises NoSuchCase, Forbidden."""
    actor.require("support.write")
    with transaction.atomic():
        row = _taking(case_id, actor=actor)
        if (known := _known(row, external_id)) is not None:
            return Received(case=row.id, number=row.number, message=known, again=True)
        message = {
            "text": text,
            "name": rules.one_line(name) or row.name,
            "channel": channel or row.channel,
            "quoted": quoted,
            "html": html,
            "raw": raw,
            "files": files,
            "attached": attached,
            "external_id": external_id,
            "automatic": automatic,
            "at": at,
        }
        if row.status == "closed":
            return _follow(actor=actor, row=row, address=address or row.address, now=now, message=message)
        return _take_in(actor=actor, row=row, address=rules.folded(address), now=now, message=message)


@action(right="-")
def _take_in(*, actor: Actor, row: Case, address: str, now: datetime, message: dict[str, Any]) -> Received:
    automatic, at = message["automatic"], min(message["at"] or now, now)
    kept = write(
        row,
        direction="in",
        state="received",
        actor=actor,
        at=at,
        text=message["text"],
        by_person=not automatic,
        author_name=message["name"],
        address=address,
        channel=message["channel"],
        quoted=message["quoted"].replace("\0", "\ufffd"),
        html=message["html"],
        raw=message["raw"],
        files=list(dict.fromkeys(message["files"])),
        attached=[one.told() for one in message["attached"]],
        external_id=message["external_id"][:320],
    )
    if address:
        Participant.objects.get_or_create(case_id=row.id, address=address, defaults={"name": kept.author_name})
    record(
        CaseReceived(
            case=row.id, number=row.number, message=kept.id, no=kept.no, channel=kept.channel, automatic=automatic
        ),
        actor=actor,
        at=now,
    )
    if automatic:
        change(row, now=now)
    else:
        status = clocks.message_in(actor=actor, work_id=row.work_id, now=now, at=at)
        change(row, now=now, waiting_since=row.waiting_since or at)
        move(row, status.value, actor=actor, now=now, clocked=True)
        wake_row(row, actor=actor, now=now)
    return Received(case=row.id, number=row.number, message=kept.id)


@action(right="-")
def _follow(*, actor: Actor, row: Case, address: str, now: datetime, message: dict[str, Any]) -> Received:
    """A closed case stays closed: what comes opens one that follows it, with the same requester."""
    opened = open_case(
        actor=actor,
        now=now,
        subject=row.subject,
        account=row.account_id,
        address=address,
        language=row.language,
        market=row.market,
        category=row.category,
        mailbox=row.mailbox,
        queue=queries.queue_of(row.work_id),
        **message,
    )
    Link.objects.create(case_id=opened.id, kind="follows", target=row.id, at=now)
    record(CaseLinked(case=opened.id, to="follows", target=row.id), actor=actor, at=now)
    return Received(case=opened.id, number=opened.number, message=opened.message, opened=True)


def _taking(case_id: UUID, *, actor: Actor) -> Case:
    """The case that takes what is meant for this one, locked: of a merged one its successor."""
    while True:
        found = Case.objects.filter(id=case_id).values_list("merged_into", flat=True).first()
        if found is None and not Case.objects.filter(id=case_id).exists():
            raise NoSuchCase
        if found is None:
            row = locked(case_id, actor=actor, right="support.write")
            if row.merged_into_id is None:
                return row
            found = row.merged_into_id  # merged while we waited for it
        case_id = found


def _known(row: Case, external_id: str) -> UUID | None:
    """The message of this name, if it is here already."""
    if not external_id:
        return None
    named = Message.objects.filter(case_id=row.id, direction="in", external_id=external_id[:320])
    return named.values_list("id", flat=True).first()


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('support_case_number')")
        return int(cursor.fetchone()[0])


def _queue(now: datetime) -> str:
    if not Queue.objects.filter(code=rules.QUEUE).exists():
        work.set_queue(
            actor=SYSTEM, code=rules.QUEUE, name="Cases", right="support.answer", kinds=[rules.KIND], now=now
        )
    return rules.QUEUE
