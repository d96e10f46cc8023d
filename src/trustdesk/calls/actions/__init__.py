"""Every verb of calls."""

from trustdesk.calls.actions.backing import (
    ask_back,
    cancel_back,
    leave_back,
    settle_case,
    take_back,
    take_next_back,
    tried_back,
)
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
from trustdesk.calls.refusals import (
    AskedAlready,
    BadSignature,
    Expired,
    NoSuchCall,
    NoSuchCallBack,
    NoSuchLine,
    OtherBody,
    WrongMethod,
)
from trustdesk.calls.sealing import check

__all__ = [
    "AskedAlready",
    "BadSignature",
    "Event",
    "Expired",
    "LineSettings",
    "NoSuchCall",
    "NoSuchCallBack",
    "NoSuchLine",
    "OtherBody",
    "WithSecret",
    "WrongMethod",
    "add_line",
    "archive_line",
    "ask_back",
    "cancel_back",
    "change_line",
    "check",
    "forget_heard",
    "give_up_lost",
    "hear",
    "leave_back",
    "log_call",
    "put_back_line",
    "rotate_secret",
    "set_extension",
    "settle_case",
    "take_back",
    "take_extension",
    "take_next_back",
    "tried_back",
]
