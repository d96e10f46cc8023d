"""What triggers do when facts arrive. One reactor hears them all, so that a case's events come in their order."""

from datetime import datetime
from uuid import UUID

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.work.facts import ClockBreached, ClockWarned
from trustdesk.support import queries as support
from trustdesk.support.facts import (
    CaseOpened,
    CasePrioritySet,
    CaseReceived,
    CaseReplied,
    CaseSorted,
    CaseStatusSet,
)
from trustdesk.triggers import actions
from trustdesk.triggers.snapshots import Happened, values_of

Heard = (
    CaseOpened | CaseReceived | CaseReplied | CaseStatusSet | CasePrioritySet | CaseSorted | ClockWarned | ClockBreached
)


@reacts_to(
    CaseOpened, CaseReceived, CaseReplied, CaseStatusSet, CasePrioritySet, CaseSorted, ClockWarned, ClockBreached
)
def hear(*, fact: Heard, envelope: Envelope, now: datetime) -> None:
    """Something happened to a case: what is in force for it acts."""
    happened = _happened(fact, envelope)
    if happened is not None:
        actions.hear(happened=happened, at=envelope.at, now=now)


def _happened(fact: Heard, envelope: Envelope) -> Happened | None:
    """The event a fact tells, None for what is none; keeps how cases stand on the way."""
    where: tuple[UUID, datetime] = (envelope.fact_id, envelope.at)
    match fact:
        case CaseOpened():
            actions.stand(case_id=fact.case, status="new", fact=where[0], at=where[1], tags=fact.tags)
            return Happened("opened", fact.case, where[0])
        case CaseReceived():
            return Happened("received", fact.case, where[0])
        case CaseReplied():
            # What machines write is no answer.
            return None if fact.automatic else Happened("replied", fact.case, where[0])
        case CaseStatusSet():
            actions.stand(case_id=fact.case, status=fact.status, fact=where[0], at=where[1])
            return Happened("status", fact.case, where[0], {"before.status": fact.before})
        case CasePrioritySet():
            return Happened("priority", fact.case, where[0], {"before.priority": fact.before})
        case CaseSorted():
            tags = values_of(fact.values).get("tags") if "tags" in fact.changed else None
            if not isinstance(tags, list):
                return None  # of something else, or erased meanwhile
            fresh = actions.stand(case_id=fact.case, status=None, fact=where[0], at=where[1], tags=tags)
            return Happened("tagged", fact.case, where[0], {"event.tags": fresh}) if fresh else None
        case ClockWarned() | ClockBreached():
            case_id = support.of_works([fact.work]).get(fact.work)
            event = "warned" if isinstance(fact, ClockWarned) else "breached"
            return Happened(event, case_id, where[0], {"event.clock": fact.name}) if case_id else None
