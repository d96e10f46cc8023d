"""Keeping what is looked through up to date: a loop follows the ledger and reads again what facts told of, in batches, a
moment after it was stored. Who submits or decides waits for nothing, and nothing is lost: positions have no gaps.

Told again after a crash, everything is as it was. A decision that takes effect later is read again then.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.rows import as_json
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.people import queries as people
from trustdesk.screening import queries as screening
from trustdesk.search.finding import lexeme_of
from trustdesk.search.models import Later, Reader
from trustdesk.search.rules import exact, term, words_of
from trustdesk.signals import queries as signals

_STEP = 5_000  # facts of all kinds looked at in one round
_BATCH = 300  # items read again in one transaction
# When something of an item changes later than its fact was written.
_LATER = ("effective_at", "lifted_at", "starts_at")
# A moment after: whoever asks for the time of a thing must find it past.
_AFTER = timedelta(milliseconds=50)


@dataclass(frozen=True)
class _Told:
    """One item with everything that is said of it."""

    item: content.ItemView
    version: content.VersionView | None
    account: content.AccountView | None
    made: Sequence[decisions.DecisionView]
    verdict: screening.VerdictView | None
    status: str
    source: str


def follow(*, now: datetime) -> bool:
    """Read again what changed since; True when there may be more at once. One worker at a time; another one skips."""
    Reader.objects.get_or_create(id=1, defaults={"at": now})
    with transaction.atomic():
        reader = Reader.objects.select_for_update(skip_locked=True).filter(id=1).first()
        if reader is None:
            return False
        until, items, more = _told_of(reader.position)
        due = list(Later.objects.filter(due_at__lte=now).order_by("due_at").values_list("id", "item")[:_BATCH])
        changed = [*items, *(item for _, item in due)]
        if changed:
            read_again(changed, now=now)
        for item, times in items.items():
            Later.objects.bulk_create(
                [Later(item=item, due_at=at + _AFTER) for at in times if at > now], ignore_conflicts=True
            )
        Later.objects.filter(id__in=[row for row, _ in due]).delete()
        if until > reader.position:
            Reader.objects.filter(id=1).update(position=until, at=now)
    return more or len(due) == _BATCH


def behind() -> int:
    """How many facts have not been read yet."""
    head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return head - (Reader.objects.values_list("position", flat=True).first() or 0)


def _told_of(position: int) -> tuple[int, dict[UUID, set[datetime]], bool]:
    """Up to where it was read, the items that facts told of (with times at which they change again), whether more wait."""
    head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    until = min(head, position + _STEP)
    found: dict[UUID, set[datetime]] = {}
    rows = (
        Position.objects.filter(position__gt=position, position__lte=until, fact__payload__has_key="item")
        .order_by("position")
        .values_list("position", "fact__payload")
    )
    for at, payload in rows.iterator(chunk_size=1_000):
        with suppress(ValueError, TypeError):  # a fact may call something else its item
            times = found.setdefault(UUID(payload["item"]), set())
            for name in _LATER:
                if isinstance(payload.get(name), str):
                    times.add(datetime.fromisoformat(payload[name]))
        if len(found) >= _BATCH:
            return at, found, True
    return until, found, until < head


def read_again(item_ids: Iterable[UUID], *, now: datetime) -> int:
    """Write the entries of these items, their accounts and their decisions; the same number of statements for any number.

    Runs in the caller's transaction. Returns how many items there are.
    """
    told = _tell(set(item_ids), now=now)
    _write(_ITEMS, [_item_row(one) for one in told])
    accounts = {one.account.id: one.account for one in told if one.account is not None}
    restricted = _restricted(accounts, now=now)
    sources = {source.id: source.code for source in people.sources().values()}
    _write(
        _ACCOUNTS,
        [_account_row(one, sources.get(one.source, ""), restricted=one.id in restricted) for one in accounts.values()],
    )
    _write(_DECISIONS, [_decision_row(one, decision) for one in told for decision in one.made])
    return len(told)


def _tell(item_ids: set[UUID], *, now: datetime) -> list[_Told]:
    items = content.items(item_ids)
    versions = content.newest_versions(items)
    accounts = content.accounts(item.account for item in items.values())
    made = decisions.of_items(items, now=now)
    verdicts = screening.latest(items)
    statuses = decisions.statuses(items, now=now)
    sources = {source.id: source.code for source in people.sources().values()}
    return [
        _Told(
            item=item,
            version=versions.get(item.id),
            account=accounts.get(item.account),
            made=made.get(item.id, ()),
            verdict=verdicts.get(item.id),
            status=statuses[item.id][0],
            source=sources.get(item.source, ""),
        )
        for item in items.values()
    ]


def _item_row(told: _Told) -> dict[str, Any]:
    item, version = told.item, told.version
    standing = next((one for one in told.made if one.state in {"pending", "effective"}), None)
    hits = told.verdict.hits if told.verdict is not None else ()
    terms = [
        term("status", told.status),
        *_common(told),
        *(_clauses(standing.clauses, standing.labels) if standing is not None else ()),
        *(each for hit in hits for each in _clauses([hit], hit.get("labels", ()))),
        term("outcome", standing.outcome) if standing is not None else "",
        term("by", _maker(standing)),
        term("who", standing.actor) if standing is not None else "",
        term("verdict", told.verdict.outcome) if told.verdict is not None and told.verdict.outcome else "",
    ]
    text, price = item.title, None
    lexemes = [exact(item.external_id)]
    if version is not None:
        text = "\n".join(
            [version.title, version.body, *(value for value in version.fields.values() if isinstance(value, str))]
        )
        price = version.price
        terms += [term("category", version.category.casefold()) if version.category else ""]
        terms += [term("currency", version.currency.casefold()) if version.currency else ""]
        lexemes += _people_in(text, market=item.market, email=told.account.email if told.account else "")
    return {
        "id": item.id,
        "at": item.received_at,
        "terms": _once(terms),
        "words": [*words_of(text), *_once(lexemes)],
        "account": item.account,
        "price": price,
    }


def _account_row(account: content.AccountView, source: str, *, restricted: bool) -> dict[str, Any]:
    verified = {True: "yes", False: "no", None: "unknown"}[account.verified]
    terms = [
        term("source", source),
        term("verified", verified),
        term("standing", "restricted" if restricted else "clean"),
        term("country", account.country.casefold()) if account.country else "",
        term("language", account.language) if account.language else "",
    ]
    lexemes = [exact(account.external_id), *_people_in("", market="", email=account.email)]
    return {
        "id": account.id,
        "at": account.first_seen_at,
        "terms": _once(terms),
        "words": [*words_of(f"{account.name}\n{account.external_id}"), *_once(lexemes)],
    }


def _decision_row(told: _Told, decision: decisions.DecisionView) -> dict[str, Any]:
    terms = [
        term("state", decision.state),
        *_common(told),
        *_clauses(decision.clauses, decision.labels),
        term("outcome", decision.outcome),
        term("by", _maker(decision)),
        term("who", decision.actor),
    ]
    text = f"{told.item.title}\n{decision.rationale}\n{decision.author_note}"
    return {
        "id": decision.id,
        "at": decision.made_at,
        "terms": _once(terms),
        "words": [*words_of(text), exact(told.item.external_id)],
        "item": decision.item,
        "account": decision.account,
    }


def _common(told: _Told) -> list[str]:
    item = told.item
    return [
        term("kind", item.kind),
        term("market", item.market),
        term("source", told.source),
        term("language", item.language) if item.language else "",
    ]


def _clauses(clauses: Iterable[Mapping[str, Any]], labels: Iterable[str]) -> list[str]:
    """Policies, clauses, rules and labels as terms; hits of verdicts and clauses of decisions name them alike."""
    found = [term("label", label) for label in labels]
    for one in clauses:
        policy, clause, rule = one.get("policy") or "", one.get("clause") or "", one.get("rule") or ""
        found.append(term("policy", policy))
        if clause:
            found.append(term("clause", f"{policy} {clause}"))
        if rule:
            found.append(term("rule", f"{policy}/{rule}"))
    return found


def _maker(decision: decisions.DecisionView | None) -> str:
    if decision is None:
        return "nobody"
    return "rule" if decision.made_by == "rule" else "person"


def _people_in(text: str, *, market: str, email: str) -> list[str]:
    marks = signals.marks_in(text, regions=(market,) if market else (), email=email)
    return [lexeme_of(mark) for mark in marks if mark.kind in {"phone", "email"}]


def _restricted(accounts: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Accounts some of whose content is restricted."""
    return decisions.accounts_restricted(accounts, now=now)


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _write(statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_json([{**row, "price": _money(row.get("price"))} for row in ordered])])


def _money(price: Decimal | None) -> str | None:
    return None if price is None else str(price)


def _statement(table: str, more: Mapping[str, str]) -> str:
    """Insert, or change what differs: an entry that says the same is not written again."""
    names = ["id", "at", "terms", "words", *more]
    typed = ", ".join(
        ["id uuid", "at timestamptz", "terms text[]", "words text[]", *(f"{k} {v}" for k, v in more.items())]
    )
    values = ", ".join("array_to_tsvector(words)" if name == "words" else name for name in names)
    changed = [name for name in names if name != "id"]
    return (
        f"INSERT INTO {table} AS e ({', '.join(names)}) SELECT {values} FROM json_to_recordset(%s::json) AS t({typed}) "  # noqa: S608  names are ours
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in changed)} "
        f"WHERE ({', '.join(f'e.{name}' for name in changed)}) IS DISTINCT FROM "
        f"({', '.join(f'excluded.{name}' for name in changed)})"
    )


_ITEMS = _statement("search_itementry", {"account": "uuid", "price": "numeric"})
_ACCOUNTS = _statement("search_accountentry", {})
_DECISIONS = _statement("search_decisionentry", {"item": "uuid", "account": "uuid"})
