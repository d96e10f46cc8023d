"""Counting an account's strikes again when a decision falls, with credit for the time served; letting strikes expire."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from trustdesk.content import queries as content
from trustdesk.decisions import ladders
from trustdesk.decisions.actions.committing import applied
from trustdesk.decisions.actions.effects import lift
from trustdesk.decisions.actions.pending import withdraw_undone
from trustdesk.decisions.facts import (
    AccountRestrictionChanged,
    StrikeExpired,
    StrikeRecounted,
    StrikeReversed,
)
from trustdesk.decisions.folding import Counted, Span, count, end_of, total
from trustdesk.decisions.models import Proposal, Restriction, Strike
from trustdesk.decisions.rules import PENDING
from trustdesk.decisions.terms import Step
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor


@dataclass(frozen=True)
class StrikeChange:
    """What became of one strike: `before` and `after` are kinds (strike, lesson, joined, old); after is reversed for one
    that is gone."""

    strike: UUID
    decision: UUID
    before: str
    after: str
    number: int


@dataclass(frozen=True)
class Recounted:
    strikes: tuple[StrikeChange, ...] = ()
    lifted: tuple[UUID, ...] = ()  # restrictions
    number: int = 0  # strikes in force afterwards


def recount(
    *, actor: Actor, account_id: UUID, why: str, now: datetime, reversing: Collection[UUID] = (), undone: bool = False
) -> Recounted:
    """Count an account's strikes again. `reversing`: decisions that fall now, beside those that fell by themselves; `undone`: before
    anybody was told. Called
    inside an action; records nothing when nothing changes. Restrictions of steps that are reached no longer are lifted,
    shortened or made milder; time served counts, none is ever made longer."""
    ladders.lock([account_id])
    rows = ladders.rows_of([account_id]).get(account_id, [])
    by_decision = {row.decision_id: row for row in rows}
    falling = _with_replaced(rows, reversing)
    stand = [row for row in ladders.standing(rows, now=now) if row.decision_id not in falling]
    kept = {row.id for row in stand}
    gone = [row for row in rows if row.reversed_at is None and row.id not in kept]
    counted = count(ladders.breach_of(row) for row in stand)
    moved = [row for row in stand if _differs(row, counted[row.decision_id], by_decision)]
    if not gone and not moved:
        return Recounted(number=total(counted.values(), at=now))
    account = content.accounts([account_id])[account_id]
    number = total(counted.values(), at=now)
    changes = [StrikeChange(row.id, row.decision_id, row.kind, "reversed", number) for row in gone]
    for row in gone:
        row.reversed_at, row.reversed_why = now, why[:300]
        row.save(update_fields=["reversed_at", "reversed_why"])
    facts: list[StrikeReversed | StrikeRecounted] = [
        StrikeReversed(
            account=account_id,
            strike=row.id,
            decision=row.decision_id,
            source=account.source,
            account_external_id=account.external_id,
            number=number,
            reversed_at=now,
            why=why,
            undone=undone,
        )
        for row in gone
    ]
    for row in moved:
        found = counted[row.decision_id]
        changes.append(StrikeChange(row.id, row.decision_id, row.kind, found.kind, found.number))
        _write(row, found, by_decision)
        facts.append(
            StrikeRecounted(
                account=account_id,
                strike=row.id,
                decision=row.decision_id,
                source=account.source,
                account_external_id=account.external_id,
                strike_kind=found.kind,
                weight=found.weight,
                number=found.number,
                feature_number=found.feature_number,
                expires_at=found.expires_at,
            )
        )
    record_many(facts, actor=actor, at=now)
    lifted = _restrict_anew(
        actor=actor, rows=rows, stand=stand, counted=counted, moved={row.id for row in moved}, why=why, now=now
    )
    over = [
        row.decision_id
        for row in rows
        if row.proposed_at is not None and not (row.decision_id in counted and counted[row.decision_id].ends)
    ]
    lifted += _take_back(actor=actor, decisions=over, why=why, now=now)
    _propose_again(stand=stand, counted=counted, now=now)
    return Recounted(strikes=tuple(changes), lifted=tuple(lifted), number=number)


def _with_replaced(rows: Iterable[Strike], reversing: Collection[UUID]) -> set[UUID]:
    """The decisions that fall, with the older ones of the same version whose place they took."""
    falling = set(reversing)
    versions = {row.decision_id: row.version_no for row in rows}
    grown = True
    while grown:
        older = {
            row.decision_id
            for row in rows
            if row.decision.superseded_by_id in falling
            and versions.get(row.decision.superseded_by_id or row.decision_id) == row.version_no
        }
        grown = not older <= falling
        falling |= older
    return falling


def _differs(row: Strike, found: Counted, known: dict[UUID, Strike]) -> bool:
    incident = known[found.incident].id if found.incident else None
    return (row.kind, row.weight, row.number, row.feature_number, row.expires_at, row.incident_id) != (
        found.kind,
        found.weight,
        found.number,
        found.feature_number,
        found.expires_at,
        incident,
    )


def _write(row: Strike, found: Counted, known: dict[UUID, Strike]) -> None:
    row.kind, row.weight, row.number = found.kind, found.weight, found.number
    row.feature_number, row.expires_at = found.feature_number, found.expires_at
    row.incident_id = known[found.incident].id if found.incident else None
    row.save(update_fields=["kind", "weight", "number", "feature_number", "expires_at", "incident"])


def _restrict_anew(
    *,
    actor: Actor,
    rows: Sequence[Strike],
    stand: Sequence[Strike],
    counted: dict[UUID, Counted],
    moved: set[UUID],
    why: str,
    now: datetime,
) -> list[UUID]:
    """Bring the restrictions of the ladder in line with the count; which were lifted."""
    mine: dict[UUID, list[Restriction]] = {}
    for cut in (
        Restriction.objects.select_for_update().filter(account_id=rows[0].account_id, by_ladder=True).order_by("id")
    ):
        mine.setdefault(cut.decision_id, []).append(cut)
    pending = _pending(rows)
    standing = {row.decision_id for row in stand}
    fallen = [row for row in rows if row.decision_id not in standing]
    over: dict[str, list[UUID]] = {}
    for row in fallen:
        over.setdefault(why, []).extend(cut.id for cut in mine.get(row.decision_id, []) if _running(cut, now))
    for row in stand:
        steps = {step.kind: step for step in counted[row.decision_id].steps}
        own = mine.get(row.decision_id, [])
        lived = [row] + [
            other
            for other in fallen
            if other.at <= row.at and other.reversed_at is not None and row.at < other.reversed_at
        ]
        spans = [
            span
            for one in lived
            for cut in (*mine.get(one.decision_id, []), *pending.get(one.decision_id, []))
            for span in _span(cut, now)
        ]
        for cut in own:
            if not _running(cut, now):
                continue
            if cut.kind not in steps:
                over.setdefault(why, []).append(cut.id)
                continue
            until = end_of(steps[cut.kind], starts_at=cut.starts_at, spans=spans, now=now)
            if until <= now:
                over.setdefault("time served", []).append(cut.id)
            elif cut.ends_at is None or until < cut.ends_at:
                _shorten(actor=actor, cut=cut, until=until, why=why, now=now)
        if row.id in moved:
            missing = [step for kind, step in steps.items() if kind not in {cut.kind for cut in own}]
            for step in missing:
                served_until = end_of(step, starts_at=max(row.at, now), spans=spans, now=now)
                # Counted right from the start it would have ended then: what comes late is no longer for that.
                until = min(served_until, row.at + timedelta(seconds=step.seconds or 0.0))
                if until > max(row.at, now):
                    _apply(actor=actor, row=row, step=step, until=until, now=now)
    for reason, ids in over.items():
        if ids:
            lift(actor=actor, restriction_ids=ids, why=reason, by=None, at=now, now=now)
    return [one for ids in over.values() for one in ids]


def _pending(rows: Sequence[Strike]) -> dict[UUID, list[Restriction]]:
    """What suspends, or suspended, an account while people judge what its strikes proposed, by the strike's decision: time
    served as well. One query, none where nothing was proposed."""
    proposing = [row.decision_id for row in rows if row.proposed_at is not None]
    found: dict[UUID, list[Restriction]] = {}
    if proposing:
        cuts = Restriction.objects.filter(item=None, proposal__cause__in=proposing).select_related("proposal")
        for cut in cuts.order_by("id"):
            if cut.proposal is not None and cut.proposal.cause is not None:
                found.setdefault(cut.proposal.cause, []).append(cut)
    return found


def _take_back(*, actor: Actor, decisions: Iterable[UUID], why: str, now: datetime) -> list[UUID]:
    """What these decisions proposed falls with them: open proposals are withdrawn and what suspended meanwhile is lifted;
    returns the restrictions. What two people have confirmed stands by itself."""
    suspensions = [one for each in decisions for one in withdraw_undone(actor=actor, decision=each, now=now)]
    held = Restriction.objects.filter(decision_id__in=suspensions, lifted_at=None)
    ids = list(held.values_list("id", flat=True))
    if ids:
        lift(actor=actor, restriction_ids=ids, why=why, by=None, at=now, now=now)
    return ids


def _propose_again(*, stand: Sequence[Strike], counted: dict[UUID, Counted], now: datetime) -> None:
    """Propose the end of the account anew, for what is left of the time, where a strike that stands still reaches the last
    step: what it had only repeated fell with an earlier strike."""
    # Proposing decides, and what decides counts again: that circle closes here, when all of it is loaded.
    from trustdesk.decisions.actions.topping import propose_due

    ends = {row.decision_id for row in stand if counted[row.decision_id].ends}
    for row in sorted((row for row in stand if row.decision_id in ends), key=lambda row: (row.at, row.id)):
        lasting = PENDING
        if row.proposed_at is None:
            if row.at > now:  # it proposes by itself when it takes effect
                continue
        else:
            before = Proposal.objects.filter(
                account_id=row.account_id, item=None, what="end_account", opened_at__lte=row.proposed_at
            )
            last = before.order_by("-opened_at", "-id").first()
            if last is None or last.state != Proposal.State.WITHDRAWN or last.cause is None or last.cause in ends:
                continue
            lasting = last.suspended_until - now if last.suspended_until > now else PENDING
            Strike.objects.filter(id=row.id).update(proposed_at=None)
        propose_due(decision_id=row.decision_id, now=now, lasting=lasting)


def _running(cut: Restriction, now: datetime) -> bool:
    return cut.lifted_at is None and (cut.ends_at is None or cut.ends_at > now)


def _span(cut: Restriction, now: datetime) -> list[Span]:
    """The time it was in force, until now."""
    until = min(one for one in (cut.lifted_at, cut.ends_at, now) if one is not None)
    return [Span(cut.kind, cut.starts_at, until)] if until > cut.starts_at else []


def _shorten(*, actor: Actor, cut: Restriction, until: datetime, why: str, now: datetime) -> None:
    account = content.accounts([cut.account_id])[cut.account_id]
    before = cut.ends_at
    cut.ends_at = until
    cut.save(update_fields=["ends_at"])
    record(
        AccountRestrictionChanged(
            account=account.id,
            restriction=cut.id,
            decision=cut.decision_id,
            restriction_kind=cut.kind,
            source=account.source,
            account_external_id=account.external_id,
            before=before,
            ends_at=until,
            why=why,
        ),
        actor=actor,
        at=now,
    )


def _apply(*, actor: Actor, row: Strike, step: Step, until: datetime, now: datetime) -> None:
    """A milder step in place of one that is reached no longer, for the time that is left of it."""
    account = content.accounts([row.account_id])[row.account_id]
    cut = Restriction(
        id=uuid7(),
        decision_id=row.decision_id,
        account_id=row.account_id,
        kind=step.kind,
        markets=[row.market] if step.only_here and row.market else [],
        starts_at=max(row.at, now),
        ends_at=until,
        applied_at=now,
        by_ladder=True,
    )
    cut.save(force_insert=True)
    record(applied(cut, account=account, item=None), actor=actor, at=now)


@action(right="-")
def _recount_one(*, actor: Actor, account_id: UUID, why: str, now: datetime) -> None:
    recount(actor=actor, account_id=account_id, why=why, now=now)


def count_after(*, decision_id: UUID, now: datetime) -> None:
    """Count again for the account of a decision that is in effect now and took the place of one that counted. Called by the
    reactor; nothing happens where nothing changes."""
    replaced = Strike.objects.filter(decision__superseded_by_id=decision_id, reversed_at=None)
    for account_id in sorted(set(replaced.values_list("account_id", flat=True))):
        with transaction.atomic():
            ladders.lock([account_id])
            rows = ladders.rows_of([account_id])[account_id]
            kept = {row.id for row in ladders.standing(rows, now=now)}
            if any(row.reversed_at is None and row.id not in kept for row in rows):
                _recount_one(actor=SYSTEM, account_id=account_id, why="a newer decision was milder", now=now)


def expire_strikes(*, now: datetime, limit: int = 200) -> int:
    """Tell of strikes that went away by themselves, each exactly once, also after downtime; returns how many. The worker
    calls it. Counting does not wait for it: a strike counts until its time and not a moment longer."""
    due = Strike.objects.filter(kind="strike", expired_at=None, reversed_at=None, expires_at__lte=now)
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("expires_at")[:limit])
        if rows:
            _expire(actor=SYSTEM, rows=rows, now=now)
    return len(rows)


@action(right="-")
def _expire(*, actor: Actor, rows: Sequence[Strike], now: datetime) -> None:
    Strike.objects.filter(id__in=[row.id for row in rows]).update(expired_at=now)
    accounts = content.accounts({row.account_id for row in rows})
    numbers = {
        account: total(count(ladders.breach_of(one) for one in ladders.standing(mine, now=now)).values(), at=now)
        for account, mine in ladders.rows_of(list(accounts)).items()
    }
    record_many(
        [
            StrikeExpired(
                account=row.account_id,
                strike=row.id,
                decision=row.decision_id,
                source=accounts[row.account_id].source,
                account_external_id=accounts[row.account_id].external_id,
                number=numbers[row.account_id],
                expired_at=now,
            )
            for row in rows
        ],
        actor=actor,
        at=now,
    )
