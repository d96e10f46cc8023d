"""What can have happened to endpoints and to what is sent to them."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class EndpointAdded(
    Fact, kind="webhooks.endpoint_added", subject="endpoint", says="{actor} added the webhook {url}", personal=()
):
    endpoint: UUID
    url: str
    events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SecretRotated(
    Fact,
    kind="webhooks.secret_rotated",
    subject="endpoint",
    says="{actor} gave the webhook {url} a new secret",
    personal=(),
):
    endpoint: UUID
    url: str


@dataclass(frozen=True, kw_only=True)
class EndpointSwitchedOff(
    Fact,
    kind="webhooks.endpoint_switched_off",
    subject="endpoint",
    says="{actor} switched the webhook {url} off: {why}",
    personal=(),
):
    endpoint: UUID
    url: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DeliveryGivenUp(
    Fact,
    kind="webhooks.delivery_given_up",
    subject="endpoint",
    says="{actor} gave up sending {event} to {url} after {tries} tries",
    personal=(),
):
    endpoint: UUID
    url: str
    delivery: UUID
    event: str
    tries: int


@dataclass(frozen=True, kw_only=True)
class DeliverySentAgain(
    Fact,
    kind="webhooks.delivery_sent_again",
    subject="endpoint",
    says="{actor} had {event} sent to {url} again",
    personal=(),
):
    endpoint: UUID
    url: str
    delivery: UUID
    event: str
