"""What a decision would say and do, before anybody presses Enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trustdesk.content import queries as content
from trustdesk.decisions.assessing import assess, with_ladder
from trustdesk.decisions.drafts import Draft, Ground, RestrictionSpec, usual_restriction
from trustdesk.decisions.ladder_views import StrikePreview, nothing, preview_of
from trustdesk.decisions.models import Restriction
from trustdesk.decisions.rules import UNDO_WINDOW
from trustdesk.decisions.telling import tell
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.queries import grounds


@dataclass(frozen=True)
class Preview:
    """What a decision would say and do, before anybody presses Enter. `letter`: it goes by mail, else the platform
    tells it; None of both when nobody is told."""

    language: str
    data: dict[str, Any] | None
    text: str
    told_by: str
    restrictions: tuple[tuple[str, float | None], ...]
    strike: StrikePreview | None = None  # what it counts for; None where it restricts nothing that counts


def preview(
    *,
    actor: Actor,
    item: content.ItemView,
    version: content.VersionView,
    account: content.AccountView,
    outcome: str,
    clauses: Sequence[Ground],
    evidence: Sequence[Mapping[str, Any]],
    author_note: str,
    automated_detection: bool,
    noticed_at: datetime,
    now: datetime,
    labels: Sequence[str] = (),
    restrictions: Sequence[RestrictionSpec] | None = None,
    notified: bool = False,
) -> Preview:
    """The statement and restrictions of a decision that is not made; `restrictions`: others than the outcome usually
    brings. Raises statements.Incomplete."""
    draft = Draft(
        item=item,
        version=version,
        account=account,
        outcome=outcome,
        grounds=tuple(clauses),
        restrictions=usual_restriction(outcome) if restrictions is None else tuple(restrictions),
        labels=tuple(labels),
        evidence=tuple(evidence),
        actor=actor,
        status=item.status,
        hidden=item.hidden,
        automated_detection=automated_detection,
        noticed_at=noticed_at,
        author_note=author_note,
        notified=notified,
        letter=outcome != "hold" or not item.hidden,
    )
    at = now + UNDO_WINDOW
    texts = grounds([(ground.policy, ground.version) for ground in clauses])
    strike = None
    if outcome == "remove" and clauses:
        assessed = assess([draft], texts, at=at, now=now, lock=False).get(draft.id)
        draft = with_ladder(draft, assessed)
        strike = nothing(len(clauses))
        if assessed is not None:
            strike = preview_of(
                assessed.counted,
                clauses=len(clauses),
                zero_tolerance=assessed.weighed.zero_tolerance,
                version=assessed.weighed.ladder.number,
            )
    rows = [
        Restriction(
            item_id=None if spec.by_ladder else item.id,
            kind=spec.kind,
            markets=list(spec.markets),
            starts_at=at,
            ends_at=at + timedelta(seconds=spec.seconds) if spec.seconds else None,
        )
        for spec in draft.restrictions
    ]
    told = tell(draft=draft, restrictions=rows, texts=texts, now=now, effective_at=at) if clauses else None
    return Preview(
        language=told.statement.language if told else "",
        data=told.statement.data if told else None,
        text=told.statement.text if told else "",
        told_by=told.statement.told_by if told else "",
        restrictions=tuple((spec.kind, spec.seconds) for spec in draft.restrictions),
        strike=strike,
    )
