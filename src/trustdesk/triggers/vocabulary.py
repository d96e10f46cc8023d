"""The fields a condition may name, and conditions made ready to be asked: the language is that of policies (docs/language.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trustdesk.engine import Plan, PolicyError, Problem, nodes
from trustdesk.engine import compile as compiled
from trustdesk.support.queries import field_rules
from trustdesk.triggers.rules import MOST_CONDITION

STATUSES = ("new", "open", "pending", "on_hold", "resolved", "closed")
PRIORITIES = ("urgent", "high", "normal", "low")
CHANNELS = ("mail", "chat", "phone", "form", "api", "desk")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "choice": {"type": "string"},
    "yes_no": {"type": "boolean"},
}
LONGEST_READ = 20_000  # characters of a message that conditions read


def gettext_noop(said: str) -> str:
    """Marks words for translation; whoever shows them translates."""
    return said


@dataclass(frozen=True)
class Name:
    """A field of a condition: its words, its JSON Schema; `maybe` when an event may lack it."""

    words: str
    schema: Mapping[str, Any]
    maybe: bool = False


TEXT, NUMBER, TRUTH = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
SPAN = {"type": "number", "format": "duration"}
LIST = {"type": "array", "items": {"type": "string"}}


def _one_of(values: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


NAMES: dict[str, Name] = {
    "case.status": Name(gettext_noop("Its status"), _one_of(STATUSES)),
    "case.priority": Name(gettext_noop("Its priority"), _one_of(PRIORITIES)),
    "case.channel": Name(gettext_noop("How it came"), _one_of(CHANNELS)),
    "case.category": Name(gettext_noop("Its category, empty without one"), TEXT),
    "case.intent": Name(gettext_noop("What is wanted, empty when nobody said"), TEXT),
    "case.language": Name(gettext_noop("Language of who asked, such as id"), TEXT),
    "case.market": Name(gettext_noop("Its market"), TEXT),
    "case.queue": Name(gettext_noop("The queue it is in"), TEXT),
    "case.tags": Name(gettext_noop("Its tags: “vip” in case.tags"), LIST),
    "case.subject": Name(gettext_noop("Its subject"), TEXT),
    "case.messages": Name(gettext_noop("How many messages and notes it has"), NUMBER),
    "case.age": Name(gettext_noop("How long ago it was opened: case.age > hours(2)"), SPAN),
    "case.waiting": Name(gettext_noop("How long the requester has waited for an answer"), SPAN, maybe=True),
    "case.in_hand": Name(gettext_noop("Somebody has it in hand"), TRUTH),
    "message.text": Name(gettext_noop("What the requester wrote last"), TEXT),
    "message.automatic": Name(gettext_noop("A machine wrote that"), TRUTH),
    "message.files": Name(gettext_noop("How many files came with it"), NUMBER),
    "requester.known": Name(gettext_noop("The requester has an account"), TRUTH),
    "requester.address": Name(gettext_noop("Their address"), TEXT),
    "requester.domain": Name(gettext_noop("What stands behind the @ of it"), TEXT),
    "requester.cases": Name(gettext_noop("How many other cases they have, counted to 8"), NUMBER),
    "before.status": Name(gettext_noop("The status before the change"), _one_of(STATUSES), maybe=True),
    "before.priority": Name(gettext_noop("The priority before the change"), _one_of(PRIORITIES), maybe=True),
    "event.tags": Name(gettext_noop("The tags that were added"), LIST),
    "event.clock": Name(gettext_noop("The clock that is or will be late, such as first_reply"), TEXT),
    "time.hour": Name(gettext_noop("Hour of the day in the market’s time zone, 0 to 23"), NUMBER),
    "time.day": Name(gettext_noop("Day of the week there, such as monday"), _one_of(DAYS)),
}


def names() -> dict[str, Name]:
    """Every field, the desk's own fields of cases among them."""
    found = dict(NAMES)
    for rule in field_rules():
        kind = _one_of(rule.choices) if rule.kind == "choice" and rule.choices else _TYPES[rule.kind]
        found[f"case.fields.{rule.code}"] = Name(rule.name, kind, maybe=True)
    return found


def schema() -> dict[str, Any]:
    """The JSON Schema of one event."""
    whole: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for path, name in names().items():
        *groups, last = path.split(".")
        here = whole
        for group in groups:
            if group not in here["properties"]:
                here["properties"][group] = {"type": "object", "properties": {}, "required": []}
                here["required"].append(group)
            here = here["properties"][group]
        here["properties"][last] = dict(name.schema)
        if not name.maybe:
            here["required"].append(last)
    return whole


def ready(condition: str) -> Plan:
    """A condition that can be asked; an empty one always holds. Raises PolicyError with everything that is wrong."""
    if len(condition) > MOST_CONDITION:
        raise PolicyError([Problem(f"the condition has more than {MOST_CONDITION:,} characters")])
    return _ready(condition.strip() or "True", repr(schema()))


def problems_of(condition: str) -> list[Problem]:
    """What is wrong with a condition, with line, column and the nearest known name; nothing when it is right."""
    try:
        ready(condition)
    except PolicyError as error:
        return list(error.problems)
    return []


@lru_cache(maxsize=200)
def _ready(condition: str, _known: str) -> Plan:
    plan = compiled([{"code": "trigger", "rules": [{"name": "when", "when": condition, "then": "flag"}]}], schema(), {})
    asked = [part for rule in plan.rules for part in nodes.walk(rule.tree) if isinstance(part, nodes.Ask)]
    if asked:
        raise PolicyError([Problem(f"{asked[0].signal} cannot be asked of a case: name its fields")])
    return plan


def holds(plan: Plan, events: Sequence[Mapping[str, Any]]) -> list[bool]:
    """For each event whether the condition holds; what is not known does not."""
    return [bool(verdict.hits) for verdict in plan.run(events)]
