"""`/banks`: known texts and pictures, what is like them, how their entries fare."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Schema, Status
from pydantic import Field

from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.signals import actions, hashlists, queries
from trustdesk.signals.likeness import PICTURE
from trustdesk.signals.rules import FLOOD_LIMIT, LONGEST_ENTRY, MOST_AT_ONCE, MOST_HASHES
from trustdesk.web import cursors
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import MIB, Code, In, Text, bounded

router = new_router("banks")

LIMIT = 100


class BankIn(In):
    """`kind`: text or image. `distance`: bits in which two texts (of 128) or two pictures (of 256) may differ and be
    alike, 0 for the very same only; 28 and 31 if nothing is said. `flood_limit`: matches of one entry an hour beyond
    which it is stopped."""

    code: Annotated[Code, bounded(2, 60)]
    title: Annotated[Text, bounded(1, 120)]
    about: Annotated[Text, bounded(0, 500)] = ""
    kind: Literal["text", "image"] = "text"
    distance: int | None = Field(default=None, ge=0, le=85)
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


class HashIn(In):
    """A PDQ hash: 64 hexadecimal digits; its quality from 0 to 100, where known."""

    hash: Annotated[Code, bounded(64, 64)]
    quality: int | None = Field(default=None, ge=0, le=100)
    source: Annotated[Text, bounded(0, 200)] = ""


class EntriesIn(In):
    """`texts` for a bank of texts; `hashes` or `file_ids` (uploaded pictures) for one of pictures. `negative`: these are
    known to be good and veto what is not nearer. `source`: an item, a case, a file."""

    texts: list[Annotated[Text, bounded(1, LONGEST_ENTRY)]] = Field(default=[], max_length=MOST_AT_ONCE)
    hashes: list[HashIn] = Field(default=[], max_length=MOST_HASHES)
    file_ids: list[UUID] = Field(default=[], max_length=100)
    why: Annotated[Text, bounded(1, 300)]
    source: Annotated[Text, bounded(0, 200)] = ""
    negative: bool = False
    expires_at: datetime | None = None


class AddedOut(Schema):
    """`known`: how many were there already. `flat`: how many pictures have too little shape to be told from others."""

    added: list[UUID]
    known: int
    flat: int


class EntryOut(Schema):
    """`state`: active, quarantined, suspended or removed. `text` of a picture is its hash."""

    id: UUID
    text: str
    file: UUID | None
    quality: int | None
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
    """One of the three: a text, or of a bank of pictures a hash or an uploaded file."""

    text: Annotated[Text, bounded(0, LONGEST_ENTRY)] = ""
    hash: Annotated[Code, bounded(0, 64)] = ""
    file_id: UUID | None = None


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


@router.post("/{code}/entries", response={201: AddedOut}, summary="Add texts or pictures to a bank")
@needs("banks.edit", limit=10 * MIB)
def add(request: ApiRequest, code: str, payload: EntriesIn) -> Status[Any]:
    """They match everywhere within two seconds. Blank ones and those that are there already are left out."""
    told = payload.model_dump(exclude={"texts", "hashes", "file_ids"})
    if payload.hashes or payload.file_ids:
        hashes = [actions.KnownHash(each.hash, each.quality, each.source) for each in payload.hashes]
        made = actions.add_pictures(
            actor=request.actor, code=code, hashes=hashes, pictures=payload.file_ids, now=now(), **told
        )
    else:
        made = actions.add_entries(actor=request.actor, code=code, texts=payload.texts, now=now(), **told)
    return Status(201, {"added": made.entries, "known": made.known, "flat": made.flat})


@router.post("/{code}/hashes", response={201: AddedOut}, summary="Add a list of hashes to a bank of pictures")
@needs("banks.edit", limit=10 * MIB)
def add_list(request: ApiRequest, code: str, why: str, source: str = "") -> Status[Any]:
    """The body is the list: CSV (hash,quality,source), JSON or one hash a line. At most 50,000 at once."""
    try:
        hashes = hashlists.read(request.body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("The list is not UTF-8.") from None
    except hashlists.BadList as error:
        raise Invalid(str(error), fields={"hashes": str(error)}) from None
    made = actions.add_pictures(actor=request.actor, code=code, hashes=hashes, why=why, source=source, now=now())
    return Status(201, {"added": made.entries, "known": made.known, "flat": made.flat})


@router.get("/{code}/hashes", summary="A bank of pictures as a list of hashes")
@needs("signals.read")
def export(request: ApiRequest, code: str) -> HttpResponse:  # noqa: ARG001
    """CSV of what matches, to be exchanged with others: hash, quality, source."""
    return HttpResponse(hashlists.write(queries.exported(code)), content_type="text/csv; charset=utf-8")


@router.post("/{code}/try", response=TriedOut, summary="What a bank would say of a text or picture")
@needs("signals.read")
def try_content(request: ApiRequest, code: str, payload: TryIn) -> dict[str, Any]:  # noqa: ARG001
    """Nothing is written down."""
    if payload.text:
        like = queries.alike(code, payload.text, now=now())
    else:
        like = queries.alike_picture(code, _variants(payload), now=now())
    return {"inside": any(one.active for one in like), "like": like}


def _variants(payload: TryIn) -> Sequence[bytes]:
    if payload.file_id is not None:
        return queries.hash_of(files.view_of(payload.file_id)).variants
    signature = PICTURE.signature(payload.hash.lower())
    if not signature.sign:
        wrong = "Give a text, an uploaded file or a hash of 64 hexadecimal digits."
        raise Invalid(wrong, fields={"hash": wrong})
    return (signature.sign,)


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
