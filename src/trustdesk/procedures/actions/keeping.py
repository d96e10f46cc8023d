"""Procedures are written in versions; those that come with TrustDesk are data, too."""

from datetime import datetime
from importlib import resources
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.procedures import rules
from trustdesk.procedures.facts import ProcedureKept
from trustdesk.procedures.models import Procedure, ProcedureVersion


@action(right="procedures.manage")
def keep(*, actor: Actor, source: str, number: int, now: datetime, code: str = "") -> UUID:
    """Keep a new version, or with `number` 0 a new procedure; what runs goes on with the version it was started with. Raises
    Invalid (source), Stale (somebody else kept one meanwhile)."""
    source = source.replace("\r\n", "\n").replace("\0", "")
    try:
        whole = rules.read(source)
    except rules.Unreadable as wrong:
        words = gettext(wrong.words)
        why = words % wrong.values if wrong.values else words
        said = gettext("%(where)s: %(why)s") % {"where": wrong.where, "why": why}
        raise Invalid(gettext("The procedure could not be kept."), fields={"source": said}) from None
    if code and whole.code != code:
        raise Invalid("The procedure could not be kept.", fields={"source": "A procedure keeps its code."})
    row = Procedure.objects.select_for_update().filter(code=whole.code).first()
    if row is None and not number:
        row = Procedure(id=uuid7(), code=whole.code, number=1, changed_at=now)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise Stale from None
    elif row is None or row.number != number:
        raise Stale("Somebody else changed this procedure while you had it open. Copy your words, then open it again.")
    else:
        row.number, row.changed_at = number + 1, now
        row.save(update_fields=["number", "changed_at"])
    ProcedureVersion.objects.create(procedure=row, number=row.number, source=source, author=actor.label, at=now)
    record(ProcedureKept(procedure=row.id, code=row.code, number=row.number), actor=actor, at=now)
    return row.id


def load_shipped(*, now: datetime) -> bool:
    """Keep the procedures that come with TrustDesk; a newer one replaces what no person has changed. The worker calls it."""
    for file in sorted(resources.files("trustdesk.procedures.shipped").iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml"):
            continue
        source = file.read_text(encoding="utf-8")
        code = rules.read(source).code
        newest = ProcedureVersion.objects.filter(procedure__code=code).order_by("-number").first()
        if newest is None or (newest.author == SYSTEM.label and newest.source != source):
            try:
                keep(actor=SYSTEM, source=source, number=newest.number if newest else 0, now=now)
            except Stale:
                continue  # another worker did
    return False
