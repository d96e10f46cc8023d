"""Every verb of procedures."""

from trustdesk.procedures.actions.doing import put_into_reply, start, stop, take_back, tick
from trustdesk.procedures.actions.keeping import keep, load_shipped
from trustdesk.procedures.actions.proving import forget_due, forget_now, note_proof
from trustdesk.procedures.refusals import NoSuchRun, NotThisStep, ProofMissing, RunningAlready, RunOver

__all__ = [
    "NoSuchRun",
    "NotThisStep",
    "ProofMissing",
    "RunOver",
    "RunningAlready",
    "forget_due",
    "forget_now",
    "keep",
    "load_shipped",
    "note_proof",
    "put_into_reply",
    "start",
    "stop",
    "take_back",
    "tick",
]
