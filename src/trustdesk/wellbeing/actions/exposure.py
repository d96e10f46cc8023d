"""The exposure ledger: reserve when work is dealt, book when its claim ends, count what was revealed or seen unclaimed.

None of these is an `@action`: they change nothing anybody else should be told, and a fact would tell it for ever.
"""

from datetime import datetime, timedelta
from math import isfinite
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.guards import DealtWork
from trustdesk.wellbeing.models import Exposure, Person, Usual
from trustdesk.wellbeing.queries.shares import minutes_of
from trustdesk.wellbeing.queries.standing import Reckoning, Standing, standing
from trustdesk.wellbeing.rules import HEAVY, IDLE, MOST_MINUTES

# How long what one person saw is kept, in days: as long as usual minutes and last weeks need it.
KEPT_DAYS = 90
MEASURED_DAYS = 30
# So many claims of a kind and harm tell what is usual; fewer are chance.
ENOUGH = 20
# One beacon tells of at most this, in seconds: who holds longer sends again.
MOST_HELD = 120.0
# A veil let go as the decision leaves: the beacon comes after the claim has ended.
STRAGGLER = timedelta(minutes=2)


def reserve(*, person: Standing, reckoned: Reckoning, dealt: DealtWork, now: datetime) -> None:
    """Set the usual minutes of this work aside for who was dealt it. In the claim's transaction."""
    pool = dealt.pool
    Exposure(
        claim_id=dealt.claim,
        staff_id=person.staff,
        harm=pool.harm,
        weight=min(pool.weight, 5) if pool.harm else 0,
        kind=dealt.category,
        reserved=min(reckoned.usual_minutes(dealt.category, pool.harm), MOST_MINUTES),
        dealt_at=now,
    ).save(force_insert=True)
    anew = person.working_since is None or person.dealt_at is None or now - person.dealt_at > IDLE
    heavy = bool(pool.harm) and pool.weight >= HEAVY
    Person.objects.filter(staff_id=person.staff).update(
        heavy_run=min(person.heavy_run + 1, 1000) if heavy else 0,
        working_since=now if anew else person.working_since,
        dealt_at=now,
    )


def book(*, claim: UUID, now: datetime) -> None:
    """The claim has ended: what was reserved becomes its share of the time it took, as the claim itself says; nothing for
    work never seen. Twice is once."""
    minutes = minutes_of(claim, now=now)
    if minutes is not None:
        Exposure.objects.filter(claim_id=claim, ended_at=None).update(minutes=minutes, ended_at=now)


def reveal(*, actor: Actor, work_id: UUID, seconds: float, now: datetime) -> float:
    """A veil was lifted for so many seconds; returns the claim's sum, which is never more than its time.

    Raises Invalid (seconds), NotFound (not this person's claim).
    """
    if not isfinite(seconds) or not 0 < seconds <= MOST_HELD:
        raise Invalid(
            "That is no time to have looked.",
            fields={"seconds": gettext("More than 0, at most %(n)s.") % {"n": f"{MOST_HELD:.0f}"}},
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE wellbeing_exposure e SET revealed = LEAST(e.revealed + %(held)s, GREATEST(0, extract(epoch FROM "
            "COALESCE(c.ended_at, %(now)s::timestamptz) - c.opened_at))::float8) FROM work_claim c "
            "WHERE c.id = e.claim_id AND c.work_id = %(work)s AND e.staff_id = %(staff)s AND c.opened_at IS NOT NULL "
            "AND c.id = (SELECT id FROM work_claim l WHERE l.work_id = %(work)s AND l.staff_id = %(staff)s "
            "AND (l.ended_at IS NULL OR l.ended_at > %(late)s) ORDER BY l.id DESC LIMIT 1) RETURNING e.revealed",
            {"held": seconds, "now": now, "work": work_id, "staff": actor.id, "late": now - STRAGGLER},
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound("You do not have this item.")
    return float(row[0])


def seen(*, actor: Actor, harm: str, weight: int, kind: str, seconds: float, now: datetime) -> None:
    """A page of many things was looked at for so many seconds, without a claim on any. It goes on with the row of this kind
    and harm that was told of a moment ago, never by more than the time since, so two windows count once.

    Raises Invalid (seconds).
    """
    if not isfinite(seconds) or not 0 < seconds <= MOST_HELD:
        raise Invalid(
            "That is no time to have looked.",
            fields={"seconds": gettext("More than 0, at most %(n)s.") % {"n": f"{MOST_HELD:.0f}"}},
        )
    with transaction.atomic():
        person = standing(UUID(actor.id), lock=True)
        row = (
            Exposure.objects.filter(
                staff_id=person.staff, claim=None, harm=harm, weight=weight, kind=kind, ended_at__gt=now - STRAGGLER
            )
            .order_by("-ended_at")
            .first()
        )
        if row is not None and row.ended_at is not None:
            since = (now - row.ended_at).total_seconds()
            Exposure.objects.filter(id=row.id).update(
                minutes=(row.minutes or 0) + max(0.0, min(seconds, since)) / 60, ended_at=max(now, row.ended_at)
            )
        else:
            Exposure(
                claim=None, staff_id=person.staff, harm=harm, weight=weight, kind=kind, reserved=0, minutes=seconds / 60,
                dealt_at=now - timedelta(seconds=seconds), ended_at=now,
            ).save(force_insert=True)  # fmt: skip
        anew = person.working_since is None or person.dealt_at is None or now - person.dealt_at > IDLE
        Person.objects.filter(staff_id=person.staff).update(
            working_since=now - timedelta(seconds=seconds) if anew else person.working_since, dealt_at=now
        )


def measure_usual(*, now: datetime) -> None:
    """What work of each kind and harm usually takes: three in four of the last thirty days took at most so long."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, harm, percentile_cont(0.75) WITHIN GROUP (ORDER BY minutes) FROM wellbeing_exposure "
            "WHERE ended_at >= %s AND minutes > 0 AND harm <> '' AND claim_id IS NOT NULL GROUP BY kind, harm HAVING count(*) >= %s",
            [now - timedelta(days=MEASURED_DAYS), ENOUGH],
        )
        found = cursor.fetchall()
        Usual.objects.all().delete()
        Usual.objects.bulk_create(
            Usual(kind=kind, harm=harm, minutes=min(max(minutes, 0.1), MOST_MINUTES)) for kind, harm, minutes in found
        )


def forget_old(*, now: datetime) -> None:
    """What a person saw a season ago is nobody's business any more, not even theirs."""
    Exposure.objects.filter(ended_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
