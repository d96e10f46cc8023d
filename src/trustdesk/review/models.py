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


class Joint(Row):
    """One judgement of many members of a cluster: each gets a decision of its own, one after the other, by a job."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    PERSONAL = ("author_note", "rationale")
    PLAIN = ("actor", "clauses", "outcome")

    cluster = models.UUIDField()
    actor = models.CharField(max_length=120)  # who decides, as the ledger writes it
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10)
    clauses = models.JSONField(default=list)  # [{policy, version, clause, rule}]
    author_note = models.CharField(max_length=1000, blank=True)
    rationale = models.CharField(max_length=4000, blank=True)
    excepted = models.PositiveIntegerField()  # members that were shown and left out
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            Index(fields=["cluster", "-id"], name="joint_of_cluster")
        ]  # the cluster's page, the list of clusters


class JointMember(Row):
    """What became of one item of a joint decision."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DECIDED = "decided"
        REFUSED = "refused"  # it could not be decided so; `message` says why
        STOPPED = "stopped"  # taken back before its turn
        UNDONE = "undone"

    PLAIN = ("code", "message")

    joint = models.ForeignKey(Joint, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    version_no = models.PositiveIntegerField()  # as it was seen by who decided
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    review = models.UUIDField(null=True)
    decision = models.UUIDField(null=True)
    undo_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["joint", "item"], name="joint_member_once")]
        indexes = [Index(fields=["joint", "state", "id"], name="joint_member_turn")]  # review.together
