"""Reasons for being away, where each person stands, and the intervals they stood there."""

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models
from django.db.models import CheckConstraint, F, Func, Index, Q, UniqueConstraint, Value

from trustdesk.kernel.base.models import Row
from trustdesk.workforce.rules import LIMITS, LONGEST_WRAP_UP

_STATES = ["offline", "available", "aux", "wrap_up"]


class AuxCode(Row):
    """A reason for being away from the queue. Retired rather than deleted: intervals name it."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "labels")

    code = models.SlugField(max_length=40, unique=True)
    labels = models.JSONField()  # {"en": "Lunch", "id": "Makan siang"}
    paid = models.BooleanField(default=True)
    productive = models.BooleanField(default=False)  # counts as work: training, a meeting
    longest_minutes = models.PositiveSmallIntegerField(null=True)  # longer is shown to the person, and stops nothing
    needs_note = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField(default=100)  # order in the menu; its first nine have the keys g 1 … g 9
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(longest_minutes=None) | Q(longest_minutes__gt=0), name="aux_code_lasts"),
        ]


class Presence(models.Model):
    """Where one person stands now: the row that every change of theirs locks. Made at their first change."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note", "asked_note")

    no = models.BigAutoField(primary_key=True)  # a number, because a range of numbers can be kept from overlapping
    staff = models.OneToOneField("people.Staff", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=0)  # of the interval that runs; 0: none yet
    state = models.CharField(max_length=10, choices=[(state, state) for state in _STATES], default="available")
    aux = models.ForeignKey(AuxCode, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    note = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    # A change that waits until what is in hand ends.
    asked_state = models.CharField(max_length=10, choices=[(state, state) for state in _STATES], blank=True)
    asked_aux = models.ForeignKey(AuxCode, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    asked_note = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True)  # a wrap-up that began by itself ends by itself, at the latest then

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=_STATES), name="presence_state_known"),
            CheckConstraint(
                condition=Q(state="aux", aux__isnull=False) | (~Q(state="aux") & Q(aux=None)),
                name="presence_aux_says_why",
            ),
            CheckConstraint(
                condition=Q(asked_state="aux", asked_aux__isnull=False) | (~Q(asked_state="aux") & Q(asked_aux=None)),
                name="presence_asked_aux_says_why",
            ),
            CheckConstraint(condition=Q(until=None) | Q(state="wrap_up"), name="presence_until_of_wrap_up"),
        ]
        indexes = [
            # go_offline_lost
            Index(fields=["since"], condition=~Q(state="offline") & Q(number__gt=0), name="presence_at_work"),
            Index(fields=["until"], condition=Q(until__isnull=False), name="presence_wraps_up"),  # end_wrap_ups
        ]


class Capacity(Row):
    """How many of one channel somebody may have in hand at once: a person, a team, or (neither) everyone."""

    channel = models.CharField(max_length=10, choices=[(one, one) for one in LIMITS])
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    at_once = models.PositiveSmallIntegerField(null=True)  # null: no bound
    wrap_up_seconds = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["channel", "team", "staff"], nulls_distinct=False, name="capacity_once"),
            CheckConstraint(condition=Q(team=None) | Q(staff=None), name="capacity_of_one"),
            CheckConstraint(condition=Q(channel__in=list(LIMITS)), name="capacity_channel_known"),
            CheckConstraint(condition=Q(wrap_up_seconds__lte=LONGEST_WRAP_UP), name="capacity_wrap_up_ends"),
        ]


class Interval(Row):
    """One stay in one state. Intervals of a person follow each other without gap or overlap: the database sees to it.

    `follows_at` repeats `began_at` for all but the first, and refers to the end of the interval before (a foreign key made
    in the migration: Django has none over two columns).
    """

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)
    PLAIN: ClassVar[tuple[str, ...]] = ("by",)

    presence = models.ForeignKey(Presence, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(state, state) for state in _STATES])
    aux = models.ForeignKey(AuxCode, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=120)  # who changed it: staff:…, system:desk
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    follows_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["presence", "number"], name="interval_number_once"),
            UniqueConstraint(fields=["presence", "ended_at"], name="interval_ends_once"),
            UniqueConstraint(fields=["presence"], condition=Q(ended_at=None), name="interval_one_runs"),
            ExclusionConstraint(
                name="interval_no_overlap",
                expressions=[
                    (Func(F("presence"), F("presence"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("began_at"), F("ended_at"), function="tstzrange"), "&&"),
                ],
            ),
            CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gt=F("began_at")), name="interval_lasts"),
            CheckConstraint(
                # Said outright, since a comparison with NULL is no refusal.
                condition=Q(number=1, follows_at=None)
                | Q(number__gt=1, follows_at__isnull=False, follows_at=F("began_at")),
                name="interval_follows",
            ),
            CheckConstraint(condition=Q(state__in=_STATES), name="interval_state_known"),
            CheckConstraint(
                condition=Q(state="aux", aux__isnull=False) | (~Q(state="aux") & Q(aux=None)),
                name="interval_aux_says_why",
            ),
        ]
        indexes = [
            Index(fields=["presence", "-began_at"], name="interval_of_person"),  # day_of
        ]


ROOM = 7_303  # names the lock of one person's room among the advisory ones


def lock_room(staff_id: UUID) -> None:
    """Until commit, nobody else counts what this person has in hand: of two claims at once, the second counts the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ROOM, str(staff_id)])


FIRST_WORD = 7_302  # names this lock among the advisory ones


def lock_first_word(staff_id: UUID, *, shared: bool = False) -> None:
    """Until commit, hold what stands for the row of a person who has none yet: there is nothing else to lock."""
    how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s, hashtext(%s))", [FIRST_WORD, str(staff_id)])
