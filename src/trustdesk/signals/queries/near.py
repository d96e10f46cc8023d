"""Finding contents that are alike: candidates by their bands in the database, likeness computed for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from trustdesk.signals.rules import KEPT
from trustdesk.signals.sketches import ALIKE, Sketch, likeness, probes

# Of one band the newest so many are looked at, and of all candidates those that share the most bands.
MOST_OF_A_BAND = 200
MOST_CANDIDATES = 300

_CANDIDATES = """
SELECT n, sketch_id FROM (
  SELECT n, sketch_id, row_number() OVER (PARTITION BY n ORDER BY count(*) DESC, sketch_id DESC) AS place
  FROM unnest(%(ns)s::int[], %(bands)s::bigint[]) AS asked(n, band)
  CROSS JOIN LATERAL (SELECT b.sketch_id FROM signals_band b WHERE b.band = asked.band
                      ORDER BY b.sketch_id DESC LIMIT %(of_a_band)s) AS near
  GROUP BY n, sketch_id
) AS ranked WHERE place <= %(candidates)s
"""


@dataclass(frozen=True)
class Near:
    """A kept content, and how alike it is: 1 is the same."""

    id: int
    owner: str
    account: str
    digest: bytes
    at: datetime
    similarity: float


def near(sketches: Sequence[Sketch], *, least: float | None = None) -> list[list[Near]]:
    """For each sketch what is alike to it (itself, if kept, too), most alike first, then the oldest.

    `least`: the least likeness; without it what counts as near-duplicate. At most MOST_CANDIDATES each: of a content
    that is alike to more, those that share the most bands with it, the newest of them first.
    """
    asked = [(n, band) for n, one in enumerate(sketches) for band in probes(one)]
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "ns": [n for n, _ in asked],
                "bands": [band for _, band in asked],
                "of_a_band": MOST_OF_A_BAND,
                "candidates": MOST_CANDIDATES,
            },
        )
        pairs = cursor.fetchall()
        cursor.execute(
            "SELECT id, owner, account, digest, body, at, kind FROM signals_keptsketch WHERE id = ANY(%s)",
            [list({sketch_id for _, sketch_id in pairs})],
        )
        rows = {row[0]: row for row in cursor.fetchall()}
    by_question: list[list[int]] = [[] for _ in sketches]
    for n, sketch_id in pairs:
        if sketch_id in rows and rows[sketch_id][6] == sketches[n].kind:
            by_question[n].append(sketch_id)
    found = []
    for one, ids in zip(sketches, by_question, strict=True):
        bound = ALIKE[one.kind] if least is None else least
        similar = likeness(one, [bytes(rows[sketch_id][4]) for sketch_id in ids])
        mine = [
            Near(sketch_id, rows[sketch_id][1], rows[sketch_id][2], bytes(rows[sketch_id][3]), rows[sketch_id][5], how)
            for sketch_id, how in zip(ids, similar, strict=True)
            if how >= bound
        ]
        found.append(sorted(mine, key=lambda each: (-each.similarity, each.id)))
    return found


@dataclass(frozen=True)
class SizeQuestion:
    """How many things have a content alike to one of these, the asker included, in the `window` seconds before `at`?

    `before`: with it, only what was kept up to `at` (a question about the past).
    """

    sketches: tuple[Sketch, ...]
    owner: str
    window: float = KEPT.total_seconds()
    at: datetime | None = None
    before: bool = False


def sizes(questions: Sequence[SizeQuestion]) -> list[int]:
    """Counts, in order, of distinct things, the asker itself counted; of several contents the largest.

    Asked after `sketch` committed, it sees all that were kept before. At most MOST_CANDIDATES.
    """
    flat = [(n, one) for n, question in enumerate(questions) for one in question.sketches]
    told = [1] * len(questions)
    for (n, _), alike in zip(flat, near([one for _, one in flat]), strict=True):
        asker = questions[n]
        since = asker.at - timedelta(seconds=asker.window) if asker.at else None
        owners = {
            one.owner
            for one in alike
            if (since is None or one.at > since) and not (asker.before and asker.at and one.at > asker.at)
        }
        told[n] = max(told[n], len(owners | {asker.owner}))
    return told
