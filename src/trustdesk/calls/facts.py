"""What can have happened to telephone lines and calls."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class LineKept(
    Fact, kind="calls.line_kept", subject="line", says="{actor} kept the telephone line {name}: {what}", personal=()
):
    line: UUID
    name: str
    what: str


@dataclass(frozen=True, kw_only=True)
class LineSecretRotated(
    Fact,
    kind="calls.line_secret_rotated",
    subject="line",
    says="{actor} gave the telephone line {name} a new secret",
    personal=(),
):
    line: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class ExtensionSet(
    Fact,
    kind="calls.extension_set",
    subject="line",
    says="{actor} said who answers extension {extension}: {who}",
    personal=("who",),
):
    """`staff` None: nobody any more."""

    line: UUID
    extension: str
    staff: UUID | None
    who: str


@dataclass(frozen=True, kw_only=True)
class CallHeard(
    Fact,
    kind="calls.heard",
    subject="call",
    says="The exchange told of a call ({event}); it is now {state}",
    personal=("number",),
):
    call: UUID
    case: UUID | None
    line: UUID
    event: str
    state: str
    direction: str
    number: str
    staff: UUID | None


@dataclass(frozen=True, kw_only=True)
class CallLogged(
    Fact,
    kind="calls.logged",
    subject="case",
    says="{actor} wrote down a call of {minutes} minutes: {outcome}",
    personal=("note",),
):
    case: UUID
    call: UUID
    direction: str
    outcome: str
    minutes: int
    note: str


@dataclass(frozen=True, kw_only=True)
class CallGivenUp(
    Fact,
    kind="calls.given_up",
    subject="call",
    says="Nothing more was heard of the call; it counts as {state}",
    personal=(),
):
    """The exchange never told its end."""

    call: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class CallBackAsked(
    Fact,
    kind="calls.back_asked",
    subject="case",
    says="{actor} noted that the requester is to be called back",
    personal=("number",),
):
    """`missed`: nobody asked for it, a call of theirs was missed."""

    case: UUID
    callback: UUID
    number: str
    missed: bool


@dataclass(frozen=True, kw_only=True)
class CallBackTried(
    Fact,
    kind="calls.back_tried",
    subject="case",
    says="{actor} called back, try {tries}: {outcome}",
    personal=("note",),
):
    case: UUID
    callback: UUID
    tries: int
    outcome: str
    note: str


@dataclass(frozen=True, kw_only=True)
class CallBackEnded(Fact, kind="calls.back_ended", subject="case", says="The call-back ended: {state}", personal=()):
    """`state`: reached, given_up, settled (they were spoken with otherwise) or cancelled."""

    case: UUID
    callback: UUID
    state: str
