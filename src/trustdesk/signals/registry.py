"""The signals port: a signal is declared with its engine signature and a batch function, and called with a time-out."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass
from typing import Any

import structlog

from trustdesk.engine import Signal

log = structlog.get_logger(__name__)

Arguments = Mapping[str, Any]
Compute = Callable[[Sequence[Arguments]], Sequence[Any]]


class _Unknown:
    """The answer of a signal that failed or was late."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Declared:
    """A signal and the function that answers a batch of its questions, in order."""

    signal: Signal
    compute: Compute


_declared: dict[str, Declared] = {}
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="signal")
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


def compute(name: str, questions: Sequence[Arguments]) -> tuple[list[Any], float]:
    """Answer a batch, and how many milliseconds it took. A failure or time-out answers UNKNOWN to all of it.

    Runs outside any transaction; the signal's own time-out (seconds) bounds it. A late thread is left to end by
    itself: Python cannot stop it, and its answer is thrown away.
    """
    entry = _declared.get(name)
    if entry is None:
        return [UNKNOWN] * len(questions), 0.0
    began = time.perf_counter()
    future = _pool.submit(entry.compute, questions)
    try:
        answers = list(future.result(timeout=entry.signal.timeout))
        if len(answers) != len(questions):
            raise ValueError(f"{len(answers)} answers to {len(questions)} questions")
    except LateError:
        future.cancel()
        log.warning("signal late", signal=name, timeout=entry.signal.timeout)
        answers = [UNKNOWN] * len(questions)
    except Exception as error:  # whatever a model raises, the item must not be lost
        log.warning("signal failed", signal=name, error=repr(error)[:300])
        answers = [UNKNOWN] * len(questions)
    return answers, (time.perf_counter() - began) * 1000
