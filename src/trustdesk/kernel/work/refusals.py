"""How work says no. Losing a race names the winner."""

from trustdesk.kernel.base.refusal import Forbidden, NotFound, Refusal


class NothingWaiting(Refusal):
    """Nothing is waiting for you."""

    code, status = "nothing_waiting", 404


class NoSuchWork(NotFound):
    """There is no such work that you may see."""


class OnlyPeople(Forbidden):
    """Only a member of staff can hold work."""

    code = "only_people"


class BarredFrom(Forbidden):
    """You cannot take this one."""

    code = "barred"


class AlreadyClaimed(Refusal):
    """Someone else has this item. `details["holder"]` is their name, `details["yours"]` says whether it is you."""

    code, status = "already_claimed", 409


class ClaimLost(Refusal):
    """You no longer hold this item. `details["holder"]` names who does or who finished it, if anyone."""

    code, status = "claim_lost", 409


class NotWaiting(Refusal):
    """This item is not waiting any more."""

    code, status = "not_waiting", 409


class NoSuchClock(NotFound):
    """This work has no such clock."""


class ClockAlready(Refusal):
    """The clock is not in a state for that."""

    code, status = "clock_already", 409
