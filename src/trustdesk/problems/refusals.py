"""How problems say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchProblem(NotFound):
    """There is no such problem."""


class ProblemClosed(Refusal):
    """This problem is closed. Open it again first."""

    code, status = "problem_closed", 409


class StillTelling(Refusal):
    """Its cases are just being told something. Wait until that is over, or stop it."""

    code, status = "still_telling", 409


class TellingOver(Refusal):
    """It has ended already."""

    code, status = "telling_over", 409
