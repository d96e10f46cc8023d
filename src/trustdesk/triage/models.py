"""What was read of cases, what people made of it, and what cases of an intent usually needed."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.triage.rules import WHATS

STATES = ("waiting", "read", "empty", "failed")


class Reading(Row):
    """What models said of the first message of a case. `empty`: there was nothing to read."""

    PLAIN: ClassVar[tuple[str, ...]] = ("language", "intent", "versions")

    case = models.OneToOneField("support.Case", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=[(one, one) for one in STATES], default="waiting")
    language = models.CharField(max_length=12, blank=True)
    language_share = models.FloatField(default=0)
    intent = models.CharField(max_length=80, blank=True)
    intent_share = models.FloatField(default=0)
    urgency = models.FloatField(default=0)
    hostile = models.FloatField(default=0)
    versions = models.JSONField(default=dict)  # which version of each model said so
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()  # when it is read, or tried again
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=STATES), name="triage_state_known"),
            CheckConstraint(
                condition=Q(state="waiting", read_at=None) | ~Q(state="waiting") & Q(read_at__isnull=False),
                name="triage_read_at",
            ),
        ]
        indexes = [Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="triage_due")]  # read_due


class Judgement(Row):
    """What somebody made of a suggestion, the newest choice: a label to learn from."""

    PLAIN: ClassVar[tuple[str, ...]] = ("what", "suggested", "chosen")

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=8, choices=[(one, one) for one in WHATS])
    suggested = models.CharField(max_length=80)
    share = models.FloatField()
    chosen = models.CharField(max_length=80, blank=True)
    agreed = models.BooleanField()
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["reading", "what"], name="triage_judged_once"),
            CheckConstraint(condition=Q(what__in=WHATS), name="triage_judged_what"),
            CheckConstraint(
                condition=Q(agreed=True, chosen=models.F("suggested"))
                | Q(agreed=False) & ~Q(chosen=models.F("suggested")),
                name="triage_agreed_is_same",
            ),
        ]
        indexes = [Index(fields=["-at", "-id"], name="triage_judged")]  # queries.figures


class Habit(Row):
    """How often cases of an intent ended in a queue, or were answered with a macro."""

    PLAIN: ClassVar[tuple[str, ...]] = ("intent", "kind", "value")

    intent = models.CharField(max_length=80)
    kind = models.CharField(max_length=5, choices=[("queue", "queue"), ("macro", "macro")])
    value = models.CharField(max_length=80)
    times = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["intent", "kind", "value"], name="triage_habit_once")]
