"""Cases before bodies for out-of-court disputes: noted, given more time, concluded, followed or not."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from trustdesk.appeals import rules
from trustdesk.appeals.actions.judging import find
from trustdesk.appeals.facts import AppealReferred, ReferralConcluded, ReferralExtended, ReferralImplemented
from trustdesk.appeals.models import Referral
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor


class ReferralMovedOn(Refusal):
    """That is not possible any more: the case has moved on."""

    code, status = "referral_moved_on", 409


@action(right="appeals.manage")
def refer(*, actor: Actor, appeal_id: UUID, body: str, case_ref: str, received_on: date, now: datetime) -> UUID:
    """Note that a body has taken up a case; it is due 90 days after the body received the complaint. Raises NotFound, Invalid
    (body, case_ref, received_on)."""
    row = find(appeal_id)
    fields = {}
    if not body.strip() or len(body) > 200:
        fields["body"] = "Name the body."
    if not case_ref.strip() or len(case_ref) > 100:
        fields["case_ref"] = "Give the body’s number of the case."
    if not row.opened_at.date() <= received_on <= now.date() + timedelta(days=1):
        fields["received_on"] = "The day lies between the appeal and today."
    if fields:
        raise Invalid("The case could not be noted.", fields=fields)
    made = Referral(
        appeal=row,
        body=body.strip(),
        case_ref=case_ref.strip(),
        received_on=received_on,
        due_on=received_on + timedelta(days=rules.BODY_DAYS),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        told = "This case is noted already."
        raise Invalid(told, fields={"case_ref": told}) from error
    record(
        AppealReferred(
            appeal=row.id, referral=made.id, body=made.body, case_ref=made.case_ref, due_on=made.due_on.isoformat()
        ),
        actor=actor,
        at=now,
    )
    return made.id


@action(right="appeals.manage")
def extend(*, actor: Actor, referral_id: UUID, now: datetime) -> None:
    """The body takes 90 days more, once. Raises NotFound, ReferralMovedOn."""
    row = _find(referral_id)
    due_on = row.received_on + timedelta(days=2 * rules.BODY_DAYS)
    moved = Referral.objects.filter(id=row.id, extended=False, concluded_on=None).update(extended=True, due_on=due_on)
    if not moved:
        raise ReferralMovedOn
    record(ReferralExtended(appeal=row.appeal_id, referral=row.id, due_on=due_on.isoformat()), actor=actor, at=now)


@action(right="appeals.manage")
def conclude(*, actor: Actor, referral_id: UUID, result: str, words: str, now: datetime) -> None:
    """Note what the body found. Raises NotFound, Invalid (result), ReferralMovedOn."""
    if result not in rules.BODY_RESULTS:
        raise Invalid("Choose what the body found.", fields={"result": "Choose what the body found."})
    row = _find(referral_id)
    moved = Referral.objects.filter(id=row.id, concluded_on=None).update(
        result=result, words=words.strip()[:4000], concluded_on=now.date()
    )
    if not moved:
        raise ReferralMovedOn
    record(
        ReferralConcluded(
            appeal=row.appeal_id, referral=row.id, body=row.body, result=result, words=words.strip()[:4000]
        ),
        actor=actor,
        at=now,
    )


@action(right="appeals.manage")
def implement(*, actor: Actor, referral_id: UUID, followed: bool, now: datetime) -> None:
    """Note whether the desk did what the body found. Raises NotFound, ReferralMovedOn."""
    row = _find(referral_id)
    moved = Referral.objects.filter(id=row.id, concluded_on__isnull=False, followed=None).update(followed=followed)
    if not moved:
        raise ReferralMovedOn
    record(
        ReferralImplemented(appeal=row.appeal_id, referral=row.id, followed="yes" if followed else "no"),
        actor=actor,
        at=now,
    )


def _find(referral_id: UUID) -> Referral:
    row = Referral.objects.filter(id=referral_id).first()
    if row is None:
        raise NotFound("There is no such case.")
    return row
