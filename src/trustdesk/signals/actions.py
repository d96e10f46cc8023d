"""Writing what signals need to remember.

These are not @actions: they keep derived counts and caches beside a submission whose own fact (`item.received`) is in
the ledger; a fact for each count would double it and tell nothing new.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from trustdesk.engine.folding import fold
from trustdesk.kernel.base.rows import insert_rows
from trustdesk.signals.models import Counted, SeenText, SignalResult


def digest_of(text: str) -> bytes:
    """Sixteen bytes of SHA-256 over the folded words of a text: case, spacing and disguise do not change it."""
    return hashlib.sha256(" ".join(fold(text).split()).encode("utf-8", "surrogatepass")).digest()[:16]


def count(*, counted: Iterable[tuple[str, str]], now: datetime) -> None:
    """Remember that each (counter, key) happened now."""
    insert_rows(Counted, [{"counter": counter, "key": key, "at": now} for counter, key in counted])


def remember(*, texts: Iterable[tuple[bytes, str]], now: datetime) -> None:
    """Remember each (digest, owner)."""
    insert_rows(SeenText, [{"digest": digest, "owner": owner, "at": now} for digest, owner in texts])


def keep_results(*, results: Mapping[tuple[str, str, str], tuple[Any, float]], now: datetime) -> None:
    """Cache (signal, version, question hash) → (value, milliseconds); what another process kept first stands."""
    SignalResult.objects.bulk_create(
        [
            SignalResult(signal=name, version=version, content_hash=digest, value=value, took_ms=took, at=now)
            for (name, version, digest), (value, took) in results.items()
        ],
        ignore_conflicts=True,
    )
