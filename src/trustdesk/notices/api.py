"""`POST /notices`: a user's report; `GET /notices/{id}`: how it stands."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema, Status

from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.notices import actions, finding, queries
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import Code, In, Text, bounded, warnings

router = new_router("notices")


class SubjectIn(In):
    """One of: an item (by our id, or by yours with its kind), an account (likewise), or addresses."""

    item: UUID | None = None
    item_external_id: Annotated[Code, bounded(0, 200)] = ""
    item_kind: Annotated[Code, bounded(0, 20)] = ""
    account: UUID | None = None
    account_external_id: Annotated[Code, bounded(0, 200)] = ""
    urls: list[Annotated[Code, bounded(1, 2000)]] = []


class ReporterIn(In):
    external_id: Annotated[Code, bounded(0, 200)] = ""
    email: Annotated[Code, bounded(0, 320)] = ""
    name: Annotated[Text, bounded(0, 200)] = ""
    language: Annotated[Code, bounded(0, 12)] = ""


class LegalIn(In):
    law: Annotated[Text, bounded(0, 300)] = ""
    explanation: Annotated[Text, bounded(0, 1000)] = ""


class NoticeIn(In):
    subject: SubjectIn
    category: Annotated[Code, bounded(1, 20)]
    reason: Annotated[Text, bounded(0, 20_000)]
    reporter: ReporterIn | None = None
    good_faith: bool
    legal: LegalIn | None = None
    danger: bool = False
    trusted_flagger: Annotated[Code, bounded(0, 50)] = ""


class ReceiptLine(Schema):
    """`status`: waiting (a person looks), answered (judged before, or gone already), stored (not counted)."""

    id: UUID
    item: UUID | None
    account: UUID | None
    status: str
    outcome: str | None
    url: str


class ReceiptOut(Schema):
    receipt: UUID
    received_at: datetime
    notices: list[ReceiptLine]
    warnings: list[str] = []


class NoticeOut(ReceiptLine):
    category: str
    received_at: datetime
    answered_at: datetime | None
    decision: UUID | None
    automated: bool | None


@router.post("", response={201: ReceiptOut}, summary="Report an item or account")
@needs("notices.write")
def report(request: ApiRequest, payload: NoticeIn) -> Status[Any]:
    """Take a report in, with its receipt: one line for each thing it is about. Whoever sent it is answered by letter when
    an e-mail is given, else by the webhook `notice.decided`."""
    items, accounts, addresses = _subject(request, payload.subject)
    sender = payload.reporter
    received = actions.receive(
        actor=request.actor,
        submission=actions.Submission(
            category=payload.category,
            reason=payload.reason,
            good_faith=payload.good_faith,
            channel="api",
            sender=actions.Sender(**sender.model_dump()) if sender else None,
            source=request.actor.source,
            items=items,
            accounts=accounts,
            addresses=addresses,
            danger=payload.danger,
            legal={name: said for name, said in payload.legal.model_dump().items() if said} if payload.legal else {},
            language=(sender.language if sender else "") or "en",
            flagger=_flagger(request, payload.trusted_flagger),
        ),
        now=now(),
    )
    lines = [_line(one) for one in queries.of_bundle(received.bundle)]
    told = warnings(request.repairs)
    return Status(
        201,
        {"receipt": received.bundle, "received_at": received.received_at, "notices": lines, "warnings": told},
    )


@router.get("/{notice_id}", response=NoticeOut, summary="How a report stands")
@needs("notices.write")
def one(request: ApiRequest, notice_id: UUID) -> dict[str, Any]:
    """How a report stands. A key of one source sees that source's reports only."""
    found = queries.one(notice_id)
    if found is None or (request.actor.source is not None and found.source != request.actor.source):
        raise NotFound("There is no such report.")
    return {
        **_line(found),
        "category": found.category,
        "received_at": found.received_at,
        "answered_at": found.answered_at,
        "decision": found.decision,
        "automated": found.automated if found.decision else None,
    }


def _line(found: queries.NoticeView) -> dict[str, Any]:
    return {
        "id": found.id,
        "item": found.item,
        "account": found.account,
        "status": found.state,
        "outcome": found.outcome or None,
        "url": queries.notice_url(found.id),
    }


def _subject(request: ApiRequest, given: SubjectIn) -> tuple[tuple[UUID, ...], tuple[UUID, ...], tuple[str, ...]]:
    """Items, accounts and addresses a report is about. Raises Invalid where it is about none, or two kinds of thing."""
    source = request.actor.source
    ways = [
        bool(given.item or given.item_external_id),
        bool(given.account or given.account_external_id),
        bool(given.urls),
    ]
    if sum(ways) != 1:
        raise Invalid(fields={"subject": "Give one of: item, account, urls."})
    if given.urls:
        return finding.placed(given.urls, source=source)
    if given.item or given.item_external_id:
        found = (
            list(content.items([given.item], source=source))
            if given.item
            else [one.id for one in content.items_by_external(source, given.item_external_id, kind=given.item_kind)]
        )
        if len(found) != 1:
            said = "There is no such item." if not found else "Several items have this id: name the kind, too."
            raise Invalid(fields={"subject.item" if given.item else "subject.item_external_id": said})
        return (found[0],), (), ()
    known = (
        [one.id for one in content.accounts([given.account]).values() if source in {None, one.source}]
        if given.account
        else [one.id for one in content.accounts_by_external(source, [given.account_external_id]).values()]
        if source
        else []
    )
    if not known:
        raise Invalid(fields={"subject.account": "There is no such account."})
    return (), (known[0],), ()


def _flagger(request: ApiRequest, code: str) -> UUID | None:
    """The trusted flagger who speaks: the one whose key this is, else the one the platform names and answers for."""
    own = queries.flagger_of_key(request.holder.key_id)
    if not code:
        return own.id if own else None
    named = queries.flagger_by_code(code)
    if named is None:
        raise Invalid(fields={"trusted_flagger": "There is no such trusted flagger."})
    if (own is not None and own.id != named.id) or (own is None and named.key is not None):
        raise Forbidden("This trusted flagger speaks by its own key.")
    return named.id
