"""Checking that a webhook comes from the desk (Standard Webhooks)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from trustdesk.client.problems import DeskError


class BadWebhook(DeskError):
    """This call was not signed by the desk, was changed on its way, or is older than five minutes."""


@dataclass(frozen=True)
class Webhook:
    """A verified message. `id` is the same every time the desk sends it: keep it to do things once."""

    id: str
    type: str
    timestamp: str
    data: dict[str, Any] = field(repr=False)


def verify_webhook(payload: bytes | str, headers: Mapping[str, str], secret: str) -> Webhook:
    """The message, if its signature is right. `payload` is the body exactly as it arrived. Raises BadWebhook."""
    plain = {str(name).lower(): str(value) for name, value in headers.items()}
    try:
        text = payload.decode("utf-8") if isinstance(payload, bytes) else payload
        Standard(secret).verify(text, plain, json_parse=False)
        body = json.loads(text)
        return Webhook(
            id=plain["webhook-id"], type=str(body["type"]), timestamp=str(body["timestamp"]), data=dict(body["data"])
        )
    except (WebhookVerificationError, ValueError, KeyError, TypeError) as error:
        raise BadWebhook(str(error) or "The webhook is not signed well.") from error
