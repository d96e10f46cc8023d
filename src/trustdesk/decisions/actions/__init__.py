"""Changing decisions: decide, undo, end what has run out; propose what two people must agree on."""

from trustdesk.decisions.actions.accounts import decide_account
from trustdesk.decisions.actions.committing import Made, commit
from trustdesk.decisions.actions.effects import (
    apply_restrictions,
    end_restrictions,
    lift,
    refresh_statuses,
    take_effect,
)
from trustdesk.decisions.actions.measuring import measure_lessons
from trustdesk.decisions.actions.pending import NotAlone, ProposedAlready, withdraw_gone, withdraw_over
from trustdesk.decisions.actions.person import IncompleteStatement, ItemChanged, TooLate, decide, undo
from trustdesk.decisions.actions.proposals import (
    Changed,
    RenewedAlready,
    Settled,
    close_changed,
    confirm,
    lapse_due,
    refuse,
    renew,
    take_back,
)
from trustdesk.decisions.actions.proposing import Proposed, propose
from trustdesk.decisions.actions.recounting import StrikeChange, count_after, expire_strikes
from trustdesk.decisions.actions.reversing import (
    NothingToReverse,
    Reversal,
    StillHeld,
    acted_after_all,
    pass_again,
    reverse,
)
from trustdesk.decisions.actions.terms import approve_ladder, draft_ladder
from trustdesk.decisions.actions.topping import propose_due
from trustdesk.decisions.drafts import Draft, Ground, RestrictionSpec
from trustdesk.decisions.rules import DEFAULT_HOLD, UNDO_WINDOW
from trustdesk.decisions.statements import Incomplete

__all__ = [
    "DEFAULT_HOLD",
    "UNDO_WINDOW",
    "Changed",
    "Draft",
    "Ground",
    "Incomplete",
    "IncompleteStatement",
    "ItemChanged",
    "Made",
    "NotAlone",
    "NothingToReverse",
    "Proposed",
    "ProposedAlready",
    "RenewedAlready",
    "RestrictionSpec",
    "Reversal",
    "Settled",
    "StillHeld",
    "StrikeChange",
    "TooLate",
    "acted_after_all",
    "apply_restrictions",
    "approve_ladder",
    "close_changed",
    "commit",
    "confirm",
    "count_after",
    "decide",
    "decide_account",
    "draft_ladder",
    "end_restrictions",
    "expire_strikes",
    "lapse_due",
    "lift",
    "measure_lessons",
    "pass_again",
    "propose",
    "propose_due",
    "refresh_statuses",
    "refuse",
    "renew",
    "reverse",
    "take_back",
    "take_effect",
    "undo",
    "withdraw_gone",
    "withdraw_over",
]
