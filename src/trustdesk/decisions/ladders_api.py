"""GET /ladders/{market}, PUT /ladders/{market}/draft: strike ladders as JSON. Putting one in force is for people."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema

from trustdesk.decisions import actions, queries
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import markets
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import In, Text, bounded

router = new_router("ladders")
EVERYWHERE = "all"  # every market without a ladder of its own


class LadderIn(In):
    """The terms of the next version, whole, and what changes and why."""

    terms: dict[str, Any]
    note: Annotated[Text, bounded(1, 300)]


class LadderVersionOut(Schema):
    id: UUID
    number: int
    state: str
    terms: dict[str, Any]
    note: str
    drafted_at: datetime
    live_from: datetime | None


class LadderOut(Schema):
    """`market`: all, or a market's code. `live` is null where that of all markets holds."""

    market: str
    live: LadderVersionOut | None
    draft: LadderVersionOut | None


@router.get("/{market}", response=LadderOut, summary="A market's strike ladder")
@needs("policy.read")
def one(request: ApiRequest, market: str) -> dict[str, Any]:  # noqa: ARG001  every endpoint is called alike
    """What is in force, and the draft that waits for another person."""
    return _answer(_code(market))


@router.put("/{market}/draft", response=LadderOut, summary="Draft a market's next ladder")
@needs("policy.edit")
def draft(request: ApiRequest, market: str, payload: LadderIn) -> dict[str, Any]:
    """Keep the next version as a draft, in place of one that is there. A person puts it in force, in the console."""
    code = _code(market)
    actions.draft_ladder(actor=request.actor, market=code, terms=payload.terms, note=payload.note, now=now())
    return _answer(code)


def _code(market: str) -> str:
    if market == EVERYWHERE:
        return ""
    if market not in markets():
        raise NotFound("There is no such market.")
    return market


def _answer(code: str) -> dict[str, Any]:
    mine = queries.ladder_book().get(code, [])

    def of(state: str) -> dict[str, Any] | None:
        found = next((one for one in mine if one.state == state), None)
        if found is None:
            return None
        names = LadderVersionOut.model_fields
        return {name: getattr(found, name) for name in names if name != "terms"} | {"terms": found.data}

    return {"market": code or EVERYWHERE, "live": of("live"), "draft": of("draft")}
