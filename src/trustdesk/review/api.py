"""Requests for evidence: a platform reads what its user was asked, and sends the answer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema

from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.review import actions
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import In, Text, bounded, warnings

router = new_router("evidence-requests")


class AnswerIn(In):
    text: Annotated[Text, bounded(1, actions.LONGEST_ANSWER)]
    files: list[UUID] = []


class RequestOut(Schema):
    """`state`: open, answered, expired (no answer in time; one is still read until it is decided) or over. `url`: where the
    author answers without an account."""

    id: UUID
    item: UUID
    questions: str
    state: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    url: str
    warnings: list[str] = []


@router.get("/{request_id}", response=RequestOut, summary="One request for evidence")
@needs("items.write")
def one(request: ApiRequest, request_id: UUID) -> dict[str, Any]:
    """What the author was asked, until when."""
    return _out(_mine(request, request_id))


@router.post("/{request_id}/answer", response=RequestOut, summary="Answer a request for evidence")
@needs("items.write")
def answer(request: ApiRequest, request_id: UUID, payload: AnswerIn) -> dict[str, Any]:
    """The author's words and files (uploaded by `POST /files`), once. A person reads them."""
    _mine(request, request_id)
    actions.answer(actor=request.actor, request_id=request_id, text=payload.text, files_sent=payload.files, now=now())
    return {**_out(_mine(request, request_id)), "warnings": warnings(request.repairs)}


def _mine(request: ApiRequest, request_id: UUID) -> actions.RequestView:
    found = actions.request_view(request_id)
    if not content.items([found.item], source=request.actor.source):
        raise NotFound("There is no such request.")
    return found


def _out(found: actions.RequestView) -> dict[str, Any]:
    names = ("id", "item", "questions", "state", "asked_at", "due_at", "answered_at")
    return {name: getattr(found, name) for name in names} | {"url": actions.evidence_url(found.id)}
