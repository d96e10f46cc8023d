"""The desk gives its cases fields of its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import rules
from trustdesk.support.facts import FieldArchived, FieldMoved, FieldPutBack, FieldSet
from trustdesk.support.models import FieldSpec


@action(right="support.manage")
def set_field(
    *,
    actor: Actor,
    name: str,
    kind: str,
    now: datetime,
    code: str = "",
    choices: Sequence[str] = (),
    required_at: Sequence[str] = (),
    field_id: UUID | None = None,
) -> UUID:
    """Make a field, which comes last, or change one; its code and kind stay as they were made. `required_at`: statuses no
    case is given without it. Raises NotFound, Invalid (name, kind, choices, required_at)."""
    wrong = {}
    name, kept = rules.one_line(name)[:80], [rules.one_line(one)[:80] for one in choices if one.strip()]
    if not name:
        wrong["name"] = "Give it a name."
    if kind not in rules.FIELD_KINDS:
        wrong["kind"] = "Choose what it holds."
    if (kind == "choice") != bool(kept):
        wrong["choices"] = "Name what can be chosen." if kind == "choice" else "Only for a choice."
    if not set(required_at) <= set(rules.SETTABLE):
        wrong["required_at"] = "Choose from the statuses."
    if wrong:
        raise Invalid("The field could not be set.", fields=wrong)
    row = FieldSpec.objects.filter(id=field_id).first() if field_id else None
    if field_id and row is None:
        raise NotFound("There is no such field.")
    if row is None:
        last = FieldSpec.objects.aggregate(last=Max("place"))["last"] or 0
        row = FieldSpec(code=(slugify(code or name) or "field")[:50], kind=kind, place=last + 1)
    elif row.kind != kind:
        raise Invalid("A field keeps its kind: make another.", fields={"kind": "Make another field."})
    row.name, row.choices, row.required_at = name, kept, list(dict.fromkeys(required_at))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid("The field could not be set.", fields={"name": "There is such a field already."}) from error
    record(FieldSet(field=row.id, name=name, required_at=row.required_at), actor=actor, at=now)
    return row.id


@action(right="support.manage")
def archive_field(*, actor: Actor, field_id: UUID, now: datetime) -> None:
    """Ask for a field no more; what it holds stays. Raises NotFound."""
    row = FieldSpec.objects.filter(id=field_id, archived_at=None).first()
    if row is None:
        raise NotFound("There is no such field.")
    FieldSpec.objects.filter(id=row.id).update(archived_at=now)
    record(FieldArchived(field=row.id, name=row.name), actor=actor, at=now)


@action(right="support.manage")
def put_back_field(*, actor: Actor, field_id: UUID, now: datetime) -> None:
    """Ask for a field again, at the end; what cases hold of it is there still. Raises NotFound."""
    row = FieldSpec.objects.filter(id=field_id, archived_at__isnull=False).first()
    last = FieldSpec.objects.aggregate(last=Max("place"))["last"] or 0
    if row is None or not FieldSpec.objects.filter(id=row.id, archived_at=row.archived_at).update(
        archived_at=None, place=last + 1
    ):
        raise NotFound("There is no such field.")
    record(FieldPutBack(field=row.id, name=row.name), actor=actor, at=now)


@action(right="support.manage")
def move_field(*, actor: Actor, field_id: UUID, up: bool, now: datetime) -> None:
    """Change places with the field before or after; the first stays first and the last stays last. Raises NotFound."""
    # All are locked in one order: two who move at the same time do so one after the other.
    rows = list(FieldSpec.objects.select_for_update().filter(archived_at=None).order_by("id"))
    rows.sort(key=lambda row: (row.place, row.id))
    at = next((n for n, row in enumerate(rows) if row.id == field_id), None)
    if at is None:
        raise NotFound("There is no such field.")
    to = min(max(at + (-1 if up else 1), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for place, row in enumerate(rows, 1):
        FieldSpec.objects.filter(id=row.id).exclude(place=place).update(place=place)
    record(FieldMoved(field=field_id, name=rows[to].name, place=to + 1), actor=actor, at=now)
