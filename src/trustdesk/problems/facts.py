"""What can have happened to problems. What is written of them may name people."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ProblemMade(
    Fact, kind="problem.made", subject="problem", says="{actor} began problem {number}: {title}", personal=("title",)
):
    problem: UUID
    number: int
    title: str


@dataclass(frozen=True, kw_only=True)
class ProblemChanged(
    Fact,
    kind="problem.changed",
    subject="problem",
    says="{actor} changed {changed} of problem {number}",
    personal=("values",),
):
    """`values`: JSON, what they are now."""

    problem: UUID
    number: int
    changed: list[str]
    values: str


@dataclass(frozen=True, kw_only=True)
class ProblemMoved(
    Fact,
    kind="problem.moved",
    subject="problem",
    says="{actor} moved problem {number} from {before} to {state}",
    personal=(),
):
    problem: UUID
    number: int
    before: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CasesLinked(
    Fact,
    kind="problem.cases_linked",
    subject="problem",
    says="{actor} linked {count} cases to problem {number}",
    personal=(),
):
    problem: UUID
    number: int
    cases: list[UUID]
    count: int


@dataclass(frozen=True, kw_only=True)
class CaseUnlinked(
    Fact,
    kind="problem.case_unlinked",
    subject="problem",
    says="{actor} took a case out of problem {number}",
    personal=(),
):
    problem: UUID
    number: int
    case: UUID


@dataclass(frozen=True, kw_only=True)
class TellingBegun(
    Fact,
    kind="problem.telling_begun",
    subject="problem",
    says="{actor} began to tell {cases} cases of problem {number} ({what})",
    personal=("text",),
):
    """`what`: note or reply."""

    problem: UUID
    number: int
    telling: UUID
    what: str
    text: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class CaseTold(
    Fact, kind="problem.case_told", subject="telling", says="A case of problem {number} was told", personal=()
):
    problem: UUID
    number: int
    telling: UUID
    case: UUID
    message: UUID


@dataclass(frozen=True, kw_only=True)
class TellingStopped(
    Fact,
    kind="problem.telling_stopped",
    subject="problem",
    says="{actor} stopped telling the cases of problem {number}; {taken_back} replies were taken back",
    personal=(),
):
    problem: UUID
    number: int
    telling: UUID
    taken_back: int


@dataclass(frozen=True, kw_only=True)
class FixHolds(
    Fact,
    kind="problem.fix_holds",
    subject="problem",
    says="Hardly anybody asks about problem {number} any more: {quiet} quiet days",
    personal=(),
):
    problem: UUID
    number: int
    quiet: int


@dataclass(frozen=True, kw_only=True)
class CameAgain(
    Fact, kind="problem.came_again", subject="problem", says="People ask about problem {number} again", personal=()
):
    problem: UUID
    number: int
