"""Writing what signals need to remember.

Counts, texts and kept results are not @actions: they are derived, beside a submission whose own fact (`item.received`)
is in the ledger; a fact for each would double it and tell nothing new.
"""

from trustdesk.signals.actions.asking import alert, ask, try_now
from trustdesk.signals.actions.remembering import Count, count, digest_of, keep_results, key_of, remember
from trustdesk.signals.actions.sweeping import sweep

__all__ = ["Count", "alert", "ask", "count", "digest_of", "keep_results", "key_of", "remember", "sweep", "try_now"]
