"""Procedures with their versions, how far each case is, proofs."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.procedures.rules import ANSWERS, DOCUMENTS, OUTCOMES, STATES

STAFF = "people.Staff"


def _one_of(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Procedure(Row):
    """A way to help, by its code. Its steps are in its versions."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code",)

    code = models.SlugField(max_length=40, unique=True)
    number = models.PositiveIntegerField(default=1)  # of its newest version: the one that is started
    changed_at = models.DateTimeField()


class ProcedureVersion(Row):
    """A procedure as it was at one time; never changed."""

    PLAIN: ClassVar[tuple[str, ...]] = ("source", "author")

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    source = models.TextField()  # YAML, as it was written
    author = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["procedure", "number"], name="procedure_version_number"),
            CheckConstraint(condition=Q(number__gte=1), name="procedure_version_from_one"),
        ]


class Run(Row):
    """A procedure on a case: at which step it is. `version` counts what changed: whoever ticks says what they saw."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("why",)
    PLAIN: ClassVar[tuple[str, ...]] = ("step", "moved_by")

    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    of = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=40, blank=True)  # the one to do now
    state = models.CharField(max_length=8, choices=_one_of(STATES), default="running")
    outcome = models.CharField(max_length=10, choices=_one_of(OUTCOMES), blank=True)
    why = models.CharField(max_length=500, blank=True)
    moved_by = models.CharField(max_length=60)  # who ticked last
    started_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["case", "procedure"], condition=Q(state="running"), name="procedure_once_at_a_time"
            ),
            CheckConstraint(
                condition=Q(state="running", ended_at=None, outcome="") & ~Q(step="")
                | Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")
                | Q(state="stopped", ended_at__isnull=False, outcome=""),
                name="procedure_run_ends",
            ),
        ]
        indexes = [Index(fields=["case", "-id"], name="procedure_of_case")]  # queries.of_case


class Tick(Row):
    """A step that was done, by whom and how it was answered."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)
    PLAIN: ClassVar[tuple[str, ...]] = ("step", "by")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=40)
    answer = models.CharField(max_length=7, choices=_one_of(ANSWERS))
    note = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["run", "step"], name="procedure_tick_once")]
        indexes = [Index(fields=["run", "id"], name="procedure_ticks")]  # queries.of_case


class Proof(Row):
    """What a document showed. The document itself is a file of the case, deleted on its day."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("showed",)
    PLAIN: ClassVar[tuple[str, ...]] = ("step", "by")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=40)
    document = models.CharField(max_length=8, choices=_one_of(DOCUMENTS))
    showed = models.CharField(max_length=500)
    file = models.UUIDField(null=True)  # the attachment …
    raw = models.UUIDField(null=True)  # … and the mail it came in
    forget_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(file=None, raw=None) | Q(file__isnull=False, forget_at__isnull=False, forgotten_at=None),
                name="procedure_proof_has_its_day",
            ),
            CheckConstraint(condition=~Q(showed=""), name="procedure_proof_says_something"),
        ]
        indexes = [
            Index(fields=["run", "id"], name="procedure_proofs"),  # queries.of_case
            Index(fields=["forget_at"], condition=Q(file__isnull=False), name="procedure_to_forget"),  # forget_due
        ]
