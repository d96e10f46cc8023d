"""`/banks`: known texts, what is like them, how their entries fare."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema, Status
from pydantic import Field

from trustdesk.kernel.base.timesource import now
from trustdesk.signals import actions, queries
from trustdesk.signals.rules import FLOOD_LIMIT, LONGEST_ENTRY, MOST_AT_ONCE
from trustdesk.web import cursors
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import MIB, Code, In, Text, bounded

router = new_router("banks")

LIMIT = 100


class BankIn(In):
    """`distance`: bits in which two texts may differ and be alike, 0 for the very same only. `flood_limit`: matches of
    one entry an hour beyond which it is stopped."""

    code: Annotated[Code, bounded(2, 60)]
    title: Annotated[Text, bounded(1, 120)]
    about: Annotated[Text, bounded(0, 500)] = ""
    kind: Literal["text"] = "text"
    distance: int | None = Field(default=None, ge=0, le=42)
    flood_limit: int = Field(default=FLOOD_LIMIT, ge=1, le=1_000_000)


class BankOut(Schema):
    """`active`, `negative`, `stopped`: how many entries match, are known good, only record."""

    code: str
    title: str
    about: str
    kind: str
    distance: int
    flood_limit: int
    active: int
    negative: int
    stopped: int


class BanksOut(Schema):
    banks: list[BankOut]


class EntriesIn(In):
    """`negative`: these are known to be good and veto what is not nearer. `source`: an item, a case, a file."""

    texts: list[Annotated[Text, bounded(1, LONGEST_ENTRY)]] = Field(min_length=1, max_length=MOST_AT_ONCE)
    why: Annotated[Text, bounded(1, 300)]
    source: Annotated[Text, bounded(0, 200)] = ""
    negative: bool = False
    expires_at: datetime | None = None


class AddedOut(Schema):
    """`known`: how many were there already."""

    added: list[UUID]
    known: int


class EntryOut(Schema):
    """`state`: active, quarantined, suspended or removed."""

    id: UUID
    text: str
    negative: bool
    state: str
    why: str
    source: str
    added_by: str
    added_at: datetime
    expires_at: datetime | None
    flood_limit: int
    matches: int
    matched_at: datetime | None
    right: int
    wrong: int


class EntriesOut(Schema):
    entries: list[EntryOut]
    next: str | None


class RemoveIn(In):
    why: Annotated[Text, bounded(1, 300)]


class ReleaseIn(In):
    """Without `flood_limit` it may match twice as often as before."""

    flood_limit: int | None = Field(default=None, ge=1, le=1_000_000)


class MatchOut(Schema):
    """`distance` 0: the very same. `counted`: false where the entry only recorded. `judged`: right, wrong or ""."""

    id: UUID
    owner: str
    text: str
    distance: int
    counted: bool
    at: datetime
    judged: str


class MatchesOut(Schema):
    matches: list[MatchOut]
    next: str | None


class JudgeIn(In):
    right: bool


class TryIn(In):
    text: Annotated[Text, bounded(1, LONGEST_ENTRY)]


class LikeOut(Schema):
    entry: UUID
    distance: int
    active: bool


class TriedOut(Schema):
    """`inside`: what `in_bank` would say."""

    inside: bool
    like: list[LikeOut]


@router.get("", response=BanksOut, summary="All banks")
@needs("signals.read")
def many(request: ApiRequest) -> dict[str, Any]:  # noqa: ARG001  every endpoint is given the request
    """By code."""
    return {"banks": queries.banks()}


@router.post("", response={201: BankOut}, summary="Make a bank")
@needs("banks.edit")
def make(request: ApiRequest, payload: BankIn) -> Status[Any]:
    """Rules name it by its code: `in_bank(item.text, "known-scams")`. A bank is never deleted."""
    actions.make_bank(actor=request.actor, now=now(), **payload.model_dump())
    return Status(201, queries.bank(payload.code))


@router.get("/{code}/entries", response=EntriesOut, summary="A bank's entries")
@needs("signals.read")
def entries(
    request: ApiRequest,  # noqa: ARG001
    code: str,
    state: Literal["active", "stopped", "removed"] | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """Newest first, a hundred a page; without `state` all but those that were taken out."""
    start = cursors.decode(after, UUID)
    found = queries.entries(code, state=state or "", before=start[0] if start else None, limit=LIMIT + 1)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    return {"entries": shown.rows, "next": shown.next}


@router.post("/{code}/entries", response={201: AddedOut}, summary="Add texts to a bank")
@needs("banks.edit", limit=10 * MIB)
def add(request: ApiRequest, code: str, payload: EntriesIn) -> Status[Any]:
    """They match everywhere within two seconds. Blank ones and those that are there already are left out."""
    made = actions.add_entries(actor=request.actor, code=code, now=now(), **payload.model_dump())
    return Status(201, {"added": made.entries, "known": made.known})


@router.post("/{code}/try", response=TriedOut, summary="What a bank would say of a text")
@needs("signals.read")
def try_text(request: ApiRequest, code: str, payload: TryIn) -> dict[str, Any]:  # noqa: ARG001
    """Nothing is written down."""
    like = queries.alike(code, payload.text, now=now())
    return {"inside": any(one.active for one in like), "like": like}


@router.post("/entries/{entry_id}/remove", response=EntryOut, summary="Take an entry out")
@needs("banks.edit")
def remove(request: ApiRequest, entry_id: UUID, payload: RemoveIn) -> Any:
    """Its history stays."""
    actions.remove_entry(actor=request.actor, entry_id=entry_id, why=payload.why, now=now())
    return queries.entry(entry_id)


@router.post("/entries/{entry_id}/release", response=EntryOut, summary="Let a stopped entry match again")
@needs("banks.edit")
def release(request: ApiRequest, entry_id: UUID, payload: ReleaseIn) -> Any:
    """One that flooded, or that people found wrong too often."""
    actions.release_entry(actor=request.actor, entry_id=entry_id, flood_limit=payload.flood_limit, now=now())
    return queries.entry(entry_id)


@router.get("/entries/{entry_id}/matches", response=MatchesOut, summary="What an entry matched")
@needs("signals.read")
def matches(request: ApiRequest, entry_id: UUID, after: str | None = None) -> dict[str, Any]:  # noqa: ARG001
    """Newest first, a hundred a page, of the last hundred days."""
    queries.entry(entry_id)
    start = cursors.decode(after, UUID)
    found = queries.matches(entry_id, before=start[0] if start else None, limit=LIMIT + 1)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    return {"matches": shown.rows, "next": shown.next}


@router.post("/matches/{match_id}/judge", response={204: None}, summary="Say whether a match is right")
@needs("banks.judge")
def judge(request: ApiRequest, match_id: UUID, payload: JudgeIn) -> Status[None]:
    """Found wrong three times, and not more often right, an entry is stopped."""
    actions.judge_match(actor=request.actor, match_id=match_id, right=payload.right, now=now())
    return Status(204, None)
