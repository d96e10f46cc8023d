"""What content can be. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

KINDS = (
    "ad",
    "listing",
    "product",
    "shop",
    "profile",
    "review",
    "comment",
    "message",
    "image",
    "short_video",
    "livestream",
)
STATUSES = ("live", "limited", "in_review", "held", "rejected", "pending", "withdrawn")
VERDICTS = ("approve", "limit", "review", "hold", "reject")
WITHDRAWAL_REASONS = ("author_deleted", "expired", "sold")
MEDIA_KINDS = ("image", "video", "stream", "audio", "document")
COMMON_FIELDS = ("title", "body", "price", "currency", "category")


def content_hash(fields: Mapping[str, Any], media: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256, hex, over the words, declared fields and media of a version, in canonical JSON."""
    canonical = json.dumps([fields, media], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
