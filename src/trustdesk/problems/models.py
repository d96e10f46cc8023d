"""Problems, their cases, what was told to all of them and to whom."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.problems.rules import KINDS, STATES, TURNS, WHYS

STAFF = "people.Staff"


def _one_of(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Problem(Row):
    """One cause of many cases. `words` are what others like them are found by."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("title", "cause", "fix")
    PLAIN: ClassVar[tuple[str, ...]] = ("words",)

    number = models.PositiveIntegerField(unique=True)  # people say it: “problem 12”
    title = models.CharField(max_length=160)
    cause = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=_one_of(STATES), default="open")
    fixed_at = models.DateTimeField(null=True)
    share = models.PositiveSmallIntegerField(default=20)  # percent of the cases a day before the fix
    days = models.PositiveSmallIntegerField(default=7)  # so many quiet days in a row
    quiet_since = models.DateTimeField(null=True)  # it is offered to be closed
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=STATES), name="problem_state_known"),
            CheckConstraint(condition=~Q(title=""), name="problem_has_title"),
            CheckConstraint(
                condition=~Q(state__in=["fixed", "watching"]) | Q(fixed_at__isnull=False), name="problem_fixed_when"
            ),
            CheckConstraint(condition=Q(quiet_since=None) | Q(state="watching"), name="problem_quiet_while_watched"),
            CheckConstraint(condition=Q(share__lte=100, days__gte=1, days__lte=60), name="problem_bounds"),
        ]
        indexes = [Index(fields=["-changed_at", "-id"], name="problem_changed")]  # queries.listed


class ProblemCase(Row):
    """That a case has this cause."""

    PLAIN: ClassVar[tuple[str, ...]] = ("by",)

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["problem", "case"], name="problem_case_once")]
        indexes = [Index(fields=["problem", "-opened_at", "-id"], name="problem_cases")]  # queries.cases_of


class Unlike(Row):
    """Somebody looked at a case and said that it is not this problem: it is suggested no more."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [UniqueConstraint(fields=["problem", "case"], name="problem_unlike_once")]


class Telling(Row):
    """One note or reply for all cases of a problem, written one case after the other."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("text",)

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=5, choices=_one_of(KINDS))
    text = models.TextField()
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    running = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(kind__in=KINDS), name="problem_telling_kind")]
        indexes = [
            Index(fields=["problem", "-id"], name="problem_tellings"),  # queries.tellings_of
            Index(fields=["id"], condition=Q(running=True), name="problem_telling_runs"),  # telling.tell_due
        ]


class Turn(Row):
    """A case's turn in a telling, and what came of it. `seen`: the last message there when it was begun."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)

    telling = models.ForeignKey(Telling, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    seen = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=_one_of(TURNS), default="waiting")
    why = models.CharField(max_length=12, blank=True, choices=_one_of(WHYS))
    address = models.CharField(max_length=320, blank=True)  # who was written to
    message = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["telling", "case"], name="problem_turn_once"),
            CheckConstraint(
                condition=~Q(state="done") | Q(message__isnull=False, at__isnull=False), name="problem_turn_done"
            ),
        ]
        indexes = [
            Index(fields=["telling", "id"], condition=Q(state="waiting"), name="problem_turn_next"),
            Index(fields=["telling", "address"], condition=Q(state="done"), name="problem_turn_told"),
        ]
