"""POST /chat/sessions: a platform begins a chat for its user, or for somebody it does not know."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from ninja import Schema, Status

from trustdesk.chat import actions, queries
from trustdesk.chat.keys import TICKET_LIVES
from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import Code, In, Text, bounded, warnings

router = new_router("chat")


class SessionIn(In):
    """Who chats: `account`, the external id of an account of this key's source, or a name and an address, or nobody known."""

    account: Annotated[Code, bounded(0, 200)] = ""
    name: Annotated[Text, bounded(0, 80)] = ""
    address: Annotated[Code, bounded(0, 254)] = ""
    language: Annotated[Code, bounded(0, 12)] = ""


class SessionOut(Schema):
    """`ticket` goes to the user's page (`data-ticket` of the widget, or the end of `url`); it opens this chat until
    `ticket_until`, the page keeps it open from then on."""

    id: UUID
    ticket: str
    ticket_until: datetime
    url: str
    available: bool
    warnings: list[str] = []


@router.post("/sessions", response={201: SessionOut}, summary="Open a chat")
@needs("support.write")
def add(request: ApiRequest, payload: SessionIn) -> Status[Any]:
    told = payload.model_dump()
    external, at = told.pop("account"), now()
    account: UUID | None = None
    if external:
        source = request.actor.source
        known = content.accounts_by_external(source, [external]) if source else {}
        if external not in known:
            raise Invalid(fields={"account": "There is no such account of this key's source."})
        account = known[external].id
        told["name"] = told["name"] or known[external].name
        told["language"] = told["language"] or known[external].language
    chat = actions.open_chat(actor=request.actor, account=account, now=at, **told)
    ticket = queries.ticket_of(chat)
    return Status(
        201,
        {
            "id": chat,
            "ticket": ticket,
            "ticket_until": at + TICKET_LIVES,
            "url": f"{settings.PUBLIC_URL}/chat/#ticket={ticket}",
            "available": queries.there(now=at),
            "warnings": warnings(request.repairs),
        },
    )
