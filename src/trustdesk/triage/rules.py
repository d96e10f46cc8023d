"""From what models say to what is suggested. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

# What may be suggested and judged.
WHATS = ("intent", "priority", "language")
INTENTS = (
    "account_hacked", "account_suspended", "appeal_decision", "appeal_status", "cannot_sign_in", "complaint",
    "copyright", "data_request", "delete_account", "dispute_review", "edit_listing", "feature_request", "impersonation",
    "invoice", "legal_request", "order_delivery", "payment_problem", "pending_review", "policy_question", "praise",
    "refund", "report_content", "report_person", "safety_of_child", "scammed", "self_harm_worry", "talk_to_person",
    "technical_problem", "verify_identity", "why_removed",
)  # fmt: skip
# Below this calibrated probability a suggestion is shown as a guess that nobody should lean on.
SURE = 0.5
# From these on somebody should look at once, or before the others.
URGENT, HIGH = 0.8, 0.5
ANGRY = 0.5
# As often, at least, before a habit of the desk is told, and of a hundred so many before a queue is.
FEWEST, MOST_OFTEN = 3, 60
LONGEST = 4_000  # characters of a first message that are read
_WISHES = frozenset({"complaint"})
_THANKS = frozenset({"praise"})


@dataclass(frozen=True)
class Told:
    """What models say of a text: codes ("" for nothing) with calibrated probabilities from 0 to 1."""

    language: str = ""
    language_share: float = 0.0
    intent: str = ""
    intent_share: float = 0.0
    urgency: float = 0.0
    hostile: float = 0.0


@dataclass(frozen=True)
class Suggestion:
    """`sure`: is it more than a guess?"""

    what: str
    value: str
    share: float

    @property
    def sure(self) -> bool:
        return self.share >= SURE

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def suggestions(told: Told) -> dict[str, Suggestion]:
    """By what it is about; nothing where nothing is known."""
    found = {}
    if told.intent in INTENTS:
        found["intent"] = Suggestion("intent", told.intent, told.intent_share)
    if told.urgency >= HIGH:
        found["priority"] = Suggestion("priority", "urgent" if told.urgency >= URGENT else "high", told.urgency)
    if told.language:
        found["language"] = Suggestion("language", told.language, told.language_share)
    return found


def mood(told: Told) -> Suggestion | None:
    """In which mood somebody writes, by the signals there are: hostile words, complaint, thanks. None: nothing tells."""
    if told.hostile >= ANGRY:
        return Suggestion("mood", "angry", told.hostile)
    if told.intent in _WISHES and told.intent_share >= SURE:
        return Suggestion("mood", "unhappy", told.intent_share)
    if told.intent in _THANKS and told.intent_share >= SURE:
        return Suggestion("mood", "pleased", told.intent_share)
    return None


def usual_queue(times: Mapping[str, int]) -> tuple[str, int, int] | None:
    """(queue, times, of all) where cases of an intent nearly always ended up in one; None where they did not."""
    total = sum(times.values())
    queue, most = max(times.items(), key=lambda one: (one[1], one[0]), default=("", 0))
    return (queue, most, total) if most >= FEWEST and 100 * most >= MOST_OFTEN * total else None


def interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927), from 0 to 1."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)
