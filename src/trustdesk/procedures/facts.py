"""What can have happened to procedures. What was noted of people is personal."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ProcedureKept(
    Fact,
    kind="procedure.kept",
    subject="procedure",
    says="{actor} kept version {number} of the procedure {code}",
    personal=(),
):
    procedure: UUID
    code: str
    number: int


@dataclass(frozen=True, kw_only=True)
class RunStarted(
    Fact,
    kind="procedure.started",
    subject="case",
    says="{actor} started the procedure {code}, version {number}",
    personal=(),
):
    case: UUID
    run: UUID
    code: str
    number: int


@dataclass(frozen=True, kw_only=True)
class StepTicked(
    Fact, kind="procedure.ticked", subject="case", says="{actor} ticked {step} of {code}: {answer}", personal=("note",)
):
    case: UUID
    run: UUID
    code: str
    step: str
    answer: str
    note: str


@dataclass(frozen=True, kw_only=True)
class StepTakenBack(
    Fact,
    kind="procedure.taken_back",
    subject="case",
    says="{actor} took the tick of {step} of {code} back",
    personal=(),
):
    case: UUID
    run: UUID
    code: str
    step: str


@dataclass(frozen=True, kw_only=True)
class ProofNoted(
    Fact,
    kind="procedure.proof_noted",
    subject="case",
    says="{actor} looked at a proof of identity ({document}): {showed}",
    personal=("showed",),
):
    """`kept`: the document stays until its day; else it was only looked at."""

    case: UUID
    run: UUID
    proof: UUID
    document: str
    showed: str
    kept: bool


@dataclass(frozen=True, kw_only=True)
class ProofForgotten(
    Fact,
    kind="procedure.proof_forgotten",
    subject="case",
    says="A document that proved identity was deleted",
    personal=(),
):
    case: UUID
    run: UUID
    proof: UUID


@dataclass(frozen=True, kw_only=True)
class RunEnded(
    Fact,
    kind="procedure.ended",
    subject="case",
    says="{actor} ended the procedure {code}: {outcome}",
    personal=(),
):
    """`outcome`: proven, not_proven, refused or done."""

    case: UUID
    run: UUID
    code: str
    number: int
    outcome: str
    account: UUID | None


@dataclass(frozen=True, kw_only=True)
class RunStopped(
    Fact,
    kind="procedure.stopped",
    subject="case",
    says="{actor} stopped the procedure {code}: {why}",
    personal=("why",),
):
    case: UUID
    run: UUID
    code: str
    why: str
