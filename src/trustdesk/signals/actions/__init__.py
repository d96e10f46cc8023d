"""Writing what signals need to remember.

Counts, texts and kept results are not @actions: they are derived, beside a submission whose own fact (`item.received`)
is in the ledger; a fact for each would double it and tell nothing new.
"""

from trustdesk.signals.actions.asking import alert, ask, try_now
from trustdesk.signals.actions.banks import (
    Added,
    BankExists,
    NotStopped,
    add_entries,
    judge_match,
    make_bank,
    release_entry,
    remove_entry,
    set_bank,
)
from trustdesk.signals.actions.clustering import grow_clusters
from trustdesk.signals.actions.forgetting import forget_accounts, forget_owners
from trustdesk.signals.actions.heads import HeadRefused, keep_head, put_live
from trustdesk.signals.actions.matching import BankQuestion, match
from trustdesk.signals.actions.remembering import Count, count, digest_of, keep_results, key_of, remember
from trustdesk.signals.actions.sketching import Marked, Sketched, mark, sketch
from trustdesk.signals.actions.sweeping import sweep
from trustdesk.signals.actions.thresholds import Reaches, put_thresholds, set_thresholds

__all__ = [
    "Added",
    "BankExists",
    "BankQuestion",
    "Count",
    "HeadRefused",
    "Marked",
    "NotStopped",
    "Reaches",
    "Sketched",
    "add_entries",
    "alert",
    "ask",
    "count",
    "digest_of",
    "forget_accounts",
    "forget_owners",
    "grow_clusters",
    "judge_match",
    "keep_head",
    "keep_results",
    "key_of",
    "make_bank",
    "mark",
    "match",
    "put_live",
    "put_thresholds",
    "release_entry",
    "remember",
    "remove_entry",
    "set_bank",
    "set_thresholds",
    "sketch",
    "sweep",
    "try_now",
]
