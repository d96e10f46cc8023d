"""Every verb of customers."""

from trustdesk.customers.actions.finding import gather_older, note_case, note_stopped
from trustdesk.customers.actions.forgetting import erase
from trustdesk.customers.actions.keeping import add_contact, change, remove_contact, set_consent
from trustdesk.customers.actions.merging import keep_apart, merge, undo_merge
from trustdesk.customers.actions.promising import end_promise, promise
from trustdesk.customers.actions.seeing import note_looked_for, note_seen
from trustdesk.customers.refusals import (
    AddressTaken,
    CustomerMergedAway,
    NoSuchCustomer,
    PartNewerFirst,
    PromiseEndedAlready,
    TooLateToPart,
    TwoAccounts,
)

__all__ = [
    "AddressTaken",
    "CustomerMergedAway",
    "NoSuchCustomer",
    "PartNewerFirst",
    "PromiseEndedAlready",
    "TooLateToPart",
    "TwoAccounts",
    "add_contact",
    "change",
    "end_promise",
    "erase",
    "gather_older",
    "keep_apart",
    "merge",
    "note_case",
    "note_looked_for",
    "note_seen",
    "note_stopped",
    "promise",
    "remove_contact",
    "set_consent",
    "undo_merge",
]
