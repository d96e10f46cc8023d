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


class NotTheirs(Refusal):
    """This colleague may not answer this case."""

    code, status = "not_theirs", 409


class InOtherHands(Refusal):
    """Somebody else has this case in hand now."""

    code, status = "in_other_hands", 409


class NobodyOfTeam(Refusal):
    """Nobody of this team is there and may answer this case."""

    code, status = "nobody_of_team", 409


class ChangedMeanwhile(Refusal):
    """It changed after you chose it. Look at it, then try again."""

    code, status = "changed_meanwhile", 409


class NoWayToReach(Refusal):
    """No address is known to which the reply could go."""

    code, status = "no_way_to_reach", 409


class BulkOver(Refusal):
    """It has ended already."""

    code, status = "bulk_over", 409


class NotAttached(Refusal):
    """This file cannot be attached."""

    code, status = "not_attached", 422


class NoSuchBulk(NotFound):
    """There is no such change of many cases of yours."""
