"""Asking about probation: what a young rule saw, which rules are braked."""

from datetime import datetime

from django.db import connection

from trustdesk.policy.identities import RuleId

# One statement, one snapshot: what was folded in between two would be counted twice or not at all. The tallies are those
# of the last seconds, for the worker folds them in and deletes them.
_SEEN = """
SELECT coalesce(sum(n), 0) FROM (
    SELECT seen AS n FROM policy_traffic
    WHERE span = 'minute' AND start > %(start)s AND ruleset >= %(ruleset)s
      AND (%(kinds)s::text[] = '{}' OR kind = ANY(%(kinds)s))
      AND (%(markets)s::text[] = '{}' OR market = ANY(%(markets)s))
    UNION ALL
    SELECT each.value::int FROM policy_tally, jsonb_each_text(seen) AS each
    WHERE at > %(start)s AND ruleset >= %(ruleset)s AND NOT imported
      AND (%(kinds)s::text[] = '{}' OR split_part(each.key, '|', 1) = ANY(%(kinds)s))
      AND (%(markets)s::text[] = '{}' OR split_part(each.key, '|', 2) = ANY(%(markets)s))
) AS told
"""


def seen_since(rule: RuleId, *, ruleset: int, start: datetime) -> int:
    """Items in the rule's scope that were judged after `start` by this ruleset or a later one, as far as committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "start": start,
                "ruleset": ruleset,
                "kinds": sorted(rule.kinds),
                "markets": sorted(rule.markets),
            },
        )
        return int(cursor.fetchone()[0])
