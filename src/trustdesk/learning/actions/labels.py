"""Labelled texts that people bring, and throw away again."""

import hashlib
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.learning.facts import LabelsBrought, LabelsForgotten
from trustdesk.learning.models import LabelFile, LabelledText
from trustdesk.learning.reading import BadFile, Columns, Read, read
from trustdesk.learning.refusals import BadLabels, NoSuchLabels
from trustdesk.learning.rules import LABEL


def bring_labels(
    *,
    actor: Actor,
    label: str,
    name: str,
    raw: bytes,
    now: datetime,
    positive: str = "",
    columns: Columns | None = None,
) -> UUID:
    """Keep the labelled texts of a CSV file: `text`, `label` and, where it has them, `language`, `market`, `group` and
    `weight`. `positive`: the class that means the label, where a column holds several. Raises BadLabels."""
    actor.require("models.propose")
    if not LABEL.fullmatch(label) or len(label) > 80:
        raise BadLabels(fields={"label": "Lower case letters, digits, _ and dots, such as hate or fraud.phishing."})
    try:
        found = read(raw, label=label, positive=positive, columns=columns)
    except BadFile as error:
        raise BadLabels(fields={"file": str(error)}) from error
    if not found.rows:
        raise BadLabels(fields={"file": "It holds no labelled text that can be used."})
    digest = hashlib.sha256(raw).hexdigest()
    return _keep(actor=actor, label=label, name=name, sha256=digest, found=found, now=now)


@action(right="models.propose")
def _keep(*, actor: Actor, label: str, name: str, sha256: str, found: Read, now: datetime) -> UUID:
    positives = sum(row.truth for row in found.rows)
    file = LabelFile.objects.create(
        label=label,
        name=name[:200] or "labels.csv",
        sha256=sha256,
        rows=len(found.rows),
        positives=positives,
        dropped=found.dropped,
        brought_by=actor.label,
        at=now,
    )
    LabelledText.objects.bulk_create(
        (
            LabelledText(
                file=file,
                text=row.text,
                truth=row.truth,
                market=row.market,
                language=row.language,
                weight=row.weight,
                group=row.group,
            )
            for row in found.rows
        ),
        batch_size=2_000,
    )
    record(
        LabelsBrought(file=file.id, label=label, name=file.name, sha256=sha256, rows=file.rows, positives=positives),
        actor=actor,
        at=now,
    )
    return file.id


@action(right="models.propose")
def forget_labels(*, actor: Actor, file_id: UUID, now: datetime) -> None:
    """Throw the texts away; what was measured on them stays. Raises NoSuchLabels."""
    file = LabelFile.objects.filter(id=file_id, forgotten_at=None).first()
    if file is None:
        raise NoSuchLabels
    LabelledText.objects.filter(file=file).delete()
    LabelFile.objects.filter(id=file.id).update(forgotten_at=now)
    record(LabelsForgotten(file=file.id, label=file.label, name=file.name), actor=actor, at=now)
