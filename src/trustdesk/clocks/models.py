"""Policies in their order, holidays as they were brought, conversations and the chains of what is late."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Book(models.Model):
    """One row: counts every change to policies and their order. Who changes them holds it."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="clocks_one_book")]


class ClockPolicy(Row):
    """A promise, as `rules.policies.read` reads it."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name", "told")

    name = models.CharField(max_length=80)
    told = models.JSONField()  # rules.policies.written
    calendar = models.ForeignKey("work.Calendar", on_delete=models.PROTECT, related_name="+", null=True)
    place = models.PositiveIntegerField()  # the first that fits holds
    archived_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["name"], condition=Q(archived_at=None), name="clocks_policy_named_once"),
            CheckConstraint(condition=~Q(name=""), name="clocks_policy_has_name"),
        ]


class HolidayBook(Row):
    """Where the holidays of a calendar come from: days listed by hand, and an iCal file."""

    PLAIN: ClassVar[tuple[str, ...]] = ("ical",)

    calendar = models.OneToOneField("work.Calendar", on_delete=models.PROTECT, related_name="+")
    listed = ArrayField(models.DateField(), default=list, blank=True)
    ical = models.TextField(blank=True)
    # Until when the file's rules were followed; null when none goes on for ever. `extend_due` follows them further.
    followed_to = models.DateField(null=True)


class Conversation(Row):
    """How the work of somebody who asked stands: what its clocks are moved by."""

    PLAIN: ClassVar[tuple[str, ...]] = ("channel", "priority", "status")

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=40, blank=True)
    priority = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    first_over = models.BooleanField(default=False)
    owed = models.BooleanField(default=False)
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    revision = models.PositiveIntegerField()  # of the book when its clocks were last aimed
    last_at = models.DateTimeField()
    ended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(ended=False, status__in=["new", "open", "pending", "on_hold"])
                | Q(ended=True, status__in=["resolved", "closed"]),
                name="clocks_ended_is_status",
            ),
            CheckConstraint(
                condition=Q(priority__in=["urgent", "high", "normal", "low"]), name="clocks_priority_known"
            ),
            CheckConstraint(condition=Q(owed=False) | Q(first_over=True), name="clocks_owed_after_first"),
        ]
        indexes = [
            # aim_due: open conversations that were aimed by an older book
            Index(fields=["revision", "id"], condition=Q(ended=False), name="clocks_aiming")
        ]


class Chain(Row):
    """The steps after a breach, as the policy had them then; one a clock."""

    PLAIN: ClassVar[tuple[str, ...]] = ("steps",)

    clock = models.OneToOneField("work.Clock", on_delete=models.PROTECT, related_name="+")
    steps = models.JSONField()  # [{"after_minutes", "to"}]
    late_since = models.DateTimeField()
    reached = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # null: all are reached

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(next_at=None) | Q(next_at__gte=F("late_since")), name="clocks_steps_follow")
        ]
        indexes = [Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clocks_stepping")]
