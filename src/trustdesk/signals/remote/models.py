"""What remote models said and cost. Part of the slice's models (signals.models names them)."""

from django.db import models
from django.db.models import Index, UniqueConstraint

from trustdesk.kernel.base.models import Row


class RemoteAnswer(Row):
    """Which remote model said what: beside the kept result with the same signal, version and content hash."""

    PERSONAL = ("why",)
    PLAIN = ("signal", "version", "content_hash", "model_asked", "model", "request_id", "policy", "value")

    signal = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    model_asked = models.CharField(max_length=120)
    model = models.CharField(max_length=120, blank=True)  # as the endpoint names what answered
    request_id = models.CharField(max_length=120, blank=True)
    policy = models.CharField(max_length=80, blank=True)
    policy_version = models.PositiveIntegerField(default=0)
    value = models.JSONField(null=True)
    why = models.CharField(max_length=300, blank=True)
    tokens = models.PositiveIntegerField(null=True)
    took_ms = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["content_hash", "signal", "version"], name="remote_answer_once"),
        ]
        indexes = [Index(fields=["at"], name="remote_answer_age")]  # signals.actions.sweep


class RemoteSpending(models.Model):
    """What remote models cost on a day (UTC), in requests and tokens, all processes together. Moved by conditional
    statements only (signals.remote.budget)."""

    day = models.DateField(primary_key=True)
    requests = models.BigIntegerField()
    tokens = models.BigIntegerField()
