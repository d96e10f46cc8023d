"""Macros with their versions, and how often each was used."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row

STAFF = "people.Staff"


class Macro(Row):
    """Words and steps that somebody keeps for themselves (`owner`), or that all share. They are in its versions."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name", "haystack")

    name = models.CharField(max_length=80)
    owner = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    number = models.PositiveIntegerField(default=1)  # of its newest version: the one in use
    haystack = models.TextField()  # its name and words, folded: what it is found by
    uses = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["name", "owner"],
                condition=Q(archived_at=None),
                name="macro_name_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [Index(fields=["-uses", "id"], condition=Q(archived_at=None), name="macro_most_used")]


class MacroVersion(Row):
    """A macro as it was at one time; never changed."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name", "texts", "steps", "author")

    macro = models.ForeignKey(Macro, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    texts = models.JSONField(default=dict)  # {"en": "Hello {{requester.name}}, …"}
    steps = models.JSONField(default=list)  # [{"do": "set_status", "value": "pending"}]
    sends = models.BooleanField(default=False)
    author = models.CharField(max_length=60)  # an actor's label
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["macro", "number"], name="macro_version_number"),
            CheckConstraint(condition=Q(number__gte=1), name="macro_version_from_one"),
        ]


class Use(Row):
    """How often one person used a macro on one day (UTC): what is near at hand, and what nobody needs any more."""

    macro = models.ForeignKey(Macro, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["macro", "staff", "day"], name="macro_use_of_a_day")]
