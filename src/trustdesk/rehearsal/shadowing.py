"""Following live traffic for the versions in shadow: a loop of the worker reads the verdicts that the ledger tells of, in
its order (ids and times would lose late commits), and judges their stored inputs again. Who submits waits for nothing."""

from datetime import datetime
from uuid import UUID

import structlog

from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import queries as policy
from trustdesk.rehearsal import actions
from trustdesk.rehearsal.judging import BATCH, Judge
from trustdesk.rehearsal.models import Rehearsal
from trustdesk.rehearsal.tally import Tally
from trustdesk.screening import queries as screening

log = structlog.get_logger(__name__)

_STEP = 5_000  # facts of all kinds looked at in one round
_judges: dict[str, Judge] = {}


def follow(*, now: datetime) -> bool:
    """One round for every version in shadow; True when there may be more at once."""
    running = list(Rehearsal.objects.filter(mode="shadow", state="running").order_by("id"))
    if not running:
        _judges.clear()
        return False
    head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return any([_follow(row, head=head, now=now) for row in running])  # noqa: C419  every one gets its round


def _follow(row: Rehearsal, *, head: int, now: datetime) -> bool:
    try:
        return _round(row, head=head, now=now)
    except Refusal as refusal:
        # It no longer fits what is live: say so once, and end it.
        log.warning("shadow ends", version=str(row.version), why=refusal.code)
        actions.end_shadow(
            actor=SYSTEM, rehearsal_id=row.id, why=f"does not fit any more: {refusal.code}"[:60], now=now
        )
        return False


def _round(row: Rehearsal, *, head: int, now: datetime) -> bool:
    until = min(head, row.position + _STEP)
    told = list(
        Position.objects.filter(position__gt=row.position, position__lte=until, fact__kind="item.screened")
        .order_by("position")
        .values_list("position", "fact__payload__verdict")[:BATCH]
    )
    if len(told) == BATCH:
        until = told[-1][0]
    if told:
        _count(row, [verdict for _, verdict in told], until=until, now=now)
    elif until > row.position:
        Rehearsal.objects.filter(id=row.id, state="running", position=row.position).update(position=until, beat_at=now)
    if until == head and row.ends_at is not None and now >= row.ends_at:
        actions.end_shadow(actor=SYSTEM, rehearsal_id=row.id, why="time is up", now=now)
        return False
    return until < head


def _count(row: Rehearsal, verdicts: list[str], *, until: int, now: datetime) -> None:
    live = policy.newest()
    judge = _judge(row, live.hash)
    batch = screening.past_of(UUID(verdict) for verdict in verdicts)
    people = decisions.of_people([past.version for past in batch], now=now)
    tally = Tally.from_json(row.report)
    judge.judge(batch, people, tally)
    # Nobody else follows for this version at this position: who lost the race starts from the other's count.
    Rehearsal.objects.filter(id=row.id, state="running", position=row.position).update(
        position=until,
        beat_at=now,
        items=tally.items,
        done=tally.items,
        changed=tally.changed,
        report=tally.to_json(),
        candidate_hash=judge.candidate.hash,
        live_hash=live.hash,
        live_number=live.number,
    )


def _judge(row: Rehearsal, live: str) -> Judge:
    """The version within what is live now: another policy may have been published since the shadow began."""
    key = f"{row.version}/{live}"
    if key not in _judges:
        if row.version is None:
            raise policy.UnknownPolicy
        while len(_judges) >= 4:
            _judges.pop(next(iter(_judges)))
        _judges[key] = Judge(policy.candidate_content(row.version, within=live), None)
    return _judges[key]
