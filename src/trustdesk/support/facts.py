"""What can have happened to cases. What people wrote is personal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class CaseOpened(
    Fact,
    kind="case.opened",
    subject="case",
    says="{actor} opened case {number}: {title}",
    personal=("title", "address", "text"),
):
    """`text`: what its requester wrote first. `url`: their own page of it. `source` and `account_external_id` where they are
    an account of an app or site."""

    case: UUID
    number: int
    work: UUID
    channel: str
    title: str
    address: str
    account: UUID | None
    language: str
    market: str
    priority: str
    category: str = ""
    tags: tuple[str, ...] = ()
    text: str = ""
    url: str = ""
    source: UUID | None = None
    account_external_id: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReceived(
    Fact, kind="case.received", subject="case", says="A message of the requester came in by {channel}", personal=()
):
    """`case` is the one that took it: the successor of a merged case, the new one after a closed one."""

    case: UUID
    number: int
    message: UUID
    no: int
    channel: str
    automatic: bool


@dataclass(frozen=True, kw_only=True)
class ReplyWritten(
    Fact,
    kind="case.reply_written",
    subject="case",
    says="{actor} wrote a reply, which leaves at {leaves_at}",
    personal=(),
):
    case: UUID
    message: UUID
    leaves_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReplyUndone(
    Fact, kind="case.reply_undone", subject="case", says="{actor} took the reply back before it left", personal=()
):
    case: UUID
    message: UUID


@dataclass(frozen=True, kw_only=True)
class CaseReplied(
    Fact, kind="case.replied", subject="case", says="The reply on case {number} left the desk", personal=("text", "to")
):
    """A public message that can no longer be undone. The case's channel carries it: see `support.actions`."""

    case: UUID
    number: int
    message: UUID
    no: int
    channel: str
    to: str  # the requester's address, "" where there is none
    text: str
    by: str  # handle of who wrote, as the requester may read it
    automatic: bool
    account: UUID | None = None
    url: str = ""
    source: UUID | None = None
    account_external_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ReplyFailed(
    Fact, kind="case.reply_failed", subject="case", says="The reply could not be delivered: {why}", personal=("why",)
):
    case: UUID
    message: UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class CaseTalked(Fact, kind="case.talked", subject="case", says="{actor} talked with the requester", personal=()):
    """By phone: what waited is answered, without a message."""

    case: UUID


@dataclass(frozen=True, kw_only=True)
class CaseNoted(Fact, kind="case.noted", subject="case", says="{actor} wrote a note: {text}", personal=("text",)):
    case: UUID
    message: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class CaseStatusSet(
    Fact, kind="case.status_set", subject="case", says="{actor} moved the case from {before} to {status}", personal=()
):
    case: UUID
    number: int
    before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class CaseResolved(
    Fact, kind="case.resolved", subject="case", says="{actor} resolved case {number}", personal=("title",)
):
    case: UUID
    number: int
    channel: str
    account: UUID | None
    title: str = ""
    language: str = ""
    market: str = ""
    priority: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    opened_at: datetime | None = None
    url: str = ""
    source: UUID | None = None
    account_external_id: str = ""


@dataclass(frozen=True, kw_only=True)
class CasePrioritySet(
    Fact,
    kind="case.priority_set",
    subject="case",
    says="{actor} changed the priority from {before} to {priority}",
    personal=(),
):
    case: UUID
    before: str
    priority: str


@dataclass(frozen=True, kw_only=True)
class CaseSorted(
    Fact, kind="case.sorted", subject="case", says="{actor} changed {changed} of the case", personal=("values",)
):
    case: UUID
    changed: list[str]
    values: str  # JSON: what they are now


@dataclass(frozen=True, kw_only=True)
class CaseMacroUsed(
    Fact, kind="case.macro_used", subject="case", says="{actor} used version {version} of “{name}”", personal=()
):
    case: UUID
    macro: UUID
    name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class CaseMerged(
    Fact, kind="case.merged", subject="case", says="{actor} merged case {number} into case {into_number}", personal=()
):
    case: UUID
    number: int
    into: UUID
    into_number: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class CaseSplit(
    Fact,
    kind="case.split",
    subject="case",
    says="{actor} moved {messages} messages into case {new_number}",
    personal=(),
):
    case: UUID
    new: UUID
    new_number: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class CaseLinked(Fact, kind="case.linked", subject="case", says="{actor} linked the {to} {target}", personal=()):
    case: UUID
    to: str
    target: UUID


