"""Velocity, remembered texts, cached results."""

from django.db import models
from django.db.models import Index, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Counted(models.Model):
    """One thing that was counted: `rate()` counts these rows exactly."""

    PLAIN = ("counter", "key")

    id = models.BigAutoField(primary_key=True)
    counter = models.CharField(max_length=40)
    key = models.CharField(max_length=240)
    at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["key", "counter", "at"], name="counted_window")]  # signals.rates


class SeenText(models.Model):
    """The digest of a folded text that was submitted; `owner` names the thing it belongs to, so that an edit of the
    same thing does not count as another."""

    PLAIN = ("owner",)

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=16)
    owner = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["digest", "at"], name="seen_text_window")]  # signals.seen


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
