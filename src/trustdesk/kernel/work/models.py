"""Queues, work items, claims, clocks and calendars."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row

STAFF = "people.Staff"


class Calendar(Row):
    """When a desk is open: slots by weekday in a zone, closed on holidays. `rules.calendar` computes with it."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name", "zone", "slots", "holidays")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=64)
    slots = (
        models.JSONField()
    )  # {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], …}; an end before its start is overnight
    holidays = ArrayField(models.DateField(), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True)  # not offered any more; nothing open goes by it


class Queue(Row):
    """A line of work: what it takes, which right its claimers need, how long a lease lasts, by when it should be done."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name", "kinds", "right", "condition", "batch_question")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    right = models.CharField(max_length=60)
    # `rules.conditions.read` reads it; null: takes only what is opened in it by name.
    condition = models.JSONField(null=True)
    fallback = models.BooleanField(default=False)  # takes what no condition takes
    is_open = models.BooleanField(default=True)  # nothing is dealt from a closed queue
    takes_new = models.BooleanField(default=True)  # nothing new comes into a queue that is drained
    drained_from = models.PositiveIntegerField(null=True)  # how much waited when its draining began, counted to 1,001
    # By when, if not by what the slice says: minutes of plain time, or of the calendar's open time.
    target_minutes = models.PositiveIntegerField(null=True)
    target_business = models.BooleanField(default=False)
    # One question about every item: then the queue may be worked as a grid. Empty: one item at a time.
    batch_question = models.CharField(max_length=200, blank=True)
    lease_seconds = models.PositiveIntegerField(default=900)
    cool_down_seconds = models.PositiveIntegerField(default=1800)  # a skipped item stays away from who skipped it
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(right=""), name="queue_names_its_right"),
            CheckConstraint(condition=Q(lease_seconds__gte=10), name="queue_lease_lasts"),
            UniqueConstraint(fields=["fallback"], condition=Q(fallback=True), name="queue_one_fallback"),
            CheckConstraint(condition=Q(fallback=False) | Q(takes_new=True), name="queue_fallback_takes"),
            CheckConstraint(
                condition=Q(target_business=False) | Q(calendar__isnull=False), name="queue_business_has_calendar"
            ),
        ]


class Named(Row):
    """Someone who works on a queue: a person or a team. While anybody is named, only they are dealt from it."""

    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="named", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    # Dealt from this queue when no other of theirs has anything of the same lane.
    second = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["queue", "staff"], name="named_person_once"),
            UniqueConstraint(fields=["queue", "team"], name="named_team_once"),
            CheckConstraint(
                condition=Q(staff__isnull=False, team=None) | Q(staff=None, team__isnull=False), name="named_one"
            ),
        ]


class Pool(models.Model):
    """One queue × language × market × sensitivity × harm in use. People are turned into pools before they claim.

    Made when work first needs it, never changed, never deleted: hence a small integer that indexes well.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("language", "market", "sensitivity", "harm")

    id = models.SmallAutoField(primary_key=True)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="pools", db_index=False)
    language = models.CharField(max_length=12, blank=True)
    market = models.CharField(max_length=12, blank=True)
    sensitivity = models.CharField(max_length=40, blank=True)  # the certificate its work needs
    harm = models.CharField(max_length=40, blank=True)  # what looking at it may do to people; guards know its meaning
    weight = models.PositiveSmallIntegerField(default=0)  # how much: 0 nothing … 5 the worst

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["queue", "language", "market", "sensitivity", "harm", "weight"], name="pool_once_by_harm"
            )
        ]


