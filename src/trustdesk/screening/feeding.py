"""Feeding a file of items: the same parsing and the same action as the API, batch by batch, each line answered for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import queries as policy
from trustdesk.screening import actions
from trustdesk.screening.actions import Received
from trustdesk.screening.lines import BadLine, Line, names_of
from trustdesk.screening.schemas import AccountIn, ItemIn
from trustdesk.screening.submissions import Submission
from trustdesk.web.reading import MIB, checked

MOST_IN_A_BATCH = 250  # enough for few statements an item, small enough for a lively progress bar
MOST_BYTES = 8 * MIB  # of lines in one batch
DEFAULT_ACCOUNT = "feed"

_WORDS = ("title", "body", "price", "currency", "category")
_TOP = ("external_id", "kind", "market", "language", "posted_at", "url", "expected_views")
_TARGETS = {
    **{name: ("fields", name) for name in _WORDS},
    **{name: (name,) for name in _TOP},
    **{f"account.{name}": ("account", name) for name in AccountIn.model_fields},
    "account": ("account", "external_id"),
}


@dataclass(frozen=True)
class Shape:
    """How a line becomes an item: which column goes where, and what is said of lines that do not say it themselves.

    Without `places` a value has the API's own shape.
    """

    places: Mapping[tuple[str, ...], str] = field(default_factory=dict)  # path in the API's shape → column
    kind: str = ""
    market: str = ""
    account: str = DEFAULT_ACCOUNT
    ignored: tuple[str, ...] = ()


@dataclass
class Tally:
    """What became of the lines so far: `read` is `taken` and `bad` together."""

    read: int = 0
    taken: int = 0
    bad: int = 0
    repaired: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)  # "pending" while signals are asked
    statuses: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)  # (policy, rule) → items it hit
    errors: Counter[str] = field(default_factory=Counter)  # kind of trouble → lines
    first: dict[str, BadLine] = field(default_factory=dict)  # kind of trouble → its first line
    last_line: int = 0  # the last line that was answered for
    stopped: bool = False


def shape(
    maps: Iterable[str], columns: Sequence[str], *, kind: str = "", market: str = "", account: str = "", by: str = ""
) -> Shape:
    """Read `--map target=column` options against a CSV's columns (none for JSONL). Raises Invalid naming the remedy.

    `by`: the column that names the account. A CSV's columns that are called as a target is go there unasked.
    """
    places: dict[tuple[str, ...], str] = {}
    for given in (*maps, *([f"account={by}"] if by else [])):
        target, sign, column = given.partition("=")
        path = _path(target.strip())
        if not sign or not column or path is None:
            raise Invalid(
                f"--map {given}: write TARGET=COLUMN. Targets: {', '.join(_TARGETS)}, or fields.NAME for a field that "
                "the pack declares."
            )
        if columns and column not in columns:
            raise Invalid(f"There is no column {column}. There are: {names_of(columns)}.")
        places[path] = column
    used = set(places.values())
    for column in columns:
        path = _path(column)
        if path is not None and column not in used and path not in places:
            places[path] = column
    used = set(places.values())
    ignored = tuple(column for column in columns if column not in used)
    return Shape(places=places, kind=kind, market=market, account=account or DEFAULT_ACCOUNT, ignored=ignored)


def _path(target: str) -> tuple[str, ...] | None:
    if target.startswith("fields.") and len(target) > len("fields."):
        return ("fields", target.removeprefix("fields."))
    return _TARGETS.get(target)


def feed(
    *,
    actor: Actor,
    source: UUID | None,
    lines: Iterable[Line | BadLine],
    form: Shape,
    clock: Callable[[], datetime],
    batch: int = MOST_IN_A_BATCH,
    limit: int | None = None,
    after: int = 0,
    imported: bool = False,
    bad: Callable[[BadLine], None] = lambda _: None,
    told: Callable[[Tally], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Tally:
    """Take every line in batches of at most `batch`; `bad` hears of each that cannot be, `told` of each batch.

    A second line for one item waits for the next batch. `stop` is asked before each batch: what was read for it is then
    not counted. `after`: lines up to this number are passed over. `imported`: as `actions.receive` has it. Raises what `actions.receive` raises; the tally told
    last says how far it came.
    """
    tally = Tally()
    schemas = policy.declared_fields()
    for group in _groups(_entries(lines, form, schemas, limit=limit, after=after), batch):
        if stop():
            tally.stopped = True
            return tally
        sound = [entry for entry in group if entry.submission is not None]
        given = [entry.submission for entry in sound if entry.submission is not None]
        results = (
            actions.receive(actor=actor, submissions=given, now=clock(), source=source, imported=imported)
            if given
            else []
        )
        answers = dict(zip((entry.number for entry in sound), results, strict=True))
        for entry in group:
            tally.read += 1
            tally.last_line = max(tally.last_line, entry.number)
            result = answers.get(entry.number)
            trouble = entry.trouble or (_trouble(entry.number, result) if isinstance(result, Refusal) else None)
            if trouble is not None:
                tally.bad += 1
                tally.errors[trouble.code] += 1
                tally.first.setdefault(trouble.code, trouble)
                bad(trouble)
            elif isinstance(result, Received):
                _count(tally, entry, result)
        told(tally)
    return tally


@dataclass(frozen=True)
class _Entry:
    """A line as a submission, or why it is none."""

    number: int
    size: int = 0
    submission: Submission | None = None
    trouble: BadLine | None = None
    repaired: bool = False

    @property
    def key(self) -> tuple[str, str] | None:
        return (self.submission.kind, self.submission.external_id) if self.submission else None


def _entries(
    lines: Iterable[Line | BadLine],
    form: Shape,
    schemas: Mapping[str, Mapping[str, Any]],
    *,
    limit: int | None,
    after: int,
) -> Iterator[_Entry]:
    count = 0
    for line in lines:
        if line.number <= after:
            continue
        if limit is not None and count >= limit:
            return
        count += 1
        if isinstance(line, BadLine):
            yield _Entry(line.number, trouble=line)
            continue
        repairs: set[str] = set()
        try:
            value = _item(line.value, form, schemas)
            submission = checked(ItemIn, value, repairs=repairs).submission()
        except Refusal as refusal:
            yield _Entry(line.number, trouble=_trouble(line.number, refusal))
            continue
        yield _Entry(line.number, size=line.size, submission=submission, repaired=bool(repairs))


def _groups(entries: Iterable[_Entry], most: int) -> Iterator[list[_Entry]]:
    """Batches in the file's order, each naming an item once and of bounded size."""
    group: list[_Entry] = []
    keys: set[tuple[str, str]] = set()
    size = 0
    for entry in entries:
        again = entry.key is not None and entry.key in keys
        if group and (len(group) >= most or size + entry.size > MOST_BYTES or again):
            yield group
            group, keys, size = [], set(), 0
        group.append(entry)
        size += entry.size
        if entry.key is not None:
            keys.add(entry.key)
    if group:
        yield group


