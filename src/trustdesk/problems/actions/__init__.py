"""Every verb of problems."""

from trustdesk.problems.actions.keeping import begin, change, follow_merge, link, set_state, unlike, unlink
from trustdesk.problems.actions.telling import go_on, stop, tell, tell_due
from trustdesk.problems.actions.watching import watch
from trustdesk.problems.refusals import NoSuchProblem, ProblemClosed, StillTelling, TellingOver

__all__ = [
    "NoSuchProblem",
    "ProblemClosed",
    "StillTelling",
    "TellingOver",
    "begin",
    "change",
    "follow_merge",
    "go_on",
    "link",
    "set_state",
    "stop",
    "tell",
    "tell_due",
    "unlike",
    "unlink",
    "watch",
]
