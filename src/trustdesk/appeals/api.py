"""POST /appeals and its family: a platform sends what its users say about a decision, and learns what came of it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema, Status

from trustdesk.appeals import actions, queries, rules
from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import Code, In, Text, bounded, warnings

router = new_router("appeals")


class AppealIn(In):
    """Who appeals: `account`, the external id of the account that `decision` affects, or `notice`, the report whose sender
    was told that nothing is done (its decision need not be named)."""

    decision: UUID | None = None
    account: Annotated[Code, bounded(0, 200)] = ""
    notice: UUID | None = None
    text: Annotated[Text, bounded(1, rules.LONGEST_TEXT)]
    language: Annotated[Code, bounded(0, 12)] = ""
    files: list[UUID] = []


class MessageIn(In):
    text: Annotated[Text, bounded(1, rules.LONGEST_TEXT)]
    files: list[UUID] = []


class AppealOut(Schema):
    """`url`: where the appellant follows it without an account. `late`: it came after the last day."""

    id: UUID
    decision: UUID
    account: str
    appellant: str
    notice: UUID | None
    state: str
    outcome: str | None
    reasons: str | None
    reversal: UUID | None
    still_in_force: list[dict[str, Any]]
    late: bool
    opened_at: datetime
    open_until: datetime
    ended_at: datetime | None
    url: str
    warnings: list[str] = []


@router.post("", response={201: AppealOut}, summary="Appeal a decision")
@needs("appeals.write")
def add(request: ApiRequest, payload: AppealIn) -> Status[Any]:
    """Open for six calendar months to the affected account, and to who reported it and was told that nothing is done. A
    later one is taken in and marked late: a person decides."""
    if bool(payload.account) == bool(payload.notice):
        raise Invalid(fields={"account": "Give one of: account, notice."})
    decision = payload.decision
    if payload.notice and decision is None:
        standing = queries.objection_of(payload.notice, now=now())
        if standing is None:
            raise NotFound("There is no such decision.")
        decision = standing.decision.id
    if decision is None:
        raise Invalid(fields={"decision": "Say which decision."})
    opened = actions.open_appeal(
        actor=request.actor,
        decision_id=decision,
        account=payload.account or None,
        notice=payload.notice,
        text=payload.text,
        language=payload.language,
        files=payload.files,
        now=now(),
    )
    return Status(201, {**_out(queries.view_of(opened.id)), "warnings": warnings(request.repairs)})


@router.get("/{appeal_id}", response=AppealOut, summary="One appeal")
@needs("appeals.write")
def one(request: ApiRequest, appeal_id: UUID) -> dict[str, Any]:
    """How far it is, and what came of it. Nobody decides an appeal through the API."""
    return _out(_mine(request, appeal_id))


@router.post("/{appeal_id}/messages", response=AppealOut, summary="Add to an appeal")
@needs("appeals.write")
def say(request: ApiRequest, appeal_id: UUID, payload: MessageIn) -> dict[str, Any]:
    """What the appellant adds, or answers."""
    actions.add(actor=request.actor, appeal_id=appeal_id, text=payload.text, files=payload.files, now=now())
    return {**_out(queries.view_of(appeal_id)), "warnings": warnings(request.repairs)}


@router.post("/{appeal_id}/withdraw", response=AppealOut, summary="Take an appeal back")
@needs("appeals.write")
def withdraw(request: ApiRequest, appeal_id: UUID) -> dict[str, Any]:
    """The appellant takes it back; within the six months they may appeal again."""
    actions.withdraw(actor=request.actor, appeal_id=appeal_id, now=now())
    return _out(queries.view_of(appeal_id))


def _mine(request: ApiRequest, appeal_id: UUID) -> queries.AppealView:
    found = queries.view_of(appeal_id)
    owner = content.accounts([found.account])[found.account]
    if request.actor.source is not None and owner.source != request.actor.source:
        raise NotFound("There is no such appeal.")
    return found


def _out(found: queries.AppealView) -> dict[str, Any]:
    return {
        "id": found.id,
        "decision": found.decision,
        "account": content.accounts([found.account])[found.account].external_id,
        "appellant": found.appellant,
        "notice": found.notice,
        "state": found.state,
        "outcome": found.outcome or None,
        "reasons": found.reasons or None,
        "reversal": found.reversal,
        "still_in_force": list(found.still_in_force),
        "late": found.late,
        "opened_at": found.opened_at,
        "open_until": found.open_until,
        "ended_at": found.ended_at,
        "url": found.url,
    }
