"""Endpoints, events and their deliveries."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Endpoint(Row):
    """An address of another system. Secrets are sealed with the desk's key (see `sealing`)."""

    PLAIN: ClassVar[tuple[str, ...]] = ("url", "description", "events", "secret", "old_secret", "added_by")

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=40))
    # Without a source: events of all sources.
    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+", null=True)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    switched_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(old_secret="", old_secret_until=None)
                | ~Q(old_secret="") & Q(old_secret_until__isnull=False),
                name="endpoint_old_secret_ends",
            ),
            CheckConstraint(
                condition=Q(active=True, switched_off_at=None) | Q(active=False, switched_off_at__isnull=False),
                name="endpoint_off_since",
            ),
        ]


class Event(Row):
    """Something to tell: written once, sent to every endpoint that listens. Its id is the `webhook-id`."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("data",)
    PLAIN: ClassVar[tuple[str, ...]] = ("type",)

    type = models.CharField(max_length=40)
    data = models.JSONField()
    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+", null=True)
    cause = models.UUIDField(null=True)  # the fact
    at = models.DateTimeField()


class EventDelivery(Row):
    """One event on its way to one endpoint."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("answer",)
    PLAIN: ClassVar[tuple[str, ...]] = ("error",)

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    # Who is sending it, and until when nobody else may.
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    error = models.CharField(max_length=300, blank=True)  # in words, of the last try
    answer = models.TextField(blank=True)  # the beginning of the last answer, for its owner to recognise
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["event", "endpoint"], name="event_delivery_once"),
            CheckConstraint(condition=Q(done_at=None) | Q(dead_at=None), name="event_delivery_ends_one_way"),
            CheckConstraint(
                condition=Q(claim=None, claimed_until=None) | Q(claim__isnull=False, claimed_until__isnull=False),
                name="event_delivery_claim_ends",
            ),
        ]
        indexes = [
            # dispatching.claim: an endpoint's next due deliveries
            Index(
                fields=["endpoint", "next_at", "id"],
                condition=Q(done_at=None, dead_at=None),
                name="event_delivery_due",
            ),
            # dispatching.claim: how many of an endpoint are being sent
            Index(fields=["endpoint"], condition=Q(claim__isnull=False), name="event_delivery_claimed"),
            Index(F("endpoint"), F("id").desc(), name="event_delivery_newest"),  # queries.deliveries
            Index(F("id").desc(), condition=Q(dead_at__isnull=False), name="event_delivery_dead"),  # queries.dead
        ]
