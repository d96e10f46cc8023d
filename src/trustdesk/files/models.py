"""What is known about stored bytes."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q

from trustdesk.kernel.base.models import Row


class StoredFile(Row):
    """One content, whoever brought it and however often: the hash is the key of the bytes in the store."""

    PLAIN: ClassVar[tuple[str, ...]] = (
        "hash",
        "media_type",
        "declared_type",
        "reason",
        "renditions",
        "times",
        "uploaded_by",
    )

    class State(models.TextChoices):
        READY = "ready"
        REFUSED = "refused"

    hash = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    size = models.BigIntegerField()  # bytes
    media_type = models.CharField(max_length=80)  # by content
    declared_type = models.CharField(max_length=80, blank=True)  # as the first sender named it
    width = models.PositiveIntegerField(null=True)  # pixels, after turning upright
    height = models.PositiveIntegerField(null=True)
    frames = models.PositiveIntegerField(null=True)  # of an animation; of a video those of its strip
    seconds = models.FloatField(null=True)  # of a video
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=40, blank=True)  # why it is refused: rules.REASONS has the words
    renditions = ArrayField(models.CharField(max_length=20), default=list)
    times = models.JSONField(default=dict)  # rendition of a video's strip → its second
    created_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="ready", reason="") | Q(state="refused") & ~Q(reason=""), name="file_refused_says_why"
            ),
            CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty"),
        ]
