"""What may be spent in a day, over all processes: one row a day, moved by conditional statements only."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from trustdesk.signals.remote.models import RemoteSpending

# The row of a day is made or moved only as far as the limits go: of any number of askers at once, no more get a place
# than there are. What is spent stays counted when the process dies.
_TAKE = """
INSERT INTO signals_remotespending AS s (day, requests, tokens)
SELECT %(day)s, 1, %(tokens)s WHERE 1 <= %(most_requests)s AND %(tokens)s <= %(most_tokens)s
ON CONFLICT (day) DO UPDATE SET requests = s.requests + 1, tokens = s.tokens + excluded.tokens
WHERE s.requests + 1 <= %(most_requests)s AND s.tokens + excluded.tokens <= %(most_tokens)s
RETURNING requests
"""


class BudgetSpent(Exception):
    """The requests or tokens of this day are used up."""


def take(*, tokens: int, most_requests: int, most_tokens: int, now: datetime) -> None:
    """Pay for one request before it is made, with the tokens it may cost. Raises BudgetSpent."""
    values: dict[str, Any] = {
        "day": now.astimezone(UTC).date(),
        "tokens": tokens,
        "most_requests": most_requests,
        "most_tokens": most_tokens,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.fetchone() is None:
            raise BudgetSpent


def settle(*, taken: int, used: int, now: datetime) -> None:
    """Correct what a request was thought to cost by what it did cost; never below nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE signals_remotespending SET tokens = greatest(0, tokens + %s) WHERE day = %s",
            [used - taken, now.astimezone(UTC).date()],
        )


def spent(*, now: datetime) -> tuple[int, int]:
    """Requests and tokens of this day so far."""
    row = RemoteSpending.objects.filter(day=now.astimezone(UTC).date()).values_list("requests", "tokens").first()
    return row or (0, 0)
