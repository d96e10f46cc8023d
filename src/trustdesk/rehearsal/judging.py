"""Stored verdicts judged again by two rulesets and counted, a batch at a time.

Only what changed is judged. A verdict keeps all its hits, so that what the unchanged policies say of an item is read, and
a small plan of the changed ones is run; where the stored verdict cannot be trusted for that (another pack, labels, engine
or version of a signal, a braked rule), everything is judged. Both ways come to the same, which a test holds.

What a plan would ask of the world is answered by what was stored: a value read then by the same question and the same
version of its signal. A rule whose question was not answered then stands aside for that item and is counted as unsure, so
that its figures are told to be approximate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from trustdesk.engine import UNKNOWN, Plan, Then, Verdict, nodes
from trustdesk.policy import queries as policy
from trustdesk.policy.queries import CompiledRuleset, Content
from trustdesk.rehearsal.tally import Found, Rule, Side, Tally
from trustdesk.screening.queries import Past, after_patience

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """What one ruleset says about one item: what is counted, and its hits with their evidence (stored or new)."""

    side: Side
    kept: tuple[Mapping[str, Any], ...] = ()
    verdict: Verdict | None = None

    def placed(self, past: Past) -> list[dict[str, Any]]:
        """The hits as a sample keeps them, the deciding one first."""
        new = self.verdict.hits if self.verdict is not None else ()
        found = [(_order(hit), _placed(hit, hit["evidence"])) for hit in self.kept]
        found += [((-h.then.rank, -h.gravity, h.policy), _placed(h.to_json(), past.places(h.evidence))) for h in new]
        return [data for _, data in sorted(found, key=lambda each: each[0])]


class Judge:
    """A candidate beside the ruleset in force. `live` None: what was said at the time is what it is compared with."""

    def __init__(self, candidate: Content, live: Content | None) -> None:
        self.candidate = candidate
        self._new = _Ruleset(candidate)
        self._live = _Ruleset(live) if live is not None else None

    def judge(self, batch: Sequence[Past], people: Mapping[UUID, str], tally: Tally) -> None:
        """Count a batch (best about a thousand). `people`: version → the outcome a person gave it."""
        old = self._live.judge(batch) if self._live is not None else [_stored(past) for past in batch]
        new = self._new.judge(batch)
        for past, before, after in zip(batch, old, new, strict=True):
            place = f"{past.kind}|{past.market}|{past.event['item'].get('language', '')}"
            changed = tally.add(
                market=past.market, place=place, old=before.side, new=after.side, person=people.get(past.version)
            )
            if changed:
                change = f"{before.side.outcome}>{after.side.outcome}"
                if tally.wants(change, past.verdict):
                    tally.keep(change, past.verdict, self._sample(past, before, after))

    def _sample(self, past: Past, before: Said, after: Said) -> dict[str, Any]:
        """What the report shows of an item: ids and places, no words."""
        known = self.candidate.taxonomy.labels
        labels = {label for said in (before, after) for hit in said.side.hits for label in hit.labels}
        return {
            "item": str(past.item),
            "version": str(past.version),
            "no": past.version_no,
            "market": past.market,
            "kind": past.kind,
            "old": before.placed(past),
            "new": after.placed(past),
            "severity": max((known[label].severity for label in labels if label in known), default=1),
        }


class _Ruleset:
    """One ruleset, and for each earlier one the difference to it."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._differences: dict[tuple[str, str], _Difference] = {}
        self._shared_by: dict[frozenset[Rule], _Difference] = {}

    def judge(self, batch: Sequence[Past]) -> list[Said]:
        found: list[Said | None] = [None] * len(batch)
        groups: dict[_Difference, list[int]] = {}
        for at, past in enumerate(batch):
            groups.setdefault(self._difference(past), []).append(at)
        for difference, places in groups.items():
            said = difference.judge([batch[at] for at in places])
            for at, one in zip(places, said, strict=True):
                found[at] = one
        return [one for one in found if one is not None]

    def _difference(self, past: Past) -> "_Difference":
        braked = '"braked"' in past.hits_json
        key = ("", "") if braked else (past.ruleset, past.plan)
        if key not in self._differences:
            self._differences[key] = self._between(*key)
        return self._differences[key]

    def _between(self, ruleset: str, plan: str) -> "_Difference":
        mine = self.content
        try:
            theirs = policy.ruleset_content(ruleset) if ruleset else None
        except policy.NoPolicy:
            theirs = None
        if (
            theirs is None
            or theirs.pack.sha256 != mine.pack.sha256
            or theirs.taxonomy.sha256 != mine.taxonomy.sha256
            or policy.plan_identity(theirs) != plan
        ):
            return self._shared(frozenset())
        return self._shared(_alike(theirs, mine))

    def _shared(self, alike: frozenset[Rule]) -> "_Difference":
        """The same difference for all rulesets that differ alike."""
        if alike not in self._shared_by:
            changed = self.content.rules.keys() - alike
            bench = _Bench(policy.compiled_rules(self.content, changed)) if changed else None
            places = {key: place for place, key in enumerate(self.content.rules)}
            self._shared_by[alike] = _Difference(alike, bench, places, whole=not changed)
        return self._shared_by[alike]


