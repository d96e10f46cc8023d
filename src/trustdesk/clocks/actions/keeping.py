"""Policies and calendars as their leads keep them. Whatever changes here, the worker plans open clocks anew."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext

from trustdesk.clocks.facts import PolicyArchived, PolicyMoved, PolicyRestored, PolicySet
from trustdesk.clocks.models import Book, ClockPolicy, HolidayBook
from trustdesk.clocks.refusals import NoSuchPolicy
from trustdesk.clocks.rules import policies
from trustdesk.clocks.rules.holidays import BadICal, read_ical
from trustdesk.clocks.rules.policies import Policy
from trustdesk.clocks.rules.reading import YEARS_AHEAD
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import CalendarInUse
from trustdesk.kernel.work.models import Calendar
from trustdesk.kernel.work.rules.calendar import NeverOpen, add, parse

_YEARS_BACK = 3  # clocks that are open began no longer ago


@action(right="clocks.manage")
def set_policy(
    *,
    actor: Actor,
    policy: Policy,
    calendar: str | None,
    now: datetime,
    policy_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Make a policy, which comes last, or change one. Open work is held to it from now on: its starts stay, its targets
    are the new ones.

    Raises NoSuchPolicy, Stale (somebody changed it since `version`), Invalid (name, calendar).
    """
    book = _turn_page()
    row = ClockPolicy.objects.filter(id=policy_id).first() if policy_id else None
    if policy_id and row is None:
        raise NoSuchPolicy
    if row is not None and version is not None and row.version != version:
        raise Stale
    hours = Calendar.objects.filter(code=calendar, archived_at=None).first() if calendar else None
    if calendar and hours is None:
        raise Invalid(
            "The policy could not be set.",
            fields={"calendar": gettext("There is no calendar “%(calendar)s”.") % {"calendar": calendar}},
        )
    _reachable(policy, hours, now)
    if row is None:
        last = ClockPolicy.objects.aggregate(last=Max("place"))["last"] or 0
        row = ClockPolicy(place=last + 1, version=0)
    new = row.version == 0
    row.name, row.told, row.calendar = policy.name, policies.written(policy), hours
    row.changed_at = now
    row.version += 1
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError as error:  # clocks_policy_named_once
        raise Invalid("The policy could not be set.", fields={"name": "Another policy has this name."}) from error
    record(PolicySet(policy=row.id, name=row.name, number=row.version), actor=actor, at=now)
    _close(book)
    return row.id


@action(right="clocks.manage")
def move_policy(*, actor: Actor, policy_id: UUID, up: bool, now: datetime) -> None:
    """Swap places with the policy above or below; the first or last stays where it is. Raises NoSuchPolicy."""
    book = _turn_page()
    rows = list(ClockPolicy.objects.filter(archived_at=None).order_by("place", "id"))
    here = next((n for n, row in enumerate(rows) if row.id == policy_id), None)
    if here is None:
        raise NoSuchPolicy
    there = min(max(here + (-1 if up else 1), 0), len(rows) - 1)
    rows[here], rows[there] = rows[there], rows[here]
    for n, row in enumerate(rows, start=1):
        row.place = n
    ClockPolicy.objects.bulk_update(rows, ["place"])
    record(PolicyMoved(policy=policy_id, name=rows[there].name, place=there + 1), actor=actor, at=now)
    _close(book)


@action(right="clocks.manage")
def archive_policy(*, actor: Actor, policy_id: UUID, now: datetime) -> None:
    """Take a policy out of the order; what it held goes to the next that fits. Raises NoSuchPolicy."""
    book = _turn_page()
    row = ClockPolicy.objects.filter(id=policy_id, archived_at=None).first()
    if row is None:
        raise NoSuchPolicy
    ClockPolicy.objects.filter(id=row.id).update(archived_at=now, version=F("version") + 1)
    record(PolicyArchived(policy=row.id, name=row.name), actor=actor, at=now)
    _close(book)


