"""Committing decisions: one or a thousand, always with restriction, statement, letter and facts in one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content.queries import AccountView, ItemView, VersionView
from trustdesk.decisions.actions.pending import held_back, propose_drafts
from trustdesk.decisions.assessing import assess, counted_fact, strike_row, with_ladder
from trustdesk.decisions.drafts import Draft, RestrictionSpec
from trustdesk.decisions.facts import AccountDecided, AccountRestricted, DecisionMade, RestrictionApplied
from trustdesk.decisions.models import Decision, Restriction, Statement, Strike
from trustdesk.decisions.rules import ACCOUNT_KINDS, RESTRICTIVE
from trustdesk.decisions.telling import Told, tell
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.fact import Fact
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.rows import insert_objects
from trustdesk.kernel.ledger.actions import record_many
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.queries import Grounds
from trustdesk.post.actions import LetterDraft, write_letters


@dataclass(frozen=True)
class Made:
    """A decision that stands, with the ways to read its statement ("" when it has none)."""

    id: UUID
    outcome: str
    effective_at: datetime
    statement_html_url: str
    statement_json_url: str


@action(right="-")
def commit(
    *, actor: Actor, drafts: Sequence[Draft], texts: Grounds, now: datetime, window: timedelta = timedelta(0)
) -> list[Made]:
    """Write decisions with everything that belongs to them, and with what they count for on the strike ladder. `window`:
    how long they can be undone.

    `texts` are the policies' words, read before the transaction opened. What needs two people is held back and proposed
    (`pending`). Raises statements.Incomplete when a statement would be, NotAlone: then nothing is written.
    """
    effective_at = now + window
    drafts = [held_back(draft, texts, window=window) for draft in drafts]
    decisions: list[Decision] = []
    restrictions: list[Restriction] = []
    statements: list[Statement] = []
    letters: list[LetterDraft] = []
    made: list[Made] = []
    facts: list[Fact] = []
    owners: list[int] = []
    actors: list[Actor] = []
    strikes: list[Strike] = []
    assessed = assess(drafts, texts, at=effective_at, now=now, lock=True)
    for index, plain in enumerate(drafts):
        draft = with_ladder(plain, assessed.get(plain.id))
        mine = [_restriction(draft, spec, effective_at) for spec in draft.restrictions]
        told = tell(draft=draft, restrictions=mine, texts=texts, now=now, effective_at=effective_at)
        decision = _decision(draft, texts, now=now, effective_at=effective_at)
        decisions.append(decision)
        restrictions.extend(mine)
        if told is not None:
            statements.append(told.statement)
            if told.letter is not None:
                letters.append(told.letter)
        # What begins later is told when it begins (effects.apply_restrictions).
        begun = [applied(r, account=draft.account, item=draft.item) for r in mine if r.applied_at is not None]
        decided: list[Fact] = [_decided(draft, decision, mine, told), *begun]
        if draft.id in assessed:
            strikes.append(strike_row(assessed[draft.id]))
            decided.append(counted_fact(strikes[-1], draft, draft.restrictions))
        facts.extend(decided)
        owners.extend([index] * len(decided))
        actors.extend([draft.actor] * len(decided))
        made.append(
            Made(
                id=draft.id,
                outcome=draft.outcome,
                effective_at=effective_at,
                statement_html_url=told.html_url if told else "",
                statement_json_url=told.json_url if told else "",
            )
        )
    recorded = record_many(facts, actor=actors, at=now, effective_at=effective_at)
    for index, fact in zip(owners, recorded, strict=True):
        decisions[index].facts.append(fact.id)
    insert_objects(Decision, decisions)
    insert_objects(Restriction, restrictions)
    insert_objects(Strike, strikes)
    insert_objects(Statement, statements)
    if letters:
        write_letters(actor=actor, letters=letters, now=now, effective_at=effective_at)
    if any(draft.proposes for draft in drafts):
        propose_drafts(drafts=drafts, clauses={row.id: row.clauses for row in decisions}, now=now)
    return made


def evidence_digest(evidence: Sequence[Mapping[str, Any]], version: VersionView | None) -> str:
    """SHA-256, hex, over the evidence and the hash of the content it was seen in ("" for an account)."""
    canonical = json.dumps(
        [list(evidence), version.content_hash if version else ""], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _restriction(draft: Draft, spec: RestrictionSpec, effective_at: datetime) -> Restriction:
    starts_at = max(spec.starts_at or effective_at, effective_at)
    of_account = spec.by_ladder or spec.kind in ACCOUNT_KINDS or draft.item is None
    return Restriction(
        id=uuid7(),
        decision_id=draft.id,
        account_id=draft.account.id,
        item_id=None if of_account or draft.item is None else draft.item.id,
        kind=spec.kind,
        markets=list(spec.markets),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=spec.seconds) if spec.seconds else None,
        applied_at=effective_at if starts_at == effective_at else None,
        by_ladder=spec.by_ladder,
        proposal_id=draft.agreed,
    )


def _decision(draft: Draft, texts: Grounds, *, now: datetime, effective_at: datetime) -> Decision:
    first = texts.get(draft.grounds[0].policy, draft.grounds[0].version) if draft.grounds else None
    confirmed = draft.actor.kind != "rule" and draft.automated_detection and draft.outcome in RESTRICTIVE
    return Decision(
        id=draft.id,
        subject="item" if draft.item else "account",
        item_id=draft.item.id if draft.item else None,
        version_id=draft.version.id if draft.version else None,
        version_no=draft.version_no,
        account_id=draft.account.id,
        outcome=draft.outcome,
        clauses=[
            {
                "policy": ground.policy,
                "version": ground.version,
                "clause": ground.clause,
                "rule": ground.rule,
                "title": texts.get(ground.policy, ground.version).title,
            }
            for ground in draft.grounds
        ],
        labels=list(draft.labels),
        gravity=max((texts.get(g.policy, g.version).gravity for g in draft.grounds), default=1),
        ground=first.ground if first else "terms",
        legal_ground=first.legal_ground if first else "",
        rationale=draft.rationale,
        author_note=draft.author_note,
        made_by="rule" if draft.by_machine else ("both" if confirmed else "person"),
        actor=draft.actor.label,
        automated_detection=draft.automated_detection,
        automated_decision=draft.by_machine,
        imported=draft.imported,
        edit=list(draft.edit),
        evidence=list(draft.evidence),
        evidence_hash=evidence_digest(draft.evidence, draft.version),
        verdict=draft.verdict,
        made_at=now,
        effective_at=effective_at,
    )


def _decided(
    draft: Draft, decision: Decision, restrictions: Sequence[Restriction], told: Told | None
) -> DecisionMade | AccountDecided:
    by_webhook = told is not None and told.letter is None
    common: dict[str, Any] = {
        "decision": draft.id,
        "outcome": draft.outcome,
        "source": draft.account.source,
        "account": draft.account.id,
        "account_external_id": draft.account.external_id,
        "clauses": tuple(f"{ground.policy} {ground.clause}".strip() for ground in draft.grounds),
        "policies": decision.clauses,
        "labels": draft.labels,
        "restrictions": [
            {
                "kind": r.kind,
                "on": "item" if r.item_id else "account",
                "markets": r.markets,
                "starts_at": r.starts_at,
                "ends_at": r.ends_at,
            }
            for r in restrictions
        ],
        "made_by": decision.made_by,
        "automated_detection": decision.automated_detection,
        "automated_decision": decision.automated_decision,
        "effective_at": decision.effective_at,
        "statement_html_url": told.html_url if told else "",
        "statement_json_url": told.json_url if told else "",
        "statement_text": told.statement.text if told is not None and by_webhook else "",
        "told_by": told.statement.told_by if told else "",
        "note": draft.rationale,
    }
    if draft.item is None:
        return AccountDecided(standing=draft.status, **common)
    return DecisionMade(
        item=draft.item.id,
        version=draft.version_no,
        external_id=draft.item.external_id,
        item_kind=draft.item.kind,
        status=draft.status,
        hidden=draft.hidden,
        edited=json.dumps({one["field"]: one["after"] for one in draft.edit}) if draft.edit else "",
        imported=draft.imported,
        **common,
    )


def applied(
    restriction: Restriction, *, account: AccountView, item: ItemView | None
) -> RestrictionApplied | AccountRestricted:
    """The fact that a restriction is in force now."""
    common: dict[str, Any] = {
        "restriction": restriction.id,
        "decision": restriction.decision_id,
        "restriction_kind": restriction.kind,
        "scope": ", ".join(restriction.markets) or "everywhere",
        "source": account.source,
        "markets": tuple(restriction.markets),
        "starts_at": restriction.starts_at,
        "ends_at": restriction.ends_at,
    }
    if restriction.item_id is None or item is None:
        return AccountRestricted(account=account.id, account_external_id=account.external_id, **common)
    return RestrictionApplied(item=item.id, external_id=item.external_id, item_kind=item.kind, **common)
