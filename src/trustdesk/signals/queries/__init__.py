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
from trustdesk.signals.queries.heads import (
    HeadView,
    ThresholdView,
    head_view,
    live_scores,
    open_head,
    score_labels,
    score_version,
    shipped_scores,
    shipped_version,
    thresholds,
    versions_of,
)
from trustdesk.signals.queries.health import HealthView, broken, health, silent_until
from trustdesk.signals.queries.velocity import LONGEST, RateQuestion, SeenQuestion, cached, rates, seen
from trustdesk.signals.registry import declared, question_hash, result_key
from trustdesk.signals.text.heads import ArtefactRefused

__all__ = [
    "LONGEST",
    "UNKNOWN",
    "ArtefactRefused",
    "BandQuestion",
    "BankView",
    "EntryView",
    "HeadView",
    "HealthView",
    "Likeness",
    "MatchView",
    "RateQuestion",
    "SeenQuestion",
    "ThresholdView",
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
    "head_view",
    "health",
    "live_scores",
    "matches",
    "open_head",
    "question_hash",
    "rates",
    "result_key",
    "score_labels",
    "score_version",
    "seen",
    "shipped_scores",
    "shipped_version",
    "silent_until",
    "thresholds",
    "versions_of",
]


def engine_signals() -> tuple[Signal, ...]:
    """What the policy slice hands to the engine's compile: banks and thresholds, and whatever is declared."""
    return (bank_signal(), BAND, *registry.engine_signals())
