"""The terms of a strike ladder, as data: what counts, for how long, and what each count brings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

FEATURES = ("sell", "comment", "message", "live")
# The feature through which a kind of item was posted; kinds not named here belong to none.
FEATURE_OF = {
    "ad": "sell",
    "listing": "sell",
    "product": "sell",
    "shop": "sell",
    "comment": "comment",
    "review": "comment",
    "message": "message",
    "livestream": "live",
}
# What a step may bring. Ending is never applied by a step: it is proposed, and two people decide.
STEP_KINDS = (
    "limit_interaction",
    "demonetise",
    "ban_live",
    "ban_comment",
    "ban_message",
    "ban_sell",
    "suspend_service",
    "suspend_account",
    "end_account",
)
FOR_GOOD = frozenset({"end_account", "end_service"})
MOST_DAYS = 3650

PARTS = (
    "lesson",
    "expiry_days",
    "incident_hours",
    "old_after_days",
    "strikes",
    "least_strikes",
    "zero_tolerance",
    "steps",
    "features",
    "measure",
)


class BadTerms(ValueError):
    """Terms that cannot be a ladder. `fields`: what is wrong, by the name of its part."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{name}: {why}" for name, why in fields.items()))


@dataclass(frozen=True)
class Step:
    """From `at` strikes on: a restriction for so many days (None: for good). `only_here`: in the market of the breach."""

    at: int
    kind: str
    days: int | None
    only_here: bool = False

    @property
    def seconds(self) -> float | None:
        return self.days * 86400.0 if self.days is not None else None

    @property
    def proposed(self) -> bool:
        """Never applied by itself: two people decide."""
        return self.kind in FOR_GOOD


@dataclass(frozen=True)
class Terms:
    """A ladder. `strikes`: how many a policy, or a “policy clause”, is worth where that is not what the policy says.
    `least_strikes`: at least so many for a gravity. `zero_tolerance`: policies, clauses and labels."""

    expiry: Mapping[int, timedelta]
    steps: tuple[Step, ...]
    features: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    lesson_most_gravity: int = 0  # 0: no lesson instead of a strike
    lesson_again: timedelta = timedelta(days=365)
    incident: timedelta = timedelta(hours=72)
    old_after: timedelta | None = None
    strikes: Mapping[str, int] = field(default_factory=dict)
    least_strikes: Mapping[int, int] = field(default_factory=dict)
    zero_tolerance: frozenset[str] = frozenset()
    measure: timedelta = timedelta(days=30)
    measure_items: int = 5

    def worth(self, *, policy: str, clause: str, own: int, gravity: int) -> int:
        """How many strikes a clause is worth; `own` is what its policy says. A policy worth none stays at none."""
        told = self.strikes.get(f"{policy} {clause}", self.strikes.get(policy, own))
        return max(told, self.least_strikes.get(gravity, 0)) if told else 0

    def tolerates(self, *, policy: str, clause: str, labels: Sequence[str]) -> bool:
        return not self.zero_tolerance & {policy, f"{policy} {clause}", *labels}

    def step(self, count: int) -> Step | None:
        """The highest step that `count` strikes reach."""
        return reached(self.steps, count)

    def feature_step(self, feature: str, count: int) -> Step | None:
        return reached(self.features.get(feature, ()), count)


def reached(steps: Sequence[Step], count: int) -> Step | None:
    return next((step for step in reversed(steps) if step.at <= count), None)


def parse(data: Mapping[str, Any]) -> Terms:
    """Terms from their data. Raises BadTerms naming every part that is wrong."""
    wrong: dict[str, str] = {}
    if not isinstance(data, Mapping):
        raise BadTerms({"terms": "Must be an object."})
    for name in sorted(set(data) - set(PARTS)):
        wrong[str(name)] = f"There is no such part; there are {', '.join(PARTS)}."

    def whole(name: str, value: Any, least: int, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            wrong[name] = f"Must be a whole number from {least} to {most}."
            return least
        return value

    def part(name: str) -> Mapping[str, Any]:
        value = data.get(name, {})
        if not isinstance(value, Mapping):
            wrong[name] = "Must be an object."
            return {}
        return value

    expiry = {
        gravity: timedelta(days=whole("expiry_days", part("expiry_days").get(str(gravity)), 1, MOST_DAYS))
        for gravity in range(1, 6)
    }
    lesson = part("lesson")
    measure = part("measure")
    least = {}
    for gravity, count in part("least_strikes").items():
        if gravity not in {"1", "2", "3", "4", "5"}:
            wrong["least_strikes"] = "Gravities are 1 to 5."
        else:
            least[int(gravity)] = whole("least_strikes", count, 0, 10)
    steps = _steps("steps", data.get("steps", []), wrong)
    if not steps:
        wrong.setdefault("steps", "A ladder has at least one step.")
    features = {}
    for feature, own in part("features").items():
        if feature not in FEATURES:
            wrong["features"] = f"Features are {', '.join(FEATURES)}."
        else:
            features[feature] = _steps("features", own, wrong)
    zero = data.get("zero_tolerance", [])
    if not isinstance(zero, list) or not all(isinstance(one, str) and one.strip() for one in zero):
        wrong["zero_tolerance"] = "Must be a list of policies, clauses and labels."
        zero = []
    old = data.get("old_after_days")
    terms = Terms(
        expiry=expiry,
        steps=steps,
        features=features,
        lesson_most_gravity=whole("lesson", lesson.get("most_gravity", 0), 0, 5),
        lesson_again=timedelta(days=whole("lesson", lesson.get("again_after_days", 365), 1, MOST_DAYS)),
        incident=timedelta(hours=whole("incident_hours", data.get("incident_hours", 72), 0, 24 * 90)),
        old_after=None if old is None else timedelta(days=whole("old_after_days", old, 1, MOST_DAYS)),
        strikes={str(code): whole("strikes", count, 0, 10) for code, count in part("strikes").items()},
        least_strikes=least,
        zero_tolerance=frozenset(one.strip() for one in zero),
        measure=timedelta(days=whole("measure", measure.get("days", 30), 1, 365)),
        measure_items=whole("measure", measure.get("items", 5), 1, 100),
    )
    if wrong:
        raise BadTerms(wrong)
    return terms


def _steps(name: str, data: Any, wrong: dict[str, str]) -> tuple[Step, ...]:
    if not isinstance(data, list) or not all(isinstance(one, Mapping) for one in data):
        wrong[name] = "Must be a list of steps."
        return ()
    steps: list[Step] = []
    for one in data:
        at, kind, days, here = one.get("at"), one.get("kind"), one.get("days"), one.get("only_here", False)
        if set(one) - {"at", "kind", "days", "only_here"}:
            wrong[name] = "A step has at, kind, days and only_here."
        elif isinstance(at, bool) or not isinstance(at, int) or not 1 <= at <= 100:
            wrong[name] = "A step begins at 1 to 100 strikes."
        elif steps and at <= steps[-1].at:
            wrong[name] = "Each step begins at more strikes than the one before."
        elif kind not in STEP_KINDS:
            wrong[name] = f"A step brings one of {', '.join(STEP_KINDS)}."
        elif kind in FOR_GOOD and days is not None:
            wrong[name] = "What ends for good has no days."
        elif kind not in FOR_GOOD and (
            isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS
        ):
            wrong[name] = f"A step lasts 1 to {MOST_DAYS} days."
        elif not isinstance(here, bool):
            wrong[name] = "only_here is true or false."
        else:
            steps.append(Step(at=at, kind=kind, days=days, only_here=here))
    return tuple(steps)
