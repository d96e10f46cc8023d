"""Policies and events made from a seed, and the same rules as a programmer would write them: closures in plain Python."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = Mapping[str, Any]
ByHand = Callable[[Event], bool]

WORDS, LENGTH = 3_000, 30
NUMBERS = (
    "account.age_days",
    "account.strikes",
    "account.followers",
    "account.items",
    "item.price",
    "item.media",
    "item.views",
    "item.reports",
)
NAMES = ("account.country", "account.plan", "item.category", "item.currency", "item.device", "item.source")
TRUTHS = ("account.verified", "account.business", "item.edited", "item.boosted")
CHOICES = {name: [f"{name.rpartition('.')[2]}-{at}" for at in range(20)] for name in NAMES}
KINDS, MARKETS = ("ad", "listing"), ("ID", "SG")
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]


@dataclass(frozen=True)
class Ruled:
    """One rule in the language and by hand."""

    when: str
    by_hand: ByHand


class Rulebook:
    """Makes everything from one seed: the same seed gives the same rules and events anywhere."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < WORDS:
            words["".join(self.chance.choices(_SYLLABLES, k=self.chance.choice((2, 2, 3, 4))))] = None
        self.words = list(words)

    def events(self, count: int, kind: str = "ad", market: str = "ID") -> list[dict[str, Any]]:
        """Events of twenty fields with a text of thirty words; some words in capitals, some figures."""
        return [self._event(kind, market) for _ in range(count)]

    def _event(self, kind: str, market: str) -> dict[str, Any]:
        chance = self.chance
        words = chance.choices(self.words, k=LENGTH)
        if not chance.randrange(4):
            words[chance.randrange(LENGTH)] = words[0].upper()
        if not chance.randrange(3):
            words[chance.randrange(LENGTH)] = f"{chance.randrange(1000)}-{chance.randrange(10_000)}"
        event: dict[str, dict[str, Any]] = {
            "item": {"kind": kind, "market": market, "text": " ".join(words)},
            "account": {},
        }
        for name in NUMBERS:
            self._put(event, name, round(chance.random() * 100, 1))
        for name in NAMES:
            self._put(event, name, chance.choice(CHOICES[name]))
        for name in TRUTHS:
            self._put(event, name, chance.random() < 0.5)
        return event

    @staticmethod
    def _put(event: dict[str, dict[str, Any]], name: str, value: Any) -> None:
        group, _, field = name.partition(".")
        event[group][field] = value

    def rule(self) -> Ruled:
        """A pattern or a comparison, joined with one or two more by and, or, not."""
        pattern, one, two = self.pattern(), self._leaf(), self._leaf()
        when = self.chance.choice(
            [
                f"{pattern} and {one}",
                f"{pattern} and ({one} or {two})",
                f"({pattern} or {self.pattern()}) and {one}",
                f"{one} and {two} and not {pattern} and account.strikes > 95",
                f"{one} and {two} and item.reports > 98",
            ]
        )
        return Ruled(when, by_hand(when))

    def pattern(self) -> str:
        """A regular expression over the text; one in twenty-five has no literal in it."""
        chance, words = self.chance, self.words
        one, two, three = chance.sample(words, 3)
        regex = chance.choice(
            [rf"\b{one}\b", rf"(?i)\b({one}|{two}|{three})\b", rf"\b{one}\s+\w+{two[-2:]}\b", rf"{one}.*{two}"]
            if chance.randrange(25)
            else [r"\b\d{3}-\d{4}\b", r"\b[A-Z]{8,}\b", r"\d{2,}-99"]
        )
        return f'matches(item.text, r"{regex}")'

    def _leaf(self) -> str:
        return self.comparison() if self.chance.randrange(4) else self.pattern()

    def comparison(self) -> str:
        """A number, a name or a truth asked about."""
        chance = self.chance
        match chance.randrange(3):
            case 0:
                return f"{chance.choice(NUMBERS)} {chance.choice(['<', '<=', '>', '>='])} {chance.randrange(100)}"
            case 1:
                name = chance.choice(NAMES)
                options = ", ".join(f'"{each}"' for each in chance.sample(CHOICES[name], 3))
                return f"{name} in [{options}]"
        return chance.choice(TRUTHS)


_TOKEN = re.compile(r'matches\(item\.text, r"([^"]*)"\)| in \[([^\]]*)\]|\b(item|account)\.(\w+)')


def by_hand(when: str) -> ByHand:
    """A function with its patterns compiled and its sets made once: as quick as plain Python gets."""
    space: dict[str, Any] = {}

    def token(found: re.Match[str]) -> str:
        regex, options, group, field = found.groups()
        name = f"k{len(space)}"
        if regex is not None:
            space[name] = re.compile(regex).search
            return f'({name}(e["item"]["text"]) is not None)'
        if options is not None:
            space[name] = frozenset(re.findall(r'"([^"]*)"', options))
            return f" in {name}"
        return f'e["{group}"]["{field}"]'

    source = _TOKEN.sub(token, when)
    made: ByHand = eval(compile(f"lambda e: {source}", "<by hand>", "eval"), space)
    return made


def policies(
    rules: Sequence[str], *, kinds: Sequence[str] = (), markets: Sequence[str] = (), code: str = "policy"
) -> list[dict[str, Any]]:
    """Ten rules a policy, as packs have them."""
    return [
        {
            "code": f"{code}-{at // 10}",
            "version": 1,
            "labels": ["spam.repeated"],
            "applies_to": list(kinds),
            "markets": list(markets),
            "gravity": 1 + at // 10 % 5,
            "rules": [
                {"name": f"rule-{at + number}", "when": when, "then": "review"}
                for number, when in enumerate(rules[at : at + 10])
            ],
        }
        for at in range(0, len(rules), 10)
    ]


def schema() -> dict[str, Any]:
    """The JSON Schema of one event."""
    kinds = {
        **{name: {"type": "number"} for name in NUMBERS},
        **{name: {"type": "string"} for name in (*NAMES, "item.kind", "item.market", "item.text")},
        **{name: {"type": "boolean"} for name in TRUTHS},
    }
    groups: dict[str, dict[str, Any]] = {"item": {}, "account": {}}
    for name, kind in kinds.items():
        group, _, field = name.partition(".")
        groups[group][field] = kind
    return {
        "type": "object",
        "properties": {group: {"type": "object", "properties": fields} for group, fields in groups.items()},
    }
