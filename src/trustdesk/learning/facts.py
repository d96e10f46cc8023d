"""What can have happened in learning."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class LabelsBrought(
    Fact,
    kind="learning.labels_brought",
    subject="file",
    says="{actor} brought {rows} labelled texts for {label}, {positives} of which carry it",
    personal=(),
):
    file: UUID
    label: str
    name: str
    sha256: str
    rows: int
    positives: int


@dataclass(frozen=True, kw_only=True)
class LabelsForgotten(
    Fact,
    kind="learning.labels_forgotten",
    subject="file",
    says="{actor} threw the labelled texts of {name} for {label} away",
    personal=(),
):
    file: UUID
    label: str
    name: str


@dataclass(frozen=True, kw_only=True)
class StudyAsked(
    Fact, kind="learning.asked", subject="study", says="{actor} asked: {what} {label} ({source})", personal=()
):
    """`what`: measure or learn."""

    study: UUID
    what: str
    label: str
    source: str


@dataclass(frozen=True, kw_only=True)
class StudyFinished(
    Fact,
    kind="learning.measured",
    subject="study",
    says="The score of {label} ({version}) was measured on {rows} labelled texts, {positives} of which carry it",
    personal=(),
):
    study: UUID
    label: str
    version: str
    rows: int
    positives: int


@dataclass(frozen=True, kw_only=True)
class StudyFailed(
    Fact, kind="learning.failed", subject="study", says="{what} {label} came to nothing: {why}", personal=()
):
    study: UUID
    what: str
    label: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ModelProposed(
    Fact,
    kind="model.proposed",
    subject="model",
    says="{actor} proposed {label} version {number}, learnt from {rows} decisions of people",
    personal=(),
):
    """`gain`: of average precision over `against` on the same held-out decisions, with its 95 % interval."""

    model: UUID
    label: str
    number: int
    rows: int
    held_out: int
    against: str
    gain: float
    gain_low: float
    gain_high: float
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ModelShadowed(
    Fact, kind="model.shadowed", subject="model", says="{actor} put {label} version {number} in shadow", personal=()
):
    model: UUID
    label: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ModelWithdrawn(
    Fact,
    kind="model.withdrawn",
    subject="model",
    says="{actor} withdrew {label} version {number}: {why}",
    personal=(),
):
    model: UUID
    label: str
    number: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ModelReleased(
    Fact,
    kind="model.released",
    subject="model",
    says="{actor} released {label} version {number}, proposed by {proposer}, after {items} items in shadow",
    personal=(),
):
    """`replaces`: the version that answered before."""

    model: UUID
    label: str
    number: int
    proposer: str
    replaces: str
    items: int


@dataclass(frozen=True, kw_only=True)
class ModelRolledBack(
    Fact,
    kind="model.rolled_back",
    subject="model",
    says="{actor} took {label} version {number} out of force: {why}. {to} answers again",
    personal=(),
):
    model: UUID
    label: str
    number: int
    to: str
    why: str
