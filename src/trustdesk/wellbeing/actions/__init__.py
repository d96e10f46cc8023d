"""Every verb of wellbeing, one file per cluster: one's own settings, breaks, the exposure ledger, the desk's rules, offers,
weeks."""

from trustdesk.wellbeing.actions.breaks import BreakOwed, NotOnBreak, end_break, follow_state, take_break
from trustdesk.wellbeing.actions.desk import remove_contact, set_budgets, set_contact, set_desk
from trustdesk.wellbeing.actions.exposure import book, forget_old, measure_usual, reveal, seen
from trustdesk.wellbeing.actions.offers import NoOffer, accept, watch_urgent
from trustdesk.wellbeing.actions.own import set_break_after, set_limits, set_ways
from trustdesk.wellbeing.actions.weeks import tell_weeks

__all__ = [
    "BreakOwed",
    "NoOffer",
    "NotOnBreak",
    "accept",
    "book",
    "end_break",
    "follow_state",
    "forget_old",
    "measure_usual",
    "remove_contact",
    "reveal",
    "seen",
    "set_break_after",
    "set_budgets",
    "set_contact",
    "set_desk",
    "set_limits",
    "set_ways",
    "take_break",
    "tell_weeks",
    "watch_urgent",
]
