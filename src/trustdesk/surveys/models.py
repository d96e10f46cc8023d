"""Surveys, who wants none, and the desk's settings of them."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.surveys.rules import STATES, WHYS


class Survey(Row):
    """The question about one case, planned when it is resolved. Whose work it judges is kept as it was then."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address", "said")
    PLAIN: ClassVar[tuple[str, ...]] = ("language", "channel", "category", "market", "queue")

    case = models.OneToOneField("support.Case", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    address = models.CharField(max_length=320, blank=True)  # folded
    language = models.CharField(max_length=12, blank=True)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    channel = models.CharField(max_length=40)
    category = models.CharField(max_length=80, blank=True)
    market = models.CharField(max_length=12, blank=True)
    queue = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=[(one, one) for one in STATES], default="planned")
    why = models.CharField(max_length=12, blank=True, choices=[(one, one) for one in WHYS])
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    said = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=STATES), name="survey_state_known"),
            CheckConstraint(
                condition=Q(state="asked", asked_at__isnull=False) | ~Q(state="asked") & Q(asked_at=None),
                name="survey_asked_once",
            ),
            CheckConstraint(
                condition=Q(state="dropped") & ~Q(why="") | ~Q(state="dropped") & Q(why=""), name="survey_why"
            ),
            CheckConstraint(
                condition=Q(score=None, answered_at=None, said="")
                | Q(state="asked", score__gte=1, score__lte=5, answered_at__isnull=False),
                name="survey_answer_whole",
            ),
        ]
        indexes = [
            Index(fields=["due_at", "id"], condition=Q(state="planned"), name="survey_due"),  # asking.ask_due
            Index(
                fields=["address", "-asked_at"], condition=Q(state="asked"), name="survey_of_address"
            ),  # at most once
            Index(fields=["-asked_at"], condition=Q(state="asked"), name="survey_asked"),  # queries.results
            # queries.answers: the newest first
            Index(fields=["-answered_at", "-id"], condition=Q(answered_at__isnull=False), name="survey_answered"),
        ]


class OptOut(Row):
    """An address whose owner wants to be asked no more."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)

    address = models.CharField(max_length=320)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["address"], name="survey_optout_once")]


class Setup(Row):
    """The one row of the desk's settings; without it `rules.Asking` holds."""

    one = models.BooleanField(default=True, unique=True)
    on = models.BooleanField(default=True)
    after_hours = models.PositiveSmallIntegerField()
    rest_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(one=True), name="survey_setup_one")]
