"""Appeals, what was said in them, cases before out-of-court bodies, the record of misuse."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.appeals.rules import APPELLANTS, BODY_RESULTS, FIRST_OUTCOMES, OUTCOMES
from trustdesk.kernel.base.models import Row

STAFF, DECISION = "people.Staff", "decisions.Decision"


class Appeal(Row):
    """A decision challenged by whom it affects, or by who reported and was not followed."""

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        WITHDRAWN = "withdrawn"

    PERSONAL: ClassVar[tuple[str, ...]] = ("first_reason", "reasons", "rationale", "address", "still_in_force")
    PLAIN: ClassVar[tuple[str, ...]] = ("language", "via")

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(DECISION, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    appellant = models.CharField(max_length=8, choices=[(one, one) for one in APPELLANTS])
    notice = models.UUIDField(null=True)  # of a notifier
    via = models.CharField(max_length=8)  # page | api | mail
    language = models.CharField(max_length=12, blank=True)  # in which the appellant is written to
    address = models.CharField(max_length=320, blank=True)  # where letters go; empty: the platform tells
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    open_until = models.DateTimeField()  # from this moment on it was too late
    # Who made or reviewed the decision: none of them decides this.
    judged_by = ArrayField(models.UUIDField(), default=list, blank=True)
    blind = models.BooleanField(default=True)  # the outcome is hidden until a first judgement is written
    first_outcome = models.CharField(max_length=9, blank=True, choices=[(one, one) for one in FIRST_OUTCOMES])
    first_reason = models.TextField(blank=True)
    first_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    first_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, choices=[(one, one) for one in OUTCOMES])
    reasons = models.TextField(blank=True)  # as the appellant reads them
    rationale = models.TextField(blank=True)  # internal
    unfounded = models.BooleanField(default=False)  # without any ground; counts as misuse
    decided_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    reversal = models.ForeignKey(DECISION, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    still_in_force = models.JSONField(default=list)  # what other decisions hold, as it was told
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["decision"],
                condition=Q(appellant="author") & ~Q(state="withdrawn"),
                name="appeal_once_by_its_author",
            ),
            UniqueConstraint(
                fields=["decision", "notice"],
                condition=Q(appellant="notifier") & ~Q(state="withdrawn"),
                name="appeal_once_a_notice",
            ),
            CheckConstraint(
                condition=Q(appellant="author", notice=None) | Q(appellant="notifier", notice__isnull=False),
                name="appeal_of_whom",
            ),
            # No rule, key or clock can close an appeal: a decided one names the person, and gives reasons.
            CheckConstraint(
                condition=Q(state="decided", decided_by__isnull=False, outcome__in=OUTCOMES, ended_at__isnull=False)
                & ~Q(reasons="")
                | ~Q(state="decided") & Q(decided_by=None, outcome="", reversal=None, unfounded=False),
                name="appeal_decided_by_a_person",
            ),
            CheckConstraint(
                condition=~Q(judged_by__contains=[F("decided_by")]), name="appeal_not_decided_by_who_decided_before"
            ),
            CheckConstraint(condition=~Q(judged_by__contains=[F("first_by")]), name="appeal_not_judged_by_who_decided"),
            CheckConstraint(
                condition=Q(blind=False) | ~Q(state="decided") | Q(first_at__isnull=False), name="appeal_judged_blind"
            ),
            CheckConstraint(
                condition=Q(first_at=None, first_by=None, first_outcome="")
                | Q(first_at__isnull=False, first_by__isnull=False, first_outcome__in=FIRST_OUTCOMES),
                name="appeal_first_judgement_whole",
            ),
            CheckConstraint(
                condition=Q(outcome__in=["overturned", "partly"], reversal__isnull=False)
                | ~Q(outcome__in=["overturned", "partly"]) & Q(reversal=None),
                name="appeal_overturned_by_a_decision",
            ),
            CheckConstraint(
                condition=~Q(outcome="late") | Q(opened_at__gte=F("open_until")), name="appeal_late_only_after_the_day"
            ),
            CheckConstraint(condition=Q(unfounded=False) | Q(outcome__in=["upheld", "late"]), name="appeal_unfounded"),
            CheckConstraint(
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="appeal_ends",
            ),
        ]
        indexes = [
            Index(fields=["decision"], name="appeal_of_decision"),  # queries.of_decisions
            Index(
                fields=["notice", "-id"], condition=Q(notice__isnull=False), name="appeal_of_notice"
            ),  # queries.of_notice
            Index(fields=["account", "-id"], name="appeal_of_account"),  # queries.of_account, the record of misuse
            Index(fields=["state", "-id"], name="appeal_list"),  # queries.listed
            Index(fields=["decided_by", "-id"], name="appeal_by_decider"),  # queries.listed, mine
        ]


class Message(Row):
    """What the appellant or the desk wrote."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("text",)

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="messages", db_index=False)
    staff = models.ForeignKey(
        STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )  # null: appellant
    text = models.TextField()
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["appeal", "id"], name="message_of_appeal")]


class Referral(Row):
    """A case before a body for out-of-court disputes: where, by when, what came of it, whether it was followed."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("case_ref", "words")
    PLAIN: ClassVar[tuple[str, ...]] = ("body",)

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    body = models.CharField(max_length=200)
    case_ref = models.CharField(max_length=100)
    received_on = models.DateField()
    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    result = models.CharField(max_length=13, blank=True, choices=[(one, one) for one in BODY_RESULTS])
    words = models.TextField(blank=True)
    concluded_on = models.DateField(null=True)
    followed = models.BooleanField(null=True)  # null: not settled yet

    class Meta:
        constraints = [
            UniqueConstraint(fields=["body", "case_ref"], name="referral_once"),
            CheckConstraint(condition=Q(due_on__gt=F("received_on")), name="referral_due_later"),
            CheckConstraint(
                condition=Q(concluded_on=None, result="", followed=None)
                | Q(concluded_on__isnull=False, result__in=BODY_RESULTS),
                name="referral_result_whole",
            ),
        ]
        indexes = [Index(fields=["appeal", "id"], name="referral_of_appeal")]


class Misuse(Row):
    """The four facts about misuse of appeals, as they stood when somebody was warned or paused: number, share, gravity, and
    the warning that came before."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("gravity",)

    account = models.ForeignKey("content.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    decided = models.PositiveIntegerField()
    unfounded = models.PositiveIntegerField()
    gravity = models.TextField(blank=True)
    warned_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(paused_at=None, paused_until=None)
                | Q(paused_at__gt=F("warned_at"), paused_until__gt=F("paused_at"), unfounded__gt=0) & ~Q(gravity=""),
                name="misuse_paused_on_four_facts",
            ),
            CheckConstraint(condition=Q(unfounded__lte=F("decided")), name="misuse_share"),
        ]
        indexes = [Index(fields=["account", "-id"], name="misuse_of_account")]
