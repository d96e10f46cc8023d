"""POST /cases and its family: a platform hands the desk what its users ask, and learns what came of it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema, Status

from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import actions, queries, rules
from trustdesk.support.queries import CaseView, MessageView, Wanted
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web import cursors
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import Code, In, Text, bounded, warnings

router = new_router("cases")


class CaseIn(In):
    """Who asks: `account`, the external id of an account the desk knows, or a name and an address. `channel` says how it came;
    `priority` is urgent, high, normal or low."""

    subject: Annotated[Text, bounded(0, rules.LONGEST_SUBJECT)] = ""
    text: Annotated[Text, bounded(1, rules.LONGEST_TEXT)]
    account: Annotated[Code, bounded(0, 200)] = ""
    name: Annotated[Text, bounded(0, 200)] = ""
    address: Annotated[Code, bounded(0, 320)] = ""
    language: Annotated[Code, bounded(0, 12)] = ""
    market: Annotated[Code, bounded(0, 12)] = ""
    category: Annotated[Code, bounded(0, 80)] = ""
    intent: Annotated[Code, bounded(0, 80)] = ""
    priority: Annotated[Code, bounded(0, 10)] = "normal"
    tags: list[str] = []
    files: list[UUID] = []


class MessageIn(In):
    """What the requester wrote further. The same `external_id` again is the same message."""

    text: Annotated[Text, bounded(1, rules.LONGEST_TEXT)]
    files: list[UUID] = []
    external_id: Annotated[Code, bounded(0, 320)] = ""


class MessageOut(Schema):
    """A message the requester may read: theirs, or a reply that left. Notes are never told."""

    id: UUID
    direction: str
    by: str
    text: str
    automatic: bool
    at: datetime


class CaseOut(Schema):
    """`merged_into`: the case that goes on in its place."""

    id: UUID
    number: int
    subject: str
    status: str
    priority: str
    channel: str
    category: str
    language: str
    market: str
    tags: list[str]
    merged_into: UUID | None
    opened_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    messages: list[MessageOut] = []
    warnings: list[str] = []


class CasesOut(Schema):
    rows: list[CaseOut]
    next: str | None


class ReceivedOut(Schema):
    """`case` may be another than was asked: of a merged case its successor, after a closed one a new one (`opened`)."""

    case: UUID
    number: int
    message: UUID
    opened: bool
    warnings: list[str] = []


@router.post("", response={201: CaseOut}, summary="Open a case")
@needs("support.write")
def add(request: ApiRequest, payload: CaseIn) -> Status[Any]:
    told = payload.model_dump()
    external = told.pop("account")
    account: UUID | None = None
    if external:
        source = request.actor.source
        known = content.accounts_by_external(source, [external]) if source else {}
        if external not in known:
            raise Invalid(fields={"account": "There is no such account of this key's source."})
        account = known[external].id
    opened = actions.open_case(actor=request.actor, channel="api", account=account, now=now(), **told)
    return Status(201, {**_out(_mine(request, opened.id), whole=True), "warnings": warnings(request.repairs)})


@router.get("", response=CasesOut, summary="Cases, the newest change first")
@needs("support.read")
def listed(request: ApiRequest, status: str = "", after: str = "", limit: int = 30) -> dict[str, Any]:
    """`status`: one of them, or `unended`. A key of one source sees the cases of its accounts."""
    mark = cursors.decode(after, datetime, UUID)
    found = queries.listed(
        actor=request.actor,
        wanted=Wanted(status=status[:10], source=request.actor.source),
        after=(mark[0], mark[1]) if mark else None,
        limit=max(1, min(limit, 100)),
    )
    return {
        "rows": [_out(case, whole=False) for case in found.rows],
        "next": cursors.encode(found.next) if found.next else None,
    }


@router.get("/{case_id}", response=CaseOut, summary="One case, with what its requester may read")
@needs("support.read")
def one(request: ApiRequest, case_id: UUID) -> dict[str, Any]:
    return _out(_mine(request, case_id), whole=True)


@router.post("/{case_id}/messages", response={201: ReceivedOut}, summary="Add what the requester wrote")
@needs("support.write")
def write(request: ApiRequest, case_id: UUID, payload: MessageIn) -> Status[Any]:
    _mine(request, case_id)
    received = actions.receive(
        actor=request.actor,
        case_id=case_id,
        channel="api",
        text=payload.text,
        files=payload.files,
        external_id=payload.external_id,
        now=now(),
    )
    told = {"case": received.case, "number": received.number, "message": received.message, "opened": received.opened}
    return Status(201, {**told, "warnings": warnings(request.repairs)})


def _mine(request: ApiRequest, case_id: UUID) -> CaseView:
    """A case of the caller: a key of one source has those of its accounts."""
    case = queries.by_id(case_id)
    if case is None or not _theirs(case, request.actor):
        raise NoSuchCase
    return case


def _theirs(case: CaseView, actor: Actor) -> bool:
    if not queries.may_see(case, actor=actor):
        return False
    if actor.source is None:
        return True
    account = content.accounts([case.account]).get(case.account) if case.account else None
    return account is not None and account.source == actor.source


def _out(case: CaseView, *, whole: bool) -> dict[str, Any]:
    told = {name: getattr(case, name) for name in CaseOut.model_fields if hasattr(case, name)}
    told |= {"tags": list(case.tags), "messages": []}
    if whole:
        said = queries.conversation(case.id)
        told["messages"] = [_said(one) for one in said if one.direction == "in" or one.state == "sent"]
    return told


def _said(one: MessageView) -> dict[str, Any]:
    return {
        "id": one.id,
        "direction": one.direction,
        "by": one.handle or one.by,
        "text": one.text,
        "automatic": one.automatic,
        "at": one.at,
    }
