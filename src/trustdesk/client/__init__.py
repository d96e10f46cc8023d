"""The Python client of a TrustDesk: `from trustdesk.client import TrustDesk`.

    desk = TrustDesk("https://desk.example.com", key="tdk_…")
    item = desk.submit_item({"external_id": "ad-17", "kind": "ad", "account": {"external_id": "budi"},
                             "fields": {"title": "Sepeda bekas", "price": 450_000, "currency": "IDR"}})
    item.status        # "live", "rejected", "in_review", "pending" …

`AsyncTrustDesk` has the same calls to await. Writes carry an Idempotency-Key and are tried again when the network or the
desk fails. What the desk refuses is raised as a `Problem` with its stable code. Needs httpx and standardwebhooks only.
"""

from trustdesk.client.aio import AsyncTrustDesk
from trustdesk.client.problems import (
    Conflict,
    Denied,
    DeskError,
    Failed,
    NotFound,
    NotValid,
    Problem,
    TooMany,
    Unreachable,
)
from trustdesk.client.shapes import (
    BatchEntry,
    Decision,
    Endpoint,
    EventDelivery,
    Evidence,
    Fact,
    Hit,
    Item,
    NewAccount,
    NewItem,
    NewMedia,
    StoredFile,
    Verdict,
)
from trustdesk.client.sync import TrustDesk
from trustdesk.client.webhooks import BadWebhook, Webhook, verify_webhook

__all__ = [
    "AsyncTrustDesk",
    "BadWebhook",
    "BatchEntry",
    "Conflict",
    "Decision",
    "Denied",
    "DeskError",
    "Endpoint",
    "EventDelivery",
    "Evidence",
    "Fact",
    "Failed",
    "Hit",
    "Item",
    "NewAccount",
    "NewItem",
    "NewMedia",
    "NotFound",
    "NotValid",
    "Problem",
    "StoredFile",
    "TooMany",
    "TrustDesk",
    "Unreachable",
    "Verdict",
    "Webhook",
    "verify_webhook",
]
