"""A version in shadow: judged beside the live one on what arrives, and nothing comes of it but a report."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.rows import insert_objects
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import actions as policy_actions
from trustdesk.policy import queries as policy
from trustdesk.rehearsal.actions.reports import apart, foretold, label
from trustdesk.rehearsal.facts import ShadowEnded, ShadowStarted
from trustdesk.rehearsal.models import Rehearsal, Sample
from trustdesk.rehearsal.refusals import AlreadyOver, InShadowAlready, NoSuchRehearsal, NotForShadow
from trustdesk.rehearsal.rules import MOST_SHADOW_DAYS
from trustdesk.rehearsal.tally import Tally


def start_shadow(*, actor: Actor, version_id: UUID, days: int, now: datetime) -> UUID:
    """Judge what arrives from now on by this version, too, for so many days. Compiles before its transaction opens.

    Raises NoSuchVersion, NotForShadow, InShadowAlready, DoesNotPass (it does not compile), Invalid (days).
    """
    actor.require("policy.edit")
    if not 1 <= days <= MOST_SHADOW_DAYS:
        told = {"days": gettext("Between 1 and %(n)s days.") % {"n": MOST_SHADOW_DAYS}}
        raise Invalid("Say for how many days.", fields=told)
    ref = policy.version_ref(version_id)
    if ref.state not in {"checked", "approved"}:
        raise NotForShadow
    live = policy.live_content()
    candidate = policy.candidate(version_id, within=live.hash)
    made = Rehearsal(
        id=uuid7(),
        mode="shadow",
        state="running",
        runner="desk",
        target=ref.kind,
        version=ref.id,
        name=ref.name,
        number=ref.number,
        candidate_hash=candidate.hash,
        live_hash=live.hash,
        live_number=policy.number_of(live.hash),
        since=now,
        report=Tally().to_json(),
        asked_by=actor.label,
        made_at=now,
        started_at=now,
        ends_at=now + timedelta(days=days),
    )
    _store(actor=actor, made=made, days=days, now=now)
    return made.id


@action(right="policy.edit")
def _store(*, actor: Actor, made: Rehearsal, days: int, now: datetime) -> None:
    newest = Position.objects.order_by("-position").values_list("position", flat=True).first()
    made.position = newest or 0
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise InShadowAlready from error
    if made.version is not None:
        record(ShadowStarted(rehearsal=made.id, version=made.version, what=label(made), days=days), actor=actor, at=now)


@action(right="policy.edit")
def stop_shadow(*, actor: Actor, rehearsal_id: UUID, now: datetime) -> None:
    """End a shadow run; its report stays. Raises NoSuchRehearsal, AlreadyOver."""
    _end(actor=actor, rehearsal_id=rehearsal_id, why="stopped", now=now)


@action(right="-")
def end_shadow(*, actor: Actor, rehearsal_id: UUID, why: str, now: datetime) -> None:
    """End one for a reason of the desk's: its time is up, its version is live. Raises AlreadyOver."""
    _end(actor=actor, rehearsal_id=rehearsal_id, why=why, now=now)


def _end(*, actor: Actor, rehearsal_id: UUID, why: str, now: datetime) -> None:
    row = Rehearsal.objects.select_for_update().filter(id=rehearsal_id, mode="shadow").first()
    if row is None:
        raise NoSuchRehearsal
    if row.state != "running" or row.version is None:
        raise AlreadyOver
    whole = Tally.from_json(row.report)
    report, samples = apart(row.id, whole)
    Rehearsal.objects.filter(id=row.id).update(
        state="done", ended_at=now, until=now, ended_why=why, report=report, changed=whole.changed
    )
    insert_objects(Sample, samples)
    policy_actions.predict_rate(rates=foretold(row, whole), now=now)
    record(
        ShadowEnded(
            rehearsal=row.id,
            version=row.version,
            what=label(row),
            why=why,
            items=whole.items,
            changed=whole.changed,
        ),
        actor=actor,
        at=now,
    )
