"""Reports as published."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Report(Row):
    """A report as everybody may fetch it. Never changed: what is found out later stands in its next edition."""

    PLAIN = ("csv", "sha256", "published_by")

    first = models.DateField()
    last = models.DateField()  # included
    edition = models.PositiveSmallIntegerField()
    csv = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_by = models.CharField(max_length=120)  # actor label; not shown outside
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["first", "last", "edition"], name="report_edition_once"),
            CheckConstraint(condition=Q(last__gte=F("first")), name="report_ends_after_it_begins"),
            CheckConstraint(condition=Q(edition__gte=1), name="report_edition_from_one"),
        ]
        indexes = [Index(fields=["-last", "-first", "-edition"], name="report_newest")]  # the public list
