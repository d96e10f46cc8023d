"""What a tally becomes when its rehearsal ends: a report, samples of their own, a prediction for probation."""

from typing import Any
from uuid import UUID

from trustdesk.kernel.base.ids import uuid7
from trustdesk.policy import queries as policy
from trustdesk.rehearsal.models import Rehearsal, Sample
from trustdesk.rehearsal.tally import ACTED, UNSURE, Tally


def apart(rehearsal_id: UUID, whole: Tally) -> tuple[dict[str, Any], list[Sample]]:
    """The report without its samples, and the samples as rows."""
    report = whole.to_json()
    samples = [
        Sample(
            id=uuid7(),
            rehearsal_id=rehearsal_id,
            change=change,
            position=position,
            item=UUID(data["item"]),
            version=UUID(data["version"]),
            verdict=UUID(verdict),
            data=data,
        )
        for change, kept in report.pop("samples").items()
        for position, (_, verdict, data) in enumerate(kept)
    ]
    return report, samples


def foretold(row: Rehearsal, whole: Tally) -> dict[str, tuple[int, int]]:
    """For the probation of rules that are new: items in scope, items acted on, by the rule's identity. Nothing of rules
    that could not be answered for all items, and nothing of a folder: only what goes live by itself is on probation."""
    if row.version is None:
        return {}
    known = {rule.identity for rule in policy.ruleset_content(row.live_hash).rules.values()}
    rates = {}
    for (code, name), rule in policy.candidate_content(row.version, within=row.live_hash).rules.items():
        counts = whole.rules.get(f"{code}/{name}", [0] * 8)
        if rule.identity in known or counts[UNSURE]:
            continue
        seen = 0
        for place, count in whole.places.items():
            kind, market, _ = place.split("|")
            seen += count if rule.concerns(kind, market) else 0
        rates[rule.identity] = (seen, counts[ACTED])
    return rates


def label(row: Rehearsal) -> str:
    """What is rehearsed, in a word: contact@3, list:weapons@2, the folder's name."""
    if row.target == "folder":
        return row.name
    return f"{'list:' if row.target == 'list' else ''}{row.name}@{row.number}"
