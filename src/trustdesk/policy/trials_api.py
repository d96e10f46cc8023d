"""POST /policies/{code}/check and /try: what the rule workshop asks, for editors of one's own. Keeps nothing."""

from typing import Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

from trustdesk.engine import Problem
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries
from trustdesk.policy.api import ExampleOut, ProblemOut, example_told, problem_told
from trustdesk.policy.mending import mend_of
from trustdesk.policy.refusals import DoesNotPass
from trustdesk.policy.yamltext import LONGEST
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router

trials = new_router("policies")


class MendOut(Schema):
    """Replace the line's letters from column `start` up to `end` (from 1, `end` excluded) by `text`."""

    line: int
    start: int
    end: int
    text: str


class FindingOut(ProblemOut):
    mend: MendOut | None


class CheckIn(Schema):
    """Without `text` the version in force is checked."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(default=None, max_length=LONGEST)
    translations: dict[str, str] = Field(default_factory=dict, max_length=20)


class CheckOut(Schema):
    passes: bool
    problems: list[FindingOut]
    examples: list[ExampleOut]


class SampleIn(Schema):
    """Words to try a policy on. `account_age` in seconds; `fields` by dotted name; `lookups` by function or whole call."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", max_length=20_000)
    title: str = Field(default="", max_length=500)
    kind: str = Field(default="", max_length=40)
    market: str = Field(default="", max_length=12)
    language: str = Field(default="", max_length=12)
    price: float | None = None
    category: str = Field(default="", max_length=200)
    account_age: float | None = Field(default=None, ge=0)
    fields: dict[str, Any] = Field(default_factory=dict, max_length=60)
    lookups: dict[str, float] = Field(default_factory=dict, max_length=60)


class TryIn(CheckIn):
    """Give `sample`, or `item`: the id of an item this desk has, its own or the platform's."""

    sample: SampleIn | None = None
    item: str = Field(default="", max_length=200)


class EvidenceOut(Schema):
    field: str
    start: int
    end: int
    text: str


class HitOut(Schema):
    policy: str
    rule: str
    then: dict[str, Any]
    evidence: list[EvidenceOut]


class PartOut(Schema):
    source: str
    state: str
    found: list[str]


class RuleOut(Schema):
    """`state`: fired, false, missing, undecided, or elsewhere (not for this kind or market). `because`: the parts that
    made it so; `waits_for`: lookups that nobody answered."""

    rule: str
    state: str
    because: list[PartOut]
    waits_for: list[str]


class TryOut(Schema):
    outcome: str
    hits: list[HitOut]
    rules: list[RuleOut]
    lookups: dict[str, Any]
    reason: str
    reason_language: str
    item: UUID | None


@trials.post("/{code}/check", response=CheckOut, summary="Check a policy")
@needs("policy.edit")
def check(request: ApiRequest, code: str, body: CheckIn) -> dict[str, Any]:  # noqa: ARG001
    """What an editor asks while somebody types: findings with their mends, and the policy's examples. Keeps nothing."""
    text, translations, number = _texts(code, body)
    tried = queries.try_document(code, text, translations, number, thorough=False)
    return {
        "passes": tried.passes,
        "problems": [{**problem_told(each), "mend": _mend(each)} for each in tried.problems],
        "examples": [example_told(result) for result in tried.results],
    }


@trials.post("/{code}/try", response=TryOut, summary="Try a policy")
@needs("policy.read")
def try_on(request: ApiRequest, code: str, body: TryIn) -> dict[str, Any]:
    """On words, or on an item: the outcome by all policies, and each rule of this one with the reason. Keeps nothing.

    An item needs the right to read items. What does not pass the check is refused with its findings.
    """
    text, translations, number = _texts(code, body)
    if body.item:
        request.actor.require("items.read")
        found = queries.try_item(
            actor=request.actor, code=code, text=text, translations=translations, item=body.item, number=number
        )
    else:
        given = (body.sample or SampleIn()).model_dump()
        sample = queries.Sample(more=given.pop("fields"), **given)
        found = queries.try_sample(
            code=code, text=text, translations=translations, sample=sample, now=now(), number=number
        )
    if found.trial is None:
        raise DoesNotPass(found.problems)
    trial = found.trial
    return {
        "outcome": trial.outcome,
        "hits": [hit.to_json() for hit in trial.judged.hits],
        "rules": [
            {
                "rule": each.rule.name,
                "state": each.state,
                "because": [vars(part) for part in each.part.decisive] if each.part else [],
                "waits_for": list(each.asked),
            }
            for each in trial.rules
        ],
        "lookups": {each.key: each.answer for each in trial.questions},
        "reason": found.reason,
        "reason_language": found.reason_language,
        "item": found.item.id if found.item else None,
    }


def _texts(code: str, body: CheckIn) -> tuple[str, dict[str, str], int]:
    """What was sent, or what is in force. Raises NoSuchVersion for a code without a version when nothing was sent."""
    if body.text is not None:
        return body.text, body.translations, 1
    version, text, translations = queries.source_of(code)
    return text, translations, version.number


def _mend(problem: Problem) -> dict[str, Any] | None:
    found = mend_of(problem)
    return vars(found) if found else None
