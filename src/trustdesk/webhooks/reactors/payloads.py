"""What a webhook says of a fact: enough to act on without a call back."""

import json
from typing import Any
from uuid import UUID

from trustdesk.decisions.facts import (
    AccountDecided,
    AccountRestricted,
    AccountRestrictionChanged,
    AccountRestrictionLifted,
    DecisionMade,
    RestrictionApplied,
    RestrictionLifted,
    StrikeCounted,
    StrikeExpired,
    StrikeRecounted,
    StrikeReversed,
)
from trustdesk.kernel.people.queries import sources
from trustdesk.policy.facts import PolicyPublished, PolicyRolledBack, RuleBraked
from trustdesk.screening.facts import ItemScreened

Payload = dict[str, Any]


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
    return {
        # `edited`: what the desk changed before it approved: the platform takes these values over.
        "decision": _decision(fact, imported=fact.imported, edited=json.loads(fact.edited) if fact.edited else None),
        "item": {**_item(fact), "version": fact.version, "status": fact.status, "hidden": fact.hidden},
        "account": {"id": fact.account, "external_id": fact.account_external_id},
        "restrictions": fact.restrictions,
        "statement": _statement(fact),
    }


def account_decided(fact: AccountDecided) -> Payload:
    """As `decision_made`, with `item` null: it is about the account."""
    return {
        "decision": _decision(fact, imported=False, edited=None),
        "item": None,
        "account": {**_account(fact), "standing": fact.standing},
        "restrictions": fact.restrictions,
        "statement": _statement(fact),
    }


def account_restricted(fact: AccountRestricted) -> Payload:
    return {
        "restriction": _applied(fact),
        "decision": {"id": fact.decision},
        "item": None,
        "account": _account(fact),
    }


def account_changed(fact: AccountRestrictionChanged) -> Payload:
    """Its end was moved, because a strike before it was taken away and time served counts."""
    return {
        "restriction": {
            "id": fact.restriction,
            "kind": fact.restriction_kind,
            "ends_at": fact.ends_at,
            "before": fact.before,
            "why": fact.why,
        },
        "decision": {"id": fact.decision},
        "item": None,
        "account": _account(fact),
    }


def account_lifted(fact: AccountRestrictionLifted) -> Payload:
    """`still_in_force`: what other decisions still take from the account; lift only what is not in it."""
    return {
        "restriction": _lifted(fact),
        "decision": {"id": fact.decision},
        "item": None,
        "account": {**_account(fact), "standing": fact.standing},
        "still_in_force": fact.still,
    }


def strike_changed(fact: StrikeCounted | StrikeRecounted | StrikeReversed | StrikeExpired, what: str) -> Payload:
    """`change`: counted, recounted, reversed or expired. `strikes`: the account's count with it, or after it is gone."""
    counted = fact if isinstance(fact, StrikeCounted | StrikeRecounted) else None
    return {
        "change": what,
        "strike": {
            "id": fact.strike,
            "kind": counted.strike_kind if counted else "strike",
            "weight": counted.weight if counted else 0,
            "expires_at": counted.expires_at if counted else None,
        },
        "strikes": fact.number,
        "decision": {"id": fact.decision},
        "account": _account(fact),
    }


def restriction_applied(fact: RestrictionApplied) -> Payload:
    return {
        "restriction": _applied(fact),
        "decision": {"id": fact.decision},
        "item": _item(fact),
    }


def restriction_lifted(fact: RestrictionLifted) -> Payload:
    return {
        "restriction": _lifted(fact),
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


def _decision(fact: DecisionMade | AccountDecided, *, imported: bool, edited: Payload | None) -> Payload:
    return {
        "id": fact.decision,
        "outcome": fact.outcome,
        "clauses": fact.clauses,
        "policies": fact.policies,
        "labels": fact.labels,
        "made_by": fact.made_by,
        "automated": {"detection": fact.automated_detection, "decision": fact.automated_decision},
        "imported": imported,
        "effective_at": fact.effective_at,
        "edited": edited,
    }


def _statement(fact: DecisionMade | AccountDecided) -> Payload | None:
    if not fact.statement_html_url:
        return None
    return {
        "told_by": fact.told_by,
        "html_url": fact.statement_html_url,
        "json_url": fact.statement_json_url,
        "text": fact.statement_text or None,
    }


def _applied(fact: RestrictionApplied | AccountRestricted) -> Payload:
    return {
        "id": fact.restriction,
        "kind": fact.restriction_kind,
        "scope": fact.scope,
        "markets": fact.markets,
        "starts_at": fact.starts_at,
        "ends_at": fact.ends_at,
    }


def _lifted(fact: RestrictionLifted | AccountRestrictionLifted) -> Payload:
    return {"id": fact.restriction, "kind": fact.restriction_kind, "why": fact.why, "lifted_at": fact.lifted_at}


def _item(fact: ItemScreened | DecisionMade | RestrictionApplied | RestrictionLifted) -> Payload:
    return named_item(fact.item, fact.external_id, fact.item_kind, fact.source)


def named_item(item: UUID, external_id: str, kind: str, source: UUID | None) -> Payload:
    """An item by our id and by the platform's own name for it."""
    return {"id": item, "external_id": external_id, "kind": kind, "source": source_code(source) if source else None}


def source_code(source: UUID) -> str:
    found = sources().get(source)
    return found.code if found else str(source)


def _account(
    fact: AccountDecided
    | AccountRestricted
    | AccountRestrictionChanged
    | AccountRestrictionLifted
    | StrikeCounted
    | StrikeRecounted
    | StrikeReversed
    | StrikeExpired,
) -> Payload:
    return {"id": fact.account, "external_id": fact.account_external_id, "source": source_code(fact.source)}
