"""Every verb of work, one file per cluster: opening, claiming, finishing."""

from trustdesk.kernel.work.actions.claiming import (
    Claimed,
    claim_next,
    claim_this,
    heartbeat,
    lapse_claims,
    release,
    skip,
)
from trustdesk.kernel.work.actions.finishing import cancel, complete, give_back, hold, reopen, wake_held
from trustdesk.kernel.work.actions.opening import open_work, reprioritise, set_queue

__all__ = [
    "Claimed",
    "cancel",
    "claim_next",
    "claim_this",
    "complete",
    "give_back",
    "heartbeat",
    "hold",
    "lapse_claims",
    "open_work",
    "release",
    "reopen",
    "reprioritise",
    "set_queue",
    "skip",
    "wake_held",
]
