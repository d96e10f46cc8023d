"""Compiled rulesets of this process, and the change from one to the next without a pause.

Compiling takes seconds for thousands of rules. Who publishes compiles before the ruleset is live. Every other process
learns of it within a second and goes on with the plan it has while another thread compiles; but not for long: after
`PUBLISHED` seconds, or `ROLLED_BACK` for a ruleset that a roll-back made, whoever asks waits for the new one.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from trustdesk.engine import Measured
from trustdesk.policy.rulesets import CompiledRuleset, Content, compile_content

KEPT = 6  # the live one and those of recent roll-backs and replays
PUBLISHED = 10.0
ROLLED_BACK = 1.0  # with the second in which it is learnt of: two


class Plans:
    """Rulesets by their hash, each compiled once however many ask. Safe between threads."""

    def __init__(self, kept: int = KEPT, *, measured: Callable[[], Measured | None] = lambda: None) -> None:
        """`measured` reads what parts of conditions cost before: it orders the work of a plan. Asked by who needs the plan,
        not by the thread that compiles it, which talks to no database."""
        self._most = kept
        self._measured = measured
        self._kept: OrderedDict[str, CompiledRuleset] = OrderedDict()
        self._making: dict[str, Future[CompiledRuleset]] = {}
        self._lock = threading.Lock()

    def get(self, hash_: str) -> CompiledRuleset | None:
        with self._lock:
            found = self._kept.get(hash_)
            if found is not None:
                self._kept.move_to_end(hash_)
            return found

    def keep(self, compiled: CompiledRuleset) -> None:
        """Take over what somebody compiled."""
        _ = compiled.content.rules  # made here, not in the transaction that stores the first verdict
        with self._lock:
            self._kept[compiled.hash] = compiled
            self._kept.move_to_end(compiled.hash)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def forget(self, hash_: str) -> None:
        with self._lock:
            self._kept.pop(hash_, None)

    def made(self, content: Content) -> CompiledRuleset:
        """Compiled here and now, or by whoever began already. Raises PolicyError."""
        found = self.get(content.hash)
        if found is not None:
            return found
        measured = self._measured()  # first: what is begun must come to its end
        future, mine = self._begin(content.hash)
        if mine:
            self._make(content, future, measured)
        return future.result()

    def start(self, content: Content) -> "Future[CompiledRuleset]":
        """Compile in another thread."""
        measured = self._measured()
        future, mine = self._begin(content.hash)
        if mine:
            name, told = f"compile {content.hash[:8]}", (content, future, measured)
            threading.Thread(target=self._make, args=told, name=name, daemon=True).start()
        return future

    def _begin(self, hash_: str) -> "tuple[Future[CompiledRuleset], bool]":
        with self._lock:
            running = self._making.get(hash_)
            if running is not None:
                return running, False
            future: Future[CompiledRuleset] = Future()
            if hash_ in self._kept:
                future.set_result(self._kept[hash_])
                return future, False
            self._making[hash_] = future
            return future, True

    def _make(self, content: Content, future: "Future[CompiledRuleset]", measured: Measured | None) -> None:
        try:
            compiled = compile_content(content, measured=measured)
            self.keep(compiled)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(compiled)
        finally:
            with self._lock:
                self._making.pop(content.hash, None)


@dataclass(frozen=True)
class _Waiting:
    """A newer ruleset that is being compiled; until `until` (monotonic seconds) the old one serves."""

    hash: str
    future: "Future[CompiledRuleset]"
    until: float


class Serving:
    """The plan that judges, and the change to the next."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._now: CompiledRuleset | None = None
        self._waiting: _Waiting | None = None
        self._lock = threading.Lock()

    def plan(
        self,
        number: int,
        hash_: str,
        *,
        content: Callable[[], Content],
        follows: Callable[[CompiledRuleset], float],
    ) -> CompiledRuleset:
        """The plan to judge by, where this ruleset is the newest.

        `content` reads what it consists of. `follows` says for how many seconds the one that serves may stay: 0 where
        it is not an earlier ruleset of this desk.
        """
        serving = self._now
        if serving is not None and (serving.number, serving.hash) == (number, hash_):
            return serving
        ready = self._plans.get(hash_)
        if ready is None and serving is not None:
            waiting = self._wait_for(hash_, serving, content, follows)
            if time.monotonic() < waiting.until and not waiting.future.done():
                return serving
            ready = waiting.future.result()
        if ready is None:
            ready = self._plans.made(content())
        self._now, self._waiting = replace(ready, number=number), None
        return self._now

    def stop(self) -> None:
        """Serve the newest at once, whoever has to wait for it."""
        self._now, self._waiting = None, None

    def _wait_for(
        self,
        hash_: str,
        serving: CompiledRuleset,
        content: Callable[[], Content],
        follows: Callable[[CompiledRuleset], float],
    ) -> _Waiting:
        with self._lock:  # so that one of many requests reads and begins
            waiting = self._waiting
            if waiting is None or waiting.hash != hash_:
                patience = follows(serving)
                waiting = _Waiting(hash_, self._plans.start(content()), time.monotonic() + patience)
                self._waiting = waiting
            return waiting
