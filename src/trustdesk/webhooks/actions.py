"""Changing webhooks: endpoints, their secrets, what waits to be sent."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import plain, record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Source
from trustdesk.web.outward import Resolver, TargetRefused, TargetUnknown, check_url, checked_address, resolve
from trustdesk.webhooks import rules, sealing
from trustdesk.webhooks.facts import DeliverySentAgain, EndpointAdded, EndpointSwitchedOff, SecretRotated
from trustdesk.webhooks.models import Endpoint, Event, EventDelivery
from trustdesk.webhooks.queries import load

_PATIENCE = 5.0  # seconds a name may take to resolve


class SwitchedOff(Refusal):
    """This webhook is switched off."""

    code, status = "webhook_switched_off", 409


@dataclass(frozen=True)
class Target:
    """An address that `check_target` found callable."""

    url: str


@dataclass(frozen=True)
class WithSecret:
    """An endpoint with its new secret: shown once, kept sealed."""

    id: UUID
    secret: str


def check_target(*, url: str, resolver: Resolver = resolve) -> Target:
    """May this address be called? Resolves its name, so it is asked before the transaction of `add_endpoint` opens.

    Raises Invalid (field url). Checked again at every call, since names move.
    """
    url = url.strip()
    try:
        if len(url) > 2000 or not url.isprintable():
            raise TargetRefused("Give an address of at most 2,000 characters.")
        check_url(url)
        parts = urlsplit(url)
        if parts.scheme != "https" and not settings.PRIVATE_TARGETS:
            raise TargetRefused("Give an https address: what is sent is about people.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        asyncio.run(asyncio.wait_for(checked_address(parts.hostname or "", port, resolver=resolver), _PATIENCE))
    except (TargetRefused, TargetUnknown) as refusal:
        raise Invalid("This address cannot be a webhook.", fields={"url": refusal.message}) from None
    except TimeoutError:
        raise Invalid(
            "This address cannot be a webhook.", fields={"url": "Its name takes too long to resolve."}
        ) from None
    return Target(url=url)


@action(right="webhooks.manage")
def add_endpoint(
    *,
    actor: Actor,
    target: Target,
    events: Sequence[str],
    now: datetime,
    description: str = "",
    source: str | None = None,
) -> WithSecret:
    """Add an endpoint for these events ("*": all), of one source or of all.

    A key bound to a source adds endpoints for that source only. Raises Invalid (events, description, source), Forbidden.
    """
    fields: dict[str, str] = {}
    unknown = [event for event in events if event != rules.ALL and event not in rules.EVENTS]
    if unknown:
        fields["events"] = gettext("There is no event “%(event)s”. There are: %(events)s, or * for all.") % {
            "event": unknown[0],
            "events": ", ".join(rules.EVENTS),
        }
    elif not events:
        fields["events"] = "Choose at least one event."
    if len(description) > 200:
        fields["description"] = "Must be at most 200 characters."
    found = Source.objects.filter(code=source).first() if source else None
    if source and found is None:
        fields["source"] = gettext("There is no source “%(source)s”.") % {"source": source}
    if fields:
        raise Invalid("The webhook could not be added.", fields=fields)
    if actor.source is not None:
        if found is not None and found.id != actor.source:
            raise Forbidden("This key is for another source.")
        found = Source.objects.get(id=actor.source)
    secret = sealing.new_secret()
    row = Endpoint(
        url=target.url,
        description=description.strip(),
        events=list(dict.fromkeys(events)),
        source=found,
        secret=sealing.seal(secret),
        added_at=now,
        added_by=actor.label,
    )
    row.save(force_insert=True)
    record(EndpointAdded(endpoint=row.id, url=row.url, events=tuple(row.events)), actor=actor, at=now)
    return WithSecret(id=row.id, secret=secret)


@action(right="webhooks.manage")
def rotate_secret(*, actor: Actor, endpoint_id: UUID, now: datetime) -> WithSecret:
    """Give a new secret; for 24 hours both sign, so that the other side can change without losing a message.

    Raises NotFound, SwitchedOff.
    """
    row = load(actor=actor, endpoint_id=endpoint_id, lock=True)
    if not row.active:
        raise SwitchedOff
    secret = sealing.new_secret()
    Endpoint.objects.filter(id=row.id).update(
        secret=sealing.seal(secret), old_secret=row.secret, old_secret_until=now + rules.OLD_SECRET_LIVES
    )
    record(SecretRotated(endpoint=row.id, url=row.url), actor=actor, at=now)
    return WithSecret(id=row.id, secret=secret)


@action(right="webhooks.manage")
def switch_off(*, actor: Actor, endpoint_id: UUID, now: datetime, why: str = "no longer needed") -> None:
    """Never call this endpoint again; what waited for it becomes dead letters. Raises NotFound, SwitchedOff."""
    row = load(actor=actor, endpoint_id=endpoint_id)
    if not Endpoint.objects.filter(id=row.id, active=True).update(active=False, switched_off_at=now):
        raise SwitchedOff
    EventDelivery.objects.filter(endpoint=row, done_at=None, dead_at=None).update(
        dead_at=now, claim=None, claimed_until=None, error="The webhook was switched off."
    )
    record(EndpointSwitchedOff(endpoint=row.id, url=row.url, why=why), actor=actor, at=now)


@action(right="webhooks.manage")
def send_again(*, actor: Actor, endpoint_id: UUID, delivery_id: UUID, now: datetime) -> None:
    """Send a delivery again, delivered or dead, with a fresh set of tries and the same `webhook-id`.

    Raises NotFound, SwitchedOff.
    """
    row = load(actor=actor, endpoint_id=endpoint_id)
    if not row.active:
        raise SwitchedOff
    delivery = EventDelivery.objects.filter(endpoint=row, id=delivery_id).select_related("event").first()
    if delivery is None:
        raise NotFound("There is no such delivery.")
    # What is being sent at this moment is not touched: it is on its way already.
    EventDelivery.objects.filter(id=delivery.id).exclude(claimed_until__gt=now).update(
        tries=0, next_at=now, done_at=None, dead_at=None, claim=None, claimed_until=None
    )
    record(
        DeliverySentAgain(endpoint=row.id, url=row.url, delivery=delivery.id, event=delivery.event.type),
        actor=actor,
        at=now,
    )


def queue_event(
    *,
    type: str,  # noqa: A002  the standard's word
    payload: dict[str, Any],
    source: UUID | None,
    cause: UUID | None,
    now: datetime,
    at: datetime | None = None,
    of_person: bool = False,
) -> int:
    """Write an event and a delivery for each endpoint that listens, in the caller's transaction; returns how many.

    `at` is when it happened (default: now). For reactors. Not an action: the fact that caused it is the record, and this
    only passes it on. An event without a source (a policy) goes to all endpoints; one `of_person` whose app or site nobody
    knows goes only to endpoints that hear of all of them. Nobody listens: nothing is written.
    Raises ValueError for an unknown type.
    """
    if type not in rules.EVENTS:
        raise ValueError(f"no event {type!r}")
    reached = Q(active=True)
    if source is not None:
        reached &= Q(source=None) | Q(source_id=source)
    elif of_person:
        reached &= Q(source=None)
    listening = [
        row.id for row in Endpoint.objects.filter(reached).only("id", "events") if rules.hears(row.events, type)
    ]
    if not listening:
        return 0
    event = Event(id=uuid7(), type=type, data=plain(payload), source_id=source, cause=cause, at=at or now)
    event.save(force_insert=True)
    EventDelivery.objects.bulk_create(
        EventDelivery(event=event, endpoint_id=endpoint_id, next_at=now) for endpoint_id in listening
    )
    return len(listening)
