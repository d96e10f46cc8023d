"""Every verb of work, one file per cluster: opening, claiming, finishing, clocks."""

from trustdesk.kernel.work.actions.claiming import (
    Claimed,
    claim_next,
    claim_this,
    heartbeat,
    lapse_claims,
    release,
    skip,
)
from trustdesk.kernel.work.actions.clocks import (
    breach_due,
    fulfil_clock,
    pause_clock,
    reopen_clock,
    resume_clock,
    retarget_clock,
    set_calendar,
    start_clock,
    warn_due,
)
from trustdesk.kernel.work.actions.finishing import cancel, complete, give_back, hold, reopen, wake_held
from trustdesk.kernel.work.actions.opening import open_work, reprioritise, set_queue
from trustdesk.kernel.work.refusals import AlreadyClaimed, BarredFrom, ClaimLost, NothingWaiting, NotWaiting
from trustdesk.kernel.work.rules.priority import Part

__all__ = [
    "AlreadyClaimed",
    "BarredFrom",
    "ClaimLost",
    "Claimed",
    "NotWaiting",
    "NothingWaiting",
    "Part",
    "breach_due",
    "cancel",
    "claim_next",
    "claim_this",
    "complete",
    "fulfil_clock",
    "give_back",
    "heartbeat",
    "hold",
    "lapse_claims",
    "open_work",
    "pause_clock",
    "release",
    "reopen",
    "reopen_clock",
    "reprioritise",
    "resume_clock",
    "retarget_clock",
    "set_calendar",
    "set_queue",
    "skip",
    "start_clock",
    "wake_held",
    "warn_due",
]
