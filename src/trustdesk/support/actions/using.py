"""Using a macro on a case: its steps are done, its words are sent or become the draft of the reply. All of it, or nothing."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.macros import actions as macros
from trustdesk.macros import queries as known
from trustdesk.macros.queries import Filled, MacroView, Step, fill
from trustdesk.support import queries
from trustdesk.support.actions.answering import note, reply, save_draft, send_automatic
from trustdesk.support.actions.sorting import AlreadySo, set_priority, set_status, snooze, sort
from trustdesk.support.facts import CaseMacroUsed
from trustdesk.support.filling import values_of
from trustdesk.support.refusals import CaseClosed, NoSuchCase


@dataclass(frozen=True)
class Used:
    """What came of it. `message`: the reply that leaves, None when its words wait in the draft; `then_status` is what the
    case should become with that reply; `missing` names variables of which nothing is known."""

    message: UUID | None
    then_status: str
    missing: tuple[str, ...]


@transaction.atomic
def use_macro(
    *,
    actor: Actor,
    case_id: UUID,
    macro_id: UUID,
    seen: int,
    now: datetime,
    send: bool = False,
    then_status: str = "",
) -> Used:
    """Do what a macro says. `seen` guards a reply that is sent at once, as in `reply`. `send`: its words are sent whatever it
    says of that itself; `then_status` instead of the status it says.

    Not an action: it is made of them, each with its own fact. A step that is so already is no mistake. Raises NoSuchCase,
    NotFound (macro), Stale, Invalid (text: a variable without a value in what would be sent; fields.…), CaseClosed.
    """
    macro = known.one(actor, macro_id)
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=actor, right="support.answer"):
        raise NoSuchCase
    said = _said(macro, case, actor, now)
    status = then_status or next((step.value for step in macro.steps if step.do == "set_status"), "")
    _steps(macro.steps, case, actor, now, status="" if said.text else status)
    message: UUID | None = None
    if said.text and (send or macro.sends):
        if said.missing:
            names = ", ".join(said.missing)
            told = _("Nothing is known for %(names)s. Choose it without sending, and fill it in.") % {"names": names}
            raise Invalid(told, fields={"text": told})
        message = reply(actor=actor, case_id=case_id, text=said.text, seen=seen, then_status=status, now=now)
    elif said.text:
        begun = queries.drafts_of(case_id, actor=actor).get("reply", "").rstrip()
        text = f"{begun}\n\n{said.text}" if begun else said.text
        save_draft(actor=actor, case_id=case_id, mode="reply", text=text, now=now)
    _tell(actor=actor, case_id=case_id, macro=macro, now=now)
    if actor.kind == "staff":
        macros.note_used(macro_id=macro_id, staff_id=UUID(actor.id), now=now)
    return Used(message, status if said.text else "", said.missing)


@action(right="support.answer")
def _tell(*, actor: Actor, case_id: UUID, macro: MacroView, now: datetime) -> None:
    told = CaseMacroUsed(case=case_id, macro=macro.id, name=macro.name, version=macro.number)
    record(told, actor=actor, at=now)


@transaction.atomic
def take_steps(*, actor: Actor, case_id: UUID, steps: Sequence[Step], now: datetime) -> None:
    """Do steps of macros to a case, for who does them by itself (a trigger); what is so already is no mistake. Raises
    NoSuchCase, CaseClosed, CaseMergedAway, Invalid."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=actor, right="support.answer"):
        raise NoSuchCase
    status = next((step.value for step in steps if step.do == "set_status"), "")
    _steps(steps, case, actor, now, status=status)


@transaction.atomic
def send_macro(*, actor: Actor, case_id: UUID, macro_id: UUID, now: datetime) -> UUID:
    """Send a saved reply without a person, filled in: it leaves at once and stops no clock. Raises NoSuchCase, NotFound,
    CaseClosed, CaseMergedAway, Invalid (it is put away, it has no text, nothing is known for a variable)."""
    macro = known.one(actor, macro_id)
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=actor, right="support.write"):
        raise NoSuchCase
    if case.status == "closed" and case.merged_into is None:
        raise CaseClosed
    said = _said(macro, case, actor, now)
    told = ""
    if macro.archived_at is not None or not said.text:
        told = _("This saved reply is put away, or has no text.")
    elif said.missing:
        told = _("Nothing is known for %(names)s.") % {"names": ", ".join(said.missing)}
    if told:
        raise Invalid(told, fields={"text": told})
    sent = send_automatic(actor=actor, case_id=case_id, text=said.text, now=now)
    _tell(actor=actor, case_id=case_id, macro=macro, now=now)
    return sent


def _said(macro: MacroView, case: queries.CaseView, actor: Actor, now: datetime) -> Filled:
    language = known.best_language(macro.texts, case.language)
    text = macro.texts.get(language, "")
    return fill(text, values_of(case, actor=actor, language=language, now=now)) if text else Filled("", ())


def _steps(steps: Sequence[Step], case: queries.CaseView, actor: Actor, now: datetime, *, status: str) -> None:
    tags = list(case.tags)
    category: str | None = None
    for step in steps:
        match step.do:
            case "set_priority":
                with suppress(AlreadySo):
                    set_priority(actor=actor, case_id=case.id, priority=step.value, now=now)
            case "add_tag":
                tags.append(step.value)
            case "remove_tag":
                tags = [tag for tag in tags if tag != step.value]
            case "set_category":
                category = step.value
            case "note":
                values = values_of(case, actor=actor, language=case.language, now=now)
                note(actor=actor, case_id=case.id, text=fill(step.value, values).text, now=now)
            case "snooze":
                until = now + timedelta(hours=int(step.value))
                snooze(actor=actor, case_id=case.id, until=until, now=now)
    if category is not None or tags != list(case.tags):
        with suppress(AlreadySo):
            sort(actor=actor, case_id=case.id, category=category, tags=tags, now=now)
    if status:
        with suppress(AlreadySo):
            set_status(actor=actor, case_id=case.id, status=status, now=now)
