"""POST /items and its family: parse, one action, answer."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from ninja import Status
from pydantic import AwareDatetime

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.content.queries import ItemFilter
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.queries import statement_url
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.screening import actions, listing, queries
from trustdesk.screening.actions import Received
from trustdesk.screening.schemas import (
    BatchOut,
    HistoryOut,
    HitOut,
    ItemDetail,
    ItemIn,
    ItemOut,
    ItemsOut,
    PastDecision,
    PastVerdict,
    VersionOut,
    WithdrawIn,
)
from trustdesk.screening.submissions import Submission
from trustdesk.web import problems
from trustdesk.web.api import ApiRequest, keep, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import MIB, checked, entries, warnings

router = new_router("items")

MOST_IN_A_BATCH = 1_000
LONGEST_WAIT = 10.0  # seconds


@router.post("", response={201: ItemOut}, summary="Submit content")
@needs("items.write", own_transaction=True)
def submit(request: ApiRequest, payload: ItemIn, wait: float = 2.0) -> Status[Any]:
    """Submit one item; the verdict is in the answer when it settles within `wait` seconds (at most 10), else the status
    is `pending` and a webhook follows."""
    told = warnings(request.repairs)

    def inside(results: Sequence[Received | Refusal]) -> None:
        if results and isinstance(results[0], Received):
            keep(request, 201, _answer(results[0], told))

    result = actions.receive(actor=request.actor, submissions=[payload.submission()], now=now(), inside=inside)[0]
    if isinstance(result, Refusal):
        raise result
    answer = _answer(result, told)
    if result.status == "pending" and wait > 0:
        settled = _wait(result.item, seconds=min(wait, LONGEST_WAIT))
        if settled is not None:
            answer = {**settled, "warnings": told}
            keep(request, 201, answer)
    return Status(201, answer)


@router.post("/batch", response=BatchOut, summary="Submit up to 1,000 items")
@needs("items.write", limit=10 * MIB, own_transaction=True)
def submit_batch(request: HttpRequest) -> Status[Any]:
    """An array or NDJSON; an answer for each entry, in order. What is wrong with one costs no other."""
    given = entries(request.body, most=MOST_IN_A_BATCH)
    results: list[dict[str, Any] | None] = [None] * len(given)
    places: list[int] = []
    told: list[list[str]] = []
    submissions: list[Submission] = []
    for index, raw in enumerate(given):
        try:
            if isinstance(raw, Refusal):
                raise raw
            repairs: set[str] = set()
            submission = checked(ItemIn, raw, repairs=repairs).submission()
        except Refusal as refusal:
            results[index] = _refused(index, refusal)
            continue
        places.append(index)
        told.append(warnings(repairs))
        submissions.append(submission)

    def fill(made: Sequence[Received | Refusal]) -> dict[str, Any]:
        for place, result, words in zip(places, made, told, strict=True):
            results[place] = (
                _refused(place, result)
                if isinstance(result, Refusal)
                else {"index": place, "status": 201, "item": _answer(result, words)}
            )
        return {"results": results}

    made = actions.receive(
        actor=request.actor,  # type: ignore[attr-defined]
        submissions=submissions,
        now=now(),
        inside=lambda made: keep(request, 200, fill(made)),
    )
    return Status(200, fill(made))


@router.get("", response=ItemsOut, summary="Items, the newest first")
@needs("items.read")
def find(
    request: ApiRequest,
    *,
    external_id: str = "",
    status: str = "",
    kind: str = "",
    market: str = "",
    account: str = "",
    queue: str = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """A hundred a page; `next` is the next one's `after`. Every filter narrows: `external_id` and `account` by the
    platform's own ids, `queue` to what waits there for a person, `since` and `until` (which is left out) by when it came
    in. A key of one source sees that source."""
    asked = ItemFilter(
        source=request.actor.source,
        external_id=external_id,
        status=status,
        kind=kind,
        market=market,
        account=account,
        since=since,
        until=until,
    )
    shown = listing.page_of(asked, queue=queue, after=after)
    return {"items": _details(shown.rows), "next": shown.next}


@router.get("/{item_id}", response=ItemDetail, summary="One item")
@needs("items.read")
def one(request: ApiRequest, item_id: UUID) -> dict[str, Any]:
    """State, newest verdict, newest decision."""
    return _details([_mine(request, item_id)])[0]


@router.get("/{item_id}/history", response=HistoryOut, summary="Versions, verdicts and decisions of an item")
@needs("items.read")
def history(request: ApiRequest, item_id: UUID) -> dict[str, Any]:
    """Everything that was said about an item, newest first."""
    _mine(request, item_id)
    return {
        "versions": [VersionOut.model_validate(version, from_attributes=True) for version in content.versions(item_id)],
        "verdicts": [
            PastVerdict(
                id=verdict.id,
                version=verdict.version,
                state=verdict.state,
                outcome=verdict.outcome,
                policy_version=verdict.ruleset,
                hits=[HitOut(**_hit(hit)) for hit in verdict.hits],
                made_at=verdict.made_at,
                decided_at=verdict.decided_at,
            )
            for verdict in queries.of_item(item_id)
        ],
        "decisions": [
            PastDecision(
                id=decision.id,
                version=decision.version,
                outcome=decision.outcome,
                state=decision.state,
                clauses=list(decision.clauses),
                labels=list(decision.labels),
                made_by=decision.made_by,
                automated_detection=decision.automated_detection,
                automated_decision=decision.automated_decision,
                made_at=decision.made_at,
                effective_at=decision.effective_at,
                statement_url=statement_url(decision.id) if decision.has_statement else None,
            )
            for decision in decisions.of_items([item_id], now=now()).get(item_id, [])
        ],
    }


@router.post("/{item_id}/withdraw", response=ItemDetail, summary="Withdraw content")
@needs("items.write")
def withdraw(request: ApiRequest, item_id: UUID, payload: WithdrawIn) -> dict[str, Any]:
    """The author deleted it, it expired or was sold: open work closes, record and evidence stay."""
    content_actions.withdraw(actor=request.actor, item_id=item_id, reason=payload.reason, now=now())
    return _details([_mine(request, item_id)])[0]


def _mine(request: ApiRequest, item_id: UUID) -> content.ItemView:
    item = content.items([item_id], source=request.actor.source).get(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    return item


def _refused(index: int, refusal: Refusal) -> dict[str, Any]:
    return {"index": index, "status": refusal.status, "problem": problems.body_of(refusal)}


def _answer(result: Received, told: list[str]) -> dict[str, Any]:
    return {
        "id": result.item,
        "version": result.version,
        "status": result.status,
        "hidden": result.hidden,
        "verdict": (
            {"outcome": result.outcome, "policy_version": result.ruleset, "hits": [_hit(hit) for hit in result.hits]}
            if result.outcome
            else None
        ),
        "decision": (
            {
                "id": result.decision,
                "outcome": result.decision_outcome,
                "statement_url": result.statement_url or None,
            }
            if result.decision
            else None
        ),
        "warnings": told,
    }


def _hit(hit: dict[str, Any]) -> dict[str, Any]:
    return {name: hit[name] for name in ("policy", "rule", "version", "clause", "then", "labels", "evidence")}


def _details(items: Sequence[content.ItemView]) -> list[dict[str, Any]]:
    ids = [item.id for item in items]
    verdicts, decided = queries.latest(ids), decisions.latest(ids, now=now())
    accounts = content.accounts(item.account for item in items)
    found = []
    for item in items:
        verdict, decision = verdicts.get(item.id), decided.get(item.id)
        found.append(
            {
                "id": item.id,
                "version": item.version,
                "status": item.status,
                "hidden": item.hidden,
                "verdict": (
                    {
                        "outcome": verdict.outcome,
                        "policy_version": verdict.ruleset,
                        "hits": [_hit(hit) for hit in verdict.hits],
                    }
                    if verdict and verdict.outcome
                    else None
                ),
                "decision": (
                    {
                        "id": decision.id,
                        "outcome": decision.outcome,
                        "statement_url": statement_url(decision.id) if decision.has_statement else None,
                    }
                    if decision
                    else None
                ),
                "warnings": [],
                "external_id": item.external_id,
                "kind": item.kind,
                "market": item.market,
                "language": item.language,
                "account": accounts[item.account].external_id,
                "title": item.title,
                "posted_at": item.posted_at,
                "received_at": item.received_at,
                "withdrawn_at": item.withdrawn_at,
            }
        )
    return found


def _wait(item_id: UUID, *, seconds: float) -> dict[str, Any] | None:
    """Look again until the item is settled or time is over, giving the connection back between looks."""
    ends = time.monotonic() + seconds
    pause = 0.05
    while time.monotonic() < ends:
        connection.close()
        time.sleep(min(pause, max(0.0, ends - time.monotonic())))
        pause = min(pause * 1.5, 0.5)
        item = content.items([item_id]).get(item_id)
        if item is not None and item.status != "pending":
            wanted = ItemOut.model_fields
            return {name: value for name, value in _details([item])[0].items() if name in wanted}
    return None
