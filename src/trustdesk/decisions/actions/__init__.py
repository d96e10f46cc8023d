"""Changing decisions: decide, undo, end what has run out."""

from trustdesk.decisions.actions.committing import Made, commit
from trustdesk.decisions.actions.effects import end_restrictions, lift, refresh_statuses, take_effect
from trustdesk.decisions.actions.person import IncompleteStatement, ItemChanged, TooLate, decide, undo
from trustdesk.decisions.drafts import Draft, Ground, RestrictionSpec
from trustdesk.decisions.rules import DEFAULT_HOLD, UNDO_WINDOW
from trustdesk.decisions.statements import Incomplete

__all__ = [
    "DEFAULT_HOLD",
    "UNDO_WINDOW",
    "Draft",
    "Ground",
    "Incomplete",
    "IncompleteStatement",
    "ItemChanged",
    "Made",
    "RestrictionSpec",
    "TooLate",
    "commit",
    "decide",
    "end_restrictions",
    "lift",
    "refresh_statuses",
    "take_effect",
    "undo",
]
