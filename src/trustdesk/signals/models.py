"""Velocity, remembered texts, kept results, the health of signals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.signals.rules import CLOSED, HALF_OPEN, OPEN


class Counter(models.Model):
    """All that one key did since it was first seen. Its row is locked for each count, which puts those in one order:
    `total` after one's own count is one's place."""

    PLAIN = ("counter", "key")

    id = models.BigAutoField(primary_key=True)
    counter = models.CharField(max_length=40)
    key = models.CharField(max_length=240)
    total = models.BigIntegerField()
    at = models.DateTimeField()  # the bucket counted into last

    class Meta:
        # No index on what each count changes: the row is rewritten in its own page.
        constraints = [UniqueConstraint(fields=["key", "counter"], name="counter_once")]  # signals.actions.count


class CounterBucket(models.Model):
    """What a counter's total was before this bucket began. A window's count is one's place less the `before` of the
    first bucket in it, so that fewer buckets make the edge coarser and never the count wrong."""

    id = models.BigAutoField(primary_key=True)
    # Not checked by the database: buckets are written with their counter in one statement, and go before it.
    counter = models.ForeignKey(
        Counter, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    start = models.DateTimeField()
    before = models.BigIntegerField()
    tier = models.PositiveSmallIntegerField(default=0)  # how often it was thinned out: see rules.TIERS

    class Meta:
        constraints = [UniqueConstraint(fields=["counter", "start"], name="counter_bucket_once")]  # signals.rates
        indexes = [Index(fields=["tier", "start"], name="counter_bucket_age")]  # signals.actions.sweep


class SeenText(models.Model):
    """The digest of a folded text that was submitted; `owner` names the thing it belongs to, so that an edit of the
    same thing does not count as another."""

    PLAIN = ("owner",)

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=16)
    owner = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            Index(fields=["digest", "at"], name="seen_text_window"),  # signals.seen
            Index(fields=["at"], name="seen_text_age"),  # signals.actions.sweep
        ]


class SignalResult(Row):
    """What a signal of one version said about one content; kept so that the same thing is asked once."""

    PLAIN = ("content_hash", "signal", "version", "value")

    content_hash = models.CharField(max_length=64)
    signal = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    value = models.JSONField(null=True)  # null: there is nothing to say
    took_ms = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["content_hash", "signal", "version"], name="signal_result_once"),
        ]
        indexes = [Index(fields=["at"], name="signal_result_age")]  # signals.actions.sweep


class Health(Row):
    """How a signal fares, in all processes together: its circuit breaker, its outage, its figures."""

    class State(models.TextChoices):
        CLOSED = CLOSED
        OPEN = OPEN
        HALF_OPEN = HALF_OPEN

    PLAIN = ("signal", "version", "failing", "error")

    signal = models.CharField(max_length=60, unique=True)
    version = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLOSED)
    failing = ArrayField(models.CharField(max_length=64), default=list)
    failed_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    # Since when people know that it gives no answer: one alert, until it answers again.
    broken_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)  # the last failure's kind, never its words
    answered_at = models.DateTimeField(null=True)
    calls = models.BigIntegerField(default=0)
    questions = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)  # of the failures
    took_ms = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="closed") | Q(probe_at__isnull=False), name="health_open_knows_its_probe"
            ),
        ]
