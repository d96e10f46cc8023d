"""Decisions that were put right: what people made milder of what rules or people had decided, and what was done after all
when who had reported it objected that nothing was."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

MOST = 2_000  # the newest so many are looked at, whatever the time asked for


@dataclass(frozen=True)
class Overturned:
    """A decision and the one that put it right. `clause` is what the first rested on: policy, version, clause, rule,
    title; where nothing had been done, what is done now. `item` is None where it was about the account."""

    decision: UUID
    by: UUID
    item: UUID | None
    account: UUID
    before: str
    after: str
    made_by: str  # person, rule, or both: a person who confirmed what a rule had found
    clause: dict[str, Any]
    why: str  # internal, by who put it right
    decided_at: datetime
    overturned_at: datetime


# What stands for a decision: the one that put it right by name (an appeal, whatever it left of it), else the milder judgement
# of the same version that took its place; a better version, let in, puts nothing right. Both ways by an index on who replaced
# whom; ids are in the order of time.
_CHOSEN = """
    o.withdrawn_at IS NULL AND NOT o.imported AND n.withdrawn_at IS NULL AND NOT n.imported AND n.made_by <> 'rule'
    AND n.effective_at <= %(now)s
    -- what was hidden until somebody looked was judged by nobody, and names no rule
    AND (o.made_by <> 'rule' OR o.clauses -> 0 ->> 'rule' <> '')
    AND (%(policy)s = '' OR coalesce(o.clauses -> 0, n.clauses -> 0) ->> 'policy' = %(policy)s)
    AND (%(made_by)s::text[] IS NULL OR o.made_by = ANY(%(made_by)s))
    AND (%(actor)s = '' OR (o.actor = %(actor)s AND n.actor <> %(actor)s))
    AND (%(since)s::timestamptz IS NULL OR n.effective_at >= %(since)s)
    AND (%(at)s::uuid IS NULL OR (n.id, o.id) < (%(at)s, %(below)s))
ORDER BY n.id DESC, o.id DESC LIMIT %(limit)s
"""
_COLUMNS = """
SELECT o.id, n.id, o.item_id, o.account_id, o.outcome, n.outcome, o.made_by, coalesce(o.clauses -> 0, n.clauses -> 0)::text, n.rationale,
    o.made_at, n.effective_at
"""
_OVERTURNED = f"""
SELECT * FROM (
({_COLUMNS} FROM decisions_decision o JOIN decisions_decision n ON n.id = o.superseded_by_id
WHERE o.superseded_by_id IS NOT NULL AND o.outcome IN ('limit', 'hold', 'remove') AND o.version_id IS NOT DISTINCT FROM n.version_id
    AND n.reverses_id IS DISTINCT FROM o.id
    AND array_position(ARRAY['limit', 'hold', 'remove'], o.outcome)
        > coalesce(array_position(ARRAY['limit', 'hold', 'remove'], n.outcome), 0)
    AND NOT EXISTS (SELECT 1 FROM decisions_decision r WHERE r.reverses_id = o.id AND r.withdrawn_at IS NULL) AND {_CHOSEN})
UNION ALL
({_COLUMNS} FROM decisions_decision n JOIN decisions_decision o ON o.id = n.reverses_id
WHERE n.reverses_id IS NOT NULL AND o.outcome IN ('approve', 'limit', 'hold', 'remove') AND {_CHOSEN})
) AS pair ORDER BY 2 DESC, 1 DESC LIMIT %(limit)s
"""  # noqa: S608  made of constants


def overturned(
    *,
    now: datetime,
    since: datetime | None = None,
    policy: str = "",
    made_by: Sequence[str] | None = None,
    actor: str = "",
    after: tuple[UUID, UUID] | None = None,
    limit: int = MOST,
) -> list[Overturned]:
    """The newest first; one statement. `actor`: decisions of this one that somebody else made milder. `after`: (by, decision)
    of the last that was seen."""
    at, below = after or (None, None)
    asked = {
        "now": now,
        "since": since,
        "policy": policy,
        "made_by": list(made_by) if made_by is not None else None,
        "actor": actor,
        "at": at,
        "below": below,
        "limit": min(limit, MOST),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVERTURNED, asked)
        names = [one.name for one in fields(Overturned)]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Overturned(**{**row, "clause": orjson.loads(row["clause"] or "{}")}) for row in rows]
