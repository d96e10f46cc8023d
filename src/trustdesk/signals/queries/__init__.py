"""Asking signals: counts, remembered texts, cached results, declared signals."""

from trustdesk.signals.queries.velocity import LONGEST, RateQuestion, SeenQuestion, cached, rates, seen
from trustdesk.signals.registry import UNKNOWN, compute, declared, engine_signals, question_hash

__all__ = [
    "LONGEST",
    "UNKNOWN",
    "RateQuestion",
    "SeenQuestion",
    "cached",
    "compute",
    "declared",
    "engine_signals",
    "question_hash",
    "rates",
    "seen",
]
