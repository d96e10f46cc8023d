"""Committing decisions: one or a thousand, always with restriction, statement, letter and facts in one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content.queries import VersionView
from trustdesk.decisions.drafts import Draft, RestrictionSpec
from trustdesk.decisions.facts import DecisionMade, RestrictionApplied
from trustdesk.decisions.models import Decision, Restriction, Statement
from trustdesk.decisions.rules import RESTRICTIVE
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
    """Write decisions with everything that belongs to them. `window`: how long they can be undone.

    `texts` are the policies' words, read before the transaction opened. Raises statements.Incomplete when a statement
    would be: then nothing is written.
    """
    effective_at = now + window
    decisions: list[Decision] = []
    restrictions: list[Restriction] = []
    statements: list[Statement] = []
    letters: list[LetterDraft] = []
    made: list[Made] = []
    facts: list[Fact] = []
    owners: list[int] = []
    actors: list[Actor] = []
    for index, draft in enumerate(drafts):
        mine = [_restriction(draft, spec, effective_at) for spec in draft.restrictions]
        told = tell(draft=draft, restrictions=mine, texts=texts, now=now, effective_at=effective_at)
        decision = _decision(draft, texts, now=now, effective_at=effective_at)
        decisions.append(decision)
        restrictions.extend(mine)
        if told is not None:
            statements.append(told.statement)
            if told.letter is not None:
                letters.append(told.letter)
        decided: list[Fact] = [_decided(draft, decision, mine, told), *(_applied(draft, r) for r in mine)]
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
    insert_objects(Statement, statements)
    if letters:
        write_letters(actor=actor, letters=letters, now=now, effective_at=effective_at)
    return made


def evidence_digest(evidence: Sequence[Mapping[str, Any]], version: VersionView) -> str:
    """SHA-256, hex, over the evidence and the hash of the content it was seen in."""
    canonical = json.dumps([list(evidence), version.content_hash], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _restriction(draft: Draft, spec: RestrictionSpec, effective_at: datetime) -> Restriction:
    return Restriction(
        id=uuid7(),
        decision_id=draft.id,
        item_id=draft.item.id,
        kind=spec.kind,
        markets=list(spec.markets),
        starts_at=effective_at,
        ends_at=effective_at + timedelta(seconds=spec.seconds) if spec.seconds else None,
    )


def _decision(draft: Draft, texts: Grounds, *, now: datetime, effective_at: datetime) -> Decision:
    first = texts.get(draft.grounds[0].policy, draft.grounds[0].version) if draft.grounds else None
    confirmed = draft.actor.kind != "rule" and draft.automated_detection and draft.outcome in RESTRICTIVE
    return Decision(
        id=draft.id,
        item_id=draft.item.id,
        version_id=draft.version.id,
        version_no=draft.version.no,
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
        evidence=list(draft.evidence),
        evidence_hash=evidence_digest(draft.evidence, draft.version),
        verdict=draft.verdict,
        made_at=now,
        effective_at=effective_at,
    )


def _decided(draft: Draft, decision: Decision, restrictions: Sequence[Restriction], told: Told | None) -> DecisionMade:
    by_webhook = told is not None and told.letter is None
    return DecisionMade(
        item=draft.item.id,
        decision=draft.id,
        outcome=draft.outcome,
        version=draft.version.no,
        source=draft.item.source,
        external_id=draft.item.external_id,
        item_kind=draft.item.kind,
        account=draft.account.id,
        account_external_id=draft.account.external_id,
        status=draft.status,
        hidden=draft.hidden,
        clauses=tuple(f"{ground.policy} {ground.clause}".strip() for ground in draft.grounds),
        policies=decision.clauses,
        labels=draft.labels,
        restrictions=[
            {"kind": r.kind, "markets": r.markets, "starts_at": r.starts_at, "ends_at": r.ends_at} for r in restrictions
        ],
        made_by=decision.made_by,
        automated_detection=decision.automated_detection,
        automated_decision=decision.automated_decision,
        effective_at=decision.effective_at,
        statement_html_url=told.html_url if told else "",
        statement_json_url=told.json_url if told else "",
        statement_text=told.statement.text if told is not None and by_webhook else "",
        told_by=told.statement.told_by if told else "",
        note=draft.rationale,
        imported=draft.imported,
    )


def _applied(draft: Draft, restriction: Restriction) -> RestrictionApplied:
    return RestrictionApplied(
        item=draft.item.id,
        restriction=restriction.id,
        decision=draft.id,
        restriction_kind=restriction.kind,
        scope=", ".join(restriction.markets) or "everywhere",
        source=draft.item.source,
        external_id=draft.item.external_id,
        item_kind=draft.item.kind,
        markets=tuple(restriction.markets),
        starts_at=restriction.starts_at,
        ends_at=restriction.ends_at,
    )