def _item(value: Any, form: Shape, schemas: Mapping[str, Mapping[str, Any]]) -> Any:
    """The line in the API's shape, with what the feed says of all its lines."""
    if not isinstance(value, dict):
        raise Invalid("The line is not an object.")
    item: dict[str, Any] = {} if form.places else dict(value)
    for path, column in form.places.items():
        cell = value.get(column)
        if cell is None or cell == "":
            continue
        if len(path) == 1:
            item[path[0]] = cell
        else:
            item.setdefault(path[0], {})[path[1]] = cell
    for name, said in (("kind", form.kind), ("market", form.market)):
        if said and not item.get(name):
            item[name] = said
    account = item.setdefault("account", {})
    if isinstance(account, dict) and "external_id" not in account:
        item["account"] = {**account, "external_id": form.account}
    if form.places and isinstance(item.get("fields"), dict):
        declared = schemas.get(str(item.get("kind")), {}).get("properties", {})
        item["fields"] = {name: _typed(cell, declared.get(name, {})) for name, cell in item["fields"].items()}
    return item


def _typed(cell: Any, schema: Mapping[str, Any]) -> Any:
    """A CSV knows only text; a declared number or truth is meant as one. What is none is left for the check to name."""
    wanted = schema.get("type")
    if not isinstance(cell, str) or wanted not in {"number", "integer", "boolean"}:
        return cell
    try:
        if wanted == "boolean":
            return {"true": True, "false": False, "1": True, "0": False}.get(cell.strip().lower(), cell)
        return int(cell) if wanted == "integer" else float(cell)
    except ValueError:
        return cell


def _trouble(number: int, refusal: Refusal) -> BadLine:
    said = "; ".join(f"{name}: {why}" for name, why in refusal.fields.items())
    return BadLine(number, refusal.code, said or refusal.message)


def _count(tally: Tally, entry: _Entry, result: Received) -> None:
    tally.taken += 1
    tally.repaired += entry.repaired
    tally.outcomes[result.outcome or "pending"] += 1
    tally.statuses[result.status] += 1
    tally.rules.update({(str(hit["policy"]), str(hit["rule"])) for hit in result.hits})
