"""Every verb of calls."""

from trustdesk.calls.actions.hearing import Event, forget_heard, give_up_lost, hear
from trustdesk.calls.actions.lining import (
    LineSettings,
    WithSecret,
    add_line,
    archive_line,
    change_line,
    put_back_line,
    rotate_secret,
    set_extension,
    take_extension,
)
from trustdesk.calls.actions.noting import log_call
from trustdesk.calls.refusals import BadSignature, Expired, NoSuchCall, NoSuchLine, OtherBody, WrongMethod
from trustdesk.calls.sealing import check

__all__ = [
    "BadSignature",
    "Event",
    "Expired",
    "LineSettings",
    "NoSuchCall",
    "NoSuchLine",
    "OtherBody",
    "WithSecret",
    "WrongMethod",
    "add_line",
    "archive_line",
    "change_line",
    "check",
    "forget_heard",
    "give_up_lost",
    "hear",
    "log_call",
    "put_back_line",
    "rotate_secret",
    "set_extension",
    "take_extension",
]
