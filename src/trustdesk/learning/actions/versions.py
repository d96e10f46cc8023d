"""The life of a model version: proposed, in shadow, released by a second person, rolled back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import ApiKey
from trustdesk.learning.actions.studies import finish_measurement, put_thresholds
from trustdesk.learning.comparing import Comparison
from trustdesk.learning.facts import ModelProposed, ModelReleased, ModelRolledBack, ModelShadowed, ModelWithdrawn
from trustdesk.learning.models import ModelVersion, Study
from trustdesk.learning.packing import Scored
from trustdesk.learning.promising import Promise
from trustdesk.learning.refusals import (
    NoSuchModel,
    NothingBefore,
    OneInShadow,
    OutdatedBase,
    SamePerson,
    ShadowTooShort,
    Worse,
    WrongState,
)
from trustdesk.learning.rules import LEAST_SHADOW
from trustdesk.signals import actions as signals
from trustdesk.signals import queries as scoring


@action(right="-")
def propose(
    *,
    actor: Actor,
    study_id: UUID,
    data: bytes,
    manifest: Mapping[str, Any],
    against: str,
    comparison: Comparison,
    scored: Scored,
    promised: Sequence[Promise],
    more: Mapping[str, Any],
    now: datetime,
) -> UUID:
    """Keep a learnt model as a candidate, with its thresholds. Raises Worse: one that is not at least as good is not
    proposed, whoever asks."""
    if not comparison.proposable:
        raise Worse
    study = Study.objects.select_for_update(of=("self",)).select_related("file").get(id=study_id)
    newest = ModelVersion.objects.filter(label=study.label).aggregate(newest=Max("number"))["newest"]
    number = (newest or 0) + 1
    version = f"desk-{number}"
    kept = {**manifest, "trained": more["trained"], "study": str(study.id)}
    head = signals.keep_head(actor=actor, label=study.label, version=version, data=data, manifest=kept, now=now)
    model = ModelVersion.objects.create(
        label=study.label,
        number=number,
        head_id=head,
        study=study,
        against=against,
        proposer=study.asked_by,
        made_at=now,
    )
    Study.objects.filter(id=study.id).update(version=version)
    put_thresholds(study, promised, version=version, actor=actor, now=now)
    told = {**more, "comparison": comparison.to_json()}
    finish_measurement(actor=actor, study_id=study.id, scored=scored, promised=promised, more=told, now=now)
    view = scoring.head_view(head)
    record(
        ModelProposed(
            model=model.id,
            label=study.label,
            number=number,
            rows=more["trained"],
            held_out=comparison.rows,
            against=against,
            gain=round(comparison.gain.value, 4),
            gain_low=round(comparison.gain.low, 4),
            gain_high=round(comparison.gain.high, 4),
            sha256=view.sha256 if view else "",
        ),
        actor=actor,
        at=now,
    )
    return model.id


@action(right="models.propose")
def start_shadow(*, actor: Actor, model_id: UUID, now: datetime) -> None:
    """Score what arrives with it beside the live model, without any effect. Raises NoSuchModel, WrongState, OneInShadow."""
    model = _get(model_id)
    newest = Position.objects.order_by("-position").values_list("position", flat=True).first()
    try:
        with transaction.atomic():
            moved = ModelVersion.objects.filter(id=model.id, state="candidate").update(
                state="shadow", shadowed_at=now, position=newest or 0, shadow={}
            )
    except IntegrityError as error:
        raise OneInShadow from error
    if not moved:
        raise WrongState
    record(ModelShadowed(model=model.id, label=model.label, number=model.number), actor=actor, at=now)


@action(right="models.propose")
def withdraw(*, actor: Actor, model_id: UUID, why: str, now: datetime) -> None:
    """Give a candidate up, in shadow or not. Raises NoSuchModel, WrongState, Invalid."""
    _end(actor=actor, model_id=model_id, why=_reason(why), now=now)


@action(right="-")
def end_shadow(*, actor: Actor, model_id: UUID, why: str, now: datetime) -> None:
    """Give one up for a reason of the desk's: it cannot be read any more. Raises WrongState."""
    _end(actor=actor, model_id=model_id, why=why, now=now)


