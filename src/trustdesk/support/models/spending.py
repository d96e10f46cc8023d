"""How long people were at a case."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row

MOST_MINUTES = 600  # of one entry


class Minute(Row):
    """A minute in which somebody was at a case and did something there. In one minute a person is at one case, in however
    many windows."""

    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()  # its beginning

    class Meta:
        constraints = [UniqueConstraint(fields=["staff", "at"], name="support_minute_once")]
        indexes = [
            Index(fields=["case", "staff"], name="support_minute_of_case"),
            Index(fields=["at"], name="support_minute_at"),  # spending.table
        ]


class Spent(Row):
    """Minutes somebody wrote down or took away by hand: on the phone, in another program, or counted wrongly."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)

    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes = models.SmallIntegerField()
    note = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(minutes__range=(-MOST_MINUTES, MOST_MINUTES)) & ~Q(minutes=0), name="support_spent_some"
            ),
            CheckConstraint(condition=~Q(note=""), name="support_spent_says_why"),
        ]
        indexes = [
            Index(fields=["case", "staff"], name="support_spent_of_case"),
            Index(fields=["at"], name="support_spent_at"),
        ]
