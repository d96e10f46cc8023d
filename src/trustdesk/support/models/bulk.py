"""Changes of many cases at once, and what became of each."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Bulk(Row):
    """Something done with many cases one by one, by a job."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    PERSONAL: ClassVar[tuple[str, ...]] = ("changes",)
    PLAIN: ClassVar[tuple[str, ...]] = ("actor",)

    actor = models.CharField(max_length=120)  # as the ledger writes it
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    changes = models.JSONField()  # rules.Changes
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    made_at = models.DateTimeField()
    begins_at = models.DateTimeField()  # before it, nothing was done and all can be taken back
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | Q(state__in=["done", "cancelled"], ended_at__isnull=False),
                name="case_bulk_end_has_time",
            )
        ]
        indexes = [Index(fields=["staff", "-made_at"], name="case_bulk_of_staff")]  # bulking.newest


class BulkTurn(Row):
    """One case of a bulk: how it was when it was chosen, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        SKIPPED = "skipped"  # left as it is; `code` and `message` say why
        STOPPED = "stopped"  # cancelled before its turn

    PERSONAL: ClassVar[tuple[str, ...]] = ("message",)
    PLAIN: ClassVar[tuple[str, ...]] = ("code",)

    bulk = models.ForeignKey(Bulk, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()  # of the case, as its chooser saw it
    seen = models.PositiveIntegerField()  # the number of the last message there was then
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)  # in the language of who began it

    class Meta:
        constraints = [UniqueConstraint(fields=["bulk", "case"], name="case_bulk_turn_once")]
        indexes = [Index(fields=["bulk", "state", "number"], name="case_bulk_turn_next")]  # bulking.run
