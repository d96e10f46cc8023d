"""Triggers with their versions, what they did, how long cases have kept a status, trials on the past."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.triggers.rules import EVENTS, WHY_STOPPED

CASE = "support.Case"


class Trigger(Row):
    """Its words are in its versions; `live` is the one in force, `number` the newest."""

    class State(models.TextChoices):
        DRAFT = "draft"  # was never in force
        ON = "on"
        OFF = "off"

    PLAIN: ClassVar[tuple[str, ...]] = ("name",)

    name = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    place = models.PositiveIntegerField()
    number = models.PositiveIntegerField(default=1)
    live = models.PositiveIntegerField(null=True)
    since = models.DateTimeField(null=True)  # in force since: what waited longer counts from its state all the same
    looked = models.UUIDField(null=True)  # of "waited": the standing looked at last
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="on", live__isnull=False) | ~Q(state="on") & Q(live=None), name="trigger_on_is_live"
            ),
            CheckConstraint(condition=Q(live=None) | Q(live__lte=models.F("number")), name="trigger_live_exists"),
        ]
        indexes = [Index(fields=["place", "id"], name="trigger_by_place")]


class Version(Row):
    """A trigger as it was written at one time; only who put it in force is added later."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name", "condition", "steps", "status", "author", "put_by")

    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    event = models.CharField(max_length=8, choices=[(one, one) for one in EVENTS])
    status = models.CharField(max_length=8, blank=True)
    hours = models.PositiveIntegerField(default=0)
    condition = models.TextField(blank=True)
    steps = models.JSONField(default=list)
    author = models.CharField(max_length=60)  # an actor's label
    at = models.DateTimeField()
    put_by = models.CharField(max_length=60, blank=True)
    put_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["trigger", "number"], name="trigger_version_number")]


class Run(Row):
    """What one trigger did to one case because of one event, or why it did not."""

    class State(models.TextChoices):
        FIRED = "fired"
        STOPPED = "stopped"

    PLAIN: ClassVar[tuple[str, ...]] = ("cause", "event", "did")

    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="+", db_index=False)
    cause = models.CharField(max_length=60)  # the fact's id; of "waited" the one that gave the status
    event = models.CharField(max_length=8)
    chain = ArrayField(
        models.UUIDField(), default=list, blank=True
    )  # triggers that acted before, one because of the other
    state = models.CharField(max_length=7, choices=State.choices)
    why = models.CharField(max_length=6, blank=True, choices=[(one, one) for one in WHY_STOPPED])
    did = models.JSONField(default=list)  # [{"do": "add_tag", "how": "done", "why": ""}]
    letters = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["trigger", "number", "cause"], name="trigger_acts_once"),
            CheckConstraint(
                condition=Q(state="fired", why="") | Q(state="stopped") & ~Q(why=""), name="trigger_stop_has_reason"
            ),
        ]
        indexes = [
            Index(fields=["trigger", "-id"], name="trigger_runs"),  # its page
            Index(fields=["case", "-id"], name="trigger_runs_of_case"),  # the case's panel, the cap of an hour
            Index(fields=["trigger", "cause"], name="trigger_runs_of_cause"),  # once for a case and state
        ]


class Caused(models.Model):
    """A fact that came of a run: a trigger that hears it goes on with its chain."""

    fact = models.UUIDField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)


class Standing(Row):
    """Since when a case has its status, and the tags it had last: kept by the reactor."""

    PLAIN: ClassVar[tuple[str, ...]] = ("status", "tags")

    case = models.OneToOneField(CASE, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8)
    since = models.DateTimeField()
    fact = models.UUIDField()
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        indexes = [Index(fields=["status", "id"], name="standing_in_status")]  # waiting.wait_due


class Trial(Row):
    """One version tried on the past, without effect."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    PLAIN: ClassVar[tuple[str, ...]] = ("by_step", "rows", "asked_by", "error")

    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices)
    cases = models.PositiveIntegerField(default=0)  # to look at
    done = models.PositiveIntegerField(default=0)
    after = models.UUIDField(null=True)  # the case looked at last
    times = models.PositiveIntegerField(default=0)  # it would have acted
    touched = models.PositiveIntegerField(default=0)  # cases
    letters = models.PositiveIntegerField(default=0)
    by_step = models.JSONField(default=dict)
    rows = models.JSONField(default=list)  # [{"case": id, "number": 1043, "at": …, "times": 2}], the first 200
    asked_by = models.CharField(max_length=60)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["waiting", "running"]) | Q(ended_at__isnull=False), name="trial_end_has_time"
            ),
            UniqueConstraint(
                fields=["trigger"], condition=Q(state__in=["waiting", "running"]), name="trial_one_at_a_time"
            ),
        ]
        indexes = [Index(fields=["trigger", "-id"], name="trial_of_trigger")]
