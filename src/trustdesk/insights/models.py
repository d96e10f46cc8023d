"""What came and went by the hour, added up as the ledger tells it."""

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint


class Flow(models.Model):
    """What came into and went out of one lane of one queue, of one market, in one hour (UTC)."""

    PLAIN: ClassVar[tuple[str, ...]] = ("queue", "market")

    id = models.BigAutoField(primary_key=True)
    hour = models.DateTimeField()
    queue = models.CharField(max_length=50)  # its code: flows of queues that are no more stay
    lane = models.PositiveSmallIntegerField()
    market = models.CharField(max_length=12, blank=True)
    arrived = models.IntegerField(default=0)
    decided = models.IntegerField(default=0)  # less what was taken back
    cancelled = models.IntegerField(default=0)  # nobody needed to look after all

    class Meta:
        # The hour first: every question is about a stretch of time.
        constraints = [UniqueConstraint(fields=["hour", "queue", "lane", "market"], name="flow_once")]


class Reading(models.Model):
    """How far the tally has read the ledger: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
