"""`GET /facts`: the ledger as a feed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from ninja import Schema

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router

router = new_router("facts")

MOST = 1_000


class FactOut(Schema):
    """`payload` holds what happened; a personal value is `{"personal": id, "seal": HMAC}` in its place."""

    position: int
    id: UUID
    kind: str
    version: int
    subject: str
    actor: str
    at: datetime
    cause: UUID | None
    payload: dict[str, Any]


class FactsOut(Schema):
    """`next` is the position to ask after next time, now or later."""

    facts: list[FactOut]
    next: int


@router.get("", response=FactsOut, summary="Everything that happened, in order")
@needs("ledger.read")
def feed(request: ApiRequest, after: int = 0, limit: int = 100) -> dict[str, Any]:  # noqa: ARG001  ninja's signature
    """Facts after a position, gapless and final: a fact that commits late gets a later place, never an earlier one."""
    if not 1 <= limit <= MOST:
        raise Invalid(fields={"limit": gettext("Must be 1 to %(n)s.") % {"n": f"{MOST:,}"}})
    if not 0 <= after < 2**63:
        raise Invalid(fields={"after": "Must be a position, or 0 for the beginning."})
    found = ledger.feed(after=after, limit=limit)
    return {"facts": found, "next": found[-1].position if found else after}
