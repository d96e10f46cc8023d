"""Reviews."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Review(Row):
    """A person's look at an item; at most one is open per item. Its place in line is the work item's business."""

    PLAIN = ("hits", "undecided")

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        CLOSED = "closed"  # nobody needed to look after all

    class Because(models.TextChoices):
        RULE = "rule"
        UNSCREENED = "unscreened"
        AFTER_REMOVAL = "after_removal"

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    version_no = models.PositiveIntegerField()
    verdict = models.UUIDField()
    # As the verdict's fact told them: places in the text, not its words.
    hits = models.JSONField(default=list)
    undecided = models.JSONField(default=list)
    screened_at = models.DateTimeField()
    because = models.CharField(max_length=13, choices=Because.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    decision = models.UUIDField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["item"], condition=Q(state="open"), name="review_one_open_per_item"),
            CheckConstraint(
                condition=Q(state="decided", decision__isnull=False) | (~Q(state="decided") & Q(decision=None)),
                name="review_decided_names_decision",
            ),
        ]
        indexes = [Index(fields=["item", "-id"], name="review_by_item")]
