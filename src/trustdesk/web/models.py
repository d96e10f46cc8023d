"""What the HTTP toolbox keeps: answers to calls that carried an Idempotency-Key, and who has a page open."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Answer(Row):
    """One call with an Idempotency-Key: claimed while it runs (`token` says by whom), then answered. Kept 48 hours."""

    PLAIN = ("method", "path", "key", "body_hash", "content_type")

    holder = models.UUIDField()  # the API key that called
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    token = models.UUIDField()
    claimed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    body = models.BinaryField(blank=True)  # sealed (web.sealing): it may quote content or hold a new secret

    class Meta:
        db_table = "web_answer"
        constraints = [
            UniqueConstraint(fields=["holder", "method", "path", "key"], name="answer_once"),
            CheckConstraint(
                condition=Q(answered_at=None, status=None) | Q(answered_at__isnull=False, status__isnull=False),
                name="answer_has_status",
            ),
        ]
        indexes = [Index(fields=["claimed_at"], name="answer_by_age")]  # idempotency.forget_old


class Seen(models.Model):
    """When a person last had a page of the desk open: written by the live streams, three times a minute."""

    staff = models.OneToOneField("people.Staff", on_delete=models.PROTECT, primary_key=True, related_name="+")
    at = models.DateTimeField()
