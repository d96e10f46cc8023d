"""Where a review belongs and how soon it is looked at. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Any

from trustdesk.kernel.work.actions import Part
from trustdesk.kernel.work.rules.conditions import Condition, Values

# Until a rule's precision is measured, a rule that asks for a person is taken to be right half the time.
UNMEASURED = 0.5
UNKNOWN_VIEWS = 100.0
LAST_LANE = 5
# The dimensions of a queue's condition, in the order in which pages name them.
DIMENSIONS = ("kind", "source", "market", "language", "family", "lane")
_CLOSED = {"lane": frozenset(str(lane) for lane in range(LAST_LANE + 1))}
# Danger to life, law: their target is never another's.
GRAVE_LANES = frozenset({0, 1})
# Families of labels under which looking itself does harm; a fraud costs money, not sleep.
HURTING = frozenset({"child_safety", "sexual", "violence", "extremism", "self_harm", "hate", "harassment"})


@dataclass(frozen=True)
class Noticed:
    """What people outside reported of an item: how often, with what weight, the most urgent lane, under which families."""

    count: int
    weight: float
    lane: int
    categories: tuple[str, ...]

    @property
    def urgency(self) -> float:
        """By what the score is multiplied: 1 + ln(1 + weight), so that the hundredth notice adds little."""
        return 1 + log1p(max(0.0, self.weight))


@dataclass(frozen=True)
class Place:
    """Queue, lane (0 first) and the score with its parts; `harm` and `weight`: what looking does to people."""

    queue: str
    lane: int
    score: float
    parts: tuple[Part, ...]
    harm: str = ""
    weight: int = 0


def noticed_of(told: Mapping[str, Any]) -> Noticed | None:
    """What a review keeps of its notices, read; None for none."""
    if not told:
        return None
    return Noticed(int(told["count"]), float(told["weight"]), int(told["lane"]), tuple(told["categories"]))


def with_notice(told: Mapping[str, Any], *, category: str, lane: int, weight: float, at: str) -> dict[str, Any]:
    """The same with one notice more."""
    return {
        "count": int(told.get("count", 0)) + 1,
        "weight": round(float(told.get("weight", 0)) + weight, 2),
        "lane": min(int(told.get("lane", LAST_LANE)), lane),
        "categories": list(dict.fromkeys([*told.get("categories", ()), category])),
        "first_at": told.get("first_at", at),
    }


def harm_of(labels: Sequence[str], severities: Mapping[str, int]) -> tuple[str, int]:
    """The family of the heaviest label that hurts who looks, and its severity (1 to 5); ("", 0) when none does."""
    hurting = [(severities.get(label, 1), label) for label in labels if label.partition(".")[0] in HURTING]
    if not hurting:
        return "", 0
    severity, label = min(hurting, key=lambda one: (-one[0], one[1]))
    return label.partition(".")[0], severity


def closed(condition: Condition) -> dict[str, Values]:
    """The condition with “all but” written out where all values are known, so that no two seem to share a lane that does
    not exist."""
    return {
        dimension: Values(_CLOSED[dimension] - values.named) if values.others and dimension in _CLOSED else values
        for dimension, values in condition.items()
    }


def family_of(labels: Sequence[str], severities: Mapping[str, int], families: Mapping[str, str]) -> str:
    """The family that decides about the queue: that of the gravest label, of equals the first by name; "" without labels.

    An item may have labels of several families. One of them counts, so that no two queues can both take it.
    """
    gravest = min(labels, key=lambda label: (-severities.get(label, 1), label), default="")
    return families.get(gravest) or gravest.partition(".")[0]


def place_of(
    *,
    facets: Mapping[str, str],
    hits: Sequence[Mapping[str, Any]],
    severities: Mapping[str, int],
    families: Mapping[str, str],
    expected_views: float | None,
    unscreened: bool,
    queue_for: Callable[[Mapping[str, str], str], str],
    lane_of: Callable[[str | None], int],
    noticed: Noticed | None = None,
) -> Place:
    """Queue: what a rule names, else the one whose condition holds of `facets`, family and lane (`queue_for(facets,
    named)`; without facets: the fallback, where what waited in vain for a signal goes). Lane: the most urgent any rule
    names. Score = severity × probability × log1p(expected views),
    × the urgency of what was reported. What people reported it as counts as labels do: by the gravest of that family."""
    labels = [label for hit in hits for label in hit["labels"]]
    if noticed is not None:
        labels += [gravest for one in noticed.categories if (gravest := _gravest(one, severities, families))]
    harm, weight = harm_of(labels, severities)
    asked = [hit["then"] for hit in hits if hit["then"]["verb"] == "review"]
    severity = max((severities.get(label, 1) for label in labels), default=1)
    views = UNKNOWN_VIEWS if expected_views is None else expected_views
    parts: tuple[Part, ...] = (
        Part("severity", float(severity), f"severity {severity} of 5"),
        Part("probability", UNMEASURED, "right half the time (not measured yet)"),
        Part(
            "views",
            round(log1p(views), 3),
            "about 100 views assumed" if expected_views is None else f"about {views:,.0f} views expected",
        ),
    )
    score = severity * UNMEASURED * log1p(views)
    if noticed is not None:
        score *= noticed.urgency
        parts = (
            *parts,
            Part("notices", round(noticed.urgency, 3), f"{noticed.count} reports that weigh {noticed.weight:g}"),
        )
    if unscreened and noticed is None:
        queue = queue_for({}, "")
        return Place(queue=queue, lane=LAST_LANE, score=score, parts=parts, harm=harm, weight=weight)
    named = next((then["queue"] for then in asked if then.get("queue")), "")
    lane = min((lane_of(then.get("lane")) for then in asked), default=LAST_LANE)
    if noticed is not None:
        lane = min(lane, noticed.lane)
    told = {**facets, "family": family_of(labels, severities, families), "lane": str(lane)}
    queue = queue_for(told, named)
    return Place(queue=queue, lane=lane, score=score, parts=parts, harm=harm, weight=weight)


def _gravest(family: str, severities: Mapping[str, int], families: Mapping[str, str]) -> str:
    """The gravest label of a family, of equals the first by name; "" for a family without labels."""
    mine = [label for label, its in families.items() if its == family]
    return min(mine, key=lambda label: (-severities.get(label, 1), label), default="")
