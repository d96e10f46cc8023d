"""Policies as mappings shaped like a document's front matter → rules ready to compile, or everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .checking import Checker, Vocabulary
from .nodes import Node
from .problems import Problem, nearest
from .syntax import Refused
from .then import UNITS, Then, parse_then

IF_UNKNOWN = ("review", "hold", "pass")
# What the engine obeys of a rule; other keys (clause, note …) are for people.
RULE_KEYS = ("name", "when", "then", "if_unknown", "patience")
MAX_RULES, MAX_PATIENCE = 10_000, 30 * 86400


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with the policy it stands in. `kinds`, `markets`, `languages`: empty means all."""

    policy: str
    name: str
    version: int
    tree: Node
    when: str
    then: Then
    gravity: int
    labels: tuple[str, ...]
    kinds: frozenset[str]
    markets: frozenset[str]
    languages: frozenset[str]
    if_unknown: str
    patience: float | None


@dataclass(slots=True)
class Reader:
    """Reads policies; `problems` fills up."""

    vocabulary: Vocabulary
    problems: list[Problem] = field(default_factory=list)
    _policy: str = ""
    _file: str = ""

    def rules(self, policies: Sequence[Mapping[str, Any]]) -> list[Rule]:
        rules: list[Rule] = []
        codes: set[str] = set()
        for at, policy in enumerate(policies):
            if not isinstance(policy, Mapping):
                self._policy, self._file = f"policy {at + 1}", ""
                self.complain("a policy is a mapping with code and rules")
                continue
            code = policy.get("code")
            self._policy = code if isinstance(code, str) and code else f"policy {at + 1}"
            self._file = str(policy.get("file") or "")
            if not isinstance(code, str) or not code:
                self.complain("the policy has no code")
            elif code in codes:
                self.complain(f"two policies have the code {code}")
            codes.add(self._policy)
            rules += self._rules(policy)
        return rules

    def complain(self, message: str, rule: str = "", near: str = "") -> None:
        self.problems.append(Problem(message, self._policy, rule, nearest=near, file=self._file))

    def _rules(self, policy: Mapping[str, Any]) -> Iterator[Rule]:
        shared = self._shared(policy)
        rules = policy.get("rules") or ()
        if not isinstance(rules, Sequence) or isinstance(rules, str):
            self.complain("rules must be a list")
            return
        if len(rules) > MAX_RULES:
            self.complain(f"the policy has {len(rules):,} rules; at most {MAX_RULES:,} are read")
            return
        names: set[str] = set()
        for at, rule in enumerate(rules):
            if not isinstance(rule, Mapping):
                self.complain(f"rule {at + 1} must have name, when and then")
                continue
            name = rule.get("name")
            if not isinstance(name, str) or not name:
                self.complain(f"rule {at + 1} has no name")
                name = f"rule {at + 1}"
            elif name in names:
                self.complain(f"two rules have the name {name}", name)
            names.add(name)
            made = self._rule(name, rule, shared)
            if made:
                yield made

    def _shared(self, policy: Mapping[str, Any]) -> dict[str, Any]:
        """What all rules of a policy have in common."""
        gravity = policy.get("gravity", 1)
        if not isinstance(gravity, int) or isinstance(gravity, bool) or not 1 <= gravity <= 5:
            self.complain("gravity is a whole number from 1 to 5")
            gravity = 1
        version = policy.get("version", 1)
        if not isinstance(version, int) or isinstance(version, bool):
            self.complain("version is a whole number")
            version = 1
        kinds = self._names(policy, "applies_to")
        possible = self.vocabulary.fields.get("item.kind")
        for kind in sorted(kinds):
            if possible and possible.choices and kind not in possible.choices:
                self.complain(f"no kind named {kind}", near=nearest(kind, possible.choices))
        return {
            "version": version,
            "gravity": gravity,
            "labels": tuple(sorted(self._names(policy, "labels"), key=list(policy.get("labels") or ()).index)),
            "kinds": kinds,
            "markets": self._names(policy, "markets"),
            "languages": self._names(policy, "languages"),
        }

    def _names(self, policy: Mapping[str, Any], key: str) -> frozenset[str]:
        given = policy.get(key)
        if given is None:
            return frozenset()
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
            self.complain(f"{key} must be a list of names")
            return frozenset()
        return frozenset() if "all" in names and key != "labels" else frozenset(names)

    def _rule(self, name: str, rule: Mapping[str, Any], shared: dict[str, Any]) -> Rule | None:
        for key in rule:
            meant = nearest(str(key), RULE_KEYS, 80)
            if meant and key not in RULE_KEYS and meant not in rule:
                self.complain(f"a rule has no {key}", name, meant)
        for key in ("when", "then"):
            if not isinstance(rule.get(key), str):
                self.complain(f"the rule has no {key}" if key not in rule else f"{key} must be text", name)
        tree = self._when(rule) if isinstance(rule.get("when"), str) else None
        then = self._then(rule) if isinstance(rule.get("then"), str) else None
        if_unknown = rule.get("if_unknown", "review")
        if if_unknown not in IF_UNKNOWN:
            near = nearest(str(if_unknown), IF_UNKNOWN)
            self.complain(f"if_unknown is one of {', '.join(IF_UNKNOWN)}, not {if_unknown}", name, near)
        patience = self._patience(name, rule)
        if tree is None or then is None:
            return None
        return Rule(
            policy=self._policy,
            name=name,
            tree=tree,
            when=_clean(rule["when"]),
            then=then,
            if_unknown=str(if_unknown),
            patience=patience,
            **shared,
        )

    def _when(self, rule: Mapping[str, Any]) -> Node | None:
        source = _clean(rule["when"])
        checker = Checker(self.vocabulary, source)
        tree = checker.check()
        for refusal in sorted(checker.refused, key=lambda found: (found.line, found.column)):
            self._point(refusal, rule, "when", source)
        for warning in checker.warned:
            self._point(warning, rule, "when", source, severity="warning")
        return tree

    def _then(self, rule: Mapping[str, Any]) -> Then | None:
        source = _clean(rule["then"])
        try:
            return parse_then(source)
        except Refused as refusal:
            self._point(refusal, rule, "then", source)
            return None

    def _point(
        self, found: Refused, rule: Mapping[str, Any], key: str, source: str, *, severity: str = "error"
    ) -> None:
        """A document's reader may say where each text begins: `places: {when: [line, column]}`, from 1."""
        places = rule.get("places")
        first = places.get(key) if isinstance(places, Mapping) else None
        lines = source.split("\n")
        line, column, shown = found.line, found.column, lines[min(found.line, len(lines)) - 1]
        if isinstance(first, Sequence) and len(first) == 2:
            # Only the first line stands behind something; the caret is drawn in the text of the condition.
            line += int(first[0]) - 1
            indent = int(first[1]) - 1
            shown = " " * indent + shown
            column += indent
        self.problems.append(
            Problem(
                found.message,
                policy=self._policy,
                rule=str(rule.get("name") or ""),
                line=line,
                column=column,
                source=shown,
                nearest=found.nearest,
                file=self._file,
                severity=severity,
            )
        )

    def _patience(self, name: str, rule: Mapping[str, Any]) -> float | None:
        """Seconds: a number, or words such as "15 minutes" or minutes(15)."""
        given = rule.get("patience")
        if given is None:
            return None
        seconds = given if isinstance(given, int | float) and not isinstance(given, bool) else _spoken(str(given))
        if seconds is None or not 0 <= seconds <= MAX_PATIENCE:
            self.complain('patience is a duration up to 30 days, such as "15 minutes"', name)
            return None
        return float(seconds)


def _clean(source: str) -> str:
    return source.replace("\r\n", "\n")


def _spoken(text: str) -> float | None:
    words = text.replace("(", " ").replace(")", " ").split()
    if len(words) == 2 and words[0].rstrip("s") + "s" in UNITS:
        words.reverse()
    if len(words) != 2 or words[1].rstrip("s") + "s" not in UNITS:
        return None
    try:
        return float(words[0]) * UNITS[words[1].rstrip("s") + "s"]
    except ValueError:
        return None
