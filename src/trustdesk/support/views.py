"""Cases, messages and links as others see them: frozen, made of rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.work.models import WorkItem
from trustdesk.support.models import Case, Message


@dataclass(frozen=True)
class CaseView:
    """A case as lists and pages show it. `messages` is the number of its last message, for the send-guard of `reply`."""

    id: UUID
    number: int
    work: UUID
    subject: str
    account: UUID | None
    name: str
    address: str
    language: str
    market: str
    channel: str
    mailbox: str
    category: str
    intent: str
    priority: str
    status: str
    tags: tuple[str, ...]
    fields: dict[str, Any]
    merged_into: UUID | None
    parent: UUID | None
    snoozed_until: datetime | None
    messages: int
    waiting_since: datetime | None
    opened_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    version: int
    live: bool
    queue: str
    holder: UUID | None
    holder_name: str
    due_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def who(self) -> str:
        """The requester, as one calls them; "" for nobody known."""
        return self.name or self.address


@dataclass(frozen=True)
class Attachment:
    """A file of a message or a draft, as it was called there: a name without tricks, what it is (by its content where that
    is known), its size in bytes, marks of danger (codes of `post.queries.MARKS`)."""

    file: UUID
    name: str
    type: str
    size: int
    marks: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As it is kept in a row."""
        kept = {"file": str(self.file), "name": self.name, "type": self.type, "size": self.size}
        return kept | {"marks": list(self.marks)}


def attachments(told: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    """What `told` wrote."""
    return tuple(
        Attachment(UUID(one["file"]), one["name"], one["type"], one["size"], tuple(one["marks"])) for one in told
    )


@dataclass(frozen=True)
class MessageView:
    """One message. `direction`: in, out or note; `leaves_at` while a reply can be undone; `files` and `html` are files."""

    id: UUID
    case: UUID
    no: int
    direction: str
    state: str
    staff: UUID | None
    by: str
    handle: str  # how platform users may read who wrote, "" for who is not staff
    address: str
    text: str
    quoted: str
    html: UUID | None
    raw: UUID | None
    files: tuple[UUID, ...]
    channel: str
    external_id: str
    automatic: bool
    at: datetime
    leaves_at: datetime | None
    then_status: str
    why: str
    moved_from: int | None  # the number of the case it was written in
    attached: tuple[Attachment, ...] = ()  # what `files` are called, where that is known


@dataclass(frozen=True)
class LinkView:
    kind: str
    target: UUID
    label: str
    at: datetime


def view(row: Case) -> CaseView:
    work = row.work
    # In hand, or kept a while for who asked another team: the answer is there.
    kept = work.state == WorkItem.State.HELD and row.status == "open" and row.snoozed_until is None
    held = work.state == WorkItem.State.CLAIMED or kept
    return CaseView(
        id=row.id,
        number=row.number,
        work=row.work_id,
        subject=row.subject,
        account=row.account_id,
        name=row.name,
        address=row.address,
        language=row.language,
        market=row.market,
        channel=row.channel,
        mailbox=row.mailbox,
        category=row.category,
        intent=row.intent,
        priority=row.priority,
        status=row.status,
        tags=tuple(row.tags),
        fields=dict(row.fields),
        merged_into=row.merged_into_id,
        parent=row.parent_id,
        snoozed_until=row.snoozed_until,
        messages=row.messages,
        waiting_since=row.waiting_since,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        ended_at=row.ended_at,
        version=row.version,
        live=row.live,
        queue=work.queue.code,
        holder=work.holder_id if held else None,
        holder_name=work.holder.name if held and work.holder else "",
        due_at=work.due_at if row.ended_at is None else None,
    )


def message_view(row: Message) -> MessageView:
    return MessageView(
        id=row.id,
        case=row.case_id,
        no=row.no,
        direction=row.direction,
        state=row.state,
        staff=row.staff_id,
        by=row.staff.name if row.staff else row.author_name,
        handle=row.staff.handle if row.staff else "",
        address=row.address,
        text=row.text,
        quoted=row.quoted,
        html=row.html,
        raw=row.raw,
        files=tuple(row.files),
        channel=row.channel,
        external_id=row.external_id,
        automatic=row.automatic,
        at=row.at,
        leaves_at=row.leaves_at,
        then_status=row.then_status,
        why=row.why,
        moved_from=row.moved_from.number if row.moved_from else None,
        attached=attachments(row.attached),
    )
