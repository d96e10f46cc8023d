"""Stored verdicts judged again by two plans and counted, a batch at a time.

What a plan would ask of the world is answered by what was stored: a value read then by the same question and the same
version of its signal. A rule whose question was not asked then cannot be answered: it stands aside for that item and is
counted as unsure, so that its figures are told to be approximate.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from trustdesk.engine import Plan, Verdict, nodes
from trustdesk.policy.queries import CompiledRuleset
from trustdesk.rehearsal.tally import Found, Rule, Side, Tally
from trustdesk.screening.queries import Past, after_patience

BATCH = 1_000


class Judge:
    """A candidate beside the ruleset in force. `live` None: what was said at the time is what it is compared with."""

    def __init__(self, candidate: CompiledRuleset, live: CompiledRuleset | None) -> None:
        self.candidate = _Bench(candidate)
        self.live = _Bench(live) if live is not None else None

    def judge(self, batch: Sequence[Past], people: Mapping[UUID, str], tally: Tally) -> None:
        """Count a batch (best about a thousand). `people`: version → the outcome a person gave it."""
        new = self.candidate.run(batch)
        old = self._old(batch)
        for past, before, after in zip(batch, old, new, strict=True):
            side, verdict = after
            item = past.event["item"]
            place = f"{past.kind}|{past.market}|{item.get('language', '')}"
            changed = tally.add(
                market=past.market, place=place, old=before[0], new=side, person=people.get(past.version)
            )
            if changed:
                change = f"{before[0].outcome}>{side.outcome}"
                if tally.wants(change, past.verdict):
                    tally.keep(change, past.verdict, self._sample(past, before, side, verdict))

    def _old(self, batch: Sequence[Past]) -> list[tuple[Side, Verdict | None]]:
        if self.live is None:
            return [(_stored(past), None) for past in batch]
        # A rule that was braked then had no power: what its plan says is not what was stored.
        stored = [past.plan == self.live.plan.hash and '"braked"' not in past.hits_json for past in batch]
        said = iter(self.live.run([past for past, kept in zip(batch, stored, strict=True) if not kept]))
        return [(_stored(past), None) if kept else next(said) for past, kept in zip(batch, stored, strict=True)]

    def _sample(self, past: Past, before: tuple[Side, Verdict | None], after: Side, verdict: Verdict) -> dict[str, Any]:
        """What the report shows of an item: ids and places, no words."""
        if before[1] is None:
            old = [_placed(hit, hit["evidence"]) for hit in past.hits]
        else:
            old = [_placed(hit.to_json(), past.places(hit.evidence)) for hit in before[1].hits]
        new = [_placed(hit.to_json(), past.places(hit.evidence)) for hit in verdict.hits]
        labels = {label for side in (before[0], after) for hit in side.hits for label in hit.labels}
        return {
            "item": str(past.item),
            "version": str(past.version),
            "no": past.version_no,
            "market": past.market,
            "kind": past.kind,
            "old": old,
            "new": new,
            "severity": self.candidate.ruleset.severity(labels),
        }


class _Bench:
    """One plan with what it asks, ready for thousands of events."""

    def __init__(self, ruleset: CompiledRuleset) -> None:
        self.ruleset, self.plan = ruleset, ruleset.plan
        asks = asked_by(ruleset.plan)
        self.asks: dict[Rule, frozenset[str]] = {rule: frozenset(found) for rule, found in asks.items() if found}
        self.keys = {key for found in self.asks.values() for key in found}
        self.versions = {name: signal.version for name, signal in ruleset.plan.vocabulary.signals.items()}
        self.accounts = fields_of(ruleset.plan, "account.")

    def run(self, batch: Sequence[Past]) -> list[tuple[Side, Verdict]]:
        amounts = self.ruleset.pack.constants
        answers: dict[Any, Any] = {}
        for at, past in enumerate(batch):
            past.event["market"] = amounts.get(past.market, {})
            if past.answers and self.keys:
                for key, value in past.answers.items():
                    if key in self.keys and self._same(past, key):
                        answers[at, key] = value
        said = self.plan.run([past.event for past in batch], answers)
        return [(self._side(past, verdict), verdict) for past, verdict in zip(batch, said, strict=True)]

    def _same(self, past: Past, key: str) -> bool:
        name = key.partition("(")[0]
        return past.signals.get(name, self.versions.get(name)) == self.versions.get(name)

    def _side(self, past: Past, verdict: Verdict) -> Side:
        outcome = verdict.outcome
        unsure: dict[Rule, None] = {}
        if verdict.undecided:
            waiting = []
            for rest in verdict.undecided:
                rule = rest.policy, rest.rule
                if all(key in past.answers and self._same(past, key) for key in self.asks.get(rule, ())):
                    waiting.append(rest.to_json())  # the signal was silent then, too
                else:
                    unsure[rule] = None
            outcome = after_patience(outcome, waiting)[0] if waiting else outcome
        if not past.whole:
            known = {f"account.{name}" for name in past.event.get("account") or ()}
            unsure |= {rule: None for rule, fields in self.accounts.items() if not fields <= known}
        if not verdict.hits and not unsure:
            return Side(outcome) if outcome != "approve" else _APPROVED
        hits = tuple(Found(hit.policy, hit.rule, hit.labels, hit.then.verb) for hit in verdict.hits)
        return Side(outcome, hits, tuple(unsure))


_APPROVED = Side("approve")


def asked_by(plan: Plan) -> dict[Rule, list[str]]:
    """The questions each rule may ask of lookups and signals."""
    return {
        (rule.policy, rule.name): [node.key for node in nodes.walk(rule.tree) if isinstance(node, nodes.Ask)]
        for rule in plan.rules
    }


def fields_of(plan: Plan, prefix: str) -> dict[Rule, frozenset[str]]:
    """The fields below `prefix` that each rule reads."""
    found = {
        (rule.policy, rule.name): frozenset(
            node.path
            for node in nodes.walk(rule.tree)
            if isinstance(node, nodes.Field) and node.path.startswith(prefix)
        )
        for rule in plan.rules
    }
    return {rule: fields for rule, fields in found.items() if fields}


def _stored(past: Past) -> Side:
    if past.hits_json == "[]":
        return Side(past.outcome) if past.outcome != "approve" else _APPROVED
    return Side(
        past.outcome,
        tuple(Found(hit["policy"], hit["rule"], tuple(hit["labels"]), hit["then"]["verb"]) for hit in past.hits),
    )


def _placed(hit: Mapping[str, Any], spans: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "policy": hit["policy"],
        "rule": hit["rule"],
        "then": hit["then"]["verb"],
        "labels": list(hit["labels"]),
        "spans": [[span["field"], span["start"], span["end"]] for span in spans],
    }
