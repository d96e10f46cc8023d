"""A person decides, and may take it back within the window."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.decisions.actions.committing import Made, commit
from trustdesk.decisions.actions.effects import lift, refresh_statuses
from trustdesk.decisions.drafts import Draft, Ground, RestrictionSpec, usual_restriction
from trustdesk.decisions.facts import DecisionOverturned, DecisionWithdrawn
from trustdesk.decisions.models import Decision, Restriction
from trustdesk.decisions.rules import (
    OUTCOMES,
    RESTRICTIVE,
    UNDO_WINDOW,
    WEIGHT,
    Held,
    Standing,
    is_hidden,
    status_of,
)
from trustdesk.decisions.statements import Incomplete
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record, record_many, withdraw_deliveries
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import queries as policy
from trustdesk.post.actions import withdraw_letters


class ItemChanged(Refusal):
    """The author changed this while you had it open."""

    code, status = "item_changed", 409


class TooLate(Refusal):
    """This decision has taken effect and cannot be undone any more; a new decision can change it."""

    code, status = "undo_too_late", 409


class IncompleteStatement(Invalid):
    """The statement of reasons would be incomplete."""

    code = "incomplete_statement"


@action(right="-")
def decide(
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    outcome: str,
    now: datetime,
    grounds: Sequence[Ground] = (),
    labels: Sequence[str] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    restriction: RestrictionSpec | None = None,
    automated_detection: bool = False,
    noticed_at: datetime | None = None,
    verdict: UUID | None = None,
    rationale: str = "",
    author_note: str = "",
    window: timedelta = UNDO_WINDOW,
    imported: bool = False,
) -> Made:
    """Decide about one version of an item; takes effect after `window`, until then `undo` takes it back.

    The caller (review, or the API with `decisions.write`) has asked for its own right. Raises NotFound, Invalid,
    ItemChanged when a newer version exists, IncompleteStatement.
    """
    item = content.items([item_id], source=actor.source).get(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    fields: dict[str, str] = {}
    if outcome not in OUTCOMES:
        fields["outcome"] = f"Must be one of {', '.join(OUTCOMES)}."
    elif outcome in RESTRICTIVE and not grounds:
        fields["clause"] = "Choose the clause this decision rests on."
    if len(author_note) > 1000:
        fields["author_note"] = "At most 1,000 characters."
    if item.withdrawn_at is not None and outcome in RESTRICTIVE:
        fields["outcome"] = "The author has withdrawn this already; only a new version can be restricted."
    if fields:
        raise Invalid("The decision could not be made.", fields=fields)
    if item.version != version:
        raise ItemChanged(version=item.version)
    judged = content.newest_versions([item_id])[item_id]
    account = content.accounts([item.account])[item.account]
    texts = policy.grounds([(ground.policy, ground.version) for ground in grounds])
    specs = (restriction,) if restriction else usual_restriction(outcome)
    status, hidden = _status_once_effective(item, version, outcome, specs, publish=policy.publish_of(item.kind))
    draft = Draft(
        item=item,
        version=judged,
        account=account,
        outcome=outcome,
        grounds=tuple(grounds),
        restrictions=specs,
        labels=tuple(dict.fromkeys(labels)),
        evidence=tuple(evidence),
        actor=actor,
        status=status,
        hidden=hidden,
        automated_detection=automated_detection,
        noticed_at=noticed_at or now,
        verdict=verdict,
        rationale=rationale,
        author_note=author_note,
        # An imported decision was told by whoever made it.
        letter=not imported and (outcome != "hold" or not item.hidden),
        imported=imported,
    )
    try:
        made = commit(actor=actor, drafts=[draft], texts=texts, now=now, window=window)[0]
    except Incomplete as missing:
        raise IncompleteStatement(f"The statement of reasons would lack {missing}.") from missing
    _supersede(actor=actor, item_id=item_id, by=made.id, outcome=outcome, imported=imported, at=now + window, now=now)
    if not window:
        refresh_statuses(item_ids=[item_id], now=now)
    return made


@action(right="-")
def undo(*, actor: Actor, decision_id: UUID, now: datetime) -> UUID:
    """Take one's own decision back before it takes effect; returns the item. Raises NotFound, Forbidden, TooLate.

    One conditional update decides the race with time, the lock on the deliveries the race with the worker.
    """
    decision = Decision.objects.filter(id=decision_id).first()
    if decision is None:
        raise NotFound("There is no such decision.")
    if decision.actor != actor.label:
        raise Forbidden("Only the person who decided can undo it.")
    moved = Decision.objects.filter(id=decision_id, withdrawn_at=None, effective_at__gt=now).update(withdrawn_at=now)
    if (
        not moved
        or not withdraw_deliveries(fact_ids=decision.facts, now=now)
        or not withdraw_letters(causes=[decision_id], now=now)
    ):
        raise TooLate
    Restriction.objects.filter(decision_id=decision_id).update(lifted_at=now, lifted_why="undone")
    Restriction.objects.filter(lifted_why=f"superseded:{decision_id}").update(lifted_at=None, lifted_why="")
    Decision.objects.filter(superseded_by_id=decision_id).update(superseded_by=None)
    record(
        DecisionWithdrawn(item=decision.item_id, decision=decision_id, outcome=decision.outcome), actor=actor, at=now
    )
    refresh_statuses(item_ids=[decision.item_id], now=now)
    return decision.item_id


def _status_once_effective(
    item: content.ItemView, version: int, outcome: str, specs: Sequence[RestrictionSpec], *, publish: str
) -> tuple[str, bool]:
    """A person's judgement of the newest version supersedes what was: only its own restrictions will hold."""
    if outcome in {"warn", "educate", "flag"}:
        return item.status, item.hidden
    standing = Standing(id=item.id, version=version, outcome=outcome, made_by="person", made_at=item.changed_at)
    status = status_of(
        withdrawn=item.withdrawn_at is not None,
        version=item.version,
        verdict=None,
        decisions=[standing],
        restrictions=[Held(decision=item.id, kind=spec.kind, version=version, made_by="person") for spec in specs],
    )
    return status, is_hidden(status=status, publish=publish)


