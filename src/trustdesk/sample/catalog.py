"""The sample accounts and items, read, checked and put into the shape of `POST /items` with times counted from `now`.

Lines hold times as distances (`days_ago`, `hours_ago`), so a desk started tomorrow looks as lively as one started
today. What a line says to us alone (`expect`, `hard`) stays in `Item` and never enters the API's shape.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

KINDS = frozenset(
    "ad listing product shop profile review comment message image short_video livestream".split()  # noqa: SIM905
)
EXPECTED = frozenset({"approve", "review", "reject"})

_ACCOUNT_KEYS = {"external_id", "name", "kind", "email", "language", "days_ago", "country", "verified", "followers"}
_ITEM_KEYS = {"external_id", "kind", "market", "language", "account", "fields", "hours_ago", "expected_views", "expect"}
_ITEM_MAY = {"media", "hard"}
_PICTURE_KEYS = {"motif", "seed", "kind", "alt"}


class BadSample(ValueError):
    """A line of the sample data cannot be used; the message names file and line."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Someone on the platform: a private person or a business."""

    external_id: str
    name: str
    kind: str
    email: str
    language: str
    days_ago: float  # since the account was opened
    country: str
    verified: bool
    followers: int

    def payload(self, now: datetime) -> dict[str, Any]:
        """As `POST /items` takes an account."""
        return {
            "external_id": self.external_id,
            "name": self.name,
            "kind": self.kind,
            "email": self.email,
            "language": self.language,
            "created_at": _rfc3339(now - timedelta(days=self.days_ago)),
            "country": self.country,
            "verified": self.verified,
            "followers": self.followers,
        }


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is drawn (`draw.picture(motif, seed)`, of kind video `films.film`) and the words for those who do not see it."""

    motif: str
    seed: int
    kind: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing posted. `expect` is a person's opinion of it, `hard` says what makes it hard to judge (or None)."""

    external_id: str
    kind: str
    market: str
    language: str
    account: str
    fields: dict[str, Any]
    media: tuple[Picture, ...]
    hours_ago: float
    expected_views: int
    expect: str
    hard: str | None

    def words(self) -> str:
        """Title and body, a line each."""
        return "\n".join(str(self.fields[name]) for name in ("title", "body") if self.fields.get(name))

    def payload(self, now: datetime, owner: Account, file_id: Callable[[Picture], str] | None = None) -> dict[str, Any]:
        """As `POST /items` takes it; pictures only when `file_id` says under which id their bytes were stored."""
        shape: dict[str, Any] = {
            "external_id": self.external_id,
            "kind": self.kind,
            "market": self.market,
            "language": self.language,
            "account": owner.payload(now),
            "fields": dict(self.fields),
            "posted_at": _rfc3339(now - timedelta(hours=self.hours_ago)),
            "expected_views": self.expected_views,
        }
        if file_id is not None:
            shape["media"] = [{"file_id": file_id(shown), "kind": shown.kind, "alt": shown.alt} for shown in self.media]
        return shape


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one of the cast has decided about an item before a newcomer arrives; `by` is their e-mail address."""

    by: str
    kind: str
    external_id: str
    outcome: str
    rationale: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What one of the cast has asked a team about an item, which rests until the answer comes."""

    by: str
    kind: str
    external_id: str
    team: str
    severity: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said later: a reply of one of the cast (`by`), after which the case is `status`, or of who asked."""

    hours_ago: float
    by: str
    text: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What somebody has asked the desk, `hours_ago` before it begins, the note one of the cast wrote about it, if any, and
    what followed."""

    id: str
    name: str
    address: str
    language: str
    market: str
    priority: str
    category: str
    hours_ago: float
    subject: str
    text: str
    note: str
    by: str
    channel: str
    talk: tuple[Said, ...] = ()
    called: int = 0  # minutes somebody of the cast spoke with them on the phone
    problem: bool = False  # one of those with the problem the cast has found
    score: int = 0  # how they judged the help, 0 for no answer
    said: str = ""  # in a sentence


@dataclass(frozen=True, kw_only=True)
class Note:
    """What one of the cast has pinned to an account."""

    by: str
    account: str
    text: str


@cache
def accounts() -> dict[str, Account]:
    """All sample accounts by external id. Raises BadSample."""
    found: dict[str, Account] = {}
    for place, line in _lines("accounts"):
        _keys(place, line, _ACCOUNT_KEYS)
        account = Account(**line)
        if account.external_id in found:
            raise BadSample(f"{place}: {account.external_id} is already taken")
        if account.kind not in {"private", "business"}:
            raise BadSample(f"{place}: an account is private or business, not {account.kind}")
        found[account.external_id] = account
    return found


