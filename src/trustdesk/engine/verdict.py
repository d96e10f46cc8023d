"""What a plan says about one event. Frozen, and to and from plain JSON without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

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


class Source(Protocol):
    """A batch that was judged (`program.Judged`): what is to be said of event `at`, worked out when it is asked for."""

    def hits(self, at: int) -> tuple[Hit, ...]: ...
    def evidence(self, at: int, number: int) -> tuple[Evidence, ...]: ...
    def undecided_rules(self, at: int) -> tuple[Undecided, ...]: ...
    def inputs(self, at: int) -> dict[str, Any]: ...


class _Told:
    """A frozen dataclass whose dear fields are worked out when they are first read: most never are.

    Copies, pickles and comparisons read everything.
    """

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__[name] = self._tell(name)
        return value

    def _tell(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no attribute {name}")

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return type(self), tuple(getattr(self, part.name) for part in fields(self))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Hit(_Told):
    policy: str
    rule: str
    version: int
    then: Then
    gravity: int
    labels: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = field(default_factory=tuple)

    @classmethod
    def lazily(cls, like: Hit, source: tuple[Source, int, int]) -> Hit:
        """The same hit with evidence that is looked for when it is read: of which batch, event and rule (by number)."""
        hit = cls.__new__(cls)
        inside = hit.__dict__
        inside.update(like.__dict__)
        del inside["evidence"]
        inside["_source"] = source
        return hit

    def _tell(self, name: str) -> Any:
        source = self.__dict__.get("_source")
        if source is None or name != "evidence":
            return super()._tell(name)
        batch, at, number = source
        return batch.evidence(at, number)

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


@dataclass(frozen=True)
class Verdict(_Told):
    """`hits` start with the one that made the outcome (ties: higher gravity, then order of the policies).

    `inputs` maps each field and lookup the plan reads for this kind and market to its plain JSON value: null where
    missing, `{"unknown": true}` where unknown. `plan` is the hash of the plan that said it.

    What a plan says is worked out when it is read: the event must not be changed before.
    """

    outcome: str
    hits: tuple[Hit, ...] = field(default_factory=tuple)
    undecided: tuple[Undecided, ...] = field(default_factory=tuple)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    plan: str = ""

    @classmethod
    def lazily(cls, outcome: str, plan: str, source: tuple[Source, int]) -> Verdict:
        """A verdict of which the outcome is known, and of which batch and event the rest is to be told."""
        verdict = cls.__new__(cls)
        inside = verdict.__dict__
        inside["outcome"], inside["plan"], inside["_source"] = outcome, plan, source
        return verdict

    def _tell(self, name: str) -> Any:
        source = self.__dict__.get("_source")
        if source is None:
            return super()._tell(name)
        batch, at = source
        match name:
            case "hits":
                return batch.hits(at)
            case "undecided":
                return batch.undecided_rules(at)
            case "inputs":
                return batch.inputs(at)
        return super()._tell(name)

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
