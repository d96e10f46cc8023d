"""What can have happened to wellbeing. The ledger is for ever and is read by others: no fact here names a harm, a setting
or a figure of a person; an opt-out reads like any other change of one's own settings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class CareSettingsChanged(
    Fact,
    kind="wellbeing.settings_changed",
    subject="staff",
    says="{actor} changed their own care settings",
    personal=(),
):
    staff: UUID


@dataclass(frozen=True, kw_only=True)
class BreakTaken(Fact, kind="wellbeing.break_taken", subject="staff", says="{actor} takes a break", personal=()):
    staff: UUID


@dataclass(frozen=True, kw_only=True)
class BreakEnded(
    Fact, kind="wellbeing.break_ended", subject="staff", says="{actor} is back from the break", personal=()
):
    staff: UUID
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class BudgetSet(
    Fact,
    kind="wellbeing.budget_set",
    subject="harm",
    says="{actor} set the exposure budget of “{harm}”: {shift} points a shift, {week} a week",
    personal=(),
):
    harm: str  # "all" for the whole
    shift: int | None
    week: int | None


@dataclass(frozen=True, kw_only=True)
class DeskCareSet(
    Fact, kind="wellbeing.desk_set", subject="desk", says="{actor} set the desk's rules of care", personal=()
):
    desk: UUID
    break_after: int
    heavy_run: int
    owed_break: int


@dataclass(frozen=True, kw_only=True)
class SupportSet(
    Fact, kind="wellbeing.support_set", subject="contact", says="{actor} set whom people can talk to", personal=()
):
    contact: UUID
    language: str
    market: str
    removed: bool = False


@dataclass(frozen=True, kw_only=True)
class WorkUnserved(
    Fact,
    kind="wellbeing.work_unserved",
    subject="work",
    says="Work of lane {lane} in {queue} has waited {minutes} minutes, and there is nobody it may be dealt to",
    personal=(),
):
    work: UUID
    lane: int
    queue: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class WeekTold(
    Fact, kind="wellbeing.week_told", subject="week", says="The week from {week} was counted for groups", personal=()
):
    week: str
    groups: int