@dataclass(frozen=True, kw_only=True)
class CaseUnlinked(
    Fact, kind="case.unlinked", subject="case", says="{actor} removed the link to the {to} {target}", personal=()
):
    case: UUID
    to: str
    target: UUID


@dataclass(frozen=True, kw_only=True)
class CaseSnoozed(
    Fact, kind="case.snoozed", subject="case", says="{actor} put the case away until {until}", personal=()
):
    case: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class CaseWoken(Fact, kind="case.woken", subject="case", says="The case is back", personal=()):
    case: UUID


@dataclass(frozen=True, kw_only=True)
class FieldSet(Fact, kind="case.field_set", subject="field", says="{actor} set the field {name} of cases", personal=()):
    field: UUID
    name: str
    required_at: list[str]


@dataclass(frozen=True, kw_only=True)
class FieldArchived(
    Fact, kind="case.field_archived", subject="field", says="{actor} archived the field {name} of cases", personal=()
):
    field: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class FieldPutBack(
    Fact,
    kind="case.field_put_back",
    subject="field",
    says="{actor} took the field {name} of cases up again",
    personal=(),
):
    field: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class FieldMoved(
    Fact, kind="case.field_moved", subject="field", says="{actor} moved the field {name} to place {place}", personal=()
):
    field: UUID
    name: str
    place: int


@dataclass(frozen=True, kw_only=True)
class CaseViewSaved(
    Fact, kind="case.view_saved", subject="view", says="{actor} saved a view of cases ({reach})", personal=()
):
    view: UUID
    reach: str


@dataclass(frozen=True, kw_only=True)
class CaseViewDeleted(
    Fact, kind="case.view_deleted", subject="view", says="{actor} deleted a view of cases", personal=()
):
    view: UUID


@dataclass(frozen=True, kw_only=True)
class CasesExported(
    Fact,
    kind="case.exported",
    subject="export",
    says="{actor} took {rows} cases out as CSV ({what})",
    personal=("query",),
):
    """`query`: how the list was narrowed down. `what`: with messages or notes or without."""

    export: UUID
    query: str
    rows: int
    what: str


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(
    Fact,
    kind="case.assigned",
    subject="case",
    says="{actor} gave the case to {to_name}: {reason}",
    personal=("reason",),
):
    """`before`: who had it in hand, if anybody. `to`: nobody where it was given back for anyone."""

    case: UUID
    number: int
    to: UUID | None
    to_name: str
    before: UUID | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class CaseQueued(
    Fact, kind="case.queued", subject="case", says="{actor} moved the case from {before} to {queue}", personal=()
):
    case: UUID
    before: str
    queue: str


@dataclass(frozen=True, kw_only=True)
class CaseChangedInBulk(
    Fact,
    kind="case.changed_in_bulk",
    subject="case",
    says="{actor} changed the case together with {others} others: {what}",
    personal=(),
):
    case: UUID
    bulk: UUID
    others: int
    what: str


@dataclass(frozen=True, kw_only=True)
class BulkBegun(
    Fact, kind="case.bulk_begun", subject="bulk", says="{actor} began to change {cases} cases: {what}", personal=()
):
    bulk: UUID
    cases: int
    what: str


@dataclass(frozen=True, kw_only=True)
class BulkEnded(
    Fact,
    kind="case.bulk_ended",
    subject="bulk",
    says="{done} cases were changed, {skipped} left as they are",
    personal=(),
):
    bulk: UUID
    done: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class BulkCancelled(
    Fact,
    kind="case.bulk_cancelled",
    subject="bulk",
    says="{actor} stopped a change of many cases; {stopped} had no turn",
    personal=(),
):
    bulk: UUID
    stopped: int


@dataclass(frozen=True, kw_only=True)
class TimeWritten(
    Fact,
    kind="support.time_written",
    subject="case",
    says="{actor} wrote down {minutes} minutes spent on it",
    personal=("note",),
):
    """Fewer than none: taken away."""

    case: UUID
    minutes: int
    note: str
