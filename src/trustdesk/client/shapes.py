"""What is sent and what comes back. Answers keep everything the desk said in `raw`, also what this version cannot name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NotRequired, Required, TypedDict

from trustdesk.client.problems import Problem, problem_from

Status = Literal["live", "rejected", "held", "limited", "in_review", "pending", "withdrawn"]
WithdrawReason = Literal["author_deleted", "expired", "sold"]
Raw = Mapping[str, Any]


class NewAccount(TypedDict, total=False):
    """The account content comes from."""

    external_id: Required[str]
    name: str
    kind: str
    email: str
    language: str
    country: str
    created_at: str | datetime
    verified: bool
    followers: int


class NewMedia(TypedDict):
    """A picture or film: an address the desk fetches, or a file that was uploaded."""

    kind: str
    url: NotRequired[str]
    file_id: NotRequired[str]
    alt: NotRequired[str]


class NewItem(TypedDict, total=False):
    """Content to submit. `fields` are the item's own: title, body, price, currency, category and what the pack names."""

    external_id: Required[str]
    kind: Required[str]
    account: Required[NewAccount]
    fields: Required[dict[str, Any]]
    market: str
    language: str
    media: list[NewMedia]
    posted_at: str | datetime
    url: str
    expected_views: int


@dataclass(frozen=True)
class Evidence:
    """Where a rule saw something: code points `start` to `end` of the named field."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Hit:
    """A rule that fired."""

    policy: str
    rule: str
    labels: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the rules said."""

    outcome: str
    policy_version: str | None = None
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What was decided; None of its fields but `id` and `outcome` need be there in every answer."""

    id: str
    outcome: str
    statement_url: str | None = None
    raw: Raw = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Item:
    """An item as the desk has it; `hidden`: the platform should not show it."""

    id: str
    version: int
    status: str
    hidden: bool = False
    verdict: Verdict | None = None
    decision: Decision | None = None
    warnings: tuple[str, ...] = ()
    raw: Raw = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class BatchEntry:
    """One entry of a batch: its place in what was sent, and either the item or why it was refused."""

    index: int
    status: int
    item: Item | None
    problem: Problem | None


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file. A refused one says why and is not shown."""

    id: str
    state: str
    reason: str
    media_type: str
    raw: Raw = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Endpoint:
    """A webhook. `secret` is there once: when it was made or rotated."""

    id: str
    url: str
    events: tuple[str, ...]
    active: bool
    secret: str | None = None
    raw: Raw = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class EventDelivery:
    """One event on its way to one endpoint."""

    id: str
    webhook_id: str
    type: str
    state: str
    tries: int
    status: int | None
    error: str
    raw: Raw = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Fact:
    """Something that happened, at its place in the order of all that happened."""

    position: int
    kind: str
    subject: str
    actor: str
    at: str
    payload: Raw
    raw: Raw = field(default_factory=dict, repr=False)


def item_of(raw: Raw) -> Item:
    verdict, decision = raw.get("verdict"), raw.get("decision")
    return Item(
        id=str(raw["id"]),
        version=int(raw.get("version", 1)),
        status=str(raw["status"]),
        hidden=bool(raw.get("hidden", False)),
        verdict=verdict_of(verdict) if verdict else None,
        decision=decision_of(decision) if decision else None,
        warnings=tuple(raw.get("warnings") or ()),
        raw=raw,
    )


def verdict_of(raw: Raw) -> Verdict:
    version = raw.get("policy_version")
    return Verdict(
        outcome=str(raw["outcome"]),
        policy_version=None if version is None else str(version),
        hits=tuple(
            Hit(
                policy=str(hit.get("policy", "")),
                rule=str(hit.get("rule", "")),
                labels=tuple(hit.get("labels") or ()),
                evidence=tuple(
                    Evidence(field=mark["field"], start=mark["start"], end=mark["end"], text=mark["text"])
                    for mark in hit.get("evidence") or ()
                ),
            )
            for hit in raw.get("hits") or ()
        ),
    )


def decision_of(raw: Raw) -> Decision:
    return Decision(id=str(raw["id"]), outcome=str(raw["outcome"]), statement_url=raw.get("statement_url"), raw=raw)


def entry_of(raw: Raw, *, offset: int) -> BatchEntry:
    problem = raw.get("problem")
    status = int(raw["status"])
    return BatchEntry(
        index=offset + int(raw["index"]),
        status=status,
        item=item_of(raw["item"]) if raw.get("item") else None,
        problem=problem_from(status, problem) if problem else None,
    )


def file_of(raw: Raw) -> StoredFile:
    return StoredFile(
        id=str(raw["file_id"]),
        state=str(raw.get("state", "ready")),
        reason=str(raw.get("reason", "")),
        media_type=str(raw.get("media_type", "")),
        raw=raw,
    )


def endpoint_of(raw: Raw) -> Endpoint:
    return Endpoint(
        id=str(raw["id"]),
        url=str(raw["url"]),
        events=tuple(raw.get("events") or ()),
        active=bool(raw.get("active", True)),
        secret=raw.get("secret"),
        raw=raw,
    )


def delivery_of(raw: Raw) -> EventDelivery:
    return EventDelivery(
        id=str(raw["id"]),
        webhook_id=str(raw["webhook_id"]),
        type=str(raw["type"]),
        state=str(raw["state"]),
        tries=int(raw["tries"]),
        status=raw.get("status"),
        error=str(raw.get("error", "")),
        raw=raw,
    )


def fact_of(raw: Raw) -> Fact:
    return Fact(
        position=int(raw["position"]),
        kind=str(raw["kind"]),
        subject=str(raw["subject"]),
        actor=str(raw["actor"]),
        at=str(raw["at"]),
        payload=raw.get("payload") or {},
        raw=raw,
    )
