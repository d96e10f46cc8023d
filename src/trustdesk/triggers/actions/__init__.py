"""Every verb of triggers: writing and putting in force, hearing and acting, trying on the past."""

from trustdesk.triggers.actions.firing import hear, stand
from trustdesk.triggers.actions.keeping import NotTried, change, move, put_in_force, switch_off, write
from trustdesk.triggers.actions.trying import TrialOver, cancel, go_on, try_on_past
from trustdesk.triggers.actions.waiting import wait_due
from trustdesk.triggers.rules import Doing, Written

__all__ = [
    "Doing",
    "NotTried",
    "TrialOver",
    "Written",
    "cancel",
    "change",
    "go_on",
    "hear",
    "move",
    "put_in_force",
    "stand",
    "switch_off",
    "try_on_past",
    "wait_due",
    "write",
]
