"""A procedure is done on a case: started, ticked step by step, taken back, stopped."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import names_of
from trustdesk.procedures import queries, rules
from trustdesk.procedures.facts import RunEnded, RunStarted, RunStopped, StepTakenBack, StepTicked
from trustdesk.procedures.models import Proof, Run, Tick
from trustdesk.procedures.refusals import NoSuchRun, NotThisStep, ProofMissing, RunningAlready, RunOver
from trustdesk.support import actions as support_actions
from trustdesk.support import queries as support
from trustdesk.support.actions import CaseClosed, CaseMergedAway, NoSuchCase
from trustdesk.support.queries import CaseView


@action(right="procedures.use")
def start(*, actor: Actor, case_id: UUID, code: str, now: datetime) -> UUID:
    """Begin a procedure on a case, in its newest version. Raises NoSuchCase, CaseClosed, CaseMergedAway, NoSuchProcedure,
    RunningAlready."""
    case = seen_case(case_id, actor=actor)
    if case.merged_into is not None:
        raise CaseMergedAway
    if case.status == "closed":
        raise CaseClosed
    found = queries.by_code(code)
    row = Run(
        id=uuid7(),
        case_id=case.id,
        of_id=found.version,
        procedure_id=found.id,
        step=found.whole.first,
        moved_by=actor.label,
        started_by_id=_person(actor),
        started_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RunningAlready from None
    record(RunStarted(case=case.id, run=row.id, code=found.code, number=found.number), actor=actor, at=now)
    return row.id


@action(right="procedures.use")
def tick(*, actor: Actor, run_id: UUID, step: str, answer: str, seen: int, now: datetime, note: str = "") -> str:
    """The step is done, its question answered; returns where it leads, "" at the end. Only the step that is next is ticked,
    once, by whom has seen the newest. Raises NoSuchRun, RunOver, NotThisStep, ProofMissing, Stale, Invalid (answer, note)."""
    row, view = _held(run_id, actor=actor)
    here = view.step
    if here is None:
        raise RunOver
    if row.version != seen:
        who = names_of([row.moved_by]).get(row.moved_by, row.moved_by)
        raise Stale(gettext("%(who)s has gone on with it. Look again.") % {"who": who})
    if here.code != step:
        raise NotThisStep
    if answer not in here.answers():
        raise Invalid("This cannot be ticked so.", fields={"answer": "Choose an answer."})
    if here.kind == "proof" and not view.proof_here:
        raise ProofMissing
    note = _note(note)
    Tick.objects.create(run=row, step=step, answer=answer, note=note, by=actor.label, at=now)
    told = StepTicked(case=row.case_id, run=row.id, code=view.code, step=step, answer=answer, note=note)
    record(told, actor=actor, at=now)
    if here.kind == "end":
        _end(row, view, outcome=here.outcome, actor=actor, now=now)
        return ""
    leads = here.leads(answer)
    _move(row, seen, step=leads, moved_by=actor.label)
    return leads


@action(right="procedures.use")
def take_back(*, actor: Actor, run_id: UUID, seen: int, now: datetime) -> None:
    """The last tick was wrong: that step is to be done again. What was ticked stays in the ledger. Raises NoSuchRun, RunOver,
    Stale, Invalid (nothing is ticked)."""
    row, view = _held(run_id, actor=actor)
    if view.step is None:
        raise RunOver
    last = Tick.objects.filter(run=row).order_by("-id").first()
    if last is None:
        raise Invalid("Nothing is ticked yet.")
    _move(row, seen, step=last.step, moved_by=actor.label)
    last.delete()
    record(StepTakenBack(case=row.case_id, run=row.id, code=view.code, step=last.step), actor=actor, at=now)


@action(right="procedures.use")
def stop(*, actor: Actor, run_id: UUID, seen: int, why: str, now: datetime) -> None:
    """Nobody goes on with it; nothing was proven. Raises NoSuchRun, RunOver, Stale, Invalid (why)."""
    row, view = _held(run_id, actor=actor)
    if view.step is None:
        raise RunOver
    why = _note(why)
    if not why:
        raise Invalid("It could not be stopped.", fields={"why": "Say why."})
    _move(row, seen, state="stopped", why=why, ended_at=now, moved_by=actor.label)
    _hasten(row, now)
    record(RunStopped(case=row.case_id, run=row.id, code=view.code, why=why), actor=actor, at=now)


def put_into_reply(*, actor: Actor, run_id: UUID, now: datetime) -> UUID:
    """The words of the step for the requester become one's draft, in their language, after what one has begun. Returns the
    case. Raises NoSuchRun, RunOver, Invalid (there are none)."""
    actor.require("procedures.use")
    found = queries.run(run_id)
    if found is None:
        raise NoSuchRun
    case = seen_case(found.case, actor=actor)
    if found.step is None:
        raise RunOver
    if not found.step.requester:
        raise Invalid("This step has no words for the requester.")
    words = rules.said(found.step.requester, case.language)
    begun = support.drafts_of(case.id, actor=actor).get("reply", "")
    text = f"{begun.rstrip()}\n\n{words}" if begun.strip() else words
    support_actions.save_draft(actor=actor, case_id=case.id, mode="reply", text=text, now=now)
    return case.id


def seen_case(case_id: UUID, *, actor: Actor) -> CaseView:
    """Raises NoSuchCase."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=actor):
        raise NoSuchCase
    return case


def held(run_id: UUID, *, actor: Actor) -> Run:
    """The run, held until the transaction ends. Raises NoSuchRun, NoSuchCase."""
    row = Run.objects.select_for_update().filter(id=run_id).first()
    if row is None:
        raise NoSuchRun
    seen_case(row.case_id, actor=actor)
    return row


def _held(run_id: UUID, *, actor: Actor) -> tuple[Run, queries.RunView]:
    row = held(run_id, actor=actor)
    view = queries.run(run_id)
    if view is None:
        raise NoSuchRun
    return row, view


def _move(row: Run, seen: int, **changes: Any) -> None:
    """Raises Stale: somebody else went on."""
    moved = Run.objects.filter(id=row.id, version=seen, state="running").update(**changes, version=F("version") + 1)
    if not moved:
        who = names_of([row.moved_by]).get(row.moved_by, row.moved_by)
        raise Stale(gettext("%(who)s has gone on with it. Look again.") % {"who": who})


def _end(row: Run, view: queries.RunView, *, outcome: str, actor: Actor, now: datetime) -> None:
    _move(row, row.version, state="ended", outcome=outcome, ended_at=now, moved_by=actor.label)
    _hasten(row, now)
    case = support.by_id(row.case_id)
    told = RunEnded(
        case=row.case_id,
        run=row.id,
        code=view.code,
        number=view.number,
        outcome=outcome,
        account=case.account if case else None,
    )
    record(told, actor=actor, at=now)


def _hasten(row: Run, now: datetime) -> None:
    """What it proved is known: its documents are needed a day more at most."""
    Proof.objects.filter(run=row, file__isnull=False, forget_at__gt=now + rules.KEPT_AFTER).update(
        forget_at=now + rules.KEPT_AFTER
    )


def _note(text: str) -> str:
    """Raises Invalid: it is too long, or holds a number as documents and cards bear them."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(text) > rules.LONGEST_NOTE:
        raise Invalid("This cannot be noted.", fields={"note": "At most 500 characters."})
    if rules.holds_a_number(text):
        raise Invalid("This cannot be noted.", fields={"note": "Write what it showed, never its number."})
    return text


def _person(actor: Actor) -> UUID:
    if actor.kind != "staff":
        raise Invalid("A person does this.")
    return UUID(actor.id)


note_of = _note
