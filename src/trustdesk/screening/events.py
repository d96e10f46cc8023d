"""From a checked submission to the event the engine reads, and its questions to answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustdesk.content.queries import AccountView
from trustdesk.engine import MISSING, Read, Request
from trustdesk.policy import queries as policy
from trustdesk.screening.rules import ALL_ITEMS, COUNTERS, Segment, all_words, item_values
from trustdesk.screening.submissions import Checked
from trustdesk.signals import actions as signal_memory
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import declared, question_hash


@dataclass(frozen=True)
class Prepared:
    """A submission with the event made of it. `owner` names the item, `account_key` its account, in signals' memory."""

    checked: Checked
    event: dict[str, Any]
    text: str
    segments: tuple[Segment, ...]
    digest: bytes
    owner: str
    account_key: str


def prepare(checked: Checked, *, known: AccountView | None, now: datetime) -> Prepared:
    """Build the event. What nobody told is left out, so that the engine sees it as missing."""
    text, segments = all_words(checked.title, checked.body, checked.declared)
    account = checked.account
    registered = account.registered_at or (known.registered_at if known else None)
    owner = f"{checked.source}/{checked.kind}/{checked.external_id}"
    account_key = f"{checked.source}/{account.external_id}"
    told = {
        "id": account_key,
        "age": max(0.0, (now - registered).total_seconds()) if registered else None,
        "name": account.name or (known.name if known else ""),
        "kind": account.kind or (known.kind if known else ""),
        "verified": account.verified if account.verified is not None else (known.verified if known else None),
        "country": account.country or (known.country if known else ""),
        "language": account.language or (known.language if known else ""),
        "followers": account.followers if account.followers is not None else (known.followers if known else None),
        "items_posted": (known.items_posted if known else 0) + 1,
    }
    event = {
        "item": item_values(
            owner=owner,
            kind=checked.kind,
            market=checked.market.code,
            language=checked.language,
            url=checked.url,
            title=checked.title,
            body=checked.body,
            text=text,
            price=checked.price,
            currency=checked.currency,
            category=checked.category,
            media=len(checked.media),
            declared=checked.declared,
        ),
        "account": {name: value for name, value in told.items() if value not in (None, "")},
        "now": now,
        "market": policy.market_values(checked.market.code),
    }
    return Prepared(
        checked=checked,
        event=event,
        text=text,
        segments=segments,
        digest=signal_memory.digest_of(text) if text else b"",
        owner=owner,
        account_key=account_key,
    )


def answer(
    read: Read, prepared: Sequence[Prepared], *, now: datetime, already_counted: bool = False
) -> dict[Request, Any]:
    """Answer what the plan asks about these events (`read`, in the order of `prepared`): velocity and similarity exactly, other signals from the cache.

    Earlier entries of the same batch count as submitted before. `already_counted`: the worker asks again about an item
    whose own submission is in the counts.
    """
    requests = read.needs()
    answers: dict[Request, Any] = {}
    rates: list[tuple[Request, signals.RateQuestion]] = []
    seen: list[tuple[Request, signals.SeenQuestion]] = []
    others: list[tuple[Request, tuple[str, str, str]]] = []
    for request in requests:
        entry = prepared[request.event]
        arguments = request.arguments
        if request.name == "rate":
            counter, key = str(arguments["counter"]), _key_of(arguments.get("by"), entry)
            rates.append((request, signals.RateQuestion(counter, key, float(arguments["per"]))))
        elif request.name == "seen":
            value = arguments.get("value")
            if not isinstance(value, str) or not value.strip():
                answers[request] = MISSING
                continue
            digest = entry.digest if value == entry.text else signal_memory.digest_of(value)
            seen.append((request, signals.SeenQuestion(digest, entry.owner, float(arguments["within"]))))
        else:
            others.append((request, (request.name, request.version, question_hash(arguments))))
    own = 0 if already_counted else 1
    for (request, question), count in zip(rates, signals.rates([q for _, q in rates], now=now), strict=True):
        before = prepared[: request.event] if own else ()
        earlier = sum(
            question.key == _account_counter(entry) and question.counter in {ALL_ITEMS, COUNTERS[entry.checked.kind]}
            for entry in before
        )
        answers[request] = count + earlier + own
    for (request, similar), count in zip(seen, signals.seen([q for _, q in seen], now=now), strict=True):
        earlier_owners = {
            entry.owner
            for entry in (prepared[: request.event] if own else ())
            if entry.digest == similar.digest and entry.owner != similar.owner
        }
        answers[request] = count + len(earlier_owners)
    if others:
        kept = signals.cached(key for _, key in others)
        answers |= {request: kept[key] for request, key in others if key in kept}
    return answers


def open_questions(read: Read, answers: Mapping[Request, Any]) -> list[Request]:
    """What declared signals could still answer."""
    able = declared()
    return [request for request in read.needs(answers) if request.name in able]


def counted(prepared: Prepared) -> list[tuple[str, str]]:
    """(counter, key) rows that this submission adds to velocity."""
    key = _account_counter(prepared)
    return [(ALL_ITEMS, key), (COUNTERS[prepared.checked.kind], key)]


def _account_counter(entry: Prepared) -> str:
    return f"account/{entry.account_key}"


def _key_of(by: Any, entry: Prepared) -> str:
    if isinstance(by, Mapping) and by.get("id") == entry.account_key:
        return _account_counter(entry)
    return f"value/{question_hash({'by': by})}"
