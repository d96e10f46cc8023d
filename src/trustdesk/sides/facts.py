"""What can have happened to side conversations. Words and addresses are personal."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class SideOpened(
    Fact,
    kind="side.opened",
    subject="case",
    says="{actor} wrote to {address} about this case: {text}",
    personal=("address", "text"),
):
    case: UUID
    side: UUID
    address: str
    text: str
    quoted: int


@dataclass(frozen=True, kw_only=True)
class SideWritten(
    Fact, kind="side.written", subject="case", says="{actor} wrote on to a department: {text}", personal=("text",)
):
    case: UUID
    side: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class SideHeard(
    Fact,
    kind="side.heard",
    subject="case",
    says="{actor} took in a mail of a side conversation ({how})",
    personal=(),
):
    case: UUID
    side: UUID
    how: str


@dataclass(frozen=True, kw_only=True)
class SideClosed(Fact, kind="side.closed", subject="case", says="{actor} ended a side conversation", personal=()):
    case: UUID
    side: UUID


@dataclass(frozen=True, kw_only=True)
class DepartmentSet(
    Fact,
    kind="side.department_set",
    subject="code",
    says="{actor} wrote the department {name} into the address book: {address}",
    personal=("address",),
):
    code: str
    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class DepartmentDropped(
    Fact,
    kind="side.department_dropped",
    subject="code",
    says="{actor} took the department {code} out of the address book",
    personal=(),
):
    code: str
