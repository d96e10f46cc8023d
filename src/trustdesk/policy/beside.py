"""One policy judged beside the others as they stand, without compiling the others again. Pure.

Rules do not know each other, so a verdict of all policies is the verdict of one and the verdict of the rest put
together. The rest does not change while somebody types: its plan is compiled once, and what it says to an example is
asked once. A check then costs what the policy itself costs, however many others there are.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trustdesk.engine import OUTCOMES, Hit, Undecided, Verdict
from trustdesk.policy.examples import Result, compared, event_for, judge
from trustdesk.policy.rulesets import CompiledRuleset, Content, Entry, compile_content

_KEPT = 2_000  # verdicts of the others on examples
_RANK = {outcome: len(OUTCOMES) - at for at, outcome in enumerate(OUTCOMES)}


@dataclass(frozen=True)
class Judged:
    """What all policies together say; the hit that made the outcome stands first."""

    outcome: str
    hits: tuple[Hit, ...]
    undecided: tuple[Undecided, ...]
    inputs: Mapping[str, Any]


class Others:
    """Everything but one policy, compiled. Safe to share between threads."""

    def __init__(self, content: Content, code: str) -> None:
        """Raises PolicyError where the others do not compile, which live ones do."""
        self.content = replace(content, policies=tuple(each for each in content.policies if each.code != code))
        self.compiled = compile_content(self.content)
        self._kept: OrderedDict[str, Verdict] = OrderedDict()
        self._lock = threading.Lock()

    def with_policy(self, entry: Entry, *, checked: bool = False) -> CompiledRuleset:
        """The policy alone, compiled with the same lists and settings. `checked`: it passed. Raises PolicyError."""
        return compile_content(replace(self.content, policies=(entry,)), checked=checked)

    def examples(self, own: CompiledRuleset, entry: Entry) -> list[Result]:
        """The policy's examples, judged by all policies."""
        document = entry.document
        events = [event_for(example, document, own.pack) for example in document.examples]
        lookups = [example.lookups for example in document.examples]
        told = [
            together([mine, theirs], own_first=True)
            for mine, theirs in zip(judge(own.plan, events, lookups), self._verdicts(events, lookups), strict=True)
        ]
        return [
            compared(document, position, example, one.outcome, one.hits)
            for position, (example, one) in enumerate(zip(document.examples, told, strict=True), 1)
        ]

    def _verdicts(self, events: Sequence[Mapping[str, Any]], lookups: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        keys = [
            json.dumps([event, answers], sort_keys=True, default=str)
            for event, answers in zip(events, lookups, strict=True)
        ]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
        new = [at for at, key in enumerate(keys) if key not in found]
        if new:
            made = judge(self.compiled.plan, [events[at] for at in new], [lookups[at] for at in new])
            found |= {keys[at]: verdict for at, verdict in zip(new, made, strict=True)}
            with self._lock:
                self._kept.update({keys[at]: found[keys[at]] for at in new})
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return [found[key] for key in keys]


def together(verdicts: Sequence[Verdict], *, own_first: bool = False) -> Judged:
    """Verdicts of different policies on one event as one: the gravest outcome, its cause first.

    `own_first`: among hits of the same outcome and gravity those of the first verdict lead; else the order of codes does.
    """
    hits = [(at if own_first else 0, hit) for at, verdict in enumerate(verdicts) for hit in verdict.hits]
    ordered = sorted(
        hits, key=lambda each: (-_RANK.get(each[1].then.verb, 0), -each[1].gravity, each[0], each[1].policy)
    )
    inputs: dict[str, Any] = {}
    for verdict in verdicts:
        inputs |= verdict.inputs
    return Judged(
        outcome=max((verdict.outcome for verdict in verdicts), key=_RANK.__getitem__),
        hits=tuple(hit for _, hit in ordered),
        undecided=tuple(rest for verdict in verdicts for rest in verdict.undecided),
        inputs=inputs,
    )
