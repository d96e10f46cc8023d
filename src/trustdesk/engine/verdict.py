"""What a plan says about one event. Frozen, and to and from plain JSON without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .then import RANK, Then


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the original text of a field, in code points: `text == value[start:end]`."""

    field: str
    start: int
    end: int
    text: str

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field, "start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Hit:
    policy: str
    rule: str
    version: int
    then: Then
    gravity: int
    labels: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy,
            "rule": self.rule,
            "version": self.version,
            "then": self.then.to_json(),
            "gravity": self.gravity,
            "labels": list(self.labels),
            "evidence": [piece.to_json() for piece in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that ended unknown, once for each value that was not known. `patience` in seconds, if the rule says."""

    policy: str
    rule: str
    version: int
    signal: str
    if_unknown: str
    then: Then
    patience: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy,
            "rule": self.rule,
            "version": self.version,
            "signal": self.signal,
            "if_unknown": self.if_unknown,
            "then": self.then.to_json(),
            "patience": self.patience,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """`hits` start with the one that made the outcome (ties: higher gravity, then order of the policies).

    `inputs` maps each field and lookup the plan reads for this kind and market to its plain JSON value: null where
    missing, `{"unknown": true}` where unknown. `plan` is the hash of the plan that said it.
    """

    outcome: str
    hits: tuple[Hit, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    plan: str = ""

    @property
    def settled(self) -> bool:
        """No undecided rule could still change the outcome."""
        return all(RANK[rest.then.verb] <= RANK[self.outcome] for rest in self.undecided)

    def to_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "hits": [hit.to_json() for hit in self.hits],
            "undecided": [rest.to_json() for rest in self.undecided],
            "inputs": dict(self.inputs),
            "plan": self.plan,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        hits = tuple(
            Hit(
                **{
                    **hit,
                    "then": Then.from_json(hit["then"]),
                    "labels": tuple(hit["labels"]),
                    "evidence": tuple(Evidence(**piece) for piece in hit["evidence"]),
                }
            )
            for hit in data["hits"]
        )
        undecided = tuple(Undecided(**{**rest, "then": Then.from_json(rest["then"])}) for rest in data["undecided"])
        return cls(data["outcome"], hits, undecided, dict(data["inputs"]), data["plan"])
