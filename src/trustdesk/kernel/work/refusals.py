"""How work says no. Losing a race names the winner."""

from trustdesk.kernel.base.refusal import Forbidden, NotFound, Refusal


class NothingWaiting(Refusal):
    """Nothing is waiting for you."""

    code, status = "nothing_waiting", 404


class NoSuchQueue(NotFound):
    """There is no such queue."""


class QueuesOverlap(Refusal):
    """Two queues would take the same work.

    `details["name"]` names the other, `details["both"]` is what both take, as
    `rules.conditions.read` reads it."""

    code, status = "queues_overlap", 409


class FallbackTakes(Refusal):
    """This queue takes what no other takes: make another the fallback first."""

    code, status = "fallback_takes", 409


class NoSuchWork(NotFound):
    """There is no such work that you may see."""


class OnlyPeople(Forbidden):
    """Only a member of staff can hold work."""

    code = "only_people"


class BarredFrom(Forbidden):
    """You cannot take this one."""

    code = "barred"


class AlreadyClaimed(Refusal):
    """Someone else has this item.

    `details["holder"]` is their name, `details["yours"]` says whether it is you.
    """

    code, status = "already_claimed", 409


class ClaimLost(Refusal):
    """You no longer hold this item.

    `details["holder"]` names who does or who finished it, if anyone.
    """

    code, status = "claim_lost", 409


class AlreadyAhead(Refusal):
    """The next item is dealt to you already.

    `details["work"]` says which.
    """

    code, status = "already_ahead", 409


class NotWaiting(Refusal):
    """This item is not waiting any more."""

    code, status = "not_waiting", 409


class NoSuchClock(NotFound):
    """This work has no such clock."""


class ClockAlready(Refusal):
    """The clock is not in a state for that."""

    code, status = "clock_already", 409


class NoSuchCalendar(NotFound):
    """There is no such calendar."""


class CalendarInUse(Refusal):
    """A queue, a policy or an open clock goes by this calendar."""

    code, status = "calendar_in_use", 409
