"""Facts of other slices become events for other systems.

A payload is made from its fact alone and is complete enough to act on without a call back. Internal notes and staff are
left out: a platform learns what was decided, on which grounds and whether by a machine.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.decisions.facts import DecisionMade, RestrictionApplied, RestrictionLifted
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.queries import sources
from trustdesk.policy.facts import PolicyPublished, PolicyRolledBack, RuleBraked
from trustdesk.screening.facts import ItemScreened
from trustdesk.webhooks.actions import queue_event

Payload = dict[str, Any]


@reacts_to(ItemScreened)
def tell_screened(*, fact: ItemScreened, envelope: Envelope, now: datetime) -> None:
    _queue("item.screened", item_screened(fact), fact.source, envelope, now)


@reacts_to(DecisionMade)
def tell_decided(*, fact: DecisionMade, envelope: Envelope, now: datetime) -> None:
    """Imported decisions too: a platform with several receivers wants each of them to know."""
    _queue("decision.made", decision_made(fact), fact.source, envelope, now)


@reacts_to(RestrictionApplied)
def tell_restricted(*, fact: RestrictionApplied, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.applied", restriction_applied(fact), fact.source, envelope, now)


@reacts_to(RestrictionLifted)
def tell_lifted(*, fact: RestrictionLifted, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.lifted", restriction_lifted(fact), fact.source, envelope, now)


@reacts_to(PolicyPublished)
def tell_published(*, fact: PolicyPublished, envelope: Envelope, now: datetime) -> None:
    _queue("policy.published", policy_published(fact), None, envelope, now)


@reacts_to(PolicyRolledBack)
def tell_rolled_back(*, fact: PolicyRolledBack, envelope: Envelope, now: datetime) -> None:
    _queue("policy.published", policy_rolled_back(fact), None, envelope, now)


@reacts_to(RuleBraked)
def tell_braked(*, fact: RuleBraked, envelope: Envelope, now: datetime) -> None:
    _queue("rule.braked", rule_braked(fact), None, envelope, now)


def _queue(event: str, payload: Payload, source: UUID | None, envelope: Envelope, now: datetime) -> None:
    # The event is dated when it happened; it is sent as soon as the undo window let the fact through.
    queue_event(type=event, payload=payload, source=source, cause=envelope.fact_id, at=envelope.at, now=now)


def item_screened(fact: ItemScreened) -> Payload:
    return {
        "item": {
            **_item(fact),
            "version": fact.version,
            "market": fact.market,
            "language": fact.language,
            "category": fact.category,
            "status": fact.status,
            "hidden": fact.hidden,
        },
        "account": {"id": fact.account, "external_id": fact.account_external_id},
        "verdict": {
            "id": fact.verdict,
            "outcome": fact.outcome,
            "policy_version": fact.ruleset,
            "hits": fact.hits,
            "undecided": fact.undecided,
        },
        "again": fact.again,
    }


def decision_made(fact: DecisionMade) -> Payload:
    """`statement.text` is there when no letter was sent: then the platform tells the author."""
    statement = None
    if fact.statement_html_url:
        statement = {
            "told_by": fact.told_by,
            "html_url": fact.statement_html_url,
            "json_url": fact.statement_json_url,
            "text": fact.statement_text or None,
        }
    return {
        "decision": {
            "id": fact.decision,
            "outcome": fact.outcome,
            "clauses": fact.clauses,
            "policies": fact.policies,
            "labels": fact.labels,
            "made_by": fact.made_by,
            "automated": {"detection": fact.automated_detection, "decision": fact.automated_decision},
            "imported": fact.imported,
            "effective_at": fact.effective_at,
        },
        "item": {**_item(fact), "version": fact.version, "status": fact.status, "hidden": fact.hidden},
        "account": {"id": fact.account, "external_id": fact.account_external_id},
        "restrictions": fact.restrictions,
        "statement": statement,
    }


def restriction_applied(fact: RestrictionApplied) -> Payload:
    return {
        "restriction": {
            "id": fact.restriction,
            "kind": fact.restriction_kind,
            "scope": fact.scope,
            "markets": fact.markets,
            "starts_at": fact.starts_at,
            "ends_at": fact.ends_at,
        },
        "decision": {"id": fact.decision},
        "item": _item(fact),
    }


def restriction_lifted(fact: RestrictionLifted) -> Payload:
    return {
        "restriction": {
            "id": fact.restriction,
            "kind": fact.restriction_kind,
            "why": fact.why,
            "lifted_at": fact.lifted_at,
        },
        "decision": {"id": fact.decision},
        "item": {**_item(fact), "status": fact.status},
    }


def policy_published(fact: PolicyPublished) -> Payload:
    return {
        "policy": {
            "id": fact.policy,
            "code": fact.code,
            "title": fact.title,
            "version": fact.number,
            "replaces": fact.replaces or None,
            "sha256": fact.sha256,
        },
        "policy_version": fact.ruleset_hash,
        "rolled_back": False,
    }


def policy_rolled_back(fact: PolicyRolledBack) -> Payload:
    """Told as `policy.published` too: an earlier version is in force again."""
    return {
        "policy": {"id": fact.policy, "code": fact.code, "version": fact.to, "replaces": fact.number},
        "policy_version": fact.ruleset_hash,
        "rolled_back": True,
        "reason": fact.reason,
    }


def rule_braked(fact: RuleBraked) -> Payload:
    """`items`: what it would have acted on within the minutes, and what it saw. Until somebody releases it, what it hits
    goes to people."""
    return {
        "policy": {"id": fact.policy, "code": fact.code, "version": fact.number},
        "rule": fact.rule,
        "items": {"acted": fact.acted, "seen": fact.seen, "minutes": fact.minutes},
    }


def _item(fact: ItemScreened | DecisionMade | RestrictionApplied | RestrictionLifted) -> Payload:
    return {
        "id": fact.item,
        "external_id": fact.external_id,
        "kind": fact.item_kind,
        "source": _source(fact.source),
    }


def _source(source: UUID) -> str:
    found = sources().get(source)
    return found.code if found else str(source)
