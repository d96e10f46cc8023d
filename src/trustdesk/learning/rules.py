"""Learning's pure parts: what a decision says about a label, what a column of labels says, how much is asked at least."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

# Taxonomy labels (or families) whose presence on a decision means that a shipped class fits. A label of the taxonomy
# means itself and everything below it.
COUNTS: dict[str, tuple[str, ...]] = {
    "toxic": ("hate", "harassment", "violence.threat", "sexual", "self_harm"),
    "any_harm": ("hate", "harassment", "violence", "sexual", "self_harm", "extremism"),
    "threat": ("violence.threat",),
    "scam": ("fraud",),
    "spam": ("inauthentic.spam_duplicate",),
}
CONFIDENCE = 0.95
PRECISIONS = (0.8, 0.9, 0.95, 0.98, 0.99)
RECALLS = (0.5, 0.8, 0.9, 0.95)

LONGEST_TEXT = 20_000  # characters; longer ones are cut
MOST_ROWS = 200_000
MOST_DECISIONS = 50_000
MOST_DRAWN = 4_000  # contents drawn at random, to weigh what people saw
LEAST_PLACE = 10  # labels of a market and language below which it is not looked at by itself
MOST_PLACES = 60
LABEL = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")

# Learning. The newest of the decisions are held out, by time; and whoever is among them is not trained on.
HELD_OUT = 0.3
LEAST_TRAINED = 40  # of either truth, to train on
LEAST_HELD = 20  # of either truth, held out
MOST_WORSE = 0.02  # a candidate whose difference may be worse than this is not proposed
LEAST_SHADOW = 100  # items a candidate has scored beside the live model before it may be released
MAX_FPR = 0.02

_YES = frozenset({"1", "true", "yes", "y", "t", "ya"})
_NO = frozenset({"0", "false", "no", "n", "f", "", "none", "fine", "tidak", "ok"})


def counting(label: str) -> tuple[str, ...]:
    return COUNTS.get(label, (label,))


def fits(labels: Iterable[str], counts: Sequence[str]) -> bool:
    """Is one of these labels one that counts, or below one?"""
    return any(label == one or label.startswith(f"{one}.") for label in labels for one in counts)


def truth_of(*, outcome: str, labels: Sequence[str], counts: Sequence[str]) -> bool | None:
    """What a person's decision says about a label; None: nothing.

    Approved: it does not fit. Removed or limited for it: it fits. Removed for something else only: it does not, which is
    the cautious reading (a label nobody named may have fitted too; then precision is better than it is told). A hold is
    no judgement yet, and one without any label says nothing of labels.
    """
    if outcome == "approve":
        return False
    if outcome not in {"remove", "limit"} or not labels:
        return None
    return fits(labels, counts)


def truth_in_words(word: str, *, label: str, positive: str = "") -> bool:
    """What a cell says: yes or no in the usual ways, or the name of a class; `positive` names the class that counts, by
    default the label itself."""
    said = word.strip().casefold()
    if positive:
        return said == positive.strip().casefold()
    if said in _YES:
        return True
    if said in _NO:
        return False
    return said == label.casefold() or fits((said,), counting(label))


def places(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(market, language) for which a threshold may be computed: all, each language, each market's; those with enough
    labels, the widest first."""
    counted: dict[tuple[str, str], int] = {}
    for market, language in pairs:
        for place in {("", language), (market, language)}:
            counted[place] = counted.get(place, 0) + 1
    found = [(place, n) for place, n in counted.items() if place[1] and n >= LEAST_PLACE]
    found.sort(key=lambda each: (bool(each[0][0]), -each[1], each[0]))
    return [("", ""), *(place for place, _ in found[: MOST_PLACES - 1])]


def wider(place: tuple[str, str]) -> list[tuple[str, str]]:
    """Where a threshold is looked for when a place has none of its own, in order."""
    market, language = place
    return [other for other in dict.fromkeys([("", language), ("", "")]) if other != (market, language)]


@dataclass(frozen=True)
class Workload:
    """What two thresholds make of what arrives: shares of it, and what people have to see. `seconds`: the median time a
    review takes, None while nobody knows."""

    automatic: float
    reviewed: float
    items_a_day: float
    seconds: float | None

    @property
    def reviews_a_day(self) -> float:
        return self.reviewed * self.items_a_day

    @property
    def automatic_a_day(self) -> float:
        return self.automatic * self.items_a_day

    @property
    def hours_a_day(self) -> float | None:
        return None if self.seconds is None else self.reviews_a_day * self.seconds / 3600


WORKLOAD_DAYS = timedelta(days=28)
