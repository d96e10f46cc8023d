"""`compile` and `check`: policies, schema, lists and declared signals become a plan, or a list of problems."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from . import nodes
from .checking import Vocabulary
from .measuring import Measured
from .plan import Plan
from .policies import RULE_KEYS, Reader, Rule
from .problems import PolicyError, Problem
from .schema import SchemaError, read_schema
from .signals import LOOKUPS, Signal
from .values import BOOL, DURATION, NUMBER, TEXT, list_of

# Part of every plan's hash: raised when the same policies could give another verdict.
ENGINE_VERSION = "3"
_WORD = re.compile(r"[A-Za-z_]\w*")
# What a plan reads of each event besides what the rules name.
MACHINE_KEYS = (
    "code",
    "version",
    "labels",
    "applies_to",
    "markets",
    "languages",
    "gravity",
    "strikes",
    "ground",
    "rules",
)


def compile_plan(
    policies: Sequence[Mapping[str, Any]],
    schema: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    *,
    constants: Mapping[str, Any] | None = None,
    signals: Iterable[Signal] | None = None,
    measured: Measured | None = None,
) -> Plan:
    """A plan that answers for any event of the schema. Raises `PolicyError` with all that is wrong.

    `measured`: what parts of conditions cost and how often they held before; it orders the work and is no part of the
    plan's hash.
    """
    rules, problems, vocabulary = _read(policies, schema, lists, constants, signals)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or vocabulary is None:
        raise PolicyError(errors)
    hash_ = _hash(policies, schema, lists, constants, vocabulary.signals)
    warnings = tuple(problem for problem in problems if problem.severity == "warning")
    return Plan(rules, vocabulary, hash_, warnings, measured)


def identity(
    policies: Sequence[Mapping[str, Any]],
    schema: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    *,
    constants: Mapping[str, Any] | None = None,
    signals: Iterable[Signal] | None = None,
) -> str:
    """The hash of the plan that `compile` would make of this, without making it."""
    return _hash(policies, schema, lists, constants, {signal.name: signal for signal in (*LOOKUPS, *(signals or ()))})


def check(
    policies: Sequence[Mapping[str, Any]],
    schema: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    *,
    constants: Mapping[str, Any] | None = None,
    signals: Iterable[Signal] | None = None,
) -> list[Problem]:
    """Everything that is wrong or doubtful, errors and warnings, in the order of the policies."""
    return _read(policies, schema, lists, constants, signals)[1]


def _read(
    policies: Sequence[Mapping[str, Any]],
    schema: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    constants: Mapping[str, Any] | None,
    signals: Iterable[Signal] | None,
) -> tuple[list[Rule], list[Problem], Vocabulary | None]:
    problems: list[Problem] = []
    try:
        fields = read_schema(schema)
    except SchemaError as error:
        return [], [Problem(f"the schema cannot be read: {error}")], None
    for name, entries in lists.items():
        if isinstance(entries, str) or not all(isinstance(entry, str) for entry in entries):
            problems.append(Problem(f"the list {name} must hold texts only"))
    known = {
        name: constant for name, value in (constants or {}).items() if (constant := _constant(name, value, problems))
    }
    if problems:
        return [], problems, None
    declared = {signal.name: signal for signal in (*LOOKUPS, *(signals or ()))}
    vocabulary = Vocabulary(fields.types, lists, known, declared, fields.unclear)
    reader = Reader(vocabulary)
    rules = reader.rules(policies)
    return rules, reader.problems, vocabulary


def _constant(name: str, value: object, problems: list[Problem]) -> nodes.Const | None:
    match value:
        case bool():
            return nodes.Const(BOOL, value, "bool")
        case int() | float() if -1e300 < value < 1e300:
            return nodes.Const(NUMBER, value, "number")
        case str():
            return nodes.Const(TEXT, value, "text")
        case timedelta():
            return nodes.Const(DURATION, value.total_seconds(), "duration")
        case list() | tuple() if value and all(isinstance(entry, str) for entry in value):
            return nodes.Const(list_of("text"), tuple(value), "list of text")
    problems.append(Problem(f"the constant {name} is neither number, text, truth, duration nor a list of texts"))
    return None


def _named(policies: Sequence[Mapping[str, Any]]) -> set[str]:
    """Every word of the conditions, functions among them."""
    rules = [rule for policy in policies for rule in policy.get("rules") or ()]
    return {word for rule in rules for word in _WORD.findall(str(rule.get("when", "")))}


def _hash(
    policies: Sequence[Mapping[str, Any]],
    schema: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    constants: Mapping[str, Any] | None,
    signals: Mapping[str, Signal],
) -> str:
    """The same for the same rules wherever they are compiled; prose (title, reason, body) does not count."""
    words = _named(policies)
    content = {
        "engine": ENGINE_VERSION,
        "policies": [
            {
                key: [{part: rule[part] for part in RULE_KEYS if part in rule} for rule in value]
                if key == "rules"
                else value
                for key, value in policy.items()
                if key in MACHINE_KEYS
            }
            for policy in policies
        ],
        "schema": schema,
        "lists": {name: list(entries) for name, entries in lists.items()},
        "constants": dict(constants or {}),
        # What a signal answers is an input; only of which type matters to the plan, and only where a rule names it.
        "signals": {name: str(signal.type) for name, signal in signals.items() if name in words},
    }
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
