"""Queues as their leads keep them: made, changed, paused, drained, and who works on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Staff, Team
from trustdesk.kernel.people.rules import RIGHTS
from trustdesk.kernel.work.facts import QueuePeopleSet, QueueSet
from trustdesk.kernel.work.models import Calendar, Named, Queue, WorkItem
from trustdesk.kernel.work.refusals import FallbackTakes, NoSuchQueue, QueuesOverlap
from trustdesk.kernel.work.rules.conditions import Condition, in_words, overlap, read, written

QueueState = Literal["open", "paused", "draining", "closed"]
# (is it dealt from, does it take new work)
_STATES: dict[QueueState, tuple[bool, bool]] = {
    "open": (True, True),
    "paused": (False, True),
    "draining": (True, False),
    "closed": (False, False),
}
_WORDS: dict[QueueState, str] = {"open": "open again", "paused": "paused", "draining": "draining", "closed": "closed"}
_LOCK = 7_451_001  # conditions are compared and written by one transaction at a time
MOST_COUNTED = 1000
LONGEST_TARGET = 60 * 24 * 366


@action(right="work.manage")
def set_queue(
    *,
    actor: Actor,
    code: str,
    name: str,
    right: str,
    now: datetime,
    kinds: Sequence[str] = (),
    condition: Condition | None = None,
    fallback: bool = False,
    is_open: bool | None = None,
    lease_seconds: int = 900,
    cool_down_seconds: int = 1800,
    calendar: str | None = None,
    target_minutes: int | None = None,
    target_business: bool = False,
    batch_question: str | None = None,
    version: int | None = None,
) -> UUID:
    """Make a queue or change it. `right` is what its claimers need; no `kinds` means any kind of work; without a
    `condition` it takes only what is opened in it by name; the one that is `fallback` takes the rest. With a
    `batch_question` it may be worked as a grid (None leaves it as it is).

    Raises Invalid (code, name, right, lease_seconds, calendar, target_minutes), QueuesOverlap, FallbackTakes, Stale (with
    `version`, somebody changed it since).
    """
    # Before anything is read: of two who save at once, the second compares with what the first has written.
    _one_at_a_time()
    before = Queue.objects.filter(code=code).first()
    if version is not None and (before is None or before.version != version):
        raise Stale
    fields: dict[str, str] = {}
    if not code or not all(letter.isalnum() or letter in "-_" for letter in code) or len(code) > 50:
        fields["code"] = "Give a code of letters, digits and hyphens."
    if not name.strip() or len(name) > 80:
        fields["name"] = "Give a name of at most 80 characters."
    if right not in RIGHTS:
        fields["right"] = gettext("There is no right “%(right)s”.") % {"right": right}
    if lease_seconds < 10:
        fields["lease_seconds"] = "A lease lasts 10 seconds or longer."
    hours = Calendar.objects.filter(code=calendar).first() if calendar else None
    if calendar and hours is None:
        fields["calendar"] = gettext("There is no calendar “%(calendar)s”.") % {"calendar": calendar}
    if target_minutes is not None and not 1 <= target_minutes <= LONGEST_TARGET:
        fields["target_minutes"] = "Give a time between a minute and a year."
    if target_business and hours is None:
        fields["calendar"] = "Business minutes need a calendar."
    if batch_question is not None and len(batch_question.strip()) > 200:
        fields["batch_question"] = "At most 200 characters."
    if fields:
        raise Invalid("The queue could not be set.", fields=fields)
    row = before or Queue(code=code)
    if before is not None and before.fallback and not fallback:
        raise FallbackTakes
    if fallback and not row.takes_new:
        raise FallbackTakes("A queue that takes nothing new cannot be the fallback.")
    if condition is not None and row.takes_new:
        _refuse_overlap(code, condition)
    if fallback:
        Queue.objects.filter(fallback=True).exclude(code=code).update(fallback=False)
    row.name, row.right, row.kinds, row.fallback = name.strip(), right, list(kinds), fallback
    row.condition = None if condition is None else written(condition)
    row.is_open = row.is_open if is_open is None else is_open
    row.lease_seconds, row.cool_down_seconds, row.calendar = lease_seconds, cool_down_seconds, hours
    row.target_minutes, row.target_business = target_minutes, target_business
    if batch_question is not None:
        row.batch_question = " ".join(batch_question.split())
    row.version = before.version + 1 if before else 1
    row.save()
    what = "changed" if before else "new"
    record(
        QueueSet(queue=row.id, code=code, what=what if row.is_open else f"{what}, nothing is dealt from it"),
        actor=actor,
        at=now,
    )
    return row.id


@action(right="work.manage")
def set_queue_state(*, actor: Actor, code: str, state: QueueState, now: datetime) -> None:
    """Open, pause (nothing is dealt, holders finish), drain (nothing new comes in, what waits is worked off) or close.

    Raises NoSuchQueue, FallbackTakes, QueuesOverlap (another queue took over what this one took).
    """
    _one_at_a_time()
    row = Queue.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise NoSuchQueue
    is_open, takes_new = _STATES[state]
    if row.fallback and not takes_new:
        raise FallbackTakes
    if takes_new and not row.takes_new and row.condition is not None:
        _refuse_overlap(code, read(row.condition))
    if takes_new:
        row.drained_from = None
    elif row.takes_new:
        waiting = WorkItem.objects.filter(queue=row, state=WorkItem.State.OPEN).values("id")[: MOST_COUNTED + 1]
        row.drained_from = len(waiting)
    row.is_open, row.takes_new, row.version = is_open, takes_new, row.version + 1
    row.save(update_fields=["is_open", "takes_new", "drained_from", "version"])
    record(QueueSet(queue=row.id, code=code, what=_WORDS[state]), actor=actor, at=now)


@action(right="work.manage")
def name_people(
    *,
    actor: Actor,
    code: str,
    now: datetime,
    people: Sequence[UUID] = (),
    teams: Sequence[UUID] = (),
    second_people: Sequence[UUID] = (),
    second_teams: Sequence[UUID] = (),
) -> None:
    """Say who works on a queue: while anybody is named, it is dealt to nobody else; nobody named, to all who may. For
    those of `second_` it is a second queue: in each lane their others are dealt first.

    Raises NoSuchQueue, Invalid (people, teams, second_people, second_teams).
    """
    row = Queue.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise NoSuchQueue
    staff = set(Staff.objects.filter(id__in=[*people, *second_people], is_active=True).values_list("id", flat=True))
    groups = set(Team.objects.filter(id__in=[*teams, *second_teams]).values_list("id", flat=True))
    fields: dict[str, str] = {}
    for name, asked in (("people", people), ("second_people", second_people)):
        if missing := set(asked) - staff:
            fields[name] = gettext("There is nobody at work with the id %(id)s.") % {"id": min(missing)}
    for name, asked in (("teams", teams), ("second_teams", second_teams)):
        if missing := set(asked) - groups:
            fields[name] = gettext("There is no team with the id %(id)s.") % {"id": min(missing)}
    for name, first, second in (
        ("second_people", people, second_people),
        ("second_teams", teams, second_teams),
    ):
        if set(first) & set(second):
            fields[name] = gettext("A queue is somebody's first or second queue, not both.")
    if fields:
        raise Invalid(fields=fields)
    Named.objects.filter(queue=row).delete()
    Named.objects.bulk_create(
        [
            *(Named(queue=row, staff_id=one, second=one in second_people) for one in sorted(staff)),
            *(Named(queue=row, team_id=one, second=one in second_teams) for one in sorted(groups)),
        ]
    )
    second_ones = len(set(second_people)) + len(set(second_teams))
    record(
        QueuePeopleSet(queue=row.id, code=code, people=len(staff), teams=len(groups), second=second_ones),
        actor=actor,
        at=now,
    )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _refuse_overlap(code: str, condition: Condition) -> None:
    """Raise QueuesOverlap if another queue that takes new work would take some of the same."""
    others = Queue.objects.exclude(code=code).filter(takes_new=True, condition__isnull=False).order_by("name", "code")
    for other in others:
        both = overlap(condition, read(other.condition or {}))
        if both is not None:
            raise QueuesOverlap(
                gettext("“%(name)s” takes some of the same work: %(what)s.")
                % {"name": other.name, "what": in_words(both)},
                queue=other.code,
                name=other.name,
                both=written(both),
            )
