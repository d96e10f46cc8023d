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

__all__ = [
    "Started",
    "cancel_backtest",
    "fail_backtest",
    "finish_backtest",
    "resume_backtest",
    "start_backtest",
    "start_folder",
]