@cache
def collection() -> tuple[Item, ...]:
    """All sample items, oldest first. Raises BadSample."""
    found: dict[str, Item] = {}
    for place, line in _lines("items-"):
        item = _item(place, line)
        if item.external_id in found:
            raise BadSample(f"{place}: {item.external_id} is already taken")
        found[item.external_id] = item
    return tuple(sorted(found.values(), key=lambda item: (-item.hours_ago, item.external_id)))


@cache
def decisions() -> tuple[Decision, ...]:
    """What the cast has decided. Raises BadSample."""
    found = []
    for place, line in _lines("decisions"):
        _keys(place, line, {"by", "kind", "external_id", "outcome", "rationale"})
        found.append(Decision(**line))
        _there(place, found[-1])
    return tuple(found)


@cache
def questions() -> tuple[Question, ...]:
    """What the cast has asked other teams. Raises BadSample."""
    found = []
    for place, line in _lines("questions"):
        _keys(place, line, {"by", "kind", "external_id", "team", "severity", "reason"})
        found.append(Question(**line))
        _there(place, found[-1])
    return tuple(found)


@cache
def matters() -> tuple[Matter, ...]:
    """What people have asked the desk. Raises BadSample."""
    found, may = [], {"talk", "called", "problem", "score", "said"}
    for place, line in _lines("cases"):
        _keys(place, line, set(Matter.__dataclass_fields__) - may, may)
        for said in line.get("talk", ()):
            _keys(place, said, set(Said.__dataclass_fields__))
        found.append(Matter(**line | {"talk": tuple(Said(**said) for said in line.get("talk", ()))}))
    return tuple(found)


def _there(place: str, told: Decision | Question) -> None:
    if (told.kind, told.external_id) not in {(item.kind, item.external_id) for item in collection()}:
        raise BadSample(f"{place}: no item {told.external_id}")


@cache
def notes() -> tuple[Note, ...]:
    """What the cast has noted. Raises BadSample."""
    found = []
    for place, line in _lines("notes"):
        _keys(place, line, {"by", "account", "text"})
        note = Note(**line)
        if note.account not in accounts():
            raise BadSample(f"{place}: no account {note.account}")
        found.append(note)
    return tuple(found)


def items(now: datetime, *, file_id: Callable[[Picture], str] | None = None) -> list[dict[str, Any]]:
    """Bodies for `POST /items`, oldest first, with absolute times (RFC 3339, UTC) counted back from `now`."""
    owners = accounts()
    return [item.payload(now, owners[item.account], file_id) for item in collection()]


def pictures() -> list[Picture]:
    """Every picture the items show, each once."""
    return list({(shown.motif, shown.seed): shown for item in collection() for shown in item.media}.values())


def _item(place: str, line: dict[str, Any]) -> Item:
    _keys(place, line, _ITEM_KEYS, _ITEM_MAY)
    shown = line.pop("media", [])
    for media in shown:
        _keys(place, media, _PICTURE_KEYS)
    item = Item(**{"hard": None, **line}, media=tuple(Picture(**media) for media in shown))
    if item.kind not in KINDS:
        raise BadSample(f"{place}: no kind {item.kind}")
    if item.expect not in EXPECTED:
        raise BadSample(f"{place}: expect is one of {sorted(EXPECTED)}, not {item.expect}")
    owner = accounts().get(item.account)
    if owner is None:
        raise BadSample(f"{place}: no account {item.account}")
    if item.hours_ago > owner.days_ago * 24:
        raise BadSample(f"{place}: posted before {item.account} was opened")
    if not item.words():
        raise BadSample(f"{place}: neither title nor body")
    return item


def _keys(place: str, line: dict[str, Any], wanted: set[str], may: set[str] | None = None) -> None:
    missing, unknown = wanted - line.keys(), line.keys() - wanted - (may or set())
    if missing or unknown:
        raise BadSample(f"{place}: missing {sorted(missing)}, unknown {sorted(unknown)}")


def _lines(prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line of the data files whose name starts with `prefix`, with a name for its place."""
    folder = files("trustdesk.sample") / "data"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.startswith(prefix) and file.name.endswith(".jsonl"):
            for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
                place = f"{file.name}:{number}"
                try:
                    line = json.loads(text)
                except json.JSONDecodeError as wrong:
                    raise BadSample(f"{place}: {wrong}") from wrong
                yield place, line


def _rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
