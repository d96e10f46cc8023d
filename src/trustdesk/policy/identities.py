"""What a rule is to the machine, whatever version of its policy it stands in. Pure.

A rule is the same as long as the machine obeys it in the same way: its condition (spacing aside), what it does, the words
of the lists and the amounts of the markets it names, the kinds and markets it applies to. Its record and its probation
belong to that. Guideline, reasons, labels, gravity and examples may change without the rule becoming another.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trustdesk.policy.documents import Rule

if TYPE_CHECKING:
    from trustdesk.policy.rulesets import Content

_TOKEN = re.compile(
    r"""(?P<silent>\s+|\#[^\n]*)|(?P<text>[rRuU]?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))|(?P<word>\w+)|(?P<sign>.)""",
    re.DOTALL,
)


@dataclass(frozen=True)
class RuleId:
    """A rule in force. `kinds` and `markets` are its scope, empty for all; `version` is its policy's, `lists` those it names."""

    policy: str
    rule: str
    version: int
    identity: str
    kinds: frozenset[str]
    markets: frozenset[str]
    lists: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return (self.policy, self.rule)

    def concerns(self, kind: str, market: str) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.markets or market in self.markets)


def rule_ids(content: "Content", only: str = "") -> dict[tuple[str, str], RuleId]:
    """Every rule of a ruleset by (policy, rule), or those of one policy."""
    digests: dict[str, str] = {}
    found: dict[tuple[str, str], RuleId] = {}
    for entry in content.policies:
        if only and entry.code != only:
            continue
        document = entry.document
        everywhere = not document.markets or "all" in document.markets
        kinds, markets = frozenset(document.applies_to), frozenset(() if everywhere else document.markets)
        scope = {"kinds": sorted(kinds), "markets": sorted(markets)}
        for rule in document.rules:
            obeyed = _obeyed(rule, content, digests)
            told = {"policy": entry.code, "rule": rule.name, **scope, **obeyed}
            text = json.dumps(told, sort_keys=True, separators=(",", ":"))
            identity = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            found[entry.code, rule.name] = RuleId(
                entry.code, rule.name, entry.version, identity, kinds, markets, tuple(obeyed["lists"])
            )
    return found


def _obeyed(rule: Rule, content: "Content", digests: dict[str, str]) -> dict[str, Any]:
    words, texts, amounts = _tokens(rule.when)
    lists = sorted(texts & content.lists.keys())
    for name in lists:
        if name not in digests:
            phrases = "\n".join(sorted(set(content.lists[name].phrases)))
            digests[name] = hashlib.sha256(phrases.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "when": words,
        "then": _tokens(rule.then)[0],
        "if_unknown": rule.if_unknown or "review",
        "lists": {name: digests[name] for name in lists},
        "amounts": _amounts(amounts, content.pack.constants),
    }


@lru_cache(maxsize=50_000)
def _tokens(source: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """The words and signs of an expression without its spacing and comments, the texts in quotes among them, and what is
    named market.<name>.

    Coarser than Python's own: what it takes for the same without being so does not compile.
    """
    found = [match for match in _TOKEN.finditer(source) if match.lastgroup != "silent"]
    texts = frozenset(match[0].lstrip("rRuU")[1:-1] for match in found if match.lastgroup == "text")
    words = tuple(match[0] for match in found)
    amounts = {
        after for at, dot, after in zip(words, words[1:], words[2:], strict=False) if (at, dot) == ("market", ".")
    }
    return words, texts, frozenset(amounts)


def _amounts(named: Set[str], constants: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {
        market: {name: values[name] for name in sorted(named & values.keys())}
        for market, values in sorted(constants.items())
        if named & values.keys()
    }
