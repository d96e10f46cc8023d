"""Changing rehearsals: start, cancel, take up again, finish a backtest; put a version in shadow and end that."""

from trustdesk.rehearsal.actions.backtests import (
    Started,
    cancel_backtest,
    fail_backtest,
    finish_backtest,
    resume_backtest,
    start_backtest,
    start_folder,
)
from trustdesk.rehearsal.actions.shadows import end_shadow, start_shadow, stop_shadow

__all__ = [
    "Started",
    "cancel_backtest",
    "end_shadow",
    "fail_backtest",
    "finish_backtest",
    "resume_backtest",
    "start_backtest",
    "start_folder",
    "start_shadow",
    "stop_shadow",
]
