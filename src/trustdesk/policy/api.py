"""GET /policies, and drafts from outside: keys write and check, people approve and publish."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Schema, Status
from pydantic import ConfigDict

from trustdesk.engine import Problem
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.examples import Result
from trustdesk.policy.yamltext import LONGEST
from trustdesk.web import cursors
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router

router = new_router("policies")
rules = new_router("rules")


class RulesetOut(Schema):
    number: int
    hash: str


class PolicyOut(Schema):
    code: str
    title: str
    version: int
    labels: list[str]
    applies_to: list[str]
    markets: list[str]
    gravity: int
    strikes: int
    ground: str
    legal_ground: str
    two_people: bool
    sha256: str


class PoliciesOut(Schema):
    """All of them: a desk has dozens, so `next` is always null."""

    policies: list[PolicyOut]
    ruleset: RulesetOut | None
    next: str | None = None


class ReversedOut(Schema):
    """Of the decisions the rule made without a person, those that a person made milder, with the 95 % interval."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


class OverlapOut(Schema):
    """Another rule that hits `both` of this one's `of` hits, too (in 30 days)."""

    policy: str
    rule: str
    both: int
    of: int


class BrakeOut(Schema):
    """On probation, or braked since `braked_at`: about to act on `acted` of `seen` items within the window."""

    owner: str
    trusted_at: datetime | None
    braked_at: datetime | None
    acted: int
    seen: int


class RuleOut(Schema):
    """A rule in force and its record; `identity` changes when the machine obeys it in another way."""

    policy: str
    title: str
    rule: str
    version: int
    identity: str
    does: str
    since: datetime | None
    states: list[str]
    seen: int
    hits: int
    acted: int
    alone: int
    braked_hits: int
    reversed: ReversedOut
    cost_us: float | None
    overlaps: list[OverlapOut]
    brake: BrakeOut | None


class RulesOut(Schema):
    rules: list[RuleOut]
    next: str | None


class VersionOut(Schema):
    id: UUID
    number: int
    state: str
    base: int
    sha256: str
    changed_at: datetime
    published_at: datetime | None


class ClauseOut(Schema):
    code: str
    title: str
    text: str


class PolicyWhole(PolicyOut):
    state: str
    text: str
    translations: dict[str, str]
    reason: dict[str, str]
    guideline_html: str
    clauses: list[ClauseOut]
    versions: list[VersionOut]


class VersionIn(Schema):
    """`text` is the Markdown document, `translations` those of other languages: {"id": "…"}."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST)
    translations: dict[str, str] = Field(default_factory=dict, max_length=20)
    check: bool = False


class ProblemOut(Schema):
    message: str
    severity: str
    file: str
    rule: str
    line: int
    column: int
    source: str
    nearest: str


class ExampleOut(Schema):
    policy: str
    example: int
    expected: str
    outcome: str
    passed: bool
    why: str


class DraftOut(Schema):
    """A draft is kept even while it is wrong; `problems` and `examples` say what the check finds."""

    id: UUID
    code: str
    number: int
    state: str
    problems: list[ProblemOut]
    examples: list[ExampleOut]
    warnings: list[str]


@router.get("", response=PoliciesOut, summary="The policies in force")
@needs("policy.read")
def many(request: ApiRequest) -> dict[str, Any]:  # noqa: ARG001  every endpoint is given the request
    """By code; empty before the first publication."""
    told = queries.newest()
    if not told.number:
        return {"policies": [], "ruleset": None, "next": None}
    content = queries.live_content()
    return {
        "policies": [
            _policy(content.gravity(entry.document), entry.document, entry.version) for entry in content.policies
        ],
        "ruleset": {"number": told.number, "hash": told.hash},
        "next": None,
    }


@router.get("/{code}", response=PolicyWhole, summary="A policy in force")
@needs("policy.read")
def one(request: ApiRequest, code: str, language: str = "en") -> dict[str, Any]:  # noqa: ARG001
    """Document, guideline and versions. A policy that was never live answers its newest version."""
    return _whole(code, None, language)


@router.get("/{code}/versions/{number}", response=PolicyWhole, summary="One version of a policy")
@needs("policy.read")
def version(request: ApiRequest, code: str, number: int, language: str = "en") -> dict[str, Any]:  # noqa: ARG001
    """As it was written; decisions name the version they stand on."""
    return _whole(code, number, language)


@router.post("/{code}/versions", response={201: DraftOut}, summary="Draft a version")
@needs("policy.edit")
def draft(request: ApiRequest, code: str, body: VersionIn) -> Status:
    """Keep a draft; with `check` it must pass, and then waits for a person's approval (else 422, and it stays a draft)."""
    kept = actions.draft(actor=request.actor, code=code, text=body.text, translations=body.translations, now=now())
    if body.check:
        tried = actions.check(actor=request.actor, version_id=kept.id, now=now())
    else:
        tried = queries.try_document(code, body.text, body.translations, kept.number)
    told = {
        "id": kept.id,
        "code": kept.code,
        "number": kept.number,
        "state": "checked" if body.check else "draft",
        "problems": [problem_told(problem) for problem in tried.problems],
        "examples": [example_told(result) for result in tried.results if result.policy == code or not result.passed],
        "warnings": ["repaired_text"] if getattr(request, "repairs", None) else [],
    }
    return Status(201, told)


