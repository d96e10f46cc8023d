"""Asking about endpoints and deliveries. A key that is bound to a source sees that source's endpoints only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.webhooks.models import Endpoint, EventDelivery


@dataclass(frozen=True)
class EndpointView:
    """An endpoint, never its secrets; `waiting` and `dead` count its deliveries (lists only)."""

    id: UUID
    url: str
    description: str
    events: tuple[str, ...]
    source: str
    active: bool
    added_at: datetime
    added_by: str
    old_secret_until: datetime | None
    waiting: int = 0
    dead: int = 0


@dataclass(frozen=True)
class DeliveryView:
    """One event's way to one endpoint; `state` is waiting, done or dead."""

    id: UUID
    event_id: UUID
    webhook_id: str
    type: str
    at: datetime
    endpoint_id: UUID
    endpoint_url: str
    active: bool  # can it be sent again?
    state: str
    tries: int
    next_at: datetime | None
    last_at: datetime | None
    status: int | None
    error: str
    answer: str
    data: dict[str, Any]


def endpoints(*, actor: Actor) -> list[EndpointView]:
    """All endpoints the actor may see, newest first; one query. Raises Forbidden."""
    actor.require("webhooks.manage")
    rows = _visible(actor).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__done_at=None, deliveries__dead_at=None)),
        dead=Count("deliveries", filter=Q(deliveries__dead_at__isnull=False)),
    )
    return [_endpoint_view(row, waiting=row.waiting, dead=row.dead) for row in rows.order_by("-active", "-id")]


def endpoint(*, actor: Actor, endpoint_id: UUID) -> EndpointView:
    """Raises Forbidden, NotFound."""
    return _endpoint_view(load(actor=actor, endpoint_id=endpoint_id))


def load(*, actor: Actor, endpoint_id: UUID, lock: bool = False) -> Endpoint:
    """The row, for this slice's own verbs. Absent and another source's look alike. Raises Forbidden, NotFound."""
    actor.require("webhooks.manage")
    rows = _visible(actor).filter(id=endpoint_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NotFound("There is no such webhook.")
    return row


def deliveries(
    *, actor: Actor, endpoint_id: UUID, state: str = "", before: UUID | None = None, limit: int = 50
) -> list[DeliveryView]:
    """An endpoint's deliveries, newest first, those below `before`. Raises Forbidden, NotFound."""
    load(actor=actor, endpoint_id=endpoint_id)
    rows = EventDelivery.objects.filter(endpoint_id=endpoint_id).filter(_of_state(state))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_delivery_view(row) for row in rows.select_related("event", "endpoint").order_by("-id")[:limit]]


def dead(*, actor: Actor, before: UUID | None = None, limit: int = 50) -> list[DeliveryView]:
    """Dead letters of all endpoints the actor may see, newest first. Raises Forbidden."""
    actor.require("webhooks.manage")
    rows = EventDelivery.objects.filter(dead_at__isnull=False, endpoint__in=_visible(actor))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_delivery_view(row) for row in rows.select_related("event", "endpoint").order_by("-id")[:limit]]


def webhook_id(event_id: UUID) -> str:
    """The `webhook-id` header: the same for every try and every time it is sent again."""
    return f"msg_{event_id.hex}"


def _visible(actor: Actor) -> QuerySet[Endpoint]:
    rows = Endpoint.objects.select_related("source")
    return rows.filter(source_id=actor.source) if actor.source else rows


def _of_state(state: str) -> Q:
    return {
        "waiting": Q(done_at=None, dead_at=None),
        "done": Q(done_at__isnull=False),
        "dead": Q(dead_at__isnull=False),
    }.get(state, Q())


def _endpoint_view(row: Endpoint, *, waiting: int = 0, dead: int = 0) -> EndpointView:
    return EndpointView(
        id=row.id,
        url=row.url,
        description=row.description,
        events=tuple(row.events),
        source=row.source.code if row.source else "",
        active=row.active,
        added_at=row.added_at,
        added_by=row.added_by,
        old_secret_until=row.old_secret_until,
        waiting=waiting,
        dead=dead,
    )


def _delivery_view(row: EventDelivery) -> DeliveryView:
    state = "done" if row.done_at else "dead" if row.dead_at else "waiting"
    return DeliveryView(
        id=row.id,
        event_id=row.event_id,
        webhook_id=webhook_id(row.event_id),
        type=row.event.type,
        at=row.event.at,
        endpoint_id=row.endpoint_id,
        endpoint_url=row.endpoint.url,
        active=row.endpoint.active,
        state=state,
        tries=row.tries,
        next_at=row.next_at if state == "waiting" else None,
        last_at=row.last_at,
        status=row.status,
        error=row.error,
        answer=row.answer,
        data=row.event.data,
    )
