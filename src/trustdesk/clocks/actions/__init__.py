"""Every verb of clocks: keeping policies and calendars, moving the clocks of a conversation, and the worker's rounds."""

from trustdesk.clocks.actions.chains import begin_chain, step_due
from trustdesk.clocks.actions.conversing import (
    message_in,
    message_out,
    opened,
    priority_changed,
    resolved,
    sorted_anew,
    status_changed,
)
from trustdesk.clocks.actions.keeping import (
    archive_calendar,
    archive_policy,
    extend_due,
    followed,
    move_policy,
    restore_policy,
    set_calendar,
    set_policy,
)
from trustdesk.clocks.actions.planning import aim_due
from trustdesk.clocks.rules.metrics import Metric, Status
from trustdesk.clocks.rules.policies import Policy, Priority

__all__ = [
    "Metric",
    "Policy",
    "Priority",
    "Status",
    "aim_due",
    "archive_calendar",
    "archive_policy",
    "begin_chain",
    "extend_due",
    "followed",
    "message_in",
    "message_out",
    "move_policy",
    "opened",
    "priority_changed",
    "resolved",
    "restore_policy",
    "set_calendar",
    "set_policy",
    "sorted_anew",
    "status_changed",
    "step_due",
]
