"""A person's care, what they have seen, the desk's bounds, and what is offered.

Everything with a `staff` key here is that person's own: no query of this slice gives it to anybody else."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row

STAFF = "people.Staff"


class Person(Row):
    """One person's settings and where they stand. Its row is what their claims wait for, one after the other."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("ways", "limits", "opted_out")

    staff = models.OneToOneField(STAFF, on_delete=models.PROTECT, related_name="+")
    ways = models.JSONField(default=dict, blank=True)  # {"violence": ["blur", "grey"]}; a harm not named: strict
    limits = models.JSONField(default=dict, blank=True)  # {"": {"shift": 60, "week": null}}: below the desk's
    opted_out = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    break_after = models.PositiveSmallIntegerField(null=True)  # minutes; 0: suggest nothing; null: as the desk says
    heavy_run = models.PositiveSmallIntegerField(default=0)  # heavy ones in a row, as dealt
    working_since = models.DateTimeField(null=True)
    dealt_at = models.DateTimeField(null=True)
    break_since = models.DateTimeField(null=True)
    owed_minutes = models.PositiveSmallIntegerField(default=0)  # of a break, before anything is dealt again

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(break_after=None) | Q(break_after__lte=480), name="person_break_in_a_shift")
        ]


class Exposure(Row):
    """One claim, as something a person saw: reserved when it is dealt, booked when it ends."""

    PLAIN: ClassVar[tuple[str, ...]] = ("harm", "kind")

    # Without a claim: a page of many things, looked at before anything of it is claimed. Booked as the time passes.
    claim = models.OneToOneField("work.Claim", on_delete=models.PROTECT, related_name="+", null=True)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    harm = models.CharField(max_length=40, blank=True)
    weight = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=80, blank=True)
    reserved = models.FloatField()  # minutes
    minutes = models.FloatField(null=True)  # as booked
    revealed = models.FloatField(default=0)  # seconds a veil was lifted
    dealt_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(weight__lte=5), name="exposure_weight"),
            CheckConstraint(condition=Q(reserved__gte=0, revealed__gte=0), name="exposure_not_negative"),
            CheckConstraint(
                condition=Q(ended_at=None, minutes=None) | Q(ended_at__isnull=False, minutes__gte=0),
                name="exposure_booked_at_its_end",
            ),
            CheckConstraint(
                condition=Q(claim__isnull=False) | Q(ended_at__isnull=False, reserved=0),
                name="exposure_without_claim_is_booked",
            ),
        ]
        indexes = [
            Index(fields=["staff"], condition=Q(ended_at=None), name="exposure_open"),  # reckoning: what is reserved
            Index(fields=["staff", "ended_at"], name="exposure_of_staff"),  # reckoning: this shift, this week
            Index(fields=["ended_at"], name="exposure_by_end"),  # usual minutes, weeks told, forget_old
        ]


class Usual(Row):
    """The usual minutes of work of a kind and harm, from the desk's own last thirty days."""

    PLAIN: ClassVar[tuple[str, ...]] = ("harm", "kind")

    kind = models.CharField(max_length=80, blank=True)
    harm = models.CharField(max_length=40)
    minutes = models.FloatField()

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "harm"], name="usual_once")]


class Budget(Row):
    """The desk's bound on a harm, or with harm "" on everything, in points; null: none."""

    PLAIN: ClassVar[tuple[str, ...]] = ("harm",)

    harm = models.CharField(max_length=40, blank=True, unique=True)
    shift = models.PositiveIntegerField(null=True)
    week = models.PositiveIntegerField(null=True)


class Desk(Row):
    """The desk's rules of care: one row."""

    one = models.BooleanField(default=True, unique=True)
    break_after = models.PositiveSmallIntegerField(default=90)  # minutes of unbroken work; 0: suggest nothing
    heavy_run = models.PositiveSmallIntegerField(
        default=3
    )  # heavy ones in a row before lighter ones come first; 0: off
    owed_break = models.PositiveSmallIntegerField(default=15)  # minutes owed for urgent work taken beyond a budget

    class Meta:
        constraints = [CheckConstraint(condition=Q(one=True), name="desk_care_is_one")]


class SupportContact(Row):
    """Whom a person can talk to. Empty language or market: everyone without a closer one."""

    PLAIN: ClassVar[tuple[str, ...]] = ("language", "market", "name", "phone", "link", "words")

    language = models.CharField(max_length=12, blank=True)
    market = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    link = models.CharField(max_length=400, blank=True)
    words = models.CharField(max_length=300, blank=True)  # hours, languages, that it is confidential

    class Meta:
        constraints = [UniqueConstraint(fields=["language", "market"], name="support_once")]


class Unserved(Row):
    """Urgent work that nobody may be dealt, and since when."""

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True)


class Offer(Row):
    """Urgent work a person may take although their budget is spent, if they say so."""

    work = models.ForeignKey("work.WorkItem", on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["staff", "work"], name="offer_once")]
        indexes = [Index(fields=["work"], name="offer_of_work")]


class ToldWeek(Row):
    """What is told of a group's week, frozen when the week was over; a group or harm that could not be told has no row."""

    PLAIN: ClassVar[tuple[str, ...]] = ("harm",)

    week = models.DateField()  # its Monday
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", null=True)  # null: the desk
    harm = models.CharField(max_length=40, blank=True)  # "": the group itself, with how many people worked
    people = models.PositiveIntegerField()
    minutes = models.FloatField()
    points = models.FloatField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["week", "team", "harm"], name="told_week_once", nulls_distinct=False),
            CheckConstraint(condition=Q(people__gte=5), name="told_week_of_five"),
        ]


class ClosedWeek(Row):
    """A week that was counted, whether or not anything of it could be told."""

    week = models.DateField(unique=True)
