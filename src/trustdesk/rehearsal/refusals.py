"""What rehearsals refuse, in words."""

from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal


class NoSuchRehearsal(NotFound):
    """There is no such rehearsal."""


class NothingToRehearseOn(Invalid):
    """No stored verdict lies in this time."""

    code = "nothing_to_rehearse_on"


class BadSpan(Invalid):
    """Say how far back, such as 30d, 12h or 4w."""

    code = "bad_span"


class AlreadyOver(Refusal):
    """This rehearsal is over."""

    code, status = "rehearsal_over", 409


class InShadowAlready(Refusal):
    """This version runs in shadow already."""

    code, status = "in_shadow", 409


class NotForShadow(Refusal):
    """Only a version that is checked or approved, and not live, can run in shadow."""

    code, status = "not_for_shadow", 409


class ChangedMeanwhile(Refusal):
    """What was to be rehearsed was changed since it began."""

    code, status = "changed_meanwhile", 409
