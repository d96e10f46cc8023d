"""What is known of hand-overs, as others are shown it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.escalations import wording
from trustdesk.escalations.models import Escalation
from trustdesk.kernel.work import queries as work

OPEN = (Escalation.State.WAITING, Escalation.State.ACCEPTED, Escalation.State.ASKED_BACK)


@dataclass(frozen=True)
class TeamView:
    code: str
    name: str
    partner: bool
    people: int
    outside: bool = False  # asked by letter


@dataclass(frozen=True)
class SeverityView:
    code: str
    name: str
    accept_minutes: int
    answer_minutes: int


@dataclass(frozen=True)
class Said:
    kind: str
    name: str
    text: str
    at: datetime
    mine: bool

    @property
    def how(self) -> str:
        return wording.saying(self.kind)


@dataclass(frozen=True)
class Known:
    label: str
    value: str
    link: bool = False


@dataclass(frozen=True)
class Outcome:
    """Where a hand-over stands, for the slice whose work it is about. `returns`: how often it came back until then."""

    about: UUID
    team: str
    holder: str
    state: str
    returns: int


@dataclass(frozen=True)
class EscalationView:
    """A hand-over as lists and pages show it. For a partner: no personal facts, no link, handles in place of names."""

    id: UUID
    about: UUID
    parent: UUID | None
    team: str
    team_code: str
    severity: str
    area: str
    rank: int
    requester: str
    holder: str
    subject: str
    link: str
    state: str
    opened_at: datetime
    accepted_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    gathered: tuple[Known, ...]
    asked_by_me: bool
    held_by_me: bool
    in_my_team: bool
    in_my_hands: bool  # the work it is about: one speaks for who asked
    promised_at: datetime | None
    promised: str
    overdue: bool  # what was promised is over, and was reminded of

    @property
    def words(self) -> str:
        return wording.state(self.state, self.holder)[0]

    @property
    def tone(self) -> str:
        return wording.state(self.state, self.holder)[1]


@dataclass(frozen=True)
class Page:
    rows: tuple[EscalationView, ...]
    next: tuple[datetime, UUID] | None


@dataclass(frozen=True)
class Whole:
    """One hand-over with what was said and the ones it was handed on to."""

    escalation: EscalationView
    said: tuple[Said, ...]
    handed_on: tuple[EscalationView, ...]
    clocks: tuple[work.ClockView, ...]


def known_of(gathered: Iterable[dict[str, object]], partner: bool) -> tuple[Known, ...]:
    return tuple(
        Known(str(one["label"]), str(one["value"]), bool(one.get("link")))
        for one in gathered
        if not (partner and one.get("personal"))
    )
