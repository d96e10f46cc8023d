"""Changing screening: receive content, settle what was pending, withdraw."""

from trustdesk.screening.actions.again import judge_again
from trustdesk.screening.actions.receiving import DuplicateInBatch, Received, StaleVersion, receive
from trustdesk.screening.actions.settling import retry_unscreened, settle, wake_pending
from trustdesk.screening.submissions import Submission

__all__ = [
    "DuplicateInBatch",
    "Received",
    "StaleVersion",
    "Submission",
    "judge_again",
    "receive",
    "retry_unscreened",
    "settle",
    "wake_pending",
]
