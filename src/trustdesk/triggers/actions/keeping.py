"""Writing triggers: every change is a version, which counts once a person puts it in force."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.triggers import queries
from trustdesk.triggers.actions.checking import checked
from trustdesk.triggers.facts import TriggerInForce, TriggerMoved, TriggerOff, TriggerWritten
from trustdesk.triggers.models import Trial, Trigger, Version
from trustdesk.triggers.rules import Written

_TAKEN = "Another trigger has this name."


class NotTried(Refusal):
    """Try this version on the past first: then you see what it would do."""

    code, status = "not_tried", 409


@action(right="triggers.manage")
def write(*, actor: Actor, written: Written, now: datetime) -> UUID:
    """A new trigger, last in the order; nothing comes of it yet. Raises Invalid."""
    checked(written)
    place = (Trigger.objects.aggregate(last=Max("place"))["last"] or 0) + 1
    row = Trigger(name=written.name.strip(), place=place, changed_at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid(_TAKEN, fields={"name": _TAKEN}) from None
    _version(row, 1, written, actor=actor, now=now)
    return row.id


@action(right="triggers.manage")
def change(*, actor: Actor, trigger_id: UUID, written: Written, number: int, now: datetime) -> int:
    """Write the next version; what is in force stays so. `number` is the one that was changed. Raises NotFound, Stale,
    Invalid."""
    checked(written)
    row = _row(trigger_id)
    try:
        with transaction.atomic():
            moved = Trigger.objects.filter(id=row.id, number=number).update(
                name=written.name.strip(), number=F("number") + 1, changed_at=now
            )
    except IntegrityError:
        raise Invalid(_TAKEN, fields={"name": _TAKEN}) from None
    if not moved:
        raise Stale("Somebody changed this trigger meanwhile. Load the page again.")
    _version(row, number + 1, written, actor=actor, now=now)
    return number + 1


@action(right="triggers.manage")
def put_in_force(*, actor: Actor, trigger_id: UUID, number: int, now: datetime) -> None:
    """From now on this version counts. Raises NotFound, Stale (it is not the newest), NotTried, Invalid (what it names is
    gone by now)."""
    row = _row(trigger_id)
    version = Version.objects.filter(trigger_id=row.id, number=number).first()
    if version is None or number != row.number or row.live == number:
        raise Stale("Somebody changed this trigger meanwhile. Load the page again.")
    if not Trial.objects.filter(trigger_id=row.id, number=number, state=Trial.State.DONE).exists():
        raise NotTried
    known = queries.version_view(version)
    checked(
        Written(
            name=known.name,
            event=known.event,
            condition=known.condition,
            status=known.status,
            hours=known.hours,
            steps=known.steps,
        )
    )
    moved = Trigger.objects.filter(id=row.id, number=number).update(
        state=Trigger.State.ON, live=number, since=now, looked=None, changed_at=now
    )
    if not moved:
        raise Stale("Somebody changed this trigger meanwhile. Load the page again.")
    Version.objects.filter(id=version.id).update(put_by=actor.label, put_at=now)
    record(TriggerInForce(trigger=row.id, number=number, name=known.name), actor=actor, at=now)


@action(right="triggers.manage")
def switch_off(*, actor: Actor, trigger_id: UUID, now: datetime) -> None:
    """From now on it does nothing; what it did stays. Raises NotFound, Stale."""
    row = _row(trigger_id)
    moved = Trigger.objects.filter(id=row.id, state=Trigger.State.ON).update(
        state=Trigger.State.OFF, live=None, since=None, changed_at=now
    )
    if not moved:
        raise Stale("It is off already.")
    record(TriggerOff(trigger=row.id, name=row.name), actor=actor, at=now)


@action(right="triggers.manage")
def move(*, actor: Actor, trigger_id: UUID, up: bool, now: datetime) -> None:
    """Swap places with the trigger above or below; the first or last stays where it is. Raises NotFound."""
    rows = list(Trigger.objects.select_for_update().order_by("id"))
    rows.sort(key=lambda row: (row.place, row.id))
    here = next((n for n, row in enumerate(rows) if row.id == trigger_id), None)
    if here is None:
        raise NotFound("There is no such trigger.")
    there = min(max(here + (-1 if up else 1), 0), len(rows) - 1)
    rows[here], rows[there] = rows[there], rows[here]
    for n, row in enumerate(rows, start=1):
        row.place = n
    Trigger.objects.bulk_update(rows, ["place"])
    record(TriggerMoved(trigger=trigger_id, name=rows[there].name, place=there + 1), actor=actor, at=now)


def _row(trigger_id: UUID) -> Trigger:
    row = Trigger.objects.select_for_update().filter(id=trigger_id).first()
    if row is None:
        raise NotFound("There is no such trigger.")
    return row


def _version(row: Trigger, number: int, written: Written, *, actor: Actor, now: datetime) -> None:
    waits = written.event == "waited"
    Version.objects.create(
        trigger=row,
        number=number,
        name=written.name.strip(),
        event=written.event,
        status=written.status if waits else "",
        hours=written.hours if waits else 0,
        condition=written.condition.strip(),
        steps=[{"do": step.do, "value": step.value.strip()} for step in written.steps],
        author=actor.label,
        at=now,
    )
    record(TriggerWritten(trigger=row.id, number=number, name=written.name.strip()), actor=actor, at=now)
