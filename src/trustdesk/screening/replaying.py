"""A stored verdict once more: from its ruleset's hash, its item's version and the inputs it kept, with a trace of why.

Everything it stands on is immutable: versions of items, policies, lists and settings by trigger, a final verdict too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from trustdesk import engine
from trustdesk.content import queries as content
from trustdesk.engine.inputs import event_of_inputs
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.policy import queries as policy
from trustdesk.screening.hits import stored_hits
from trustdesk.screening.models import Verdict
from trustdesk.screening.pictures import Picture, Uses, uses_of, words_of
from trustdesk.screening.rules import Segment, after_patience, all_words, item_values


@dataclass(frozen=True)
class Difference:
    """Something that is not as it was stored. `what`: outcome, hits, undecided, plan, or the name of an input."""

    what: str
    stored: Any
    again: Any


@dataclass(frozen=True)
class Replayed:
    """A verdict given again. `outcome` is "" where the stored one still waits for a signal."""

    verdict: UUID
    item: UUID
    external_id: str
    kind: str
    market: str
    language: str
    title: str
    version: int
    state: str
    made_at: Any
    ruleset: int
    ruleset_hash: str
    plan: str
    outcome: str
    hits: tuple[dict[str, Any], ...]
    undecided: tuple[dict[str, Any], ...]
    inputs: dict[str, Any]
    differences: tuple[Difference, ...]
    trace: engine.Trace
    agrees: bool  # the trace, which walks the rules by itself, comes to the same

    @property
    def equal(self) -> bool:
        return not self.differences


@dataclass(frozen=True)
class _Words:
    text: str
    segments: tuple[Segment, ...]
    pictures: Sequence[Picture]
    uses: Mapping[tuple[str, str], Uses]


def replay(verdict_id: UUID) -> Replayed:
    """Judge it again and compare. Raises NotFound, NoPolicy (this desk never had its ruleset)."""
    row = Verdict.objects.filter(id=verdict_id).first()
    if row is None:
        raise NotFound("There is no such verdict.")
    ruleset = policy.ruleset(row.ruleset)
    item = content.items([row.item_id])[row.item_id]
    version = content.versions_by_id([row.version_id])[row.version_id]
    pictures = row.inputs.get("pictures", ())
    text, segments = all_words(version.title, version.body, version.fields, words_of(pictures))
    event, answers = event_of_inputs(row.inputs)
    event["item"] = event.get("item", {}) | item_values(
        owner=f"{item.source}/{item.kind}/{item.external_id}",
        kind=item.kind,
        market=version.market,
        language=version.language,
        url=version.url,
        title=version.title,
        body=version.body,
        text=text,
        price=version.price,
        currency=version.currency,
        category=version.category,
        media=len(version.media),
        declared=version.fields,
        pictures=pictures,
    )
    said = ruleset.plan.run([event], answers)[0]
    ruled = policy.brake(said, policy.braked_of(row.hits))  # what had no power then has none now
    texts = policy.grounds({(hit.policy, hit.version) for hit in said.hits})
    hits = stored_hits(ruled, _Words(text, segments, pictures, uses_of(ruleset.plan)), texts)
    undecided = tuple(rest.to_json() for rest in said.undecided)
    outcome = ruled.verdict.outcome
    if not ruled.verdict.settled:
        outcome = after_patience(outcome, undecided)[0] if row.decided_at else ""
    trace = engine.trace(ruleset.plan, event, answers)
    return Replayed(
        verdict=row.id,
        item=item.id,
        external_id=item.external_id,
        kind=item.kind,
        market=version.market,
        language=version.language,
        title=version.title,
        version=row.version_no,
        state=row.state,
        made_at=row.made_at,
        ruleset=ruleset.number,
        ruleset_hash=row.ruleset,
        plan=said.plan,
        outcome=outcome,
        hits=hits,
        undecided=undecided,
        inputs=dict(said.inputs),
        differences=tuple(_differences(row, outcome, hits, undecided, said)),
        trace=trace,
        agrees=trace.agrees(
            [(hit.policy, hit.rule) for hit in said.hits], [(rest.policy, rest.rule) for rest in said.undecided]
        ),
    )


def verdict_of(item_id: UUID, version: int | None = None) -> UUID:
    """The verdict in force of an item's version (its newest, if none is named); of an older one the last. Raises NotFound."""
    rows = Verdict.objects.filter(item_id=item_id)
    if version is not None:
        rows = rows.filter(version_no=version)
    newest = rows.order_by("-version_no", "-id").values_list("id", flat=True).first()
    if newest is None:
        raise NotFound("There is no verdict on this version." if version else "There is no verdict on this item.")
    return newest


def _differences(
    row: Verdict,
    outcome: str,
    hits: Sequence[Mapping[str, Any]],
    undecided: Sequence[Mapping[str, Any]],
    said: engine.Verdict,
) -> list[Difference]:
    found = []
    if row.plan != said.plan:
        found.append(Difference("plan", row.plan, said.plan))
    if row.outcome != outcome:
        found.append(Difference("outcome", row.outcome, outcome))
    if row.hits != list(hits):
        found.append(Difference("hits", row.hits, list(hits)))
    if row.undecided != list(undecided):
        found.append(Difference("undecided", row.undecided, list(undecided)))
    for name, value in said.inputs.items():
        if not name.startswith("item.") and row.inputs.get(name, "not stored") != value:
            found.append(Difference(name, row.inputs.get(name, "not stored"), value))
    return found
