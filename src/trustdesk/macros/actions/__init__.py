"""Everything that changes macros."""

from trustdesk.macros.actions.keeping import MacroOfAnother, archive, begin, change, put_back, share
from trustdesk.macros.counting import forget_old, note_used
from trustdesk.macros.rules import Macro, Step

__all__ = [
    "Macro",
    "MacroOfAnother",
    "Step",
    "archive",
    "begin",
    "change",
    "forget_old",
    "note_used",
    "put_back",
    "share",
]
