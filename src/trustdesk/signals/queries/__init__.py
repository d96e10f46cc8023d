"""Asking signals: counts, remembered texts, kept results, declared signals, how they fare."""

from trustdesk.engine import BAND, UNKNOWN, Signal
from trustdesk.signals import registry
from trustdesk.signals.queries.banks import (
    BandQuestion,
    BankView,
    EntryView,
    Likeness,
    MatchView,
    alike,
    bands,
    bank,
    bank_signal,
    banks,
    entries,
    entry,
    matches,
)
from trustdesk.signals.queries.health import HealthView, broken, health, silent_until
from trustdesk.signals.queries.velocity import LONGEST, RateQuestion, SeenQuestion, cached, rates, seen
from trustdesk.signals.registry import declared, question_hash

__all__ = [
    "LONGEST",
    "UNKNOWN",
    "BandQuestion",
    "BankView",
    "EntryView",
    "HealthView",
    "Likeness",
    "MatchView",
    "RateQuestion",
    "SeenQuestion",
    "alike",
    "bands",
    "bank",
    "banks",
    "broken",
    "cached",
    "declared",
    "engine_signals",
    "entries",
    "entry",
    "health",
    "matches",
    "question_hash",
    "rates",
    "seen",
    "silent_until",
]


def engine_signals() -> tuple[Signal, ...]:
    """What the policy slice hands to the engine's compile: banks and thresholds, and whatever is declared."""
    return (bank_signal(), BAND, *registry.engine_signals())
