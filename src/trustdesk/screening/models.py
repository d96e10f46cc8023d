"""Verdicts with everything they read."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.content.queries import VERDICTS
from trustdesk.kernel.base.models import Row


class Verdict(Row):
    """What machines made of one version. Pending until every signal that could change it has answered or patience ends."""

    class State(models.TextChoices):
        PENDING = "pending"
        FINAL = "final"
        OVERTAKEN = "overtaken"  # a newer version came, or the same version was screened again

    PERSONAL = ("counted", "hits", "inputs", "undecided")
    PLAIN = ("ruleset", "plan")

    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("content.ItemVersion", on_delete=models.PROTECT, related_name="+")
    version_no = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices)
    outcome = models.CharField(max_length=8, blank=True, choices=[(v, v) for v in VERDICTS])
    unscreened = models.BooleanField(default=False)
    ruleset = models.CharField(max_length=64)
    plan = models.CharField(max_length=64)
    hits = models.JSONField(default=list)
    undecided = models.JSONField(default=list)
    # Every value the plan read, by name, and `now`: enough to replay it bit for bit.
    inputs = models.JSONField(default=dict)
    # [counter, key, place]: the place the submission took in each counter, which gives any rate as it was then.
    counted = models.JSONField(default=list)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    patience_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["version"], condition=~Q(state="overtaken"), name="verdict_one_in_force_per_version"
            ),
            CheckConstraint(
                condition=~Q(state="final") | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="verdict_final_has_outcome",
            ),
            CheckConstraint(
                condition=~Q(state="pending") | Q(patience_until__isnull=False), name="verdict_pending_has_patience"
            ),
        ]
        indexes = [
            Index(fields=["item", "-id"], name="verdict_by_item"),
            Index(fields=["made_at"], condition=Q(state="pending"), name="verdict_pending"),  # forgotten ones
            Index(fields=["id"], condition=Q(unscreened=True, state="final"), name="verdict_unscreened"),
        ]


class Follower(Row):
    """How far a loop that follows the ledger has come."""

    PLAIN = ("name",)

    name = models.CharField(max_length=40, unique=True)
    position = models.BigIntegerField(default=0)
    at = models.DateTimeField()
