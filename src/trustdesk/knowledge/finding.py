"""Finding articles by a question in somebody's own words."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from trustdesk.knowledge import lexemes
from trustdesk.knowledge.indexing import stems_of, vocabulary

MOST_FOUND = 50
_WEIGHTS = "{0.1, 0.35, 0.6, 1.0}"  # of body, headings, summary and keywords, title

# Ways of one word do not add up: the best of them counts. An article that answers more of the question comes first.
_SEARCH = """
WITH readings AS MATERIALIZED (
    SELECT r.grp, r.query::tsquery AS query, r.weight
    FROM unnest(%(groups)s::int[], %(queries)s::text[], %(weights)s::float8[]) AS r(grp, query, weight)
), matched AS (
    SELECT d.id, r.grp, max(r.weight * ts_rank(%(ranks)s::float4[], d.vector, r.query)) AS worth, max(r.weight) AS weight
    FROM knowledge_document d
    JOIN knowledge_article a ON a.id = d.article_id
    JOIN readings r ON d.vector @@ r.query
    WHERE d.vector @@ %(whole)s::tsquery AND a.archived_at IS NULL AND a.audience = ANY(%(audiences)s)
      AND (d.language = %(language)s OR d.language = a.language AND NOT EXISTS (
        SELECT 1 FROM knowledge_document o WHERE o.article_id = d.article_id AND o.language = %(language)s))
    GROUP BY d.id, r.grp
)
SELECT d.article_id, d.language, a.slug, a.kind, a.policy, d.title, d.summary,
       sum(m.worth) * sum(m.weight) / %(total)s AS score
FROM matched m JOIN knowledge_document d ON d.id = m.id JOIN knowledge_article a ON a.id = d.article_id
GROUP BY d.id, a.id
ORDER BY score DESC, d.title, d.id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Hit:
    """One article found, in the language it was found in."""

    article: UUID
    language: str
    slug: str
    kind: str
    policy: str
    title: str
    summary: str
    score: float


@dataclass(frozen=True)
class Found:
    """`corrected`: what was typed and what was looked up beside it, to be said to the reader."""

    hits: tuple[Hit, ...] = ()
    corrected: tuple[tuple[str, tuple[str, ...]], ...] = ()


def search(
    text: str,
    *,
    language: str,
    audiences: Collection[str],
    limit: int = 20,
    typing: bool = False,
    exactly: bool = False,
) -> Found:
    """The best articles first, in the reader's language, else in the language each is written in.

    `typing`: the last word may be unfinished. `exactly`: no word is taken for another. At most four statements, whatever
    is asked.
    """
    words = lexemes.asked(text)
    if not words:
        return Found()
    kept = vocabulary(language)
    stems = stems_of(words, language)
    unknown = [word for word in words if not kept.known(word, stems.get(word) or "")]
    near = [other for word in unknown for other in kept.near(word)]
    if near:
        stems |= stems_of(near, language)
    asked = lexemes.question(words, vocabulary=kept, stems=stems, typing=typing, exactly=exactly)
    if not asked.readings:
        return Found()
    with connection.cursor() as cursor:
        cursor.execute(
            _SEARCH,
            {
                "groups": [one.group for one in asked.readings],
                "queries": [one.query for one in asked.readings],
                "weights": [one.weight for one in asked.readings],
                "ranks": _WEIGHTS,
                "whole": asked.whole,
                "total": asked.total or 1.0,
                "audiences": list(audiences),
                "language": language,
                "limit": min(limit, MOST_FOUND),
            },
        )
        hits = tuple(Hit(*row) for row in cursor.fetchall())
    return Found(hits=hits, corrected=asked.corrected)