class WorkItem(Row):
    """One thing a person must look at. The slice that opened it owns a row with a 1:1 key to this one."""

    class State(models.TextChoices):
        OPEN = "open"
        CLAIMED = "claimed"
        HELD = "held"  # put aside until a time
        DONE = "done"
        CANCELLED = "cancelled"

    PERSONAL: ClassVar[tuple[str, ...]] = ("subject_line",)
    PLAIN: ClassVar[tuple[str, ...]] = ("kind", "category", "language", "market", "tags", "score_parts")

    kind = models.CharField(max_length=40)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+", db_index=False)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    lane = models.PositiveSmallIntegerField()  # in which it is dealt, before every score; 0 comes first
    own_lane = models.PositiveSmallIntegerField(null=True)  # of work that is late: the lane it came in
    score = models.FloatField()
    # score − ageing · opened_at (`rules.priority.rank`): constant in time, so an index keeps the order of the queue.
    rank = models.FloatField()
    score_parts = models.JSONField(default=list, blank=True)  # [{"name", "value", "says"}]: why this score, in words
    # Who holds it; for finished work, who finished it.
    holder = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    subject_line = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, blank=True)
    market = models.CharField(max_length=12, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # counts every change

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["open", "claimed", "held", "done", "cancelled"]), name="work_state_known"
            ),
            CheckConstraint(condition=~Q(state="claimed") | Q(holder__isnull=False), name="work_claimed_has_holder"),
            CheckConstraint(condition=~Q(state="open") | Q(holder=None), name="work_open_has_no_holder"),
            CheckConstraint(
                condition=Q(state="held", held_until__isnull=False) | (~Q(state="held") & Q(held_until=None)),
                name="work_held_until",
            ),
            CheckConstraint(
                condition=Q(state__in=["done", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["done", "cancelled"]) & Q(ended_at=None)),
                name="work_ended_at",
            ),
        ]
        indexes = [
            # work.claim_next, work.counts: the head of each pool
            Index(fields=["pool", "lane", "-rank", "id"], condition=Q(state="open"), name="work_next_open"),
            # every tenth claim; waiting since
            Index(fields=["pool", "opened_at", "id"], condition=Q(state="open"), name="work_oldest_open"),
            # lines.lanes: what waits in each lane, oldest first
            Index(fields=["pool", "lane", "opened_at"], condition=Q(state="open"), name="work_oldest_in_lane"),
            # list_work by due time, counts of what is due soon
            Index(
                fields=["pool", "due_at", "id"],
                condition=Q(state="open", due_at__isnull=False),
                name="work_due_open",
            ),
            # my work, and what is kept for me
            Index(
                fields=["holder", "-changed_at", "-id"],
                condition=Q(state__in=["claimed", "held"], holder__isnull=False),
                name="work_in_hand_of",
            ),
            # list_work of one queue and state, newest or oldest first
            Index(fields=["queue", "state", "opened_at", "id"], name="work_list"),
            # list_work of all queues, by age or by due time
            Index(fields=["opened_at", "id"], name="work_by_age"),
            Index(fields=["due_at", "id"], condition=Q(ended_at=None, due_at__isnull=False), name="work_by_due"),
            # list_work of everything, newest change first
            Index(fields=["-changed_at", "-id"], name="work_changed"),
            # wake_held
            Index(fields=["held_until"], condition=Q(state="held"), name="work_waking"),
        ]


class Claim(Row):
    """A lease on a work item: who, since when, until when unless renewed, and how it ended."""

    class Ended(models.TextChoices):
        COMPLETED = "completed"
        RELEASED = "released"
        SKIPPED = "skipped"
        HELD = "held"
        LAPSED = "lapsed"
        CANCELLED = "cancelled"

    work = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="claims")
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, choices=Ended.choices, blank=True)
    # Dealt ahead of its holder, who has not seen it yet.
    ahead = models.BooleanField(default=False)
    opened_at = models.DateTimeField(
        null=True
    )  # when its holder first had it before them; time at work counts from here

    class Meta:
        constraints = [
            UniqueConstraint(fields=["work"], condition=Q(ended_at=None), name="claim_one_open"),
            UniqueConstraint(fields=["staff"], condition=Q(ahead=True, ended_at=None), name="claim_one_ahead"),
            CheckConstraint(condition=Q(ahead=False) | Q(opened_at=None), name="claim_ahead_is_unopened"),
            CheckConstraint(condition=Q(until__gt=F("since")), name="claim_lasts"),
            CheckConstraint(
                condition=Q(ended_at=None, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="claim_ends_somehow",
            ),
        ]
        indexes = [
            Index(fields=["until"], condition=Q(ended_at=None), name="claim_lapsing"),  # lapse_claims
            Index(fields=["staff", "-since"], name="claim_by_staff"),  # what a person worked on
        ]


class Barred(Row):
    """This person must not take this item: for ever (judged it before) or for a while (skipped it)."""

    PLAIN: ClassVar[tuple[str, ...]] = ("because",)

    work = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="barred", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    until = models.DateTimeField(null=True)  # null: for ever
    because = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["work", "staff"], name="barred_once")]  # and claim_next's anti-join


