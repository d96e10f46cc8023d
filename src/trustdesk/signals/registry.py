"""The signals there are: each declared with its engine signature (name, arguments, type, cost class, version, time-out)
and the function that answers a batch of questions."""

import hashlib
import json
import threading
from dataclasses import dataclass, field

from trustdesk.engine import Signal
from trustdesk.signals.calling import Arguments, Compute, Line


@dataclass(frozen=True)
class Declared:
    """A signal, the function that answers a batch of its questions in order, and its line of calls."""

    signal: Signal
    compute: Compute
    line: Line = field(default_factory=Line, compare=False, repr=False)


_declared: dict[str, Declared] = {}
_lock = threading.Lock()


def declare(signal: Signal, compute: Compute) -> None:
    """Add a signal; its name becomes a function of the rule language."""
    with _lock:
        if signal.name in _declared:
            raise ValueError(f"the signal {signal.name} is declared already")
        _declared[signal.name] = Declared(signal, compute)


def forget(name: str) -> None:
    with _lock:
        _declared.pop(name, None)


def declared() -> dict[str, Declared]:
    return dict(_declared)


def engine_signals() -> tuple[Signal, ...]:
    """What the policy slice hands to the engine's compile."""
    return tuple(entry.signal for entry in _declared.values())


def question_hash(arguments: Arguments) -> str:
    """SHA-256, hex, of a question's arguments: the cache key with the signal's name and version."""
    text = json.dumps(arguments, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
