"""How customers say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchCustomer(NotFound):
    """There is no such customer that you may see."""


class CustomerMergedAway(Refusal):
    """This customer was merged into another. Go on there.

    `details["customer"]` is the id of that one.
    """

    code, status = "customer_merged", 409


class TwoAccounts(Refusal):
    """They have different platform accounts. Say that they are one person all the same, if you know it."""

    code, status = "two_accounts", 409


class TooLateToPart(Refusal):
    """It was more than thirty days ago; the two stay one."""

    code, status = "too_late_to_part", 409


class PartNewerFirst(Refusal):
    """This customer was merged on since. Undo that merge first."""

    code, status = "part_newer_first", 409


class AddressTaken(Refusal):
    """Another customer has this address. Look whether they are the same, and merge them."""

    code, status = "address_taken", 409


class PromiseEndedAlready(Refusal):
    """Somebody else has ended this promise."""

    code, status = "promise_ended", 409
