"""`/webhooks`: endpoints, their deliveries, new secrets, sending again."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from ninja import Schema, Status

from trustdesk.kernel.base.timesource import now
from trustdesk.web import cursors
from trustdesk.web.api import ApiRequest, keep, needs
from trustdesk.web.api import router as new_router
from trustdesk.web.reading import Code, In, Text, bounded
from trustdesk.webhooks import actions, queries
from trustdesk.webhooks.queries import DeliveryView, EndpointView

router = new_router("webhooks")

LIMIT = 100


class EndpointIn(In):
    """`events`: names such as "decision.made", or "*" for all. `source`: only what concerns this app or site."""

    url: Annotated[Code, bounded(1, 2000)]
    events: list[Annotated[Code, bounded(1, 40)]] = ["*"]
    description: Annotated[Text, bounded(0, 200)] = ""
    source: Annotated[Code, bounded(1, 50)] | None = None


class EndpointOut(Schema):
    id: UUID
    url: str
    events: list[str]
    description: str
    source: str
    active: bool
    added_at: datetime
    old_secret_until: datetime | None


class EndpointWithSecret(EndpointOut):
    """`secret` is shown in this answer and never again."""

    secret: str


class EndpointsOut(Schema):
    webhooks: list[EndpointOut]


class DeliveryOut(Schema):
    """`webhook_id` is the header of the same name, the same at every try. `status` and `error` are of the last try."""

    id: UUID
    webhook_id: str
    type: str
    at: datetime
    state: str
    tries: int
    next_at: datetime | None
    last_at: datetime | None
    status: int | None
    error: str


class DeliveriesOut(Schema):
    deliveries: list[DeliveryOut]
    next: str | None


@router.post("", response={201: EndpointWithSecret}, summary="Add a webhook")
@needs("webhooks.manage", own_transaction=True)
def add(request: ApiRequest, payload: EndpointIn) -> Status:
    """The address is resolved and must lead to a public machine, over https."""
    target = actions.check_target(url=payload.url)
    with transaction.atomic():
        made = actions.add_endpoint(
            actor=request.actor,
            target=target,
            events=payload.events,
            description=payload.description,
            source=payload.source,
            now=now(),
        )
        answer = _with_secret(request, made)
        keep(request, 201, answer)
    return Status(201, answer)


@router.get("", response=EndpointsOut, summary="Your webhooks")
@needs("webhooks.manage")
def list_all(request: ApiRequest) -> dict[str, list[EndpointView]]:
    """Newest first; never their secrets."""
    return {"webhooks": queries.endpoints(actor=request.actor)}


@router.post("/{endpoint_id}/rotate", response=EndpointWithSecret, summary="Give a new secret")
@needs("webhooks.manage")
def rotate(request: ApiRequest, endpoint_id: UUID) -> dict[str, Any]:
    """For 24 hours messages are signed with both."""
    return _with_secret(request, actions.rotate_secret(actor=request.actor, endpoint_id=endpoint_id, now=now()))


@router.delete("/{endpoint_id}", response={204: None}, summary="Switch a webhook off")
@needs("webhooks.manage")
def switch_off(request: ApiRequest, endpoint_id: UUID) -> Status:
    """It is never called again; what waited becomes dead letters. Its history stays."""
    actions.switch_off(actor=request.actor, endpoint_id=endpoint_id, now=now())
    return Status(204, None)


@router.get("/{endpoint_id}/deliveries", response=DeliveriesOut, summary="What was sent")
@needs("webhooks.manage")
def deliveries(
    request: ApiRequest,
    endpoint_id: UUID,
    state: Literal["waiting", "done", "dead"] | None = None,
    after: str | None = None,
) -> dict[str, list[DeliveryView] | str | None]:
    """Newest first, a hundred a page."""
    start = cursors.decode(after, UUID)
    found = queries.deliveries(
        actor=request.actor,
        endpoint_id=endpoint_id,
        state=state or "",
        before=start[0] if start else None,
        limit=LIMIT + 1,
    )
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    return {"deliveries": shown.rows, "next": shown.next}


@router.post("/{endpoint_id}/deliveries/{delivery_id}/redeliver", response={202: None}, summary="Send again")
@needs("webhooks.manage")
def redeliver(request: ApiRequest, endpoint_id: UUID, delivery_id: UUID) -> Status:
    """With a fresh set of tries and the same `webhook-id`."""
    actions.send_again(actor=request.actor, endpoint_id=endpoint_id, delivery_id=delivery_id, now=now())
    return Status(202, None)


def _with_secret(request: ApiRequest, made: actions.WithSecret) -> dict[str, Any]:
    view = queries.endpoint(actor=request.actor, endpoint_id=made.id)
    return {name: getattr(view, name) for name in EndpointOut.model_fields} | {"secret": made.secret}
