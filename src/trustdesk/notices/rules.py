"""What a notice weighs, how urgent it is, whether it opens a judged matter again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log1p
from uuid import UUID

# What a notice can be about: the families of the label taxonomy that people outside can tell apart, with the severity (1 to
# 5) of the gravest label of each.
CATEGORIES: dict[str, int] = {
    "child_safety": 5,
    "self_harm": 5,
    "violence": 5,
    "extremism": 5,
    "sexual": 5,
    "hate": 4,
    "harassment": 5,
    "privacy": 4,
    "fraud": 4,
    "goods": 5,
    "ip": 3,
    "consumer": 3,
    "inauthentic": 4,
    "civic": 4,
    "other": 1,
}
CHANNELS = ("portal", "api", "mail")
SUBJECTS = ("item", "account", "unknown")
OUTCOMES = ("acted", "no_action", "judged_before", "gone")
# Answers to which their reader may object within six months (DSA Art. 20(1)): nothing was done.
OBJECTABLE = ("no_action", "judged_before")
# About this, nobody has to say who they are (DSA Art. 16(2)(c)).
NAMELESS = frozenset({"child_safety"})

LIFE, FLAGGER, REST = 0, 2, 5  # lanes

MOST_ADDRESSES = 50

# Beta(2, 2): a stranger is taken to be right half the time, and four notices weigh as much as that assumption.
PRIOR_RIGHT = PRIOR_WRONG = 2
LOOKED_BACK = 100  # of a reporter's independent notices the newest so many count
FLAGGER_WEIGHT = 4.0
MOST_ROUNDS = 6

# DSA Art. 23(2) and (3): who often sends what is manifestly unfounded, after a warning, for a reasonable time.
MISUSE_WINDOW = timedelta(days=365)
MISUSE_LEAST = 3
MISUSE_SHARE = 0.5


@dataclass(frozen=True)
class Trust:
    """How far a reporter is believed: the mean of a Beta posterior, with what it rests on."""

    right: int
    judged: int

    @property
    def mean(self) -> float:
        """(2 + right) / (4 + judged): between 0 and 1, one half for a stranger."""
        return (PRIOR_RIGHT + self.right) / (PRIOR_RIGHT + PRIOR_WRONG + self.judged)

    @property
    def weight(self) -> float:
        """What one independent notice of theirs counts: 1 for a stranger, towards 2 or 0 with experience."""
        return round(2 * self.mean, 2)


@dataclass(frozen=True)
class Misuse:
    """A reporter's notices of the last year: how many were judged, how many of them were unfounded."""

    judged: int
    unfounded: int

    @property
    def share(self) -> float:
        return self.unfounded / self.judged if self.judged else 0.0

    @property
    def frequent(self) -> bool:
        """Often enough for a warning: at least three, and half of all."""
        return self.unfounded >= MISUSE_LEAST and self.share >= MISUSE_SHARE


def trust_of(outcomes: Sequence[str]) -> Trust:
    """Trust from the outcomes of a reporter's independent notices, newest first; only acted and no_action teach."""
    judged = [one for one in outcomes if one in {"acted", "no_action"}][:LOOKED_BACK]
    return Trust(right=judged.count("acted"), judged=len(judged))


def weight_of(trust: Trust, *, independent: bool, muted: bool, trusted: bool) -> float:
    """What a notice adds to its review: nothing where it repeats others or its sender is muted."""
    if muted or not independent:
        return 0.0
    return FLAGGER_WEIGHT if trusted else trust.weight


def lane_of(*, category: str, danger: bool, trusted: bool, muted: bool) -> int:
    """The lane a notice asks for; that of a muted reporter asks for none of its own."""
    if muted:
        return REST
    if danger or category == "child_safety":
        return LIFE
    return FLAGGER if trusted else REST


def needed(rounds: int) -> float | None:
    """The weight of new independent notices that opens a matter again which was judged `rounds` times on the same facts:
    1, 2, 4 … strangers; None when it is not opened again. 0 for what was never judged on a notice."""
    if rounds == 0:
        return 0.0
    return None if rounds > MOST_ROUNDS else float(2 ** (rounds - 1))


def opens(*, rounds: int, gathered: float, danger: bool) -> bool:
    """Does the weight gathered since the last judgement open it again? Danger to life always does."""
    wanted = needed(rounds)
    if danger and rounds <= MOST_ROUNDS:
        return True
    return wanted is not None and gathered >= wanted


# Whom a hiding may rest on, besides trusted flaggers: so many judged reports, so often right, and never one alone.
LEAST_JUDGED, LEAST_RIGHT, LEAST_VOICES = 3, 0.6, 2


@dataclass(frozen=True)
class Voice:
    """One independent notice. `who`: its reporter, None for nobody; `trusted`: of a trusted flagger inside its area."""

    who: UUID | None
    trusted: bool
    trust: Trust


def hides(voices: Sequence[Voice]) -> bool:
    """May what these report be hidden until somebody has looked? When a trusted flagger says so inside its area, or two
    different people who were mostly right before; strangers never bring it about, however many they are."""
    if any(one.trusted for one in voices):
        return True
    proven = {
        one.who
        for one in voices
        if one.who is not None and one.trust.judged >= LEAST_JUDGED and one.trust.mean >= LEAST_RIGHT
    }
    return len(proven) >= LEAST_VOICES


def covers(*, categories: Sequence[str], markets: Sequence[str], category: str, market: str) -> bool:
    """Is this inside a flagger's area? An empty list of markets means all."""
    return category in categories and (not markets or not market or market in markets)


def urgency(weight: float) -> float:
    """By what a review's score is multiplied for notices of this weight together: 1 for none, growing ever more slowly."""
    return 1 + log1p(max(0.0, weight))
