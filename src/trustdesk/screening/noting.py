"""What a submission leaves in signals' memory before it is judged: its place in each counter, the row of its text.

Counted is what was well formed, once: an entry that is refused does not count, one that is judged and then overtaken or
not stored does, and an answer given again from its Idempotency-Key was counted when it was first given.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trustdesk.engine import Plan, Request, nodes
from trustdesk.engine.reading import fetch
from trustdesk.screening import likening
from trustdesk.screening.rules import ALL_ITEMS, COUNTERS
from trustdesk.signals import actions as signal_memory
from trustdesk.signals.actions import Count

if TYPE_CHECKING:
    from trustdesk.screening.events import Prepared

_BY = re.compile(r"\bby=([A-Za-z_][\w.]*)[,)]")


@dataclass(frozen=True)
class Noted:
    """What is known of one submission: `places` in the counters, the row of its `text` (0: none) among those of its
    `batch`. For one that is judged again, `saw`: the lookups its verdict stored, by key."""

    at: datetime
    places: Mapping[Count, int]
    text: int = 0
    batch: Sequence[int] = ()
    again: bool = False
    saw: Mapping[str, Any] = field(default_factory=dict)

    def kept(self) -> list[list[Any]]:
        """The places as a verdict keeps them."""
        return [[counter, key, place] for (counter, key), place in self.places.items()]


def note(prepared: Sequence["Prepared"], *, plan: Plan, now: datetime) -> list[Noted]:
    """Count and remember submissions, in short transactions: call it once a submission, after it was checked."""
    with_text = [place for place, entry in enumerate(prepared) if entry.digest]
    texts = [(prepared[place].digest, prepared[place].owner) for place in with_text]
    ids = signal_memory.remember(texts=texts, now=now)
    rows = dict(zip(with_text, ids, strict=True))
    likening.leave(prepared, plan=plan, now=now)
    places = signal_memory.count(submissions=[_counts(entry, plan) for entry in prepared], now=now)
    return [Noted(at=now, places=mine, text=rows.get(place, 0), batch=ids) for place, mine in enumerate(places)]


def noted_before(*, at: datetime, places: Sequence[Sequence[Any]], saw: Mapping[str, Any]) -> Noted:
    """What was noted of a submission when it came, from its verdict."""
    return Noted(at=at, places={(counter, key): place for counter, key, place in places}, again=True, saw=saw)


def counter_of(request: Request) -> Count | None:
    """The (counter, key) that a question for a rate is about; None where its `by` names nobody."""
    named = _BY.search(request.key)
    value = _name_of(request.arguments.get("by"))
    if named is None or value is None:
        return None
    return str(request.arguments["counter"]), signal_memory.key_of(named.group(1), value)


def _counts(entry: "Prepared", plan: Plan) -> list[Count]:
    """The standard counters of the account, asked for or not, so that a new rule finds history; others that a rule of
    the plan asks for."""
    mine = {ALL_ITEMS, COUNTERS[entry.checked.kind]}
    account = signal_memory.key_of("account", entry.account_key)
    found = [(counter, account) for counter in sorted(mine)]
    for counter, path in _others(plan):
        value = _name_of(fetch(entry.event, tuple(path.split(".")))) if counter in mine else None
        if value is not None:
            found.append((counter, signal_memory.key_of(path, value)))
    return found


def _name_of(value: Any) -> str | None:
    """A record's id, or a text itself."""
    named = value.get("id") if isinstance(value, Mapping) else value
    return named if isinstance(named, str) and named else None


@lru_cache(maxsize=8)
def _others(plan: Plan) -> tuple[tuple[str, str], ...]:
    """(counter, path) of each rate in the plan that is not the account's own."""
    found = set()
    for rule in plan.rules:
        for node in nodes.walk(rule.tree):
            if isinstance(node, nodes.Ask) and node.signal == "rate":
                asked = dict(node.arguments)
                by, counter = asked.get("by"), asked.get("counter")
                if isinstance(by, nodes.Field) and isinstance(counter, nodes.Const) and by.path != "account":
                    found.add((str(counter.value), by.path))
    return tuple(sorted(found))
