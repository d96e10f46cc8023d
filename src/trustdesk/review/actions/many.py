"""Deciding many items at once, for slices above: the work is that of a joint decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from trustdesk.decisions.actions import Ground
from trustdesk.kernel.people.actor import Actor


def decide_many(
    *,
    actor: Actor,
    members: Sequence[tuple[UUID, int]],
    outcome: str,
    now: datetime,
    clauses: Sequence[Ground] = (),
    rationale: str = "",
    author_note: str = "",
    most: int,
) -> UUID:
    """Begin to decide items that somebody searched for, each by its (id, version that was seen), by a job: as
    `together.decide_together`, without a cluster. Returns the joint decision. Raises Invalid, Forbidden."""
    from trustdesk.review.together import decide_together  # it knows this package

    return decide_together(
        actor=actor,
        cluster_id=None,
        members=members,
        outcome=outcome,
        now=now,
        clauses=clauses,
        rationale=rationale,
        author_note=author_note,
        most=most,
    )
