"""Values the caller gives: lookups (velocity, similarity) and signals (models, media). The engine only asks.

A declared signal becomes a function of the language. What a plan needs is told by `plan.needs(events)`; an answer
that is not given, or is not of the signal's type, counts as unknown.

`rate` and `seen` are part of every vocabulary. Five more are parts of the language that exist once the caller can
answer them, by `signals=[SCORE.knowing(label=labels), BAND.knowing(label=labels), IN_BANK.knowing(bank=banks),
CLUSTER_SIZE, LINKED_ACCOUNTS.knowing(by=kinds)]` (names that are not known are refused with the nearest; without
`knowing` any name passes). Their requests:

| written | `Request.name` | `Request.arguments` | answer |
|---|---|---|---|
| `rate("ads", by=account, per=hours(1))` | rate | counter, by (the record or text), per (seconds) | number |
| `seen(item.text, within=days(7))` | seen | value (text), within (seconds) | number of earlier items |
| `score(item.text, "hate")` | score | text, label | number, 0 to 1 |
| `band("hate", precision=0.95)` | band | label, precision, market, language | number: the least score that reaches it |
| `band("hate", recall=0.8)` | band | label, recall, market, language | number, the same |
| `in_bank(item.text, "known-scams")` | in_bank | value (text, or list as in the event), bank | True or False |
| `cluster_size(item.text, within=days(7))` | cluster_size | value (text, or list as in the event), within (seconds, if written) | number of items alike, this one counted |
| `linked_accounts(account, by="phone")` | linked_accounts | account (the record or text), by (if written) | number of other accounts |

`market` and `language` are item.market and item.language of the event, "" where it has none or the schema does not
know them; they are not written and not part of the key. A question whose other arguments are missing is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .nodes import COST_CLASSES
from .values import BOOL, NUMBER, Type

# Types an argument may have; `name` is a text written in the rule (a counter, a class, a bank), never a field;
# `content` is a text or a list of the event.
ARGUMENT_TYPES = ("text", "name", "number", "duration", "record", "list", "content", "share")


@dataclass(frozen=True, slots=True)
class Argument:
    """`choices`: the names that may be written; empty means any. `share`: a number above 0 and below 1.

    `implied` names a text field: the argument is not written, its value is the field's, "" where it is missing.
    """

    name: str
    type: str
    keyword: bool = False
    default: Any = None
    required: bool = True
    choices: tuple[str, ...] = ()
    implied: str = ""

    def __post_init__(self) -> None:
        if self.type not in ARGUMENT_TYPES:
            raise ValueError(f"argument {self.name}: type must be one of {', '.join(ARGUMENT_TYPES)}")


@dataclass(frozen=True, slots=True)
class Signal:
    """One function answered by the caller. `timeout` in seconds: how long the caller waits before it is unknown.

    `one_of`: exactly one of these arguments must be written.
    """

    name: str
    arguments: tuple[Argument, ...] = ()
    type: Type = NUMBER
    cost: str = "lookup"
    version: str = "1"
    timeout: float = 5.0
    doc: str = ""
    one_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name.startswith("_"):
            raise ValueError(f"{self.name!r} cannot be the name of a signal")
        if self.cost not in COST_CLASSES:
            raise ValueError(f"signal {self.name}: cost must be one of {', '.join(COST_CLASSES)}")
        if self.type.kind not in {"number", "count", "text", "bool", "duration", "time"}:
            raise ValueError(f"signal {self.name}: it cannot answer {self.type}")

    def knowing(self, **names: Iterable[str]) -> Signal:
        """The same signal whose arguments of these names take these words only."""
        unknown = names.keys() - {argument.name for argument in self.arguments}
        if unknown:
            raise ValueError(f"signal {self.name} has no argument {min(unknown)}")
        given = {name: tuple(words) for name, words in names.items()}
        arguments = (replace(each, choices=given.get(each.name, each.choices)) for each in self.arguments)
        return replace(self, arguments=tuple(arguments))


@dataclass(frozen=True, slots=True)
class Request:
    """One open question about one event. Equal by event and key, so it can itself be the key of the answer.

    `key` is the call as written in canonical form; `arguments` holds the values it names in this event.
    """

    event: int
    key: str
    name: str = field(compare=False)
    arguments: Mapping[str, Any] = field(compare=False)
    cost: str = field(compare=False)
    version: str = field(compare=False)
    timeout: float = field(compare=False)


RATE = Signal(
    "rate",
    (Argument("counter", "name"), Argument("by", "record", keyword=True), Argument("per", "duration", keyword=True)),
    doc="how many of a counter this account (or other record) made within the time before now",
)
SEEN = Signal(
    "seen",
    (Argument("value", "text"), Argument("within", "duration", keyword=True)),
    Type("count"),
    doc="how many earlier items had this text within the time before now",
)
LOOKUPS = (RATE, SEEN)
SCORE = Signal(
    "score",
    (Argument("text", "text"), Argument("label", "name")),
    cost="model",
    doc="how sure a model is that the label fits the text, 0 to 1",
)
BAND = Signal(
    "band",
    (
        Argument("label", "name"),
        Argument("precision", "share", keyword=True, required=False),
        Argument("recall", "share", keyword=True, required=False),
        Argument("market", "text", implied="item.market"),
        Argument("language", "text", implied="item.language"),
    ),
    doc="the least score of a label that reaches this precision, or this recall, on labelled data",
    one_of=("precision", "recall"),
)
IN_BANK = Signal(
    "in_bank",
    (Argument("value", "content"), Argument("bank", "name")),
    BOOL,
    doc="whether a text, or one of a list, is in a bank of known ones",
)
CLUSTER_SIZE = Signal(
    "cluster_size",
    (Argument("value", "content"), Argument("within", "duration", keyword=True, required=False)),
    doc="how many items have a text, or one of a list of pictures, like this one, itself counted",
)
LINKED_ACCOUNTS = Signal(
    "linked_accounts",
    (Argument("account", "record"), Argument("by", "name", keyword=True, required=False)),
    Type("count"),
    doc="how many other accounts share a phone, an e-mail, an address, a payment handle or a text with this one",
)
# What the language has once the caller declares that it can answer.
DECLARABLE = {signal.name: signal for signal in (SCORE, BAND, IN_BANK, CLUSTER_SIZE, LINKED_ACCOUNTS)}
