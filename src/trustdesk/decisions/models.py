"""Decisions, restrictions, statements of reasons."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.decisions.rules import OUTCOMES, RESTRICTION_KINDS
from trustdesk.kernel.base.models import Row


class Decision(Row):
    """One decision about one version of an item. Immutable but for taking effect, being withdrawn or superseded."""

    PERSONAL = ("evidence", "rationale", "author_note")
    PLAIN = ("clauses", "labels", "legal_ground", "actor", "evidence_hash", "ground", "facts")

    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("content.ItemVersion", on_delete=models.PROTECT, related_name="+")
    version_no = models.PositiveIntegerField()
    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=[(outcome, outcome) for outcome in OUTCOMES])
    # [{policy, version, clause, rule, title}], the deciding one first
    clauses = models.JSONField(default=list)
    labels = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    gravity = models.PositiveSmallIntegerField(default=1)
    ground = models.CharField(max_length=8, default="terms")
    legal_ground = models.CharField(max_length=300, blank=True)
    rationale = models.TextField(blank=True)  # internal
    author_note = models.TextField(blank=True)  # a sentence of the reviewer's own in the statement
    made_by = models.CharField(max_length=6, choices=[("person", "person"), ("rule", "rule"), ("both", "both")])
    actor = models.CharField(max_length=120)
    # Derived from recorded provenance, never ticked by hand (DUE_PROCESS.md).
    automated_detection = models.BooleanField()
    automated_decision = models.BooleanField()
    imported = models.BooleanField(default=False)
    evidence = models.JSONField(default=list)
    evidence_hash = models.CharField(max_length=64)
    verdict = models.UUIDField(null=True)
    # The facts whose deliveries an undo takes back.
    facts = ArrayField(models.UUIDField(), default=list, blank=True)
    made_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(effective_at__gte=F("made_at")), name="decision_effective_not_before_made"),
            CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__lt=F("effective_at")), name="decision_undone_in_time"
            ),
            CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="decision_outcome"),
            CheckConstraint(
                condition=~Q(outcome__in=["limit", "hold", "remove"]) | ~Q(clauses=[]), name="decision_names_its_clause"
            ),
            CheckConstraint(
                condition=~Q(made_by="rule") | Q(automated_decision=True), name="decision_by_rule_is_automated"
            ),
        ]
        indexes = [
            Index(fields=["item", "id"], name="decision_by_item"),
            Index(fields=["account", "-id"], name="decision_by_account"),
            Index(fields=["actor", "-effective_at"], name="decision_by_actor"),  # undo
            Index(fields=["superseded_by"], name="decision_superseded"),
        ]


class Restriction(Row):
    """What a decision restricts, where and until when."""

    PLAIN = ("markets", "lifted_why")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="restrictions")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in RESTRICTION_KINDS])
    markets = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # empty: everywhere
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["decision", "kind"], name="restriction_once_per_decision"),
            CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="restriction_ends_later"),
        ]
        indexes = [
            Index(fields=["item"], condition=Q(lifted_at=None), name="restriction_in_force"),
            # decisions.end_restrictions: what ran out and is not told yet
            Index(fields=["ends_at"], condition=Q(lifted_at=None, ends_at__isnull=False), name="restriction_ending"),
        ]


class Statement(Row):
    """A statement of reasons as sent: never made again, its hash proves it."""

    PERSONAL = ("subject", "text", "html", "data")
    PLAIN = ("language", "language_why", "sha256", "told_by")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="statement")
    language = models.CharField(max_length=12)
    language_why = models.CharField(max_length=20)  # reader | market | fallback
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    told_by = models.CharField(max_length=8)  # letter | webhook
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(text="") & ~Q(html=""), name="statement_is_complete"),
            CheckConstraint(condition=Q(told_by__in=["letter", "webhook"]), name="statement_told_by"),
        ]
