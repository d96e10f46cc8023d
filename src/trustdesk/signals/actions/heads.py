"""The desk's own heads: kept as arrays with their checksum, put live, taken back. Who may is asked by the caller."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.signals.actions.asking import health_of_label
from trustdesk.signals.facts import HeadKept, HeadWentLive, SignalReturned
from trustdesk.signals.models import Health, OwnHead
from trustdesk.signals.owned import own_heads, read
from trustdesk.signals.text.heads import ArtefactRefused


class HeadRefused(Refusal):
    """The model's arrays are not those its checksum names, so it cannot be started."""

    code, status = "head_refused", 409


@action(right="-")
def keep_head(
    *, actor: Actor, label: str, version: str, data: bytes, manifest: Mapping[str, Any], now: datetime
) -> UUID:
    """Keep a trained head; it answers nothing until it is put live."""
    row = OwnHead.objects.create(
        label=label,
        version=version,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        manifest=dict(manifest),
        made_at=now,
    )
    record(HeadKept(label=label, version=version, sha256=row.sha256, size=len(data)), actor=actor, at=now)
    return row.id


@action(right="-")
def put_live(*, actor: Actor, label: str, head: UUID | None, now: datetime) -> None:
    """Let this head answer for its label from now on, in all processes within two seconds; None: what TrustDesk ships
    answers again. The head is read first. Raises NotFound, HeadRefused."""
    version = ""
    if head is not None:
        row = OwnHead.objects.select_for_update().filter(id=head, label=label).first()
        if row is None:
            raise NotFound("There is no such model.")
        try:
            read(name=f"{label} {row.version}", data=bytes(row.data), sha256=row.sha256)
        except ArtefactRefused as refused:
            raise HeadRefused from refused
        version = row.version
    OwnHead.objects.filter(label=label, live=True).update(live=False)
    if head is not None:
        OwnHead.objects.filter(id=head).update(live=True)
    record(HeadWentLive(label=label, version=version), actor=actor, at=now)
    own_heads.stale()
    if Health.objects.filter(signal=health_of_label(label)).exclude(broken_since=None).update(broken_since=None):
        record(SignalReturned(signal="score"), actor=actor, at=now)