def _end(*, actor: Actor, model_id: UUID, why: str, now: datetime) -> None:
    model = _get(model_id)
    moved = ModelVersion.objects.filter(id=model.id, state__in=["candidate", "shadow"]).update(
        state="withdrawn", ended_at=now, why=why
    )
    if not moved:
        raise WrongState
    record(ModelWithdrawn(model=model.id, label=model.label, number=model.number, why=why), actor=actor, at=now)


@action(right="models.release")
def release(*, actor: Actor, model_id: UUID, now: datetime) -> None:
    """A second person lets it answer for its label, in all processes within two seconds; its thresholds come into force.

    Raises NoSuchModel, WrongState, ShadowTooShort, SamePerson, OutdatedBase (another went live since it was compared),
    signals.HeadRefused (its arrays are not those that were learnt).
    """
    model = ModelVersion.objects.select_for_update(of=("self",)).filter(id=model_id).select_related("head").first()
    if model is None:
        raise NoSuchModel
    if model.state != ModelVersion.State.SHADOW:
        raise WrongState("Only a model that runs in shadow can be released.")
    _refuse_same_person(model.proposer, actor)
    items = int(model.shadow.get("items", 0))
    if items < LEAST_SHADOW:
        raise ShadowTooShort(
            gettext("It has scored %(items)s items in shadow; at least %(least)s are needed.")
            % {"items": items, "least": LEAST_SHADOW}
        )
    if scoring.score_version(model.label) != model.against:
        raise OutdatedBase
    ModelVersion.objects.filter(label=model.label, state="live").update(state="superseded", ended_at=now)
    ModelVersion.objects.filter(id=model.id).update(state="live", releaser=actor.label, released_at=now)
    signals.put_live(actor=actor, label=model.label, head=model.head_id, now=now)
    record(
        ModelReleased(
            model=model.id,
            label=model.label,
            number=model.number,
            proposer=model.proposer,
            replaces=model.against,
            items=items,
        ),
        actor=actor,
        at=now,
    )


@action(right="models.release")
def roll_back(*, actor: Actor, label: str, why: str, now: datetime) -> str:
    """Put back what answered before: the version before it, else what TrustDesk ships. Its thresholds hold again. One
    person may, at once. Returns the version that answers now. Raises NothingBefore, Invalid."""
    reason = _reason(why)
    live = ModelVersion.objects.select_for_update().filter(label=label, state="live").first()
    if live is None:
        raise NothingBefore
    before = (
        ModelVersion.objects.filter(label=label, state="superseded")
        .select_related("head")
        .order_by("-ended_at", "-number")
        .first()
    )
    ModelVersion.objects.filter(id=live.id).update(state="rolled_back", ended_at=now, why=reason)
    if before is not None:
        ModelVersion.objects.filter(id=before.id).update(state="live", ended_at=None)
    signals.put_live(actor=actor, label=label, head=before.head_id if before else None, now=now)
    to = before.head.version if before else scoring.shipped_version(label)
    fact = ModelRolledBack(model=live.id, label=label, number=live.number, to=to or "no model", why=reason)
    record(fact, actor=actor, at=now)
    return to


def _refuse_same_person(proposer: str, actor: Actor) -> None:
    """Neither who proposed it, nor the person whose key did, nor any machine. Raises SamePerson."""
    kind, _, ident = proposer.partition(":")
    people = {proposer}
    if kind == "key":
        people |= set(ApiKey.objects.filter(id=ident).values_list("made_by", flat=True))
    if actor.label in people or actor.kind != "staff":
        raise SamePerson


def _reason(why: str) -> str:
    reason = why.strip()
    if not 3 <= len(reason) <= 300:
        told = {"why": "Say why, in 3 to 300 characters."}
        raise Invalid("It needs a reason.", fields=told)
    return reason


def _get(model_id: UUID) -> ModelVersion:
    model = ModelVersion.objects.filter(id=model_id).first()
    if model is None:
        raise NoSuchModel
    return model
