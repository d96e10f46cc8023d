"""What a person may claim from: the pools that are left of all by rights, skills and who is named for a queue."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.rules.pools import PoolView, claimable


@dataclass(frozen=True)
class Claimer:
    """What a claim starts from: the pools a person may claim from, and how often they did from this selection."""

    pools: list[PoolView]
    taken: int


# One statement and one row, because it comes before every claim: the pools of open queues, the person's skills, their turn.
# Named oneself says more than named with a team, and of several teams the one for which it comes first.
_CLAIMER = """
WITH mine AS (
    SELECT n.queue_id, COALESCE(bool_and(n.second) FILTER (WHERE n.staff_id IS NOT NULL), bool_and(n.second)) AS second
    FROM work_named n LEFT JOIN people_membership m ON m.team_id = n.team_id AND m.staff_id = %(staff)s
    WHERE n.staff_id = %(staff)s OR m.staff_id IS NOT NULL GROUP BY n.queue_id
)
SELECT (SELECT json_agg(json_build_array(p.id, q.code, q.right, p.language, p.market, p.sensitivity, p.harm, p.weight,
            COALESCE(mine.second, false)) ORDER BY p.id)::text
        FROM work_pool p JOIN work_queue q ON q.id = p.queue_id
            LEFT JOIN mine ON mine.queue_id = q.id
        WHERE q.is_open AND (%(queues)s::text[] IS NULL OR q.code = ANY(%(queues)s::text[]))
            AND (%(kind)s::text IS NULL OR cardinality(q.kinds) = 0 OR %(kind)s::text = ANY(q.kinds))
            AND (NOT EXISTS (SELECT 1 FROM work_named n WHERE n.queue_id = q.id)
                OR mine.queue_id IS NOT NULL)),
       (SELECT json_agg(json_build_array(kind, value))::text FROM people_skill WHERE staff_id = %(staff)s),
       (SELECT taken FROM work_turn WHERE staff_id = %(staff)s AND asked = %(asked)s)
"""


def claimer(actor: Actor, *, queues: Sequence[str] | None = None, kind: str | None = None) -> Claimer:
    """The standing of someone about to claim from these queues (None: all) that hold this kind of work (None: any). One
    query."""
    asked = None if queues is None else sorted(set(queues))
    values: dict[str, Any] = {"staff": UUID(actor.id), "asked": " ".join(asked or ()), "queues": asked, "kind": kind}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMER, values)
        pools, named, taken = cursor.fetchone()
    skills: dict[str, set[str]] = {}
    for of, value in json.loads(named or "[]"):
        skills.setdefault(of, set()).add(value)
    return Claimer(
        pools=claimable((PoolView(*row) for row in json.loads(pools or "[]")), actor=actor, skills=skills),
        taken=taken or 0,
    )


def claimable_pools(actor: Actor, *, queues: Sequence[str] | None = None) -> list[PoolView]:
    """The pools of open queues that this person may claim from. One query."""
    return claimer(actor, queues=queues).pools
