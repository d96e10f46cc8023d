"""Every verb of hand-overs: handing over and back, deadlines."""

from trustdesk.escalations.actions.handing import (
    FIRST_TO_REQUESTER,
    AlreadyAccepted,
    AskedAlready,
    Gathered,
    NotNow,
    accept,
    answer,
    cancel,
    close,
    escalate,
    follow_up,
    give_back,
    hand_on,
    note,
    work_ended,
)
from trustdesk.escalations.actions.severities import set_severity

__all__ = [
    "FIRST_TO_REQUESTER",
    "AlreadyAccepted",
    "AskedAlready",
    "Gathered",
    "NotNow",
    "accept",
    "answer",
    "cancel",
    "close",
    "escalate",
    "follow_up",
    "give_back",
    "hand_on",
    "note",
    "set_severity",
    "work_ended",
]
