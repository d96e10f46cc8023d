"""Models in shadow: a loop of the worker reads the verdicts that the ledger tells of, in its order, and scores the items
with the candidate beside the live model. Nothing comes of it but a report. Who submits waits for nothing."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.learning import actions
from trustdesk.learning.models import ModelVersion
from trustdesk.learning.tally import Seen, Tally
from trustdesk.screening import queries as screening
from trustdesk.signals import queries as signals

log = structlog.get_logger(__name__)

_STEP = 2_000  # facts of all kinds looked at in one round
_BATCH = 100
_heads: dict[UUID, "signals.Head"] = {}
_lock = threading.Lock()


def follow(*, now: datetime) -> bool:
    """One round for every model in shadow; True when there may be more at once."""
    running = list(ModelVersion.objects.filter(state="shadow").select_related("head").order_by("id"))
    with _lock:
        for gone in _heads.keys() - {row.head_id for row in running}:
            del _heads[gone]
    if not running:
        return False
    head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return any([_follow(row, head=head, now=now) for row in running])  # noqa: C419  every one gets its round


def _follow(row: ModelVersion, *, head: int, now: datetime) -> bool:
    try:
        return _round(row, head=head)
    except signals.ArtefactRefused as refused:
        log.warning("shadow ends", model=f"{row.label}@{row.number}", why=refused.reason)
        with suppress(Refusal):  # somebody withdrew it meanwhile
            actions.end_shadow(actor=SYSTEM, model_id=row.id, why=f"refused: {refused.reason}", now=now)
        return False


def _round(row: ModelVersion, *, head: int) -> bool:
    until = min(head, row.position + _STEP)
    told = list(
        Position.objects.filter(position__gt=row.position, position__lte=until, fact__kind="item.screened")
        .order_by("position")
        .values_list("position", "fact__payload__verdict")[:_BATCH]
    )
    if len(told) == _BATCH:
        until = told[-1][0]
    if until <= row.position:
        return False
    tally = Tally.from_json(row.shadow)
    if told:
        for seen in _scored(row, [UUID(verdict) for _, verdict in told]):
            tally.add(seen)
    # Nobody else follows for this model at this position: who lost the race starts from the other's count.
    ModelVersion.objects.filter(id=row.id, state="shadow", position=row.position).update(
        position=until, shadow=tally.to_json()
    )
    return until < head


def _scored(row: ModelVersion, verdicts: Sequence[UUID]) -> list[Seen]:
    batch = [past for past in screening.past_of(verdicts) if past.event["item"].get("text", "").strip()]
    texts = [past.event["item"]["text"] for past in batch]
    new = _head(row).scores(texts) if texts else []
    live = signals.live_scores(row.label, texts) if row.against else [None] * len(texts)
    edges = {version: _edge(row.label, version) for version in (row.head.version, row.against)}
    return [
        Seen(
            item=past.item,
            version=past.version_no,
            new=float(mine),
            live=other,
            new_at=edges[row.head.version],
            live_at=edges[row.against],
        )
        for past, mine, other in zip(batch, new, live, strict=True)
    ]


def _head(row: ModelVersion) -> "signals.Head":
    with _lock:
        if row.head_id not in _heads:
            _heads[row.head_id] = signals.open_head(row.head_id)
        return _heads[row.head_id]


def _edge(label: str, version: str) -> float:
    """Where the two are compared: the threshold for 95 % precision of all contents, where there is one, else one half."""
    for row in signals.thresholds(label, version):
        if (row.target, row.share, row.market, row.language) == ("precision", 0.95, "", "") and row.score is not None:
            return row.score
    return 0.5
