"""What an account's decisions count for on its strike ladder. Pure: the same breaches always give the same count, so a
count can be made again after one of them is reversed, and from the ledger alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.decisions.prevailing import covers
from trustdesk.decisions.terms import Step, Terms


@dataclass(frozen=True)
class Breach:
    """A decision that stands and counts. `at`: when it takes effect; `weighs`: strikes its clauses are worth; `terms`: those
    in force when it was made, which go on holding for it."""

    decision: UUID
    at: datetime
    posted_at: datetime | None
    item: UUID | None
    version: int
    weighs: int
    gravity: int
    feature: str
    zero_tolerance: bool
    terms: Terms


@dataclass(frozen=True)
class Counted:
    """What a breach counts for. `incident`: the decision that carries the incident it belongs to. `number`: the account's
    strikes with it. `steps`: what it brings; `ends`: the end of the account is proposed."""

    decision: UUID
    kind: str
    at: datetime
    incident: UUID | None
    weight: int
    number: int
    feature: str
    feature_number: int
    expires_at: datetime | None
    steps: tuple[Step, ...] = ()
    ends: bool = False


@dataclass(frozen=True)
class Span:
    """A time under a restriction."""

    kind: str
    since: datetime
    until: datetime


def count(breaches: Iterable[Breach], *, after: Iterable[tuple[Breach, Counted]] = ()) -> dict[UUID, Counted]:
    """Each breach with what it counts for, in the order in which they took effect. `after`: lessons and strikes counted
    already, none later than any of these; the same comes out as if all were counted from the beginning, as long as what
    is left out is neither in force, nor of an incident or a lesson that still reaches these."""
    done: dict[UUID, Counted] = {}
    carriers: list[Breach] = []  # lessons and strikes so far
    for earlier, known in after:
        done[earlier.decision] = known
        carriers.append(earlier)
    for breach in sorted(breaches, key=lambda one: (one.at, one.decision)):
        found = _counted(breach, carriers, done)
        done[breach.decision] = found
        if found.kind in {"lesson", "strike"}:
            carriers.append(breach)
    return done


def total(counted: Iterable[Counted], *, at: datetime, feature: str = "") -> int:
    """Strikes in force at a time, all or of one feature."""
    return sum(
        one.weight
        for one in counted
        if one.at <= at
        and one.expires_at is not None
        and at < one.expires_at
        and (not feature or one.feature == feature)
    )


def _counted(breach: Breach, carriers: Sequence[Breach], done: dict[UUID, Counted]) -> Counted:
    terms = breach.terms
    before = total(done.values(), at=breach.at)
    before_here = total(done.values(), at=breach.at, feature=breach.feature) if breach.feature else 0

    def none(kind: str, incident: UUID | None = None, expires_at: datetime | None = None) -> Counted:
        return Counted(
            decision=breach.decision,
            kind=kind,
            at=breach.at,
            incident=incident,
            weight=0,
            number=before,
            feature=breach.feature,
            feature_number=before_here,
            expires_at=expires_at,
        )

    if not breach.zero_tolerance:
        carrier = next((one for one in carriers if _one_incident(one, breach)), None)
        if carrier is not None:
            return none("joined", incident=carrier.decision)
        if terms.old_after is not None and breach.posted_at and breach.at - breach.posted_at > terms.old_after:
            return none("old")
        if breach.gravity <= terms.lesson_most_gravity and not before:
            lately = [
                one
                for one in done.values()
                if one.kind in {"lesson", "strike"} and breach.at - one.at < terms.lesson_again
            ]
            if not lately:
                return none("lesson", expires_at=breach.at + terms.lesson_again)
    weight = max(1, breach.weighs)
    number, number_here = before + weight, before_here + (weight if breach.feature else 0)
    step = terms.step(number)
    here = terms.feature_step(breach.feature, number_here) if breach.feature else None
    ends = breach.zero_tolerance or (step is not None and step.proposed)
    return Counted(
        decision=breach.decision,
        kind="strike",
        at=breach.at,
        incident=None,
        weight=weight,
        number=number,
        feature=breach.feature,
        feature_number=number_here,
        expires_at=breach.at + terms.expiry[breach.gravity],
        steps=_longest([one for one in (step, here) if one is not None and not one.proposed]),
        ends=ends,
    )


def _one_incident(carrier: Breach, breach: Breach) -> bool:
    """Is this counted already? The same version judged again; or no graver a breach, posted before its author could know
    of the one that is counted, and found soon after it."""
    if carrier.item is not None and carrier.item == breach.item and carrier.version == breach.version:
        return True
    return (
        breach.posted_at is not None
        and breach.posted_at <= carrier.at
        and breach.gravity <= carrier.gravity
        and breach.at - carrier.at <= breach.terms.incident
    )


def _longest(steps: Sequence[Step]) -> tuple[Step, ...]:
    """One step a kind: the longest, and everywhere if one of them is."""
    kept: dict[str, Step] = {}
    for step in steps:
        other = kept.get(step.kind)
        if other is None or (step.days or 0, not step.only_here) > (other.days or 0, not other.only_here):
            kept[step.kind] = step
    return tuple(kept.values())


def served(kind: str, spans: Iterable[Span], *, now: datetime) -> timedelta:
    """How long an account lived under what takes at least as much as `kind` does; overlapping times count once."""
    done = timedelta(0)
    edge: datetime | None = None
    for span in sorted(spans, key=lambda one: one.since):
        if not covers(span.kind, kind):
            continue
        since, until = max(span.since, edge or span.since), min(span.until, now)
        if until > since:
            done += until - since
            edge = until
    return done


def end_of(step: Step, *, starts_at: datetime, spans: Iterable[Span], now: datetime) -> datetime:
    """When a step's restriction ends, with the time served until now taken off: not before `now` means there is some left."""
    return max(now, starts_at) + timedelta(seconds=step.seconds or 0.0) - served(step.kind, spans, now=now)
