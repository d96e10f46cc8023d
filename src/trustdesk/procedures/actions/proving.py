"""Proofs of identity: what a document showed is noted, the document is deleted on its day."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from trustdesk.files import actions as files
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.procedures import queries, rules
from trustdesk.procedures.actions.doing import held, note_of
from trustdesk.procedures.facts import ProofForgotten, ProofNoted
from trustdesk.procedures.models import Proof
from trustdesk.procedures.refusals import NotThisStep, RunOver


@action(right="procedures.use")
def note_proof(
    *, actor: Actor, run_id: UUID, document: str, showed: str, now: datetime, file: UUID | None = None, days: int = 0
) -> UUID:
    """Note what a document showed. With `file`, one the requester sent, it is deleted after `days`, at most as many as the
    procedure allows (0: within the hour). Raises NoSuchRun, RunOver, NotThisStep, Invalid (document, showed, file, days)."""
    row = held(run_id, actor=actor)
    view = queries.run(run_id)
    if view is None or view.step is None:
        raise RunOver
    if view.step.kind != "proof":
        raise NotThisStep
    wrong: dict[str, str] = {}
    if document not in rules.DOCUMENTS:
        wrong["document"] = "Choose what it is."
    if not 0 <= days <= view.whole.keep_days:
        wrong["days"] = "The procedure does not let it stay so long."
    sent = next((one for one in queries.attachments_of(row.case_id) if one.file == file), None) if file else None
    if file is not None and sent is None:
        wrong["file"] = "It is no file that they sent."
    if len(view.proofs) >= rules.MOST_PROOFS:
        wrong["document"] = "There are ten proofs already."
    showed = note_of(showed)
    if not showed:
        wrong["showed"] = "Write what it showed."
    if wrong:
        raise Invalid("The proof could not be noted.", fields=wrong)
    made = Proof.objects.create(
        run=row,
        step=view.step.code,
        document=document,
        showed=showed,
        file=sent.file if sent else None,
        raw=sent.raw if sent else None,
        forget_at=now + timedelta(days=days) if sent else None,
        by=actor.label,
        at=now,
    )
    told = ProofNoted(
        case=row.case_id, run=row.id, proof=made.id, document=document, showed=showed, kept=sent is not None
    )
    record(told, actor=actor, at=now)
    return made.id


@action(right="procedures.use")
def forget_now(*, actor: Actor, proof_id: UUID, now: datetime) -> None:
    """Delete the document before its day. Raises NotFound, NoSuchCase."""
    found = Proof.objects.filter(id=proof_id, file__isnull=False).first()
    if found is None:
        raise NotFound("There is no document any more.")
    held(found.run_id, actor=actor)
    if not _forget(proof_id, actor=actor, now=now):
        raise NotFound("There is no document any more.")


def forget_due(*, now: datetime) -> bool:
    """Delete the documents whose day has come. Called by the worker, by any number of them at once; True when there is more."""
    due = Proof.objects.filter(file__isnull=False, forget_at__lte=now).order_by("forget_at", "id")
    ids = list(due.values_list("id", flat=True)[:50])
    for one in ids:
        with transaction.atomic():
            _forget(one, actor=SYSTEM, now=now)
    return len(ids) == 50


def _forget(proof_id: UUID, *, actor: Actor, now: datetime) -> bool:
    row = Proof.objects.select_for_update(skip_locked=True).filter(id=proof_id, file__isnull=False).first()
    if row is None or row.file is None:
        return False
    # Bytes go before the row says so: after a crash between, they are deleted again, which is no error.
    for one in (row.file, row.raw):
        if one is not None:
            files.forget(actor=SYSTEM, file_id=one, now=now)
    Proof.objects.filter(file=row.file, file__isnull=False).update(file=None, raw=None, forgotten_at=now)
    _tell(actor=actor, row=row, now=now)
    return True


@action(right="-")
def _tell(*, actor: Actor, row: Proof, now: datetime) -> None:
    record(ProofForgotten(case=row.run.case_id, run=row.run_id, proof=row.id), actor=actor, at=now)
