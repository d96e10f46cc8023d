"""Clock policies: which work a policy is for, and its targets by metric and priority. The first that fits, by position, holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trustdesk.clocks.rules.metrics import Metric, Status
from trustdesk.kernel.work.rules.clock import Target

DIMENSIONS = ("queue", "channel", "kind", "priority", "market", "language", "category")
PAUSABLE = (Status.PENDING, Status.ON_HOLD)
LONGEST = 60 * 24 * 366  # minutes
MOST_STEPS = 10
WARN = 15


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True)
class Traits:
    """What a policy is chosen by; an empty one fits no condition that names values."""

    queue: str = ""
    channel: str = ""
    kind: str = ""
    priority: str = Priority.NORMAL.value
    market: str = ""
    language: str = ""
    category: str = ""


@dataclass(frozen=True)
class ChainStep:
    """So many minutes of plain time after a breach, somebody is to be told: `to` says who, in the desk's own words."""

    after_minutes: int
    to: str


@dataclass(frozen=True)
class Policy:
    """A promise. `business`: the priorities counted in business minutes. An empty `when` fits everything (the fallback)."""

    name: str
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    targets: Mapping[Metric, Mapping[Priority, int]] = field(default_factory=dict)
    business: frozenset[Priority] = frozenset()
    resolution_pauses: frozenset[Status] = frozenset()
    warn_minutes: int = WARN
    steps: tuple[ChainStep, ...] = ()

    def fits(self, traits: Traits) -> bool:
        return all(getattr(traits, dimension) in values for dimension, values in self.when.items())

    def target(self, metric: Metric, priority: Priority) -> Target:
        """Without one the clock counts in plain minutes and is never due."""
        minutes = self.targets.get(metric, {}).get(priority)
        return Target(minutes, business=minutes is not None and priority in self.business)