class _Difference:
    """Rules whose stored hits count, being the same in both (`alike`), and a plan of the others.

    `whole`: nothing is to be judged; a rule may still be gone."""

    def __init__(
        self, alike: frozenset[Rule], bench: "_Bench | None", places: Mapping[Rule, int], *, whole: bool
    ) -> None:
        self.alike, self.bench, self.places, self.whole = alike, bench, places, whole

    def judge(self, batch: Sequence[Past]) -> list[Said]:
        if self.whole and all(self._kept(past) for past in batch):
            return [_stored(past) for past in batch]
        said = self.bench.run(batch) if self.bench is not None else [None] * len(batch)
        return [self._joined(past, verdict) for past, verdict in zip(batch, said, strict=True)]

    def _joined(self, past: Past, verdict: Verdict | None) -> Said:
        kept: tuple[Mapping[str, Any], ...] = ()
        if self.alike and past.hits_json != "[]":
            kept = tuple(hit for hit in past.hits if _rule(hit) in self.alike)
        waiting: list[tuple[Rule, Mapping[str, Any], bool]] = []
        if self.alike and past.undecided_json != "[]":
            waiting += [(_rule(rest), rest, True) for rest in past.undecided if _rule(rest) in self.alike]
        unsure: dict[Rule, None] = {}
        if verdict is not None:
            bench = self.bench
            if verdict.undecided and bench is not None:
                waiting += [
                    ((rest.policy, rest.rule), rest.to_json(), bench.answered(past, (rest.policy, rest.rule)))
                    for rest in verdict.undecided
                ]
            if not past.whole and bench is not None:
                unsure |= bench.unread(past)
            if not (kept or waiting or unsure or verdict.hits):
                return _NOTHING if verdict.outcome == "approve" else Said(Side(verdict.outcome), (), verdict)
        return self._side(past, kept, verdict, waiting, unsure)

    def _kept(self, past: Past) -> bool:
        """Do all stored hits and open questions of this verdict still count?"""
        return all(_rule(told) in self.alike for told in (*past.hits, *past.undecided))

    def _side(
        self,
        past: Past,
        kept: Sequence[Mapping[str, Any]],
        verdict: Verdict | None,
        waiting: Iterable[tuple[Rule, Mapping[str, Any], bool]],
        unsure: dict[Rule, None],
    ) -> Said:
        new = verdict.hits if verdict is not None else ()
        places = self.places  # as a plan orders hits: what weighs most, then gravity, then as they are written
        ranked = [((-Then(hit["then"]["verb"]).rank, -hit["gravity"], places[_rule(hit)]), _found(hit)) for hit in kept]
        ranked += [
            (
                (-hit.then.rank, -hit.gravity, places[hit.policy, hit.rule]),
                Found(hit.policy, hit.rule, hit.labels, hit.then.verb),
            )
            for hit in new
        ]
        ranked.sort(key=lambda each: each[0])
        outcome = ranked[0][1].verb if ranked and ranked[0][0][0] else "approve"
        silent = []
        for rule, rest, answered in waiting:
            wanted = Then.from_json(dict(rest["then"])).rank
            if wanted <= Then(outcome).rank:
                continue  # it could not change the outcome
            if answered and wanted > Then(past.outcome).rank:
                silent.append(rest)  # it mattered then, was asked, and did not answer
            else:
                unsure[rule] = None
        if silent:
            outcome = after_patience(outcome, silent)[0]
        if outcome == "approve" and not ranked and not unsure:
            return _NOTHING
        return Said(Side(outcome, tuple(found for _, found in ranked), tuple(unsure)), tuple(kept), verdict)


