"""What one may ask of procedures. Views are frozen; what is shown of a case is for who may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import F

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.procedures import rules
from trustdesk.procedures.models import ProcedureVersion, Proof, Run, Tick
from trustdesk.procedures.rules import DOCUMENTS, Step, said
from trustdesk.support import queries as support

__all__ = ["DOCUMENTS", "NoSuchProcedure", "Step", "said"]


class NoSuchProcedure(NotFound):
    """There is no such procedure."""


@dataclass(frozen=True)
class ProcedureView:
    """A procedure as it is started now, with the words it was written in."""

    id: UUID
    code: str
    number: int
    version: UUID
    source: str
    author: str
    at: datetime
    whole: rules.Procedure


@dataclass(frozen=True)
class VersionView:
    number: int
    author: str
    at: datetime
    source: str


@dataclass(frozen=True)
class TickView:
    step: Step
    answer: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ProofView:
    id: UUID
    step: str
    document: str
    showed: str
    file: UUID | None
    forget_at: datetime | None
    forgotten_at: datetime | None
    by: str
    at: datetime


@dataclass(frozen=True)
class RunView:
    """A procedure on a case. `step`: the one to do now, None once it is over. `version`: what whoever ticks has seen."""

    id: UUID
    case: UUID
    code: str
    number: int
    whole: rules.Procedure
    step: Step | None
    state: str
    outcome: str
    why: str
    started_at: datetime
    ended_at: datetime | None
    version: int
    moved_by: str
    ticks: tuple[TickView, ...]
    proofs: tuple[ProofView, ...]

    @property
    def proof_here(self) -> bool:
        """Was a proof noted at this step?"""
        return self.step is not None and any(one.step == self.step.code for one in self.proofs)


@dataclass(frozen=True)
class Attachment:
    """A file of the requester's messages that may be the document."""

    file: UUID
    raw: UUID | None
    name: str
    at: datetime


def listed() -> list[ProcedureView]:
    """Every procedure in its newest version, by code; one query."""
    rows = ProcedureVersion.objects.filter(number=F("procedure__number")).select_related("procedure")
    return [_procedure(row) for row in rows.order_by("procedure__code")]


def by_code(code: str) -> ProcedureView:
    """Raises NoSuchProcedure."""
    row = (
        ProcedureVersion.objects.filter(procedure__code=code[:40].replace("\0", ""), number=F("procedure__number"))
        .select_related("procedure")
        .first()
    )
    if row is None:
        raise NoSuchProcedure
    return _procedure(row)


def versions(procedure_id: UUID) -> list[VersionView]:
    rows = ProcedureVersion.objects.filter(procedure_id=procedure_id).order_by("-number")[:50]
    return [VersionView(row.number, row.author, row.at, row.source) for row in rows]


def of_case(case_id: UUID) -> list[RunView]:
    """The procedures of a case, those that run first, then the newest; three queries."""
    rows = list(Run.objects.filter(case_id=case_id).select_related("of", "procedure").order_by("-id")[:20])
    found = _runs(rows)
    return sorted(found, key=lambda one: one.state != "running")


def run(run_id: UUID) -> RunView | None:
    rows = list(Run.objects.filter(id=run_id).select_related("of", "procedure"))
    return _runs(rows)[0] if rows else None


def attachments_of(case_id: UUID) -> list[Attachment]:
    """What the requester sent, the newest first."""
    return [
        Attachment(file=file, raw=one.raw, name=f"{one.no}.{n}", at=one.at)
        for one in reversed(support.conversation(case_id))
        if one.direction == "in"
        for n, file in enumerate(one.files, 1)
    ][:20]


def proven(case_id: UUID) -> datetime | None:
    """When it was last proven on this case who asks; None when it was not."""
    rows = Run.objects.filter(case_id=case_id, state="ended", outcome="proven").order_by("-ended_at")
    return rows.values_list("ended_at", flat=True).first()


def _procedure(row: ProcedureVersion) -> ProcedureView:
    return ProcedureView(
        id=row.procedure_id,
        code=row.procedure.code,
        number=row.number,
        version=row.id,
        source=row.source,
        author=row.author,
        at=row.at,
        whole=rules.read(row.source),
    )


def _runs(rows: Sequence[Run]) -> list[RunView]:
    ids = [row.id for row in rows]
    ticks = _by_run(Tick.objects.filter(run_id__in=ids).order_by("id"))
    proofs = _by_run(Proof.objects.filter(run_id__in=ids).order_by("id"))
    return [_run(row, ticks.get(row.id, []), proofs.get(row.id, [])) for row in rows]


_Of = TypeVar("_Of", Tick, Proof)


def _by_run(rows: Iterable[_Of]) -> dict[UUID, list[_Of]]:
    found: dict[UUID, list[_Of]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def _run(row: Run, ticks: list[Tick], proofs: list[Proof]) -> RunView:
    whole = rules.read(row.of.source)
    known = {one.code: one for one in whole.steps}
    return RunView(
        id=row.id,
        case=row.case_id,
        code=row.procedure.code,
        number=row.of.number,
        whole=whole,
        step=known.get(row.step) if row.state == "running" else None,
        state=row.state,
        outcome=row.outcome,
        why=row.why,
        started_at=row.started_at,
        ended_at=row.ended_at,
        version=row.version,
        moved_by=row.moved_by,
        ticks=tuple(
            TickView(known[one.step], one.answer, one.note, one.by, one.at) for one in ticks if one.step in known
        ),
        proofs=tuple(
            ProofView(
                one.id, one.step, one.document, one.showed, one.file, one.forget_at, one.forgotten_at, one.by, one.at
            )
            for one in proofs
        ),
    )