class Turn(models.Model):
    """How often a person has claimed from a selection of queues: every tenth turn goes to the oldest item.

    Per person, so that claimers never wait for each other's counter.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("asked",)

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked = models.TextField(blank=True)  # queue codes, sorted; empty: all
    taken = models.BigIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["staff", "asked"], name="turn_once")]


class Clock(Row):
    """A service-level clock on a work item. Its truth is its events; these columns are their fold, kept to be asked."""

    class Phase(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        FULFILLED = "fulfilled"
        CANCELLED = "cancelled"

    PLAIN: ClassVar[tuple[str, ...]] = ("name",)

    work = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    name = models.CharField(max_length=40)  # what it measures: first_decision, first_reply
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", null=True)
    calendar_version = models.PositiveIntegerField(default=1)  # of the calendar when it was last planned
    target_minutes = models.PositiveIntegerField(null=True)  # null: none, it only counts
    target_business = models.BooleanField(default=False)
    warn_minutes = models.PositiveIntegerField(default=15)  # 0: no warning
    phase = models.CharField(max_length=10, choices=Phase.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # null: paused, or no target; of a fulfilled clock, when it was due
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    # How long it counted when it was fulfilled, in the unit of its target; null: not fulfilled.
    minutes = models.FloatField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["work", "name"], condition=Q(phase__in=["running", "paused"]), name="clock_one_at_a_time"
            ),
            CheckConstraint(
                condition=Q(phase__in=["running", "paused", "fulfilled", "cancelled"]), name="clock_phase_known"
            ),
        ]
        indexes = [
            Index(fields=["work"], name="clock_of_work"),
            # replan_due: what goes by a calendar that has changed since
            Index(
                fields=["calendar", "calendar_version"],
                condition=Q(phase__in=["running", "paused"], calendar__isnull=False),
                name="clock_replanning",
            ),
            Index(fields=["due_at"], condition=Q(phase="running", breached_at=None), name="clock_breaching"),
            Index(
                fields=["warn_at"],
                condition=Q(phase="running", warned_at=None, breached_at=None),
                name="clock_warning",
            ),
            # who reports on a period: what was kept, what was broken in it
            Index(
                fields=["fulfilled_at"],
                condition=Q(fulfilled_at__isnull=False, breached_at=None, target_minutes__isnull=False),
                name="clock_kept",
            ),
            Index(
                fields=["breached_at"],
                condition=Q(breached_at__isnull=False, target_minutes__isnull=False),
                name="clock_broken",
            ),
        ]


class ClockEvent(Row):
    """One event of a clock; state = fold(events)."""

    PLAIN: ClassVar[tuple[str, ...]] = ("kind",)

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    # activate and retarget carry the target: minutes (null: none) of business or plain time.
    minutes = models.PositiveIntegerField(null=True)
    business = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["clock", "number"], name="clock_event_once"),
            CheckConstraint(
                condition=Q(
                    kind__in=["activate", "pause", "resume", "fulfil", "breach", "retarget", "warn", "cancel", "reopen"]
                ),
                name="clock_event_kind",
            ),
        ]
