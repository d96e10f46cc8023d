"""Everything that changes search, one file per cluster: saved views, runs, exports."""

from trustdesk.search.actions.exports import (
    begin_export,
    cancel_export,
    expire_exports,
    export_now,
    export_timeline,
    fetch_export,
)
from trustdesk.search.actions.runs import begin_notes, begin_reviews, begin_sweep, cancel_run
from trustdesk.search.actions.views import change_view, delete_view, look_up, save_view

__all__ = [
    "begin_export",
    "begin_notes",
    "begin_reviews",
    "begin_sweep",
    "cancel_export",
    "cancel_run",
    "change_view",
    "delete_view",
    "expire_exports",
    "export_now",
    "export_timeline",
    "fetch_export",
    "look_up",
    "save_view",
]