@action(right="clocks.manage")
def restore_policy(*, actor: Actor, policy_id: UUID, now: datetime) -> None:
    """Bring an archived policy back, last. Raises NoSuchPolicy, Invalid (its name is taken, its calendar is archived)."""
    book = _turn_page()
    row = ClockPolicy.objects.filter(id=policy_id).exclude(archived_at=None).select_related("calendar").first()
    if row is None:
        raise NoSuchPolicy
    if row.calendar is not None and row.calendar.archived_at is not None:
        raise Invalid("Its calendar is archived: bring that back first.")
    last = ClockPolicy.objects.aggregate(last=Max("place"))["last"] or 0
    try:
        with transaction.atomic():
            ClockPolicy.objects.filter(id=row.id).update(archived_at=None, place=last + 1, version=F("version") + 1)
    except IntegrityError as error:
        raise Invalid("Another policy has this name.") from error
    record(PolicyRestored(policy=row.id, name=row.name), actor=actor, at=now)
    _close(book)


@action(right="clocks.manage")
def set_calendar(
    *,
    actor: Actor,
    code: str,
    name: str,
    zone: str,
    slots: Mapping[str, Sequence[Sequence[str]]],
    now: datetime,
    listed: Iterable[date] = (),
    ical: str = "",
    version: int | None = None,
) -> UUID:
    """Make a calendar (`version` 0) or change it. Raises Invalid (code, slots, ical), Stale."""
    days, followed_to = followed(ical, zone=zone, now=now)
    by_hand = sorted(set(listed))
    made = work.set_calendar(
        actor=actor,
        code=code,
        name=name,
        zone=zone,
        slots=slots,
        holidays=set(by_hand) | set(days),
        version=version,
        now=now,
    )
    HolidayBook.objects.update_or_create(
        calendar_id=made, defaults={"listed": by_hand, "ical": ical, "followed_to": followed_to}
    )
    return made


@action(right="clocks.manage")
def archive_calendar(*, actor: Actor, code: str, archived: bool, now: datetime) -> None:
    """Offer a calendar no more, or again. Raises NoSuchCalendar, CalendarInUse."""
    _turn_page()  # nobody gives it to a policy meanwhile
    if archived and ClockPolicy.objects.filter(calendar__code=code, archived_at=None).exists():
        raise CalendarInUse
    work.archive_calendar(actor=actor, code=code, archived=archived, now=now)


def followed(ical: str, *, zone: str, now: datetime) -> tuple[dict[date, str], date | None]:
    """The days of an iCal file with their names, and until when its endless rules were followed. Raises Invalid (ical, slots)."""
    if not ical.strip():
        return {}, None
    try:
        where = ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid(fields={"zone": gettext("There is no time zone “%(zone)s”.") % {"zone": zone}}) from error
    first, last = date(now.year - _YEARS_BACK, 1, 1), date(now.year + YEARS_AHEAD, 12, 31)
    try:
        found = read_ical(ical, first=first, last=last, zone=where)
    except BadICal as error:
        raise Invalid(str(error), fields={"ical": str(error)}) from error
    return found.days, last if found.endless else None


def extend_due(*, now: datetime) -> int:
    """Follow the rules of iCal files a year further, once a year; returns how many calendars. The worker asks each hour."""
    wanted = date(now.year + YEARS_AHEAD, 12, 31)
    ripe = HolidayBook.objects.filter(followed_to__lt=wanted).select_related("calendar").order_by("id")
    done = 0
    for book in ripe[:10]:
        row = book.calendar
        set_calendar(
            actor=SYSTEM,
            code=row.code,
            name=row.name,
            zone=row.zone,
            slots=row.slots,
            listed=book.listed,
            ical=book.ical,
            now=now,
        )
        done += 1
    return done


def _turn_page() -> Book:
    """Who changes the policies does so alone, until the end of the transaction."""
    return Book.objects.select_for_update().get(id=1)


def _close(book: Book) -> None:
    Book.objects.filter(id=book.id).update(revision=F("revision") + 1)


def _reachable(policy: Policy, hours: Calendar | None, now: datetime) -> None:
    counted = [of.get(priority, 0) for of in policy.targets.values() for priority in policy.business]
    longest = max(counted, default=0)
    if longest and hours is None:
        said = "Targets in business minutes need a calendar."
        raise Invalid("The policy could not be set.", fields={"calendar": said})
    if longest and hours is not None:
        try:
            opened = parse(zone=hours.zone, slots=hours.slots, holidays=hours.holidays)
            add(opened, now, timedelta(minutes=longest))
        except NeverOpen as error:
            said = "This calendar has too little open time for these targets."
            raise Invalid("The policy could not be set.", fields={"calendar": said}) from error
