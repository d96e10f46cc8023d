"""Values the caller gives: lookups (velocity, similarity) and signals (models, media). The engine only asks.

A declared signal becomes a function of the language. What a plan needs is told by `plan.needs(events)`; an answer
that is not given counts as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .nodes import COST_CLASSES
from .values import NUMBER, Type

# Types an argument may have; `name` is a text written in the rule (a counter, a class, a bank), never a field.
ARGUMENT_TYPES = ("text", "name", "number", "duration", "record", "list", "share")


@dataclass(frozen=True, slots=True)
class Argument:
    """`choices`: the names that may be written; empty means any. `share`: a number between 0 and 1."""

    name: str
    type: str
    keyword: bool = False
    default: Any = None
    required: bool = True
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.type not in ARGUMENT_TYPES:
            raise ValueError(f"argument {self.name}: type must be one of {', '.join(ARGUMENT_TYPES)}")


@dataclass(frozen=True, slots=True)
class Signal:
    """One function answered by the caller. `timeout` in seconds: how long the caller waits before it is unknown."""

    name: str
    arguments: tuple[Argument, ...] = ()
    type: Type = NUMBER
    cost: str = "lookup"
    version: str = "1"
    timeout: float = 5.0
    doc: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name.startswith("_"):
            raise ValueError(f"{self.name!r} cannot be the name of a signal")
        if self.cost not in COST_CLASSES:
            raise ValueError(f"signal {self.name}: cost must be one of {', '.join(COST_CLASSES)}")
        if self.type.kind not in {"number", "count", "text", "bool", "duration", "time"}:
            raise ValueError(f"signal {self.name}: it cannot answer {self.type}")


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
