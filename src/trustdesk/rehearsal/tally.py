"""What a rehearsal counts. Tallies of parts add up to the tally of the whole, in any order. Pure."""

import heapq
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

MOST_SAMPLES = 50  # of each change
Rule = tuple[str, str]  # policy, rule
# Per rule: hits before and after, hits gained and lost, items whose outcome it made before and after, items it could not
# be answered for, items it would act on without a person.
BEFORE, AFTER, GAINED, LOST, MADE_BEFORE, MADE_AFTER, UNSURE, ACTED = range(8)
# Against people: removed and should, removed and should not, left up and should not have been, left up rightly.
RIGHT, WRONG, MISSED, SPARED = range(4)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as far as it is counted."""

    policy: str
    rule: str
    labels: tuple[str, ...]
    verb: str = ""

    def acts(self, outcome: str) -> bool:
        """Is its word done by the machine, where the item's outcome is this? As the emergency brake counts."""
        if self.verb in {"warn", "educate", "flag"}:
            return outcome != "reject"
        return self.verb == outcome and outcome in {"reject", "hold", "limit"}


@dataclass(slots=True)
class Side:
    """What one plan says about one item: the outcome, its hits (the deciding one first), rules it could not answer."""

    outcome: str
    hits: tuple[Found, ...] = ()
    unsure: tuple[Rule, ...] = ()


@dataclass
class Tally:
    """Counts of some items. JSON in and out without loss."""

    items: int = 0
    changed: int = 0
    unsure: int = 0  # items for which at least one rule could not be answered
    matrix: Counter[str] = field(default_factory=Counter)  # "approve>reject"
    places: Counter[str] = field(default_factory=Counter)  # "ad|ID|id": items by kind, market, language
    rules: dict[str, list[int]] = field(default_factory=dict)  # "policy/rule"
    labels: dict[str, list[int]] = field(default_factory=dict)  # hit before, after; removed before, after
    markets: dict[str, list[int]] = field(default_factory=dict)  # items, changed, removed before, after
    people: dict[str, list[int]] = field(default_factory=lambda: {"before": [0] * 4, "after": [0] * 4})
    # Per change a heap of (-priority, sample): the lowest priorities stay, so that parts agree on the same sample.
    samples: dict[str, list[tuple[int, str, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, *, market: str, place: str, old: Side, new: Side, person: str | None) -> bool:
        """Count one item; True when its outcome changed."""
        self.items += 1
        self.places[place] += 1
        changed = old.outcome != new.outcome
        self.matrix[f"{old.outcome}>{new.outcome}"] += 1
        here = self.markets.setdefault(market, [0, 0, 0, 0])
        here[0] += 1
        if changed:
            self.changed += 1
            here[1] += 1
        here[2] += old.outcome == "reject"
        here[3] += new.outcome == "reject"
        if old.hits or new.hits or new.unsure:
            self._hits(old, new)
        if person is not None:
            for name, side in (("before", old), ("after", new)):
                removed, should = side.outcome == "reject", person == "remove"
                found = (RIGHT if should else WRONG) if removed else (MISSED if should else SPARED)
                self.people[name][found] += 1
        return changed

    def _hits(self, old: Side, new: Side) -> None:
        before = {(hit.policy, hit.rule) for hit in old.hits}
        after = {(hit.policy, hit.rule) for hit in new.hits}
        for key in before | after:
            row = self._rule(key)
            row[BEFORE] += key in before
            row[AFTER] += key in after
            row[GAINED] += key not in before
            row[LOST] += key not in after
        if old.hits and old.outcome != "approve":
            self._rule((old.hits[0].policy, old.hits[0].rule))[MADE_BEFORE] += 1
        if new.hits and new.outcome != "approve":
            self._rule((new.hits[0].policy, new.hits[0].rule))[MADE_AFTER] += 1
        for hit in new.hits:
            if hit.acts(new.outcome):
                self._rule((hit.policy, hit.rule))[ACTED] += 1
        if new.unsure:
            self.unsure += 1
            for key in new.unsure:
                self._rule(key)[UNSURE] += 1
        for at, side in enumerate((old, new)):
            for label in {label for hit in side.hits for label in hit.labels}:
                counts = self.labels.setdefault(label, [0, 0, 0, 0])
                counts[at] += 1
                counts[2 + at] += side.outcome == "reject"

    def _rule(self, key: Rule) -> list[int]:
        return self.rules.setdefault(f"{key[0]}/{key[1]}", [0] * 8)

    def wants(self, change: str, verdict: UUID) -> bool:
        """Would this item be among the samples of its change?"""
        kept = self.samples.get(change) or []
        return len(kept) < MOST_SAMPLES or _priority(verdict) < -kept[0][0]

    def keep(self, change: str, verdict: UUID, sample: Mapping[str, Any]) -> None:
        self._push(change, (-_priority(verdict), str(verdict), dict(sample)))

    def _push(self, change: str, entry: tuple[int, str, dict[str, Any]]) -> None:
        kept = self.samples.setdefault(change, [])
        if any(entry[:2] == other[:2] for other in kept):
            return
        (heapq.heappush if len(kept) < MOST_SAMPLES else heapq.heappushpop)(kept, entry)

    def merge(self, other: "Tally") -> None:
        self.items += other.items
        self.changed += other.changed
        self.unsure += other.unsure
        self.matrix.update(other.matrix)
        self.places.update(other.places)
        for mine, theirs in (
            (self.rules, other.rules),
            (self.labels, other.labels),
            (self.markets, other.markets),
            (self.people, other.people),
        ):
            for name, row in theirs.items():
                mine[name] = [a + b for a, b in zip(mine[name], row, strict=True)] if name in mine else list(row)
        for change, kept in other.samples.items():
            for entry in kept:
                self._push(change, entry)

    def to_json(self) -> dict[str, Any]:
        return {
            "items": self.items,
            "changed": self.changed,
            "unsure": self.unsure,
            "matrix": dict(self.matrix),
            "places": dict(self.places),
            "rules": self.rules,
            "labels": self.labels,
            "markets": self.markets,
            "people": self.people,
            "samples": {change: [list(entry) for entry in sorted(kept)] for change, kept in self.samples.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Tally":
        made = cls(
            items=data["items"],
            changed=data["changed"],
            unsure=data["unsure"],
            matrix=Counter(data["matrix"]),
            places=Counter(data["places"]),
            rules={name: list(row) for name, row in data["rules"].items()},
            labels={name: list(row) for name, row in data["labels"].items()},
            markets={name: list(row) for name, row in data["markets"].items()},
            people={name: list(row) for name, row in data["people"].items()},
        )
        for change, kept in data["samples"].items():
            made.samples[change] = [(entry[0], entry[1], entry[2]) for entry in kept]
            heapq.heapify(made.samples[change])
        return made


def merged(parts: Iterable[Mapping[str, Any]]) -> Tally:
    """The tally of the whole from those of its parts, as JSON."""
    whole = Tally()
    for part in parts:
        whole.merge(Tally.from_json(part))
    return whole


def _priority(verdict: UUID) -> int:
    """Evenly spread over all items whatever order they come in, and the same wherever it is asked."""
    return zlib.crc32(verdict.bytes)
