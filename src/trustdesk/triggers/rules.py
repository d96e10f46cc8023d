"""What a trigger may hear and do, and when what triggers do to each other ends. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

MOST_NAME, MOST_CONDITION, MOST_STEPS = 80, 4_000, 10
MOST_HOURS = 8_760
DEEPEST = 3  # triggers that follow from one another
MOST_AN_HOUR = 30  # times that triggers act on one case
MOST_LETTERS = 5  # a day to one address: two machines must not talk
MOST_DAYS = 30  # of the past that are tried
MOST_SHOWN = 200  # cases of a trial
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def gettext_noop(said: str) -> str:
    """Marks words for translation; whoever shows them translates."""
    return said


# Statuses a case may keep, with their words.
WAITS_IN: dict[str, str] = {
    "new": gettext_noop("New"),
    "open": gettext_noop("Open"),
    "pending": gettext_noop("Pending"),
    "on_hold": gettext_noop("On hold"),
    "resolved": gettext_noop("Resolved"),
}
EVENTS: dict[str, str] = {
    "opened": gettext_noop("A case is opened"),
    "received": gettext_noop("A message of the requester comes in"),
    "replied": gettext_noop("A reply of the desk has left"),
    "status": gettext_noop("The status changes"),
    "priority": gettext_noop("The priority changes"),
    "tagged": gettext_noop("A tag is added"),
    "warned": gettext_noop("A clock will be late soon"),
    "breached": gettext_noop("A clock is late"),
    "waited": gettext_noop("A case has kept a status for some hours"),
}
# Steps beside those of macros (macros.rules.STEPS): their words, and how their value is written.
OWN_STEPS: dict[str, tuple[str, str]] = {
    "set_field": (gettext_noop("Fill in a field"), "code = value"),
    "queue": (gettext_noop("Move it to a queue"), "code"),
    "reply": (gettext_noop("Send a saved reply by itself"), "name"),
    "macro": (gettext_noop("Run a macro"), "name"),
    "ask_team": (gettext_noop("Ask another team"), "team severity question"),
}
WHY_STOPPED: dict[str, str] = {
    "depth": gettext_noop("Three triggers had followed from one another"),
    "again": gettext_noop("It had acted in this chain already"),
    "cap": gettext_noop("Triggers had acted on this case 30 times within an hour"),
    "broken": gettext_noop("Its condition does not fit the fields of cases any more"),
}
_FIELD = re.compile(r"([a-z][a-z0-9_]{0,39})\s*=\s*(.{0,500})", re.DOTALL)
_ASK = re.compile(r"([\w-]{1,40})\s+([\w-]{1,40})\s+(\S.{0,2000})", re.DOTALL)


@dataclass(frozen=True)
class Doing:
    """One thing a trigger does: a step of macros or one of OWN_STEPS. Of saved replies the value is the id."""

    do: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A trigger as somebody wrote it. `status` and `hours` are for "waited" alone."""

    name: str
    event: str
    condition: str = ""
    status: str = ""
    hours: int = 0
    steps: Sequence[Doing] = ()

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong in its shape, by field; conditions and values of steps are checked by who knows what there is."""
        found: dict[str, str] = {}
        if not 1 <= len(self.name.strip()) <= MOST_NAME or not self.name.isprintable():
            found["name"] = gettext_noop("Write between 1 and 80 characters.")
        if self.event not in EVENTS:
            found["event"] = gettext_noop("Choose what it waits for.")
        if self.event == "waited":
            if self.status not in WAITS_IN:
                found["status"] = gettext_noop("Choose a status.")
            if not 1 <= self.hours <= MOST_HOURS:
                found["hours"] = gettext_noop("Whole hours, from 1 to 8,760 (a year).")
        if len(self.condition) > MOST_CONDITION:
            found["condition"] = gettext_noop("At most 4,000 characters.")
        if not self.steps:
            found["steps"] = gettext_noop("Name a step: this would do nothing.")
        elif len(self.steps) > MOST_STEPS:
            found["steps"] = gettext_noop("At most 10 steps.")
        return found


def field_of(value: str) -> tuple[str, str] | None:
    """(code, value) of `code = value`."""
    found = _FIELD.fullmatch(value.strip())
    return (found[1], found[2].strip()) if found else None


def asked_of(value: str) -> tuple[str, str, str] | None:
    """(team, severity, question) of what is asked of a team."""
    found = _ASK.fullmatch(value.strip())
    return (found[1], found[2], found[3].strip()) if found else None


def stopped(*, trigger: UUID, chain: Sequence[UUID], lately: int) -> str:
    """Why a trigger must not act after these triggers acted, with so many actions on the case within the hour; "" when it may."""
    if trigger in chain:
        return "again"
    if len(chain) >= DEEPEST:
        return "depth"
    return "cap" if lately >= MOST_AN_HOUR else ""


def lines_of(one: "Mapping[str, object]") -> list[str]:
    """A version as lines, for the diff."""
    steps = one["steps"] if isinstance(one["steps"], list) else []
    return [
        str(one["name"]),
        str(one["event"]),
        *([f"{one['status']} {one['hours']} h"] if one["status"] else []),
        *str(one["condition"]).splitlines(),
        *(f"{step['do']}: {step['value']}" for step in steps),
    ]
