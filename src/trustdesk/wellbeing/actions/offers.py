"""Urgent work that nobody may be dealt: told to leads after five minutes, and offered to those whom only their budget keeps
away. Offered, never dealt: who takes it says so, and a break is then theirs."""

from contextvars import ContextVar
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Greatest

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Barred
from trustdesk.web import live
from trustdesk.web.live import Topic
from trustdesk.wellbeing.facts import WorkUnserved
from trustdesk.wellbeing.models import Offer, Person, Unserved
from trustdesk.wellbeing.queries.desk import desk_rules
from trustdesk.wellbeing.queries.offers import Waiting, qualified, urgent_work
from trustdesk.wellbeing.queries.standing import Reckoning, Standing, at_work, reckon, standing

PATIENCE = timedelta(minutes=5)

# Says that something changed, and of nobody what: each page asks for its person's own.
URGENT = Topic("wellbeing.urgent", right="work.read")

# Whose budget does not count for the claim being made, because they said so. The guard asks.
accepting: ContextVar[UUID | None] = ContextVar("accepting", default=None)


class NoOffer(Refusal):
    """This work is not waiting for your yes any more."""

    code, status = "no_offer", 409


@action(right="-")
def accept(*, actor: Actor, work_id: UUID, now: datetime) -> UUID:
    """Yes, I take it. The claim is made beyond the budget; a break is owed after. Returns the work's id.

    Raises NoOffer, and what `claim_this` raises: who opted out of the harm meanwhile, or is on a break, is not taken at
    their earlier word.
    """
    staff = UUID(actor.id) if actor.kind == "staff" else None
    if staff is None or not Offer.objects.filter(staff_id=staff, work_id=work_id).exists():
        raise NoOffer
    said_yes = accepting.set(staff)
    try:
        claimed = work.claim_this(actor=actor, work_id=work_id, now=now)
    finally:
        accepting.reset(said_yes)
    Person.objects.filter(staff_id=staff).update(owed_minutes=Greatest("owed_minutes", desk_rules().owed_break))
    _settle([work_id], now=now)
    return claimed.work


def watch_urgent(*, now: datetime) -> None:
    """Look after urgent work: note what nobody may be dealt, tell it after five minutes, offer it. The worker calls it."""
    waiting = urgent_work()
    noted = {row.work_id: row for row in Unserved.objects.all()}
    if not waiting and not noted:
        return
    asked = _askable(waiting, now=now)
    with transaction.atomic():
        _settle([work_id for work_id in noted if work_id not in asked], now=now)
        for one in waiting:
            if one.work not in asked:
                continue
            row = noted.get(one.work)
            if row is None:
                Unserved.objects.get_or_create(work_id=one.work, defaults={"since": now})
                continue
            if now - row.since < PATIENCE:
                continue
            if row.told_at is None:
                _tell(actor=SYSTEM, row=row, waiting=one, now=now)
            offers = Offer.objects.filter(work_id=one.work)
            before = set(offers.values_list("staff_id", flat=True))
            offers.exclude(staff_id__in=asked[one.work]).delete()
            Offer.objects.bulk_create(
                (Offer(work_id=one.work, staff_id=staff, at=now) for staff in asked[one.work]), ignore_conflicts=True
            )
            if before != set(asked[one.work]):
                live.tell(URGENT.name, {"at": now})


@action(right="-")
def _tell(*, actor: Actor, row: Unserved, waiting: Waiting, now: datetime) -> None:
    Unserved.objects.filter(id=row.id, told_at=None).update(told_at=now)
    live.tell(URGENT.name, {"at": now})
    minutes = int((now - row.since).total_seconds() // 60)
    record(
        WorkUnserved(work=waiting.work, lane=waiting.lane, queue=waiting.queue, minutes=minutes), actor=actor, at=now
    )


def _askable(waiting: list[Waiting], *, now: datetime) -> dict[UUID, list[UUID]]:
    """Urgent work that nobody may be dealt, with those whom only their budget keeps from it. What somebody may be dealt is
    not in it."""
    fitting = qualified({one.pool for one in waiting}) if waiting else {}
    barred: dict[UUID, set[UUID]] = {}
    for row in Barred.objects.filter(work_id__in=[one.work for one in waiting]):
        if row.until is None or row.until > now:
            barred.setdefault(row.work_id, set()).add(row.staff_id)
    present = at_work({staff for _, people in fitting.values() for staff in people})
    known: dict[UUID, tuple[Standing, Reckoning]] = {}
    asked: dict[UUID, list[UUID]] = {}
    for one in waiting:
        pool, people = fitting[one.pool]
        spent = []
        for staff in people:
            if staff in barred.get(one.work, ()) or staff not in present:
                continue
            if staff not in known:
                person = standing(staff)
                known[staff] = (person, reckon(person, now=now))
            person, reckoned = known[staff]
            if person.on_break or person.owed_minutes or pool.harm in person.opted_out:
                continue
            if reckoned.fits(pool.harm, pool.weight):
                break
            spent.append(staff)
        else:
            asked[one.work] = spent
    return asked


def _settle(works: list[UUID], *, now: datetime) -> None:
    gone = Offer.objects.filter(work_id__in=works).delete()[0] + Unserved.objects.filter(work_id__in=works).delete()[0]
    if gone:
        live.tell(URGENT.name, {"at": now})