class _Bench:
    """One plan with what it asks, ready for thousands of events."""

    def __init__(self, ruleset: CompiledRuleset) -> None:
        self.ruleset, self.plan = ruleset, ruleset.plan
        asks = asked_by(ruleset.plan)
        self.asks: dict[Rule, frozenset[str]] = {rule: frozenset(found) for rule, found in asks.items() if found}
        self.keys = {key for found in self.asks.values() for key in found}
        self.versions = {name: signal.version for name, signal in ruleset.plan.vocabulary.signals.items()}
        self.accounts = fields_of(ruleset.plan, "account.")

    def run(self, batch: Sequence[Past]) -> list[Verdict | None]:
        amounts = self.ruleset.pack.constants
        answers: dict[Any, Any] = {}
        for at, past in enumerate(batch):
            past.event["market"] = amounts.get(past.market, {})
            if self.keys and past.answers:
                for key, value in past.answers.items():
                    if key in self.keys and self._same(past, key):
                        answers[at, key] = value
        return [*self.plan.run([past.event for past in batch], answers)]

    def answered(self, past: Past, rule: Rule) -> bool:
        """Was everything that this rule asks for asked then, of the same version of each signal? An answer may have been
        that nothing is known."""
        return all(key in past.answers and self._same(past, key) for key in self.asks.get(rule, ()))

    def unread(self, past: Past) -> dict[Rule, None]:
        """Rules that read something of the account which this old verdict did not keep."""
        account = past.event.get("account")
        if account is UNKNOWN:
            return {}
        known = {f"account.{name}" for name in account or ()}
        return {rule: None for rule, fields in self.accounts.items() if not fields <= known}

    def _same(self, past: Past, key: str) -> bool:
        name = key.partition("(")[0]
        return past.signals.get(name, self.versions.get(name)) == self.versions.get(name)


_NOTHING = Said(Side("approve"))


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


def _alike(old: Content, new: Content) -> frozenset[Rule]:
    """Rules that are the same to the machine in both, and count the same: identity, labels, gravity."""
    before = {entry.code: entry.document for entry in old.policies}
    found: set[Rule] = set()
    for entry in new.policies:
        document, earlier = entry.document, before.get(entry.code)
        if earlier is None or earlier.labels != document.labels or old.gravity(earlier) != new.gravity(document):
            continue
        for rule in document.rules:
            key = (entry.code, rule.name)
            if key in old.rules and old.rules[key].identity == new.rules[key].identity:
                found.add(key)
    return frozenset(found)


def _stored(past: Past) -> Said:
    if past.hits_json == "[]":
        return _NOTHING if past.outcome == "approve" else Said(Side(past.outcome))
    hits = past.hits
    return Said(Side(past.outcome, tuple(map(_found, hits))), tuple(hits))


def _found(hit: Mapping[str, Any]) -> Found:
    return Found(hit["policy"], hit["rule"], tuple(hit["labels"]), hit["then"]["verb"])


def _rule(rest: Mapping[str, Any]) -> Rule:
    return rest["policy"], rest["rule"]


def _order(hit: Mapping[str, Any]) -> tuple[int, int, str]:
    """As a plan orders hits: what weighs most first, then gravity, then the order of the policies' codes."""
    return -Then(hit["then"]["verb"]).rank, -hit["gravity"], hit["policy"]


def _placed(hit: Mapping[str, Any], spans: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "policy": hit["policy"],
        "rule": hit["rule"],
        "then": hit["then"]["verb"],
        "labels": list(hit["labels"]),
        "spans": [[span["field"], span["start"], span["end"]] for span in spans],
    }
