"""Making, changing, sharing and putting away macros. One's own are one's own affair; shared ones need the right to."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from trustdesk.engine.folding import fold
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.macros import models
from trustdesk.macros.facts import MacroArchived, MacroKept, MacroPutBack, MacroShared
from trustdesk.macros.rules import Macro

_TAKEN = "There is a macro of this name. Choose another."


class MacroOfAnother(Forbidden):
    """This macro belongs to somebody else. Make one of your own."""

    code = "macro_of_another"


@action(right="macros.use")
def begin(*, actor: Actor, macro: Macro, shared: bool, now: datetime) -> UUID:
    """Keep a new macro, for oneself or for all; returns it. Raises Invalid (name, texts.<language>, steps[n], sends),
    Forbidden (shared without the right to)."""
    _check(macro)
    if shared:
        actor.require("macros.share")
    elif actor.kind != "staff":
        raise Invalid(fields={"shared": "Only a person keeps a macro for themselves."})
    row = models.Macro(
        id=uuid7(),
        name=macro.name.strip(),
        owner_id=None if shared else UUID(actor.id),
        haystack=_haystack(macro),
        changed_at=now,
    )
    _write(row, macro, actor=actor, now=now)
    return row.id


@action(right="macros.use")
def change(*, actor: Actor, macro_id: UUID, macro: Macro, number: int, now: datetime) -> int:
    """Keep a new version; returns its number. `number`: the one that was open. Raises Invalid, NotFound, MacroOfAnother,
    Forbidden, Stale (somebody else changed it meanwhile)."""
    _check(macro)
    row = _mine(actor, macro_id)
    if row.number != number:
        raise Stale("Somebody else changed this macro while you had it open. Copy your words, then open it again.")
    row.name, row.haystack, row.number, row.changed_at = macro.name.strip(), _haystack(macro), number + 1, now
    _write(row, macro, actor=actor, now=now)
    return row.number


@action(right="macros.share")
def share(*, actor: Actor, macro_id: UUID, now: datetime) -> None:
    """Give one's own macro to all. Raises NotFound, MacroOfAnother, Invalid (name: all have one of this name)."""
    row = _mine(actor, macro_id)
    if row.owner_id is None:
        raise Invalid(fields={"shared": "All have it already."})
    row.owner_id, row.changed_at = None, now
    _save(row)
    record(MacroShared(macro=row.id, name=row.name), actor=actor, at=now)


@action(right="macros.use")
def archive(*, actor: Actor, macro_id: UUID, now: datetime) -> None:
    """Put a macro away: nobody finds it any more, what was done with it stays. Raises NotFound, MacroOfAnother, Forbidden."""
    row = _mine(actor, macro_id)
    if row.archived_at is not None:
        raise Stale("It was put away already.")
    row.archived_at = row.changed_at = now
    _save(row)
    record(MacroArchived(macro=row.id, name=row.name), actor=actor, at=now)


@action(right="macros.use")
def put_back(*, actor: Actor, macro_id: UUID, now: datetime) -> None:
    """Take a macro up again. Raises NotFound, MacroOfAnother, Forbidden, Invalid (name: another has it by now)."""
    row = _mine(actor, macro_id)
    if row.archived_at is None:
        raise Stale("It is in use already.")
    row.archived_at, row.changed_at = None, now
    _save(row)
    record(MacroPutBack(macro=row.id, name=row.name), actor=actor, at=now)


def _check(macro: Macro) -> None:
    if macro.wrong:
        raise Invalid("The macro cannot be kept like this.", fields=macro.wrong)


def _mine(actor: Actor, macro_id: UUID) -> models.Macro:
    row = models.Macro.objects.select_for_update().filter(id=macro_id).first()
    if row is None:
        raise NotFound("There is no such macro.")
    if row.owner_id is None:
        actor.require("macros.share")
    elif str(row.owner_id) != actor.id:
        raise MacroOfAnother
    return row


def _haystack(macro: Macro) -> str:
    said = [macro.name, *macro.texts.values(), *(step.value for step in macro.steps)]
    return fold("\n".join(said))


def _write(row: models.Macro, macro: Macro, *, actor: Actor, now: datetime) -> None:
    _save(row)
    models.MacroVersion.objects.create(
        macro=row,
        number=row.number,
        name=row.name,
        texts={language: text.strip() for language, text in macro.texts.items() if text.strip()},
        steps=[{"do": step.do, "value": step.value.strip()} for step in macro.steps],
        sends=macro.sends,
        author=actor.label,
        at=now,
    )
    told = MacroKept(macro=row.id, number=row.number, name=row.name, shared=row.owner_id is None)
    record(told, actor=actor, at=now)


def _save(row: models.Macro) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid(_TAKEN, fields={"name": _TAKEN}) from None
