"""POST /accounts, GET /accounts/{external_id}: platform users, their standing, what they may not do now."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import Code, In, Text, bounded, warnings

router = new_router("accounts")


class AccountIn(In):
    """What a platform tells of its user. What is left out stays as it is known."""

    external_id: Annotated[Code, bounded(1, 200)]
    name: Annotated[Text, bounded(0, 200)] = ""
    kind: Annotated[Code, bounded(0, 20)] = ""
    email: Annotated[Code, bounded(0, 320)] = ""
    language: Annotated[Code, bounded(0, 12)] = ""
    created_at: AwareDatetime | None = None
    country: Annotated[Code, bounded(0, 2)] = ""
    verified: bool | None = None
    followers: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class AccountCutOut(Schema):
    """What the account may not do. `markets` empty: everywhere. `shown`: nothing longer and stricter is above it."""

    id: UUID
    decision: UUID
    kind: str
    markets: list[str]
    starts_at: datetime
    ends_at: datetime | None
    shown: bool


class AccountStrikeOut(Schema):
    """A strike in force: the how manieth it is, and when it goes away by itself."""

    decision: UUID
    number: int
    expires_at: datetime | None


class AccountOut(Schema):
    """`standing`: good, limited, suspended or ended. `items`: how many of its newest 1,000 have each status."""

    id: UUID
    external_id: str
    name: str
    kind: str
    language: str
    country: str
    verified: bool | None
    followers: int | None
    created_at: datetime | None
    first_seen_at: datetime
    items_posted: int
    standing: str
    strikes: list[AccountStrikeOut]
    restrictions: list[AccountCutOut]
    items: dict[str, int]
    warnings: list[str]


@router.post("", response={200: AccountOut, 201: AccountOut}, summary="Tell of a platform user")
@needs("items.write")
def tell(request: ApiRequest, payload: AccountIn) -> Status[Any]:
    """Make an account known, or say what changed: 201 for a new one, 200 for a known one."""
    at = now()
    entry = content_actions.AccountEntry(
        external_id=payload.external_id,
        name=payload.name,
        kind=payload.kind,
        email=payload.email,
        language=payload.language,
        country=payload.country.upper(),
        verified=payload.verified,
        followers=payload.followers,
        registered_at=payload.created_at,
    )
    account, new = content_actions.keep_account(actor=request.actor, entry=entry, now=at)
    found = content.accounts([account])[account]
    return Status(201 if new else 200, _answer(found, at=at, told=warnings(request.repairs)))


@router.get("/{path:external_id}", response=AccountOut, summary="One platform user")
@needs("decisions.read")
def one(request: ApiRequest, external_id: str) -> dict[str, Any]:
    """An account by the platform's own id for it: its standing, strikes and restrictions in force."""
    source = request.actor.source
    found = None
    if source is not None and "\0" not in external_id:
        found = content.accounts_by_external(source, [external_id]).get(external_id)
    if found is None:
        raise NotFound("There is no such account.")
    return _answer(found, at=now())


def _answer(account: content.AccountView, *, at: datetime, told: list[str] | None = None) -> dict[str, Any]:
    ladder = queries.ladder_of(account.id, now=at)
    return {
        **{name: getattr(account, name) for name in AccountOut.model_fields if hasattr(account, name)},
        "created_at": account.registered_at,
        "standing": ladder.standing,
        "strikes": [
            {"decision": one.decision, "number": one.number, "expires_at": one.expires_at}
            for one in ladder.strikes
            if one.kind == "strike"
        ],
        "restrictions": [
            {name: getattr(cut, name) for name in AccountCutOut.model_fields} for cut in ladder.restrictions
        ],
        "items": content.status_counts(account.id),
        "warnings": told or [],
    }
