"""Where a review belongs and how soon it is looked at. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Any

from trustdesk.kernel.work.actions import Part

# Until a rule's precision is measured, a rule that asks for a person is taken to be right half the time.
UNMEASURED = 0.5
UNKNOWN_VIEWS = 100.0
LAST_LANE = 5


@dataclass(frozen=True)
class Place:
    """Queue, lane (0 first) and the score with its parts."""

    queue: str
    lane: int
    score: float
    parts: tuple[Part, ...]


def place_of(
    *,
    kind: str,
    hits: Sequence[Mapping[str, Any]],
    severities: Mapping[str, int],
    expected_views: float | None,
    unscreened: bool,
    queue_for: Callable[..., str],
    lane_of: Callable[[str | None], int],
) -> Place:
    """Queue: what a rule names, else what the pack says (`queue_for(kind, labels, unscreened=…)`). Lane: the most urgent
    any rule names. Score = severity × probability × log1p(expected views)."""
    labels = [label for hit in hits for label in hit["labels"]]
    asked = [hit["then"] for hit in hits if hit["then"]["verb"] == "review"]
    severity = max((severities.get(label, 1) for label in labels), default=1)
    views = UNKNOWN_VIEWS if expected_views is None else expected_views
    parts = (
        Part("severity", float(severity), f"severity {severity} of 5"),
        Part("probability", UNMEASURED, "right half the time (not measured yet)"),
        Part(
            "views",
            round(log1p(views), 3),
            "about 100 views assumed" if expected_views is None else f"about {views:,.0f} views expected",
        ),
    )
    score = severity * UNMEASURED * log1p(views)
    if unscreened:
        return Place(queue=queue_for(kind, tuple(labels), unscreened=True), lane=LAST_LANE, score=score, parts=parts)
    named = next((then["queue"] for then in asked if then.get("queue")), "")
    lane = min((lane_of(then.get("lane")) for then in asked), default=LAST_LANE)
    return Place(queue=named or queue_for(kind, tuple(labels), unscreened=False), lane=lane, score=score, parts=parts)
