"""The signals there are: each declared with its engine signature (name, arguments, type, cost class, version, time-out)
and the function that answers a batch of questions."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from trustdesk.engine import Signal
from trustdesk.signals.calling import Arguments, Compute, Line
from trustdesk.signals.text.heads import ArtefactRefused

# What a signal's answer to a question depends on beyond its version: "" where nothing does.
Edition = Callable[[Arguments], str]


@dataclass(frozen=True)
class Declared:
    """A signal, the function that answers a batch of its questions in order, and its line of calls.

    `edition` names what else answers this question, such as a model of the desk's own that can change at any moment; it
    raises ArtefactRefused when that must not answer.
    """

    signal: Signal
    compute: Compute
    edition: Edition | None = None
    line: Line = field(default_factory=Line, compare=False, repr=False)

    def version_for(self, arguments: Arguments) -> str:
        """The version of the answer to a question. Raises ArtefactRefused."""
        edition = self.edition(arguments) if self.edition else ""
        return edition or self.signal.version


_declared: dict[str, Declared] = {}
_lock = threading.Lock()


def declare(signal: Signal, compute: Compute, *, edition: Edition | None = None) -> None:
    """Add a signal; its name becomes a function of the rule language."""
    with _lock:
        if signal.name in _declared:
            raise ValueError(f"the signal {signal.name} is declared already")
        _declared[signal.name] = Declared(signal, compute, edition)


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


def result_key(name: str, version: str, arguments: Arguments) -> tuple[str, str, str]:
    """Under what the answer to a question is kept: signal, version of what answers it, hash of the question. `version`
    is the signal's own."""
    entry = _declared.get(name)
    try:
        told = entry.version_for(arguments) if entry is not None and entry.edition else version
    except ArtefactRefused:
        told = REFUSED
    return name, told, question_hash(arguments)


# No answer is ever kept under this.
REFUSED = "refused"
