"""Departments, side conversations and what was written in them."""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Department(Row):
    """Somebody the desk may write to about cases."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)
    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name", "language")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12, default="en")
    archived_at = models.DateTimeField(null=True)


class Side(Row):
    """One conversation with one address, beside a case. A merged case gives its own to its successor."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("name", "address", "subject")
    PLAIN: ClassVar[tuple[str, ...]] = ("language",)

    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=254)  # of the department, else the address
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12)
    subject = models.CharField(max_length=150)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [Index(fields=["case", "id"], name="side_of_case")]


class SideWord(Row):
    """What was written: by the desk, by the department, or by somebody who is not the department."""

    class How(models.TextChoices):
        OUT = "out"
        IN = "in"
        AUTOMATIC = "automatic"
        UNVERIFIED = "unverified"
        RETURNED = "returned"  # our letter did not arrive

    PERSONAL: ClassVar[tuple[str, ...]] = ("text", "by")
    PLAIN: ClassVar[tuple[str, ...]] = ("external_id",)

    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+", db_index=False)
    how = models.CharField(max_length=10, choices=How.choices)
    text = models.TextField()
    by = models.CharField(max_length=254)
    at = models.DateTimeField()
    external_id = models.CharField(max_length=400, blank=True)  # Message-ID of the mail

    class Meta:
        constraints = [
            UniqueConstraint(fields=["side", "external_id"], condition=~Q(external_id=""), name="side_mail_once")
        ]
        indexes = [Index(fields=["side", "id"], name="words_of_side")]
