"""Changing notices: receive, answer, place, close; alerts; reporters and trusted flaggers."""

from trustdesk.notices.actions.alerting import AcknowledgedAlready, acknowledge
from trustdesk.notices.actions.answering import NothingToAnswer, answer, answer_again
from trustdesk.notices.actions.deciding import answer_decided, answer_gone, close, complete, place
from trustdesk.notices.actions.hiding import hide_reported, show_again
from trustdesk.notices.actions.managing import (
    FlaggerEntry,
    NoMisuse,
    NothingSince,
    WarnFirst,
    keep_flagger,
    mute,
    unmute,
    warn,
)
from trustdesk.notices.actions.receiving import (
    LONGEST_REASON,
    SHORTEST_REASON,
    Received,
    Sender,
    Submission,
    checked,
    is_mail,
    key_of,
    receive,
    source_of,
)
from trustdesk.notices.limits import TooManyNotices

__all__ = [
    "LONGEST_REASON",
    "SHORTEST_REASON",
    "AcknowledgedAlready",
    "FlaggerEntry",
    "NoMisuse",
    "NothingSince",
    "NothingToAnswer",
    "Received",
    "Sender",
    "Submission",
    "TooManyNotices",
    "WarnFirst",
    "acknowledge",
    "answer",
    "answer_again",
    "answer_decided",
    "answer_gone",
    "checked",
    "close",
    "complete",
    "hide_reported",
    "is_mail",
    "keep_flagger",
    "key_of",
    "mute",
    "place",
    "receive",
    "show_again",
    "source_of",
    "unmute",
    "warn",
]
