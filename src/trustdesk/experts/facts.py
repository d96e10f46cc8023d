"""What can have happened to questions for experts."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class FieldKept(
    Fact,
    kind="experts.field_kept",
    subject="field",
    says="{actor} kept the field of knowledge {name}: {what}",
    personal=(),
):
    field: UUID
    name: str
    what: str


@dataclass(frozen=True, kw_only=True)
class ExpertAsked(
    Fact, kind="experts.asked", subject="question", says="{actor} asked an expert of {field}", personal=("text",)
):
    question: UUID
    about: UUID | None
    field: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ExpertAnswered(
    Fact, kind="experts.answered", subject="question", says="{actor} answered: {title}", personal=("title", "text")
):
    """`answer` was there before when `text` is empty."""

    question: UUID
    answer: UUID
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ExpertDeclined(
    Fact, kind="experts.declined", subject="question", says="{actor} said that it cannot be answered", personal=("why",)
):
    question: UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class QuestionWithdrawn(
    Fact, kind="experts.withdrawn", subject="question", says="{actor} took the question back", personal=()
):
    question: UUID


@dataclass(frozen=True, kw_only=True)
class QuestionHandedOn(
    Fact, kind="experts.handed_on", subject="question", says="{actor} handed the question on to {field}", personal=()
):
    question: UUID
    field: str


@dataclass(frozen=True, kw_only=True)
class AnswerServed(
    Fact,
    kind="experts.served",
    subject="answer",
    says="An answer served {actor} without anybody being asked",
    personal=("text",),
):
    answer: UUID
    question: UUID
    about: UUID | None
    text: str


@dataclass(frozen=True, kw_only=True)
class AnswerKept(Fact, kind="experts.answer_kept", subject="answer", says="{actor} {what} an answer", personal=()):
    """`what`: confirmed, replaced, retired."""

    answer: UUID
    what: str
