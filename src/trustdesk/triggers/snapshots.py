"""A case as a condition reads it: now, and as it was at some time of its story."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from trustdesk.kernel.ledger.queries import FactView
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import markets
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView, MessageView
from trustdesk.triggers.vocabulary import CHANNELS, DAYS, LONGEST_READ


@dataclass(frozen=True)
class Happened:
    """One event of a case: its kind, the fact that tells it, what it says beside the case itself."""

    event: str
    case: UUID
    fact: UUID
    told: Mapping[str, Any] = field(default_factory=dict)  # before.status, before.priority, event.tags, event.clock


def now_of(case: CaseView, happened: Happened, now: datetime) -> dict[str, Any]:
    """A case as it is now, for a condition. Three queries at most."""
    came = support.newest_from(case.id)
    others = len(support.earlier(case, actor=SYSTEM))
    return event_of(case, came, others=others, told=happened.told, now=now)


def event_of(
    case: CaseView, came: MessageView | None, *, others: int, told: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What a condition reads; names as in `vocabulary.NAMES`."""
    market = markets().get(case.market)
    there = now.astimezone(ZoneInfo(market.time_zone) if market else ZoneInfo("UTC"))
    event: dict[str, Any] = {
        "case": {
            "status": case.status,
            "priority": case.priority,
            "channel": case.channel if case.channel in CHANNELS else "desk",
            "category": case.category,
            "intent": case.intent,
            "language": case.language,
            "market": case.market,
            "queue": case.queue,
            "tags": list(case.tags),
            "subject": case.subject,
            "messages": case.messages,
            "age": max(0.0, (now - case.opened_at).total_seconds()),
            "in_hand": case.holder is not None,
            "fields": dict(case.fields),
        },
        "message": {
            "text": came.text[:LONGEST_READ] if came else "",
            "automatic": bool(came and came.automatic),
            "files": len(came.files) if came else 0,
        },
        "requester": {
            "known": case.account is not None,
            "address": case.address,
            "domain": case.address.rpartition("@")[2] if "@" in case.address else "",
            "cases": others,
        },
        "before": {},
        "event": {"tags": list(told.get("event.tags", ())), "clock": str(told.get("event.clock", ""))},
        "time": {"hour": there.hour, "day": DAYS[there.weekday()]},
    }
    if case.waiting_since is not None:
        event["case"]["waiting"] = max(0.0, (now - case.waiting_since).total_seconds())
    for name in ("status", "priority"):
        if told.get(f"before.{name}"):
            event["before"][name] = told[f"before.{name}"]
    return event


@dataclass(frozen=True)
class Moment:
    """A case as its story had it when something happened. `stayed`: until when it kept the status it was given then."""

    happened: Happened
    at: datetime
    event: Mapping[str, Any]


@dataclass(frozen=True)
class Stay:
    """A time in which a case had one status, `until` the end of what is known."""

    status: str
    since: datetime
    until: datetime
    fact: UUID
    event: Mapping[str, Any]


HEARD = {
    "case.received": "received",
    "case.replied": "replied",
    "work.clock_warned": "warned",
    "work.clock_breached": "breached",
}


def story(
    case: CaseView, facts: Iterable[FactView], said: Sequence[MessageView], *, others: int, now: datetime
) -> tuple[list[Moment], list[Stay]]:
    """A case's past, event by event, each with the case as it was then: folded from what its facts tell. What no fact tells
    (its queue, who had it in hand) is as it is now."""
    was: dict[str, Any] = {"status": "new", "priority": case.priority, "tags": [], "fields": {}}
    shown = {one.no: one for one in said if one.direction == "in"}
    heard = 0
    moments: list[Moment] = []
    stays: list[tuple[str, datetime, UUID, dict[str, Any]]] = []
    for fact in facts:
        told: dict[str, Any] = {}
        kind = HEARD.get(fact.kind, "")
        if fact.kind == "case.opened":
            kind = "opened"
            was |= {name: fact.told.get(name, "") for name in ("priority", "category", "language", "market")}
            was |= {"tags": list(fact.told.get("tags") or ()), "subject": fact.told.get("title", "")}
            heard = min(shown, default=0)
        elif fact.kind == "case.received":
            heard = int(fact.told.get("no") or 0)
        elif fact.kind == "case.status_set":
            kind, told["before.status"] = "status", fact.told.get("before")
            was["status"] = fact.told.get("status")
        elif fact.kind == "case.priority_set":
            kind, told["before.priority"] = "priority", fact.told.get("before")
            was["priority"] = fact.told.get("priority")
        elif fact.kind == "case.sorted":
            values = values_of(fact.told.get("values"))
            fresh = [tag for tag in values.get("tags", ()) if tag not in was["tags"]]
            was |= {name: values[name] for name in values.keys() & _KEPT}
            if fresh:
                kind, told["event.tags"] = "tagged", fresh
        elif fact.kind == "case.replied" and fact.told.get("automatic"):
            kind = ""
        if kind in {"warned", "breached"}:
            told["event.clock"] = fact.told.get("name", "")
        came = shown.get(heard)
        then = _then(case, was, came, others=others, told=told, at=fact.at)
        if kind:
            moments.append(Moment(Happened(kind, case.id, fact.id, told), fact.at, then))
        if kind in {"opened", "status"}:
            stays.append((str(was["status"]), fact.at, fact.id, then))
    ends = [*(since for _, since, _, _ in stays[1:]), now]
    return moments, [
        Stay(status, since, until, fact, then) for (status, since, fact, then), until in zip(stays, ends, strict=False)
    ]


_KEPT = {"subject", "category", "intent", "language", "tags", "fields"}


def values_of(told: object) -> dict[str, Any]:
    """What a case was sorted into, as the fact tells it; nothing once it was erased."""
    try:
        found = json.loads(str(told)) if told else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _then(
    case: CaseView,
    was: Mapping[str, Any],
    came: MessageView | None,
    *,
    others: int,
    told: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    event = event_of(case, came, others=others, told=told, now=at)
    event["case"] |= {name: value for name, value in was.items() if value is not None}
    event["case"]["messages"] = came.no if came else 1
    return event


def later(stay: Stay, case: CaseView, at: datetime) -> dict[str, Any]:
    """A case that kept its status, some time later: it is older, and it is another hour."""
    event = dict(stay.event)
    event["case"] = event["case"] | {"age": max(0.0, (at - case.opened_at).total_seconds())}
    market = markets().get(str(event["case"]["market"]))
    there = at.astimezone(ZoneInfo(market.time_zone) if market else ZoneInfo("UTC"))
    event["time"] = {"hour": there.hour, "day": DAYS[there.weekday()]}
    return event
