"""Every verb of hand-overs: handing over and back, deadlines."""

from trustdesk.escalations.actions.asking_back import ask_back, promise, remind_due, tell
from trustdesk.escalations.actions.climbing import climb_due, set_level
from trustdesk.escalations.actions.grounds import FIRST_TO_REQUESTER, AlreadyAccepted, AskedAlready, NotNow
from trustdesk.escalations.actions.handing import (
    Gathered,
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
from trustdesk.escalations.actions.outside import (
    TooMuchSaid,
    answer_outside,
    ask_back_outside,
    drop_outside,
    hear,
    return_outside,
    set_outside,
    undelivered,
)
from trustdesk.escalations.actions.severities import set_area, set_severity

__all__ = [
    "FIRST_TO_REQUESTER",
    "AlreadyAccepted",
    "AskedAlready",
    "Gathered",
    "NotNow",
    "TooMuchSaid",
    "accept",
    "answer",
    "answer_outside",
    "ask_back",
    "ask_back_outside",
    "cancel",
    "climb_due",
    "close",
    "drop_outside",
    "escalate",
    "follow_up",
    "give_back",
    "hand_on",
    "hear",
    "note",
    "promise",
    "remind_due",
    "return_outside",
    "set_area",
    "set_level",
    "set_outside",
    "set_severity",
    "tell",
    "undelivered",
    "work_ended",
]
