"""Reviews."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Review(Row):
    """A person's look at an item; at most one is open per item. Its place in line is the work item's business."""

    PLAIN = ("hits", "undecided", "noticed")

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        CLOSED = "closed"  # nobody needed to look after all

    class Because(models.TextChoices):
        RULE = "rule"
        UNSCREENED = "unscreened"
        AFTER_REMOVAL = "after_removal"
        SWEEP = "sweep"  # a person asked for it
        NOTICE = "notice"  # somebody outside reported it

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    version_no = models.PositiveIntegerField()
    verdict = models.UUIDField(null=True)  # null: reported before a machine had judged it
    # As the verdict's fact told them: places in the text, not its words.
    hits = models.JSONField(default=list)
    undecided = models.JSONField(default=list)
    screened_at = models.DateTimeField()
    # What was reported while it is open, {} for nothing: {count, weight, lane, categories, first_at}.
    noticed = models.JSONField(default=dict)
    because = models.CharField(max_length=13, choices=Because.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    decision = models.UUIDField(null=True)
    # Made by the browser for what was last done with it: sent again after a lost answer, it is done once.
    last_key = models.UUIDField(null=True)
    # Of a golden item: judged like any other, and nothing follows from it. `item` is the one it was made from.
    golden = models.ForeignKey("review.Golden", on_delete=models.PROTECT, related_name="+", null=True)
    asked_author = models.BooleanField(default=False)  # its page shows what was asked and answered
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["item"], condition=Q(state="open", golden=None), name="review_one_open_per_item"),
            CheckConstraint(
                condition=Q(state="decided", decision__isnull=False) | (~Q(state="decided") & Q(decision=None)),
                name="review_decided_names_decision",
            ),
        ]
        indexes = [Index(fields=["item", "-id"], name="review_by_item")]


class EvidenceRequest(Row):
    """What the author of an item under review was asked, by when, and what they answered. At most one is open a review."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        EXPIRED = "expired"

    PERSONAL = ("questions", "answer")
    PLAIN = ("language", "told_by")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    questions = models.TextField()
    language = models.CharField(max_length=12)
    told_by = models.CharField(max_length=8)  # letter | webhook
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["review"], condition=Q(state="open"), name="evidence_one_open_a_review"),
            CheckConstraint(condition=Q(due_at__gt=models.F("asked_at")), name="evidence_due_later"),
            CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) & ~Q(answer="")
                | (~Q(state="answered") & Q(answered_at=None)),
                name="evidence_answered",
            ),
        ]
        indexes = [Index(fields=["review", "-id"], name="evidence_of_review")]


class Looking(Row):
    """Who has a review on screen; kept alive by the heartbeat of the page, forgotten after a minute."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["review", "staff"], name="looking_once")]
        indexes = [Index(fields=["at"], name="looking_old")]  # review.look, which forgets


class Judgement(Row):
    """One person's answer where two judge apart. Nothing follows from it by itself: the one that ends the matter becomes a
    decision. One that was taken back stays, as withdrawn."""

    PERSONAL = ("author_note", "rationale")
    PLAIN = ("outcome", "clauses", "labels")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    no = models.PositiveSmallIntegerField()  # 1 and 2 judge apart, 3 ends a disagreement
    version_no = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    clauses = models.JSONField(default=list)  # [{policy, version, clause, rule}], the leading one first
    labels = models.JSONField(default=list)
    author_note = models.CharField(max_length=1000, blank=True)
    rationale = models.CharField(max_length=4000, blank=True)
    decision = models.UUIDField(null=True)  # what it became
    fact = models.UUIDField()  # its delivery leads on when it cannot be undone any more
    made_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["review", "staff"], condition=Q(withdrawn_at=None), name="judgement_once_a_person"
            ),
            UniqueConstraint(fields=["review", "no"], condition=Q(withdrawn_at=None), name="judgement_number_once"),
            CheckConstraint(condition=Q(no__in=[1, 2, 3]), name="judgement_at_most_three"),
        ]
        indexes = [Index(fields=["staff", "-effective_at"], name="judgement_undo")]  # second.undoable


class Golden(Row):
    """A decided item with its known answer, dealt again to see how people judge: a copy, so that it stays what it was."""

    PERSONAL = ("content", "explanation")
    PLAIN = ("hits", "queue", "outcome", "policy", "clause", "judges")

    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    version_no = models.PositiveIntegerField()
    decision = models.UUIDField(unique=True)  # what it was made from
    content = models.JSONField()  # title, body, price, currency, category, fields, media
    hits = models.JSONField(default=list)
    screened_at = models.DateTimeField()
    queue = models.SlugField()
    outcome = models.CharField(max_length=10)
    policy = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    explanation = models.CharField(max_length=1000)
    judges = ArrayField(models.UUIDField(), default=list)  # who decided the original: it is never dealt to them
    made_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    dealt_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # golden.bring: the one dealt longest ago
            Index(fields=["queue", "dealt_at"], condition=Q(retired_at=None), name="golden_next"),
            Index(fields=["-made_at", "-id"], name="golden_list"),
        ]


class GoldenShare(Row):
    """The share of a queue's reviews that bring a golden item along."""

    PLAIN = ("queue",)

    queue = models.SlugField(unique=True)
    share = models.FloatField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(share__gte=0, share__lte=0.2), name="golden_share_small"),
        ]


class GoldenAnswer(Row):
    """What a person made of a golden item. `clause_fits` is true where the answer asks for no clause."""

    PLAIN = ("outcome", "clauses")

    golden = models.ForeignKey(Golden, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10)
    clauses = models.JSONField(default=list)
    fits = models.BooleanField()
    clause_fits = models.BooleanField()
    told = models.BooleanField()  # is the answer told to who judged
    seen_at = models.DateTimeField(null=True)  # when they said that they read it
    made_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["review"], condition=Q(withdrawn_at=None), name="golden_answer_once"),
        ]
        indexes = [Index(fields=["staff", "-made_at"], name="golden_answer_of_person")]  # golden.to_tell, my answers


class Joint(Row):
    """One judgement of many items, of a cluster or of a search: each gets a decision of its own, one after the other, by a job."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    PERSONAL = ("author_note", "rationale")
    PLAIN = ("actor", "clauses", "outcome")

    cluster = models.UUIDField(null=True)  # null: items that somebody searched for
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


class Sorting(Row):
    """What waits in some queues is sorted again, after what they take was changed: a job looks at each review once."""

    PLAIN = ("queue", "queues", "actor")

    queue = models.CharField(max_length=50)  # the one that was changed
    queues = ArrayField(models.CharField(max_length=50))  # those whose waiting work is looked at
    actor = models.CharField(max_length=120)
    total = models.PositiveIntegerField()  # counted to 10,001
    looked = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    after = models.UUIDField(null=True)  # the last work looked at
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [Index(fields=["queue", "-id"], name="sorting_of_queue")]  # the queue's page
