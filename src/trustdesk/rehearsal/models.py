"""Rehearsals (backtests and shadow runs), the parts a backtest is cut into, the samples a report shows."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Rehearsal(Row):
    """One run of a version (or a folder) over stored verdicts. `version` is no foreign key: a draft may be thrown away,
    the report of its rehearsal stays."""

    class Mode(models.TextChoices):
        HISTORY = "history"  # a backtest
        SHADOW = "shadow"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    class Runner(models.TextChoices):
        DESK = "desk"  # the worker
        COMMAND = "command"  # somebody's terminal

    PLAIN = ("name", "candidate_hash", "live_hash", "asked_by", "ended_why", "error", "folder", "report")

    mode = models.CharField(max_length=7, choices=Mode.choices)
    state = models.CharField(max_length=9, choices=State.choices)
    runner = models.CharField(max_length=7, choices=Runner.choices)
    target = models.CharField(max_length=6, choices=[(kind, kind) for kind in ("policy", "list", "folder")])
    version = models.UUIDField(null=True)
    name = models.CharField(max_length=200)  # the policy's code, the list's name, the folder's
    number = models.PositiveIntegerField(default=0)
    folder = models.CharField(max_length=1000, blank=True)
    candidate_hash = models.CharField(max_length=64)
    live_hash = models.CharField(max_length=64)
    live_number = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # a shadow run has none until it ends
    items = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    restarts = models.PositiveSmallIntegerField(default=0)
    position = models.BigIntegerField(default=0)  # of a shadow run: the last fact it has seen
    asked_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # when it last gave a sign of life
    ends_at = models.DateTimeField(null=True)  # of a shadow run: when it ends by itself
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=1000, blank=True)
    report = models.JSONField(default=dict)  # the tally; its samples are rows of their own once a backtest is done

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(done__lte=F("items")) | Q(mode="shadow"), name="rehearsal_done_within_items"),
            CheckConstraint(
                condition=Q(state__in=["waiting", "running"]) | Q(ended_at__isnull=False), name="rehearsal_end_has_time"
            ),
            UniqueConstraint(
                fields=["version"], condition=Q(mode="shadow", state="running"), name="rehearsal_one_shadow_a_version"
            ),
        ]
        indexes = [
            Index(fields=["version", "-id"], name="rehearsal_of_version"),  # a version's page
            Index(fields=["mode", "id"], condition=Q(state__in=["waiting", "running"]), name="rehearsal_open"),
        ]


class Part(Row):
    """A span of stored verdicts that one process judges at once."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DONE = "done"

    PLAIN = ("taken_by", "report")

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    after = models.UUIDField(null=True)
    until = models.UUIDField()
    items = models.PositiveIntegerField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    taken_by = models.CharField(max_length=60, blank=True)
    report = models.JSONField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["rehearsal", "number"], name="part_once"),
            CheckConstraint(condition=~Q(state="done") | Q(report__isnull=False), name="part_done_has_report"),
        ]
        indexes = [Index(fields=["rehearsal", "number"], condition=Q(state="open"), name="part_next")]


class Sample(Row):
    """An item whose outcome would change: ids and places in its texts, not its words."""

    PLAIN = ("change", "data")

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="samples")
    change = models.CharField(max_length=20)  # "approve>reject"
    position = models.PositiveSmallIntegerField()
    item = models.UUIDField()
    version = models.UUIDField()
    verdict = models.UUIDField()
    data = models.JSONField()

    class Meta:
        constraints = [UniqueConstraint(fields=["rehearsal", "change", "position"], name="sample_once")]
