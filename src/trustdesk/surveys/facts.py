"""What can have happened to surveys. What people said, and their addresses, are personal."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class SurveyAsked(
    Fact,
    kind="survey.asked",
    subject="case",
    says="The requester of case {number} was asked how they were helped",
    personal=(),
):
    case: UUID
    number: int
    survey: UUID


@dataclass(frozen=True, kw_only=True)
class SurveyDropped(
    Fact, kind="survey.dropped", subject="case", says="Nobody was asked about case {number}: {why}", personal=()
):
    """`why`: one of rules.WHYS."""

    case: UUID
    number: int
    survey: UUID
    why: str


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(
    Fact,
    kind="survey.answered",
    subject="case",
    says="The requester of case {number} gave it {score} of 5",
    personal=("said",),
):
    """`again`: they changed their mind."""

    case: UUID
    number: int
    survey: UUID
    score: int
    said: str
    again: bool


@dataclass(frozen=True, kw_only=True)
class SurveysStopped(
    Fact, kind="survey.stopped", subject="optout", says="Somebody wants to be asked no more", personal=("address",)
):
    optout: UUID
    address: str


@dataclass(frozen=True, kw_only=True)
class AskingSet(
    Fact,
    kind="survey.asking_set",
    subject="setup",
    says="{actor} set surveys: on {on}, {after_hours} hours after, at most once in {rest_days} days",
    personal=(),
):
    setup: UUID
    on: bool
    after_hours: int
    rest_days: int
