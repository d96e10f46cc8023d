"""What can have happened to hand-overs. What was said in them is personal: it speaks of people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class Escalated(
    Fact,
    kind="escalation.opened",
    subject="escalation",
    says="{actor} asked the team {team} ({severity}): {reason}",
    personal=("reason",),
):
    escalation: UUID
    work: UUID
    about: UUID
    team: str
    severity: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class EscalationAccepted(
    Fact, kind="escalation.accepted", subject="escalation", says="{actor} accepted it", personal=()
):
    escalation: UUID


@dataclass(frozen=True, kw_only=True)
class EscalationAnswered(
    Fact, kind="escalation.answered", subject="escalation", says="{actor} answered: {text}", personal=("text",)
):
    escalation: UUID
    about: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationReturned(
    Fact,
    kind="escalation.returned",
    subject="escalation",
    says="{actor} handed it back: {text}",
    personal=("text",),
):
    escalation: UUID
    about: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationFollowedUp(
    Fact, kind="escalation.followed_up", subject="escalation", says="{actor} asked further: {text}", personal=("text",)
):
    escalation: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationAskedBack(
    Fact, kind="escalation.asked_back", subject="escalation", says="{actor} asked back: {text}", personal=("text",)
):
    escalation: UUID
    about: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationTold(
    Fact,
    kind="escalation.told",
    subject="escalation",
    says="{actor} answered what was asked: {text}",
    personal=("text",),
):
    escalation: UUID
    about: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationPromised(
    Fact,
    kind="escalation.promised",
    subject="escalation",
    says="{actor} set a day to follow it up, {until}: {text}",
    personal=("text",),
):
    escalation: UUID
    until: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationPromiseDropped(
    Fact,
    kind="escalation.promise_dropped",
    subject="escalation",
    says="{actor} took the day to follow it up away",
    personal=(),
):
    escalation: UUID


@dataclass(frozen=True, kw_only=True)
class EscalationReminded(
    Fact,
    kind="escalation.reminded",
    subject="escalation",
    says="{actor} reminded that the day to follow it up is over: {text}",
    personal=("text",),
):
    escalation: UUID
    about: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationNoted(
    Fact, kind="escalation.noted", subject="escalation", says="{actor} added: {text}", personal=("text",)
):
    escalation: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class EscalationCancelled(
    Fact, kind="escalation.cancelled", subject="escalation", says="{actor} withdrew it: {reason}", personal=("reason",)
):
    escalation: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class EscalationClosed(Fact, kind="escalation.closed", subject="escalation", says="{actor} closed it", personal=()):
    escalation: UUID


@dataclass(frozen=True, kw_only=True)
class SeveritySet(
    Fact,
    kind="escalation.severity_set",
    subject="code",
    says="{actor} set the severity {code}: accepted within {accept} minutes, answered within {answer}",
    personal=(),
):
    code: str
    accept: int
    answer: int


@dataclass(frozen=True, kw_only=True)
class EscalationUnaccepted(
    Fact,
    kind="escalation.unaccepted",
    subject="escalation",
    says="{actor} handed it from {before} to {team} by itself, because nobody accepted it in {minutes} min",
    personal=(),
):
    escalation: UUID
    about: UUID
    before: str
    team: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class EscalationUnanswered(
    Fact,
    kind="escalation.unanswered",
    subject="escalation",
    says="{actor} handed it from {before} to {team} by itself, because nobody answered it in {minutes} min",
    personal=(),
):
    escalation: UUID
    about: UUID
    before: str
    team: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class LevelSet(
    Fact,
    kind="escalation.level_set",
    subject="team",
    says="{actor} set {above} as the next level of {team}: {accept} minutes after the deadline to accept, {answer} after that to answer",
    personal=(),
):
    team: str
    above: str
    accept: int
    answer: int


@dataclass(frozen=True, kw_only=True)
class LevelDropped(
    Fact,
    kind="escalation.level_dropped",
    subject="team",
    says="{actor} took the next level of {team} away",
    personal=(),
):
    team: str


@dataclass(frozen=True, kw_only=True)
class OutsideSet(
    Fact,
    kind="escalation.outside_set",
    subject="team",
    says="{actor} said that the team {team} is asked by letter at {address}",
    personal=("address",),
):
    team: str
    address: str
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class OutsideDropped(
    Fact,
    kind="escalation.outside_dropped",
    subject="team",
    says="{actor} said that the team {team} is not asked by letter any more",
    personal=(),
):
    team: str


@dataclass(frozen=True, kw_only=True)
class EscalationHeard(
    Fact,
    kind="escalation.heard",
    subject="escalation",
    says="{actor} kept a mail that is no answer ({kind_of_mail})",
    personal=(),
):
    escalation: UUID
    kind_of_mail: str


@dataclass(frozen=True, kw_only=True)
class AreaSet(
    Fact, kind="escalation.area_set", subject="code", says="{actor} set the area {code}: {name}", personal=()
):
    code: str
    name: str
