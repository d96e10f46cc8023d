"""Something happened to a case: the triggers in force for it act, in their order, each once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from trustdesk.engine import PolicyError
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView
from trustdesk.triggers import queries
from trustdesk.triggers.actions.doing import do
from trustdesk.triggers.facts import TriggerFired, TriggerStopped
from trustdesk.triggers.models import Caused, Run, Standing, Trigger, Version
from trustdesk.triggers.rules import HOUR, Doing, stopped
from trustdesk.triggers.snapshots import Happened, now_of
from trustdesk.triggers.vocabulary import holds, ready


def stand(
    *, case_id: UUID, status: str | None, fact: UUID, at: datetime, tags: Sequence[str] | None = None
) -> list[str]:
    """Keep since when a case has its status and which tags it has; returns the tags that are new. Not an action: it only
    repeats what facts told."""
    row = Standing.objects.select_for_update().filter(case_id=case_id).first()
    if row is None:
        row = Standing(case_id=case_id, status=status or "", since=at, fact=fact, tags=list(tags or ()))
        if not status:
            case = support.by_id(case_id)
            row.status = case.status if case else "new"
        row.save(force_insert=True)
        return list(tags or ())
    fresh = [tag for tag in tags if tag not in row.tags] if tags is not None else []
    if tags is not None:
        row.tags = list(tags)
    if status is not None and at >= row.since:
        row.status, row.since, row.fact = status, at, fact
    row.save()
    return fresh


def hear(*, happened: Happened, at: datetime, now: datetime) -> int:
    """Let the triggers for an event act; returns how many did. Called by the reactor, in its transaction: what one changes,
    the next one sees. What happened (`at`) before a version was in force is none of its business, however late it is heard."""
    found = [(row, version) for row, version in queries.in_force(happened.event) if row.since and row.since <= at]
    if not found:
        return 0
    chain = chain_of(happened.fact)
    acted = 0
    for trigger, version in found:
        case = support.by_id(happened.case)
        if case is None or case.merged_into is not None or case.status == "closed":
            break
        acted += consider(trigger, version, case, happened, chain=chain, now=now)
    return acted


def chain_of(fact: UUID) -> list[UUID]:
    """The triggers of which this fact came, one because of the other; none for what people did."""
    run = Run.objects.filter(id__in=Caused.objects.filter(fact=fact).values("run_id")).first()
    return [*run.chain, run.trigger_id] if run else []


def consider(
    trigger: Trigger, version: Version, case: CaseView, happened: Happened, *, chain: list[UUID], now: datetime
) -> bool:
    """Act if the condition holds and nothing stops it."""
    why = ""
    try:
        plan = ready(version.condition)
    except PolicyError:
        why = "broken"
    else:
        if not holds(plan, [now_of(case, happened, now)])[0]:
            return False
        lately = Run.objects.filter(case_id=case.id, state=Run.State.FIRED, at__gte=now - HOUR).count()
        why = stopped(trigger=trigger.id, chain=chain, lately=lately)
    run = Run(
        trigger=trigger,
        number=version.number,
        case_id=case.id,
        cause=str(happened.fact),
        event=happened.event,
        chain=chain,
        state=Run.State.STOPPED if why else Run.State.FIRED,
        why=why,
        at=now,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        return False  # it acted on this already
    if why:
        _stop(run, version, now=now)
        return False
    _fire(actor=SYSTEM, run=run, version=version, now=now)
    return True


@action(right="-")
def _fire(*, actor: Actor, run: Run, version: Version, now: datetime) -> None:
    before = _facts_so_far()
    done = [
        do(Doing(step["do"], step["value"]), version=version, case_id=run.case_id, now=now) for step in version.steps
    ]
    caused = _facts_so_far() - before
    Caused.objects.bulk_create([Caused(fact=fact, run=run) for fact in caused], ignore_conflicts=True)
    run.did = [{"do": one.do, "how": one.how, "why": one.why} for one in done]
    run.letters = sum(one.letters for one in done)
    Run.objects.filter(id=run.id).update(did=run.did, letters=run.letters)
    told = TriggerFired(
        case=run.case_id,
        trigger=run.trigger_id,
        run=run.id,
        number=version.number,
        name=version.name,
        did=[one.do for one in done if one.how == "done"],
        depth=len(run.chain),
    )
    record(told, actor=actor, at=now)


def _stop(run: Run, version: Version, *, now: datetime) -> None:
    earlier = Run.objects.filter(
        case_id=run.case_id, trigger_id=run.trigger_id, why=run.why, at__gte=now - HOUR, id__lt=run.id
    )
    if not earlier.exists():
        _tell_stopped(actor=SYSTEM, run=run, version=version, now=now)


@action(right="-")
def _tell_stopped(*, actor: Actor, run: Run, version: Version, now: datetime) -> None:
    told = TriggerStopped(
        case=run.case_id,
        trigger=run.trigger_id,
        run=run.id,
        number=version.number,
        name=version.name,
        why=run.why,
        depth=len(run.chain),
    )
    record(told, actor=actor, at=now)


def _facts_so_far() -> set[UUID]:
    """The facts this transaction has written: by the index that the sequencer reads, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_fact WHERE xid = pg_current_xact_id()")
        return {row[0] for row in cursor.fetchall()}
