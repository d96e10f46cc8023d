"""A person decides, and may take it back within the window."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.decisions.actions.committing import Made, commit
from trustdesk.decisions.actions.effects import lift, refresh_statuses
from trustdesk.decisions.actions.pending import withdraw_undone
from trustdesk.decisions.actions.recounting import recount
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
    notified: bool = False,
    verdict: UUID | None = None,
    rationale: str = "",
    author_note: str = "",
    edit: Sequence[Mapping[str, Any]] = (),
    window: timedelta = UNDO_WINDOW,
    imported: bool = False,
    agreed: UUID | None = None,
    undone: Callable[[], Sequence[str]] | None = None,
) -> Made:
    """Decide about one version of an item; takes effect after `window`, until then `undo` takes it back. `edit`: what the
    desk changed to make this version, which its author is told. A removal under a policy that asks for two people is made
    as a hold and proposed, unless `agreed` names the proposal that two people agreed on. `undone` makes the
    sentences of a letter that says what is put right.

    The caller (review, or the API with `decisions.write`) has asked for its own right. Raises NotFound, Invalid,
    ItemChanged when a newer version exists, IncompleteStatement.
    """
    item = content.items([item_id], source=actor.source).get(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    fields: dict[str, str] = {}
    if outcome not in OUTCOMES:
        fields["outcome"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(OUTCOMES)}
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
    status, hidden = status_once_effective(item, version, outcome, specs, publish=policy.publish_of(item.kind), now=now)
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
        notified=notified,
        verdict=verdict,
        rationale=rationale,
        author_note=author_note,
        edit=tuple(edit),
        # An imported decision was told by whoever made it.
        letter=not imported and (outcome != "hold" or not item.hidden),
        imported=imported,
        agreed=agreed,
        undone=undone,
    )
    try:
        made = commit(actor=actor, drafts=[draft], texts=texts, now=now, window=window)[0]
    except Incomplete as missing:
        raise IncompleteStatement(
            gettext("The statement of reasons would lack %(missing)s.") % {"missing": missing}
        ) from missing
    _supersede(
        actor=actor, item_id=item_id, by=made.id, outcome=made.outcome, imported=imported, at=now + window, now=now
    )
    if not window:
        refresh_statuses(item_ids=[item_id], now=now)
    return made


@action(right="-")
def undo(*, actor: Actor, decision_id: UUID, now: datetime) -> UUID:
    """Take one's own decision back before it takes effect; returns the item, or the account it was about. Raises NotFound,
    Forbidden, TooLate.

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
    for suspension in withdraw_undone(actor=actor, decision=decision_id, now=now):
        undo(actor=actor, decision_id=suspension, now=now)
    record(
        DecisionWithdrawn(
            item=decision.item_id, account=decision.account_id, decision=decision_id, outcome=decision.outcome
        ),
        actor=actor,
        at=now,
    )
    recount(actor=actor, account_id=decision.account_id, why="the decision was taken back", undone=True, now=now)
    if decision.item_id is None:
        return decision.account_id
    refresh_statuses(item_ids=[decision.item_id], now=now)
    return decision.item_id


def status_once_effective(
    item: content.ItemView, version: int, outcome: str, specs: Sequence[RestrictionSpec], *, publish: str, now: datetime
) -> tuple[str, bool]:
    """A person's judgement of the newest version supersedes what was: only its own restrictions will hold. A warning
    supersedes nothing: what waited for a person may stay, what was restricted stays so."""
    if outcome == "warn" and item.status in {"in_review", "pending"}:
        return ("limited" if queries.restrictions_in_force([item.id], now=now) else "live"), False
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
    # What a step of the ladder took from the account is counted again when this takes effect.
    mine = Restriction.objects.filter(decision_id__in=older, lifted_at=None, by_ladder=False)
    restrictions = list(mine.values_list("id", flat=True))
    if restrictions:
        lift(actor=actor, restriction_ids=restrictions, why="a newer decision", by=by, at=at, now=now)


def _overturn(*, actor: Actor, older: Sequence[UUID], by: UUID, outcome: str, at: datetime, now: datetime) -> None:
    """Tell which decisions of rules a person made milder; heard when the undo window is over, taken back by an undo. Letting
    in what the author has mended since says nothing of the version that a rule took."""
    decision = Decision.objects.select_for_update().get(id=by)
    by_rules = Decision.objects.filter(
        id__in=older, made_by="rule", outcome__in=WEIGHT, version_id=decision.version_id
    ).order_by("id")
    # What was hidden until somebody looked was judged by nobody: no rule of it was wrong.
    judged = [row for row in by_rules if any(clause.get("rule") for clause in row.clauses)]
    overturned = [row for row in judged if WEIGHT[outcome] < WEIGHT[row.outcome]]
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
                account=row.account_id,
                decider=row.actor,
            )
            for row in overturned
        ],
        actor=actor,
        at=now,
        effective_at=at,
    )
    Decision.objects.filter(id=by).update(facts=[*decision.facts, *(fact.id for fact in recorded)])
