"""A small desk for care: a queue of its own, people for it alone, work that hurts and work that does not."""

from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.tests import makers
from trustdesk.wellbeing import actions
from trustdesk.wellbeing.models import Exposure
from trustdesk.wellbeing.rules import Limit

queue, staff, fresh = makers.queue, makers.staff, makers.fresh


def item(queue: str, now: datetime, harm: str = "", weight: int = 0, **given) -> UUID:
    return makers.work(queue, now, harm=harm, weight=weight, category=given.pop("category", "listing"), **given)


def budget(now: datetime, *, harm: str = "", shift: float | None = None, week: float | None = None) -> None:
    actions.set_budgets(actor=SYSTEM, budgets={harm: Limit(shift, week)}, now=now)


def finish(actor: Actor, work_id: UUID, now: datetime) -> None:
    """The claim ends, and its fact arrives as the worker brings it."""
    work.complete(actor=actor, work_id=work_id, now=now)
    settle(now)


def settle(now: datetime) -> None:
    """What the reactor does with the claims that have ended."""
    for claim in Exposure.objects.filter(ended_at=None, claim__ended_at__isnull=False).values_list("claim", flat=True):
        actions.book(claim=claim, now=now)


def seen(actor: Actor, queue: str, harm: str, weight: int, minutes: float, now: datetime) -> None:
    """This person has looked at something for so long, and it is booked."""
    work_id = item(queue, now, harm, weight)
    work.claim_this(actor=actor, work_id=work_id, now=now)
    finish(actor, work_id, now + timedelta(minutes=minutes))