def _supersede(
    *, actor: Actor, item_id: UUID, by: UUID, outcome: str, imported: bool, at: datetime, now: datetime
) -> None:
    """A new judgement replaces the older ones of the item: their restrictions end when it takes effect."""
    if outcome in {"warn", "educate", "flag"}:
        return
    older = queries.standing_decisions(item_id, excluding=by)
    if not older:
        return
    Decision.objects.filter(id__in=older).update(superseded_by_id=by)
    if not imported:
        _overturn(actor=actor, older=older, by=by, outcome=outcome, at=at, now=now)
    restrictions = list(Restriction.objects.filter(decision_id__in=older, lifted_at=None).values_list("id", flat=True))
    if restrictions:
        lift(actor=actor, restriction_ids=restrictions, why="a newer decision", by=by, at=at, now=now)


def _overturn(*, actor: Actor, older: Sequence[UUID], by: UUID, outcome: str, at: datetime, now: datetime) -> None:
    """Tell which decisions of rules a person made milder; heard when the undo window is over, taken back by an undo."""
    by_rules = Decision.objects.filter(id__in=older, made_by="rule", outcome__in=WEIGHT).order_by("id")
    overturned = [row for row in by_rules if WEIGHT[outcome] < WEIGHT[row.outcome]]
    if not overturned:
        return
    recorded = record_many(
        [
            DecisionOverturned(
                item=row.item_id,
                decision=row.id,
                by=by,
                before=row.outcome,
                outcome=outcome,
                policies=row.clauses,
                decided_at=row.made_at,
            )
            for row in overturned
        ],
        actor=actor,
        at=now,
        effective_at=at,
    )
    decision = Decision.objects.select_for_update().get(id=by)
    Decision.objects.filter(id=by).update(facts=[*decision.facts, *(fact.id for fact in recorded)])
