"""Letters, and addresses that get none."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from trustdesk.kernel.base.models import Row


class Letter(Row):
    """One letter to one address, written whole; sending changes its state, never its words."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("to", "subject", "text", "html")
    PLAIN: ClassVar[tuple[str, ...]] = ("kind", "language", "about", "sender", "message_id", "error")

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DEAD = "dead"
        WITHDRAWN = "withdrawn"
        SUPPRESSED = "suppressed"

    to = models.CharField(max_length=320)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)  # what it is about: decision:0190…
    cause = models.UUIDField(null=True)  # what withdraws it when undone
    written_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
                name="letter_sent_has_time",
            ),
            CheckConstraint(
                condition=Q(claim=None, claimed_until=None) | Q(claim__isnull=False, claimed_until__isnull=False),
                name="letter_claim_ends",
            ),
        ]
        indexes = [
            Index(fields=["next_at", "id"], condition=Q(state="queued"), name="letter_due"),  # sending.claim
            Index(fields=["about", "id"], name="letter_about"),  # queries.letters_about
            Index(fields=["cause"], condition=Q(cause__isnull=False), name="letter_by_cause"),  # withdraw_letters
            Index(fields=["-id"], condition=Q(state="dead"), name="letter_dead"),  # queries.dead_letters
        ]


class Suppression(Row):
    """An address the desk does not write to: its server refused it for good, or its owner asked."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)
    PLAIN: ClassVar[tuple[str, ...]] = ("why",)

    address = models.CharField(max_length=320, unique=True)  # folded
    why = models.CharField(max_length=200)
    since = models.DateTimeField()
