"""Velocity, remembered texts, cached results."""

from django.db import models
from django.db.models import Index, UniqueConstraint

from trustdesk.kernel.base.models import Row


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
    value = models.JSONField()
    took_ms = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["content_hash", "signal", "version"], name="signal_result_once"),
        ]
        indexes = [Index(fields=["at"], name="signal_result_age")]  # signals.actions.sweep