class Problems(ValueError):
    """Input that cannot be read: `fields` says what to mend where ({"policy.warn_minutes": "…"})."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{where}: {why}" for where, why in self.fields.items()))


def first_fit(policies: Iterable[Policy], traits: Traits) -> int | None:
    """The number (from 0) of the first policy that fits."""
    return next((n for n, policy in enumerate(policies) if policy.fits(traits)), None)


def read(raw: Any, where: str = "policy") -> Policy:
    """A policy as people and tables write it. Raises Problems, with every field that is wrong.

        {"name": "Sellers", "when": {"channel": ["mail"]}, "targets": {"first_reply": {"urgent": 30, "normal": 240},
         "resolution": 2880}, "business": ["normal", "low"], "resolution_pauses": ["pending"], "warn_minutes": 15,
         "steps": [{"after_minutes": 0, "to": "team lead"}]}

    One number for a metric holds for every priority; `"business": true` for all of them.
    """
    wrong: dict[str, str] = {}
    if not isinstance(raw, dict):
        raise Problems({where: "Write an object with name and targets."})
    unknown_keys(
        raw, {"name", "when", "targets", "business", "resolution_pauses", "warn_minutes", "steps"}, where, wrong
    )
    name = raw.get("name", "")
    if not isinstance(name, str) or not name.strip() or len(name) > 80:
        wrong[f"{where}.name"] = "Give a name of at most 80 characters."
    policy = Policy(
        name=str(name).strip(),
        when=_when(raw.get("when") or {}, f"{where}.when", wrong),
        targets=_targets(raw.get("targets") or {}, f"{where}.targets", wrong),
        business=_business(raw.get("business", False), f"{where}.business", wrong),
        resolution_pauses=frozenset(
            _words(raw.get("resolution_pauses") or [], PAUSABLE, f"{where}.resolution_pauses", wrong)
        ),
        warn_minutes=_whole(raw.get("warn_minutes", WARN), 0, LONGEST, f"{where}.warn_minutes", wrong) or 0,
        steps=_steps(raw.get("steps") or [], f"{where}.steps", wrong),
    )
    if wrong:
        raise Problems(wrong)
    return policy


def written(policy: Policy) -> dict[str, Any]:
    """The policy as `read` reads it."""
    return {
        "name": policy.name,
        "when": {dimension: sorted(values) for dimension, values in policy.when.items()},
        "targets": {
            metric.value: {priority.value: minutes for priority, minutes in of.items()}
            for metric, of in policy.targets.items()
            if of
        },
        "business": sorted(policy.business),
        "resolution_pauses": sorted(policy.resolution_pauses),
        "warn_minutes": policy.warn_minutes,
        "steps": [{"after_minutes": step.after_minutes, "to": step.to} for step in policy.steps],
    }


def unknown_keys(raw: Mapping[str, Any], known: Iterable[str], where: str, wrong: dict[str, str]) -> None:
    for key in raw:
        if key not in set(known):
            wrong[f"{where}.{key}" if where else str(key)] = (
                f"There is no such field. Known: {', '.join(sorted(known))}."
            )


def _when(raw: Any, where: str, wrong: dict[str, str]) -> dict[str, frozenset[str]]:
    if not isinstance(raw, dict):
        wrong[where] = "Write an object of lists, for example {“channel”: [“mail”]}."
        return {}
    unknown_keys(raw, DIMENSIONS, where, wrong)
    found: dict[str, frozenset[str]] = {}
    for dimension in DIMENSIONS:
        values = raw.get(dimension)
        values = [values] if isinstance(values, str) else values
        if values in (None, [], [""]):
            continue  # blank fits everything
        if not isinstance(values, list) or not all(isinstance(one, str) and one.strip() for one in values):
            wrong[f"{where}.{dimension}"] = "Write a list of words."
        elif dimension == "priority" and (odd := [one for one in values if one not in list(Priority)]):
            wrong[f"{where}.priority"] = f"There is no priority “{odd[0]}”. Say one of {', '.join(Priority)}."
        else:
            found[dimension] = frozenset(one.strip() for one in values)
    return found


def _targets(raw: Any, where: str, wrong: dict[str, str]) -> dict[Metric, dict[Priority, int]]:
    found: dict[Metric, dict[Priority, int]] = {}
    if not isinstance(raw, dict):
        wrong[where] = "Write an object: minutes by metric and priority."
        return found
    unknown_keys(raw, list(Metric), where, wrong)
    for metric in Metric:
        of = raw.get(metric.value)
        if of is None:
            continue
        if not isinstance(of, dict):
            of = dict.fromkeys(Priority, of)
            minutes = _whole(of[Priority.NORMAL], 1, LONGEST, f"{where}.{metric}", wrong)
            found[metric] = dict.fromkeys(Priority, minutes) if minutes else {}
            continue
        unknown_keys(of, list(Priority), f"{where}.{metric}", wrong)
        found[metric] = {}
        for priority in Priority:
            if of.get(priority.value) is not None:
                minutes = _whole(of[priority.value], 1, LONGEST, f"{where}.{metric}.{priority}", wrong)
                if minutes:
                    found[metric][priority] = minutes
    return found


def _business(raw: Any, where: str, wrong: dict[str, str]) -> frozenset[Priority]:
    if isinstance(raw, bool):
        return frozenset(Priority) if raw else frozenset()
    return frozenset(_words(raw, tuple(Priority), where, wrong))


def _words(raw: Any, known: tuple[Any, ...], where: str, wrong: dict[str, str]) -> list[Any]:
    """A list of known words."""
    if not isinstance(raw, list):
        wrong[where] = f"Write a list; known: {', '.join(known)}."
        return []
    found = []
    for one in raw:
        if one in [word.value for word in known]:
            found.append(type(known[0])(one))
        else:
            wrong[where] = f"There is no “{one}” here. Say one of {', '.join(known)}."
    return found


def _whole(raw: Any, least: int, most: int, where: str, wrong: dict[str, str]) -> int | None:
    if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
        wrong[where] = f"Give whole minutes from {least} to {most:,}."
        return None
    return raw


def _steps(raw: Any, where: str, wrong: dict[str, str]) -> tuple[ChainStep, ...]:
    if not isinstance(raw, list) or len(raw) > MOST_STEPS:
        wrong[where] = f"Write a list of at most {MOST_STEPS} steps."
        return ()
    found: list[ChainStep] = []
    for n, one in enumerate(raw):
        at = f"{where}[{n}]"
        if not isinstance(one, dict):
            wrong[at] = "Write an object with after_minutes and to."
            continue
        unknown_keys(one, {"after_minutes", "to"}, at, wrong)
        after = _whole(one.get("after_minutes"), 0, LONGEST, f"{at}.after_minutes", wrong)
        to = one.get("to")
        if not isinstance(to, str) or not to.strip() or len(to) > 60:
            wrong[f"{at}.to"] = "Say who is to be told, in at most 60 characters."
        elif after is not None:
            if found and after < found[-1].after_minutes:
                wrong[f"{at}.after_minutes"] = "A later step comes no earlier than the one before."
            found.append(ChainStep(after, to.strip()))
    return tuple(found)
