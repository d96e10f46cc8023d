"""What can have happened on the way to the register."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class StatementsBatched(
    Fact,
    kind="register.batched",
    subject="batch",
    says="{actor} put {count} statements of reasons into batch {number} for the EU's register",
    personal=(),
):
    batch: UUID
    number: int
    source: UUID
    count: int


@dataclass(frozen=True, kw_only=True)
class StatementsWritten(
    Fact,
    kind="register.written",
    subject="batch",
    says="{actor} wrote batch {number} for the EU's register to a file",
    personal=(),
):
    """`sha256`: of the file, hex."""

    batch: UUID
    number: int
    source: UUID
    sha256: str


@dataclass(frozen=True, kw_only=True)
class StatementsOffered(
    Fact,
    kind="register.offered",
    subject="batch",
    says="{actor} sends {count} statements of batch {number} to the EU's register",
    personal=(),
):
    """Recorded before they leave: should the answer be lost, the register is asked what it has."""

    batch: UUID
    number: int
    source: UUID
    count: int


@dataclass(frozen=True, kw_only=True)
class StatementsAnswered(
    Fact,
    kind="register.answered",
    subject="batch",
    says="The EU's register took {taken} statements of batch {number} and refused {refused}",
    personal=(),
):
    batch: UUID
    number: int
    source: UUID
    taken: int
    refused: int
