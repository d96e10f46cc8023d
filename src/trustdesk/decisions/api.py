"""GET /decisions/{id} and its statement."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema

from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router

router = new_router("decisions")


class RestrictionOut(Schema):
    kind: str
    markets: list[str]
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None


class DecisionOut(Schema):
    id: UUID
    subject: str
    item: UUID | None
    account: UUID
    version: int
    outcome: str
    state: str
    clauses: list[dict[str, Any]]
    labels: list[str]
    ground: str
    legal_ground: str
    made_by: str
    automated_detection: bool
    automated_decision: bool
    made_at: datetime
    effective_at: datetime
    restrictions: list[RestrictionOut]
    statement_url: str | None


@router.get("/{decision_id}", response=DecisionOut, summary="One decision")
@needs("decisions.read")
def one(request: ApiRequest, decision_id: UUID) -> dict[str, Any]:
    """What was decided, on which clause, what it restricts."""
    found = _mine(request, decision_id)
    return {
        **{name: getattr(found, name) for name in DecisionOut.model_fields if hasattr(found, name)},
        "statement_url": queries.statement_url(found.id) if found.has_statement else None,
    }


@router.get("/{decision_id}/statement", summary="The statement of reasons", response=None)
@needs("decisions.read")
def statement(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """As JSON, HTML or plain text by Accept, exactly as it was sent."""
    _mine(request, decision_id)
    found = queries.statement(decision_id, now=now())
    if found is None:
        raise NotFound("This decision has no statement: it restricts nothing.")
    wanted = request.get_preferred_type(["application/json", "text/html", "text/plain"])
    if wanted == "text/html":
        return HttpResponse(found.html, content_type="text/html; charset=utf-8")
    if wanted == "text/plain":
        return HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    return JsonResponse({**found.data, "sha256": found.sha256})


def _mine(request: Any, decision_id: UUID) -> queries.DecisionView:
    found = queries.by_id(decision_id, now=now())
    source: UUID | None = request.actor.source
    if found is None or (source and content.accounts([found.account])[found.account].source != source):
        raise NotFound("There is no such decision.")
    return found
