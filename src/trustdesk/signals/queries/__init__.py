"""Asking signals: counts, remembered texts, kept results, declared signals, how they fare."""

from trustdesk.engine import UNKNOWN
from trustdesk.signals.queries.health import HealthView, broken, health, silent_until
from trustdesk.signals.queries.velocity import LONGEST, RateQuestion, SeenQuestion, cached, rates, seen
from trustdesk.signals.registry import declared, engine_signals, question_hash

__all__ = [
    "LONGEST",
    "UNKNOWN",
    "HealthView",
    "RateQuestion",
    "SeenQuestion",
    "broken",
    "cached",
    "declared",
    "engine_signals",
    "health",
    "question_hash",
    "rates",
    "seen",
    "silent_until",
]
