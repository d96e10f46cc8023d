"""How cases say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchCase(NotFound):
    """There is no such case that you may see."""


class CaseMergedAway(Refusal):
    """This case was merged into another.

    `details["into"]` is the number of that one, `details["case"]` its id.
    """

    code, status = "case_merged", 409


class CaseClosed(Refusal):
    """This case is closed. Open a new one that follows it."""

    code, status = "case_closed", 409


class TooLateToUndo(Refusal):
    """The reply has left; it cannot be taken back any more."""

    code, status = "too_late_to_undo", 409
