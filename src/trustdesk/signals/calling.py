"""Calling a signal's function so that it can hang without holding anybody up but those who ask it.

Each signal has a line of its own: so many calls at once, each in a thread of its own. A late thread cannot be stopped;
it keeps nobody's place, but there is a most to them too, and beyond that the signal is not called.
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connections

from trustdesk.engine import MISSING, UNKNOWN, Signal

Arguments = Mapping[str, Any]
Compute = Callable[[Sequence[Arguments]], Sequence[Any]]

AT_ONCE = 4
MOST_LATE = 8


class Late(Exception):
    """The signal did not answer within its time."""


class WrongAnswer(Exception):
    """The signal answered too few or too many questions, or none with a value of its type."""


class Line:
    """The calls of one signal in this process."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self.late = 0  # threads whose answer nobody waits for any more

    def call(self, compute: Compute, questions: Sequence[Arguments], *, timeout: float) -> list[Any]:
        """Its answers, in order. Raises Late after `timeout` seconds, waiting for a free place included, or at once
        when too many calls hang already; and whatever the function raises."""
        with self._lock:
            if self.late >= MOST_LATE:
                raise Late
        if not self._free.acquire(timeout=timeout):
            raise Late
        call = _Call(compute, questions)
        try:
            threading.Thread(target=self._run, args=(call,), name="signal", daemon=True).start()
            in_time = call.done.wait(timeout)
            with self._lock:
                if not in_time and not call.done.is_set():
                    call.given_up = True
                    self.late += 1
        finally:
            self._free.release()
        if call.given_up:
            raise Late
        if call.error is not None:
            raise call.error
        return call.answers

    def _run(self, call: "_Call") -> None:
        try:
            call.answers = list(call.compute(call.questions))
        except BaseException as error:
            call.error = error
        finally:
            connections.close_all()  # this thread's own
            with self._lock:
                call.done.set()
                if call.given_up:
                    self.late -= 1


class _Call:
    def __init__(self, compute: Compute, questions: Sequence[Arguments]) -> None:
        self.compute, self.questions = compute, questions
        self.done = threading.Event()
        self.given_up = False
        self.answers: list[Any] = []
        self.error: BaseException | None = None


def checked(signal: Signal, answers: Sequence[Any], *, asked: int) -> list[Any]:
    """The answers, those that are not of the signal's type as unknown. Raises WrongAnswer when nothing is left, unless
    the signal itself said that it does not know."""
    if len(answers) != asked:
        raise WrongAnswer(f"{len(answers)} answers to {asked} questions")
    told = [_typed(signal.type.kind, answer) for answer in answers]
    if all(answer is UNKNOWN for answer in told) and not all(answer is UNKNOWN for answer in answers):
        raise WrongAnswer(f"no answer is a {signal.type.kind}")
    return told


def _typed(kind: str, answer: Any) -> Any:
    """A value fit for JSON and for the engine; None says that there is none (missing)."""
    if answer is None or answer is MISSING:
        return None
    if hasattr(answer, "item") and not isinstance(answer, str | bytes):
        answer = answer.item()  # a number of NumPy's
    match kind:
        case "bool":
            fits = isinstance(answer, bool)
        case "text" | "time":
            fits = isinstance(answer, str)
        case _:
            fits = isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)
    return answer if fits else UNKNOWN