@rules.get("", response=RulesOut, summary="The rules in force with their records")
@needs("policy.read")
def records(
    request: ApiRequest,  # noqa: ARG001
    *,
    days: int = Query(default=30, ge=1, le=30),
    state: Literal["", "braked", "probation", "dead", "overlapping", "never_alone", "trusted"] = "",
    policy: str = Query(default="", max_length=60),
    limit: int = Query(default=200, ge=1, le=1000),
    after: str = "",
) -> dict[str, Any]:
    """By policy and name: what each saw, hit and decided in the last days, what people reversed, what it costs."""
    try:
        found = queries.records(days=days, now=now(), code=policy)
    except queries.NoPolicy:
        found = []
    mark = cursors.decode(after, str, str)
    rows = [
        row
        for row in queries.ordered(queries.chosen(found, state=state), by="name")
        if mark is None or (row.policy, row.rule) > mark
    ]
    page = cursors.page_of(rows[: limit + 1], limit=limit, key=lambda row: (row.policy, row.rule))
    return {"rules": [row.to_json() for row in page.rows], "next": page.next}


def _whole(code: str, number: int | None, language: str) -> dict[str, Any]:
    view = queries.policy_view(code, number, language=language[:12])
    if view.version.state == "draft" and number is None:
        raise NotFound("This policy was never published.")
    document = view.document
    return {
        **_policy(view.gravity, document, view.version.number),
        "title": view.guideline.title,
        "state": view.version.state,
        "text": document.text,
        "translations": {each: translation.text for each, translation in document.translations.items()},
        "reason": document.reasons(),
        "guideline_html": view.guideline.html,
        "clauses": [
            {"code": clause.code, "title": clause.title, "text": clause.text} for clause in view.guideline.clauses
        ],
        "versions": [vars(each) for each in view.versions],
    }


def _policy(gravity: int, document: Any, number: int) -> dict[str, Any]:
    return {
        "code": document.code,
        "title": document.title,
        "version": number,
        "labels": document.labels,
        "applies_to": document.applies_to,
        "markets": document.markets,
        "gravity": gravity,
        "strikes": document.strikes,
        "ground": document.ground,
        "legal_ground": document.legal_ground,
        "two_people": document.two_people,
        "sha256": document.sha256,
    }


def problem_told(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ProblemOut.model_fields}


def example_told(result: Result) -> dict[str, Any]:
    return {
        "policy": result.policy,
        "example": result.position,
        "expected": result.example.expect,
        "outcome": result.outcome,
        "passed": result.passed,
        "why": result.why,
    }
