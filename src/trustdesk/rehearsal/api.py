"""POST /backtests and /shadows, GET their reports. A report tells ids and places, no words of items."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema, Status
from pydantic import ConfigDict

from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries as policy
from trustdesk.rehearsal import actions, queries
from trustdesk.rehearsal.refusals import BadSpan, NoSuchRehearsal
from trustdesk.rehearsal.rules import SHADOW_DAYS, Share, parse_span
from trustdesk.web.api import ApiRequest, needs
from trustdesk.web.api import router as new_router

backtests = new_router("rehearsals")
shadows = new_router("rehearsals")


class BacktestIn(Schema):
    """`version`: an id, `code@number`, `code`, `list:name@number` or `list:name`. `since`: how far back, such as 30d."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(max_length=200)
    since: str = Field(default="30d", max_length=8)


class ShadowIn(Schema):
    """`days`: it ends by itself after so many."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(max_length=200)
    days: int = SHADOW_DAYS


class ShareOut(Schema):
    """`share` is null where `of` is 0; `low` and `high` bound it with 95 %."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float


class AgainstPeople(Schema):
    precision: ShareOut
    recall: ShareOut


class ChangeOut(Schema):
    old: str
    new: str
    items: int


class RuleOut(Schema):
    """`not_answered`: items for which a lookup the rule asks was not stored; then its figures are approximate."""

    policy: str
    rule: str
    hits_before: int
    hits_after: int
    gained: int
    lost: int
    decided_before: int
    decided_after: int
    not_answered: int


class LabelOut(Schema):
    label: str
    before: int
    after: int
    removed_before: int
    removed_after: int


class MarketOut(Schema):
    market: str
    items: int
    changed: int
    removed_before: int
    removed_after: int


class SampleOut(Schema):
    item: UUID
    version: int
    verdict: UUID
    old: str
    new: str
    rules: list[str]


class ReportOut(Schema):
    items: int
    changed: int
    approximate_items: int
    matrix: list[ChangeOut]
    rules: list[RuleOut]
    labels: list[LabelOut]
    markets: list[MarketOut]
    judged_by_people: int
    live: AgainstPeople
    candidate: AgainstPeople
    samples: list[SampleOut]


class RehearsalOut(Schema):
    """`state`: waiting, running, done, cancelled or failed; `report` while a shadow runs and once a backtest is done."""

    id: UUID
    mode: str
    state: str
    version: UUID | None
    what: str
    live_ruleset: int
    since: datetime
    until: datetime | None
    items: int
    done: int
    changed: int
    restarts: int
    seconds_left: float | None
    made_at: datetime
    ended_at: datetime | None
    error: str
    report: ReportOut | None


@backtests.post("", response={201: RehearsalOut}, summary="Rehearse a version on history")
@needs("policy.edit")
def start(request: ApiRequest, payload: BacktestIn) -> Status:
    """The worker runs it; ask for it again to see how far it is."""
    back = parse_span(payload.since)
    if back is None:
        raise BadSpan(fields={"since": BadSpan.__doc__ or ""})
    version = policy.find_version(payload.version)
    made = actions.start_backtest(actor=request.actor, version_id=version.id, back=back, now=now())
    return Status(201, _told(made.id, "history"))


@backtests.get("/{rehearsal_id}", response=RehearsalOut, summary="A backtest and its report")
@needs("policy.read")
def backtest(request: ApiRequest, rehearsal_id: UUID) -> dict[str, Any]:  # noqa: ARG001  every endpoint is given the request
    return _told(rehearsal_id, "history")


@backtests.post("/{rehearsal_id}/cancel", response=RehearsalOut, summary="Cancel a backtest")
@needs("policy.edit")
def cancel(request: ApiRequest, rehearsal_id: UUID) -> dict[str, Any]:
    actions.cancel_backtest(actor=request.actor, rehearsal_id=rehearsal_id, now=now())
    return _told(rehearsal_id, "history")


@shadows.post("", response={201: RehearsalOut}, summary="Put a version in shadow")
@needs("policy.edit")
def begin_shadow(request: ApiRequest, payload: ShadowIn) -> Status:
    """It judges what arrives beside the live one; nothing comes of it but a report."""
    version = policy.find_version(payload.version)
    made = actions.start_shadow(actor=request.actor, version_id=version.id, days=payload.days, now=now())
    return Status(201, _told(made, "shadow"))


@shadows.get("/{rehearsal_id}", response=RehearsalOut, summary="A shadow run and its report")
@needs("policy.read")
def shadow(request: ApiRequest, rehearsal_id: UUID) -> dict[str, Any]:  # noqa: ARG001
    return _told(rehearsal_id, "shadow")


@shadows.post("/{rehearsal_id}/stop", response=RehearsalOut, summary="End a shadow run")
@needs("policy.edit")
def stop(request: ApiRequest, rehearsal_id: UUID) -> dict[str, Any]:
    actions.stop_shadow(actor=request.actor, rehearsal_id=rehearsal_id, now=now())
    return _told(rehearsal_id, "shadow")


def _told(rehearsal_id: UUID, mode: str) -> dict[str, Any]:
    view = queries.by_id(rehearsal_id)
    if view.mode != mode:
        raise NoSuchRehearsal
    report = queries.report_of(rehearsal_id)
    return {
        **asdict(view),
        "what": view.label,
        "live_ruleset": view.live_number,
        "seconds_left": view.seconds_left(now()),
        "report": _report(report, queries.samples_of(rehearsal_id)) if report else None,
    }


def _report(report: queries.Report, samples: list[queries.SampleView]) -> dict[str, Any]:
    return {
        "items": report.items,
        "changed": report.changed,
        "approximate_items": report.unsure,
        "matrix": [asdict(each) for each in report.matrix],
        "rules": [row.told() for row in report.rules],
        "labels": [asdict(row) for row in report.labels],
        "markets": [asdict(row) for row in report.markets],
        "judged_by_people": report.judged,
        "live": _people(report.before),
        "candidate": _people(report.after),
        "samples": [
            {
                "item": each.item,
                "version": each.number,
                "verdict": each.verdict,
                "old": each.change.partition(">")[0],
                "new": each.change.partition(">")[2],
                "rules": [f"{hit.policy}/{hit.rule}" for hit in each.new or each.old],
            }
            for each in samples
        ],
    }


def _people(row: queries.PeopleRow) -> dict[str, Any]:
    return {"precision": _share(row.precision), "recall": _share(row.recall)}


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"hits": share.hits, "of": share.of, "share": share.value, "low": low, "high": high}
