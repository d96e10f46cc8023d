"""Decisions, restrictions, statements of reasons, proposals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.decisions.rules import (
    ACCOUNT_KINDS,
    ITEM_KINDS,
    OUTCOMES,
    PENDING,
    RESTRICTION_KINDS,
    STRIKE_KINDS,
    SUBJECTS,
    SUSPENDS,
    TERMINATIONS,
)
from trustdesk.kernel.base.models import Row


class Decision(Row):
    """One decision about one version of an item, or about an account. Immutable but for taking effect, being withdrawn or
    superseded."""

    PERSONAL = ("evidence", "rationale", "author_note", "edit")
    PLAIN = ("clauses", "labels", "legal_ground", "actor", "evidence_hash", "ground", "facts")

    subject = models.CharField(max_length=8, choices=[(one, one) for one in SUBJECTS], default="item")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", null=True)
    version = models.ForeignKey("content.ItemVersion", on_delete=models.PROTECT, related_name="+", null=True)
    version_no = models.PositiveIntegerField()  # 0 for an account
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
    edit = models.JSONField(default=list)  # what the desk changed before it approved: [{field, before, after}]
    evidence = models.JSONField(default=list)
    evidence_hash = models.CharField(max_length=64)
    verdict = models.UUIDField(null=True)
    cause = models.UUIDField(null=True)  # what led to it: an appeal, a proposal, the decision that it follows
    # The facts whose deliveries an undo takes back.
    facts = ArrayField(models.UUIDField(), default=list, blank=True)
    made_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    # The decision that this one puts right by name; once.
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(effective_at__gte=F("made_at")), name="decision_effective_not_before_made"),
            CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__lt=F("effective_at")), name="decision_undone_in_time"
            ),
            CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="decision_outcome"),
            CheckConstraint(
                condition=Q(subject="item", item__isnull=False, version__isnull=False)
                | Q(subject="account", item=None, version=None, version_no=0),
                name="decision_about_item_or_account",
            ),
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
    """What a decision restricts, where, from when and until when. `item` null: it restricts the account itself."""

    PLAIN = ("markets", "lifted_why")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="restrictions")
    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in RESTRICTION_KINDS])
    markets = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # empty: everywhere
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)  # when it was told as applied; null while its start lies ahead
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=60, blank=True)
    # What nobody does alone: the proposal that two people agreed on, or that they still judge.
    proposal = models.ForeignKey("decisions.Proposal", on_delete=models.PROTECT, related_name="+", null=True)
    by_ladder = models.BooleanField(default=False)  # a step of the strike ladder: recounted when a strike is reversed

    class Meta:
        constraints = [
            CheckConstraint(
                condition=~Q(kind__in=TERMINATIONS) | Q(proposal__isnull=False), name="restriction_ends_by_two_people"
            ),
            UniqueConstraint(fields=["decision", "kind"], name="restriction_once_per_decision"),
            CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="restriction_ends_later"),
            CheckConstraint(
                condition=(~Q(kind__in=ACCOUNT_KINDS) | Q(item=None))
                & (~Q(kind__in=ITEM_KINDS) | Q(item__isnull=False)),
                name="restriction_of_item_or_account",
            ),
            CheckConstraint(condition=Q(by_ladder=False) | Q(item=None), name="restriction_by_ladder_is_of_account"),
        ]
        indexes = [
            Index(fields=["item"], condition=Q(lifted_at=None), name="restriction_in_force"),
            # what an account may not do now: account_restrictions
            Index(fields=["account"], condition=Q(lifted_at=None, item=None), name="restriction_of_account"),
            # decisions.end_restrictions: what ran out and is not told yet
            Index(fields=["ends_at"], condition=Q(lifted_at=None, ends_at__isnull=False), name="restriction_ending"),
            # decisions.apply_restrictions: what begins later
            Index(fields=["starts_at"], condition=Q(lifted_at=None, applied_at=None), name="restriction_beginning"),
        ]


class LadderVersion(Row):
    """The strike ladder of a market ("" for every market without one of its own), as data. Its terms never change: a change
    is the next number, drafted by one person and put in force by another."""

    PLAIN = ("market", "terms", "note", "drafted_by", "approved_by")

    market = models.CharField(max_length=12, blank=True)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=[(one, one) for one in ("draft", "live", "retired")])
    terms = models.JSONField()  # decisions.ladder.terms
    note = models.CharField(max_length=300, blank=True)  # why it was changed
    drafted_by = models.CharField(max_length=120)
    drafted_at = models.DateTimeField()
    approved_by = models.CharField(max_length=120, blank=True)
    live_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["market", "number"], name="ladder_number_once_a_market"),
            UniqueConstraint(fields=["market"], condition=Q(state="live"), name="ladder_one_live_a_market"),
            UniqueConstraint(fields=["market"], condition=Q(state="draft"), name="ladder_one_draft_a_market"),
            CheckConstraint(
                condition=Q(state="draft", approved_by="", live_from=None)
                | (~Q(state="draft") & ~Q(approved_by="") & Q(live_from__isnull=False)),
                name="ladder_live_was_approved",
            ),
            CheckConstraint(
                condition=Q(approved_by="") | Q(drafted_by="system:desk") | ~Q(approved_by=F("drafted_by")),
                name="ladder_two_people",
            ),
        ]


class Strike(Row):
    """What one decision counts for on its account's ladder: a strike, a lesson instead of one, part of an incident that is
    counted already, or nothing because the content is old. What was counted follows from all decisions of the account and
    is recounted when one of them is reversed (decisions.ladder.counting)."""

    PLAIN = ("market", "feature", "codes", "reversed_why")

    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="strike")
    ladder = models.ForeignKey(LadderVersion, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", null=True)
    version_no = models.PositiveIntegerField()
    market = models.CharField(max_length=12, blank=True)
    feature = models.CharField(max_length=8, blank=True)  # "" | live | comment | sell | message
    codes = ArrayField(models.CharField(max_length=120), default=list, blank=True)  # clauses, "policy clause"
    gravity = models.PositiveSmallIntegerField()
    weighs = models.PositiveSmallIntegerField()  # strikes that its clauses are worth
    zero_tolerance = models.BooleanField(default=False)
    posted_at = models.DateTimeField(null=True)
    at = models.DateTimeField()  # when its decision took effect
    # What follows by counting.
    kind = models.CharField(max_length=8, choices=[(one, one) for one in STRIKE_KINDS])
    incident = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    weight = models.PositiveSmallIntegerField()  # what it adds to the count; 0 for a lesson
    number = models.PositiveSmallIntegerField()  # the account's count with it
    feature_number = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)  # when its expiry was told
    reversed_at = models.DateTimeField(null=True)
    reversed_why = models.CharField(max_length=300, blank=True)
    # How a lesson worked: of the next items posted within the time of the terms, how many broke a rule again.
    proposed_at = models.DateTimeField(null=True)  # when the end of the account was proposed
    measured_at = models.DateTimeField(null=True)
    next_items = models.PositiveSmallIntegerField(null=True)
    next_broken = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=(Q(kind="strike") & Q(weight__gte=1) & Q(expires_at__isnull=False))
                | (~Q(kind="strike") & Q(weight=0)),
                name="strike_weighs",
            ),
            CheckConstraint(condition=Q(expires_at=None) | Q(expires_at__gt=F("at")), name="strike_expires_later"),
        ]
        indexes = [
            Index(fields=["account", "at"], name="strike_by_account"),  # the ladder of an account
            # strikes_of, asked for every batch that comes in
            Index(
                fields=["account", "expires_at"],
                condition=Q(kind="strike", reversed_at=None),
                name="strike_in_force",
            ),
            # decisions.expire_strikes
            Index(
                fields=["expires_at"],
                condition=Q(kind="strike", expired_at=None, reversed_at=None),
                name="strike_expiring",
            ),
            # decisions.measure_lessons
            Index(fields=["at"], condition=Q(kind="lesson", measured_at=None), name="strike_lesson_to_measure"),
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


class Proposal(Row):
    """What nobody does alone: an account or a service ended, a removal under a policy that asks for two people.

    Until two different people agree, what is proposed is suspended for fourteen days at most, twice at most.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        LAPSED = "lapsed"  # nobody confirmed it in time
        WITHDRAWN = "withdrawn"  # by who proposed it, or with the decision it came from

    PERSONAL = ("why", "words", "evidence")
    PLAIN = ("what", "markets", "clauses", "labels", "origin", "proposed_by")

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    version_no = models.PositiveIntegerField(null=True)
    what = models.CharField(max_length=24)  # the restriction it would bring
    markets = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # empty: everywhere
    clauses = models.JSONField()  # [{policy, version, clause, rule, title}], the deciding one first
    labels = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    evidence = models.JSONField(default=list)
    automated_detection = models.BooleanField(default=False)
    why = models.TextField()
    origin = models.CharField(max_length=14)  # person | ladder | zero_tolerance | rule | key
    proposed_by = models.CharField(max_length=120)  # an actor's label
    proposer = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    cause = models.UUIDField(null=True)  # the decision that led here
    suspension = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", db_index=False)
    suspended_until = models.DateTimeField()
    renewal = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    renewed_by = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    first = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    first_at = models.DateTimeField(null=True)
    second = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    second_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    words = models.TextField(blank=True)  # why it was refused or withdrawn, what the second person added
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account", "what"], condition=Q(state="open", item=None), name="proposal_one_open_an_account"
            ),
            UniqueConstraint(fields=["item"], condition=Q(state="open"), name="proposal_one_open_an_item"),
            CheckConstraint(condition=Q(what__in=SUSPENDS), name="proposal_what"),
            CheckConstraint(condition=~Q(clauses=[]) & ~Q(why=""), name="proposal_says_why"),
            # Two people, and two different ones.
            CheckConstraint(condition=~Q(first=F("second")), name="proposal_by_two_people"),
            CheckConstraint(condition=Q(proposer=None) | Q(first=F("proposer")), name="proposal_proposer_is_first"),
            CheckConstraint(condition=Q(second=None) | Q(first__isnull=False), name="proposal_first_comes_first"),
            CheckConstraint(
                condition=~Q(state="confirmed") | Q(second__isnull=False, decision__isnull=False),
                name="proposal_confirmed_by_a_second",
            ),
            CheckConstraint(
                condition=~Q(state="refused") | (Q(ended_by__isnull=False) & ~Q(words="")),
                name="proposal_refused_with_a_reason",
            ),
            CheckConstraint(
                condition=~Q(state="refused") | ~Q(ended_by=F("proposer")), name="proposal_refused_by_other"
            ),
            CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="proposal_ends",
            ),
            CheckConstraint(
                condition=Q(renewal=None, suspended_until__lte=F("opened_at") + PENDING)
                | Q(renewal__isnull=False, suspended_until__lte=F("opened_at") + 2 * PENDING),
                name="proposal_renewed_once",
            ),
        ]
        indexes = [
            Index(fields=["state", "-opened_at", "-id"], name="proposal_list"),  # proposed.listed
            Index(fields=["account", "-id"], name="proposal_of_account"),
            Index(fields=["suspended_until"], condition=Q(state="open"), name="proposal_lapsing"),
            # what an undo takes back, what a decision became
            Index(fields=["suspension"], name="proposal_of_suspension"),
            Index(fields=["cause"], condition=Q(cause__isnull=False), name="proposal_of_cause"),
        ]
