"""Engine: rule language, matcher, text folding, verdict. Pure Python: no Django, no I/O.

Owns the condition language and how a plan runs. Promises that a rule that passes the check cannot raise, that
evidence points into the original text, and that work is linear in the text. Never reads a clock, a file or a database.

    from trustdesk.engine import compile, check, PolicyError

    plan = compile(policies, schema, lists, constants=None, signals=None)   # raises PolicyError(problems)
    verdicts = plan.run(events, signals=None)                               # one Verdict an event, in order
    problems = check(policies, schema, lists, ...)                          # errors and warnings, never raises
    read = plan.read(events)                                                # texts read once: read.needs(), read.run()

* A policy is a mapping: code, version, labels, applies_to, markets, languages, gravity,
  rules: [{name, when, then, if_unknown?, patience?}]. Optional `file`, and per rule `places: {"when": [line, column]}`,
  place the problems in the document.
* `schema` is the JSON Schema of one event; nested objects become dotted names; `format: duration` marks seconds.
* `lists` maps names to sequences of texts. `constants` maps names to numbers, texts, truths, timedeltas, lists.
* Lookups and signals (`rate`, `seen`; `SCORE`, `BAND`, `IN_BANK`, `CLUSTER_SIZE`, `LINKED_ACCOUNTS` or any
  `Signal` once declared in `signals=`) are answered by the caller (see `signals` for the shape of the requests):
  `requests = plan.needs(events)`; `plan.run(events, {request: answer})`. An answer is a value, `MISSING` or
  `UNKNOWN`; keys may also be `(event index, request.key)` or `request.key` for all events. No answer is unknown.
* `plan.run(events, meter=Meter())` adds up what each rule saw, did and cost: `meter.rules[policy, rule]`; and
  `meter.parts`, which `compile(measured=Measured(parts))` plans by.
* `plan.needs(events, collect_all=True)` asks models also where they can no longer change the outcome.
* `Verdict`: outcome, hits, undecided, inputs, plan; `to_json()` and `from_json()`; `plan.replay(verdict.inputs)`.
  Hits, evidence and inputs are worked out when they are read: do not change the event before.
* `trace(plan, event, answers)`: every rule in scope with the value of each part of its condition, slowly, for people.
* `format_condition(text)`: the canonical layout of a condition; never another meaning.
* `plan.hash`, `plan.warnings`, `plan.explain()`.
"""

from .compiling import ENGINE_VERSION, check, identity
from .compiling import compile_plan as compile  # noqa: A004 (the name the language's users know)
from .layout import format_condition
from .measuring import Measure, Measured, Meter, RuleMeasure
from .plan import Plan, Read
from .problems import PolicyError, Problem
from .signals import BAND, CLUSTER_SIZE, IN_BANK, LINKED_ACCOUNTS, SCORE, Argument, Request, Signal
from .then import OUTCOMES, SIDE_EFFECTS, Then
from .tracing import Part, RuleTrace, Trace, trace
from .values import MISSING, UNKNOWN, Type
from .verdict import Evidence, Hit, Undecided, Verdict

__all__ = [
    "BAND",
    "CLUSTER_SIZE",
    "ENGINE_VERSION",
    "IN_BANK",
    "LINKED_ACCOUNTS",
    "MISSING",
    "OUTCOMES",
    "SCORE",
    "SIDE_EFFECTS",
    "UNKNOWN",
    "Argument",
    "Evidence",
    "Hit",
    "Measure",
    "Measured",
    "Meter",
    "Part",
    "Plan",
    "PolicyError",
    "Problem",
    "Read",
    "Request",
    "RuleMeasure",
    "RuleTrace",
    "Signal",
    "Then",
    "Trace",
    "Type",
    "Undecided",
    "Verdict",
    "check",
    "compile",
    "format_condition",
    "identity",
    "trace",
]
