"""Writing what signals need to remember.

Counts, texts and kept results are not @actions: they are derived, beside a submission whose own fact (`item.received`)
is in the ledger; a fact for each would double it and tell nothing new.
"""

from trustdesk.signals.actions.adding import Added, add_entries, add_pictures
from trustdesk.signals.actions.asking import alert, ask, try_now
from trustdesk.signals.actions.banks import (
    BankExists,
    NotStopped,
    judge_match,
    make_bank,
    release_entry,
    remove_entry,
    set_bank,
)
from trustdesk.signals.actions.clustering import grow_clusters
from trustdesk.signals.actions.forgetting import forget_accounts, forget_owners
from trustdesk.signals.actions.heads import HeadRefused, keep_head, put_live
from trustdesk.signals.actions.looking import Looked, look_into
from trustdesk.signals.actions.matching import BankQuestion, Matched, match, matched
from trustdesk.signals.actions.remembering import Count, count, digest_of, keep_results, key_of, remember
from trustdesk.signals.actions.sketching import Marked, Sketched, mark, sketch
from trustdesk.signals.actions.sweeping import sweep
from trustdesk.signals.actions.thresholds import Reaches, put_thresholds, set_thresholds
from trustdesk.signals.actions.watching import hand_over, stop_watching, tidy_streams, watch
from trustdesk.signals.hashlists import KnownHash

__all__ = [
    "Added",
    "BankExists",
    "BankQuestion",
    "Count",
    "HeadRefused",
    "KnownHash",
    "Looked",
    "Marked",
    "Matched",
    "NotStopped",
    "Reaches",
    "Sketched",
    "add_entries",
    "add_pictures",
    "alert",
    "ask",
    "count",
    "digest_of",
    "forget_accounts",
    "forget_owners",
    "grow_clusters",
    "hand_over",
    "judge_match",
    "keep_head",
    "keep_results",
    "key_of",
    "look_into",
    "make_bank",
    "mark",
    "match",
    "matched",
    "put_live",
    "put_thresholds",
    "release_entry",
    "remember",
    "remove_entry",
    "set_bank",
    "set_thresholds",
    "sketch",
    "stop_watching",
    "sweep",
    "tidy_streams",
    "try_now",
    "watch",
]
