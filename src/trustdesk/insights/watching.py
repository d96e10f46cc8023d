"""What a lead should keep an eye on: rules that people often put right, and what came of appeals."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.cache import cache

from trustdesk.appeals import queries as appeals
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import queries as policy

DAYS = 7
TREND = 12  # days of a sparkline
MOST = 5
_KEPT = 60  # seconds: records cost more than the rest of the board, and change slowly
_JUDGED = frozenset({"upheld", "overturned", "partly"})


@dataclass(frozen=True)
class Judged:
    """Appeals that a person judged in time within DAYS days, and those of them in which the decision was changed."""

    answered: int
    changed: int

    @property
    def share(self) -> float | None:
        """None of none."""
        return self.changed / self.answered if self.answered else None


def judged(actor: Actor, *, now: datetime) -> Judged:
    """Of the markets this person may see; one query."""
    counts: Counter[str] = Counter()
    for market, outcome, count in appeals.counting.by_market(since=now - timedelta(days=DAYS), until=now):
        if outcome in _JUDGED and actor.may("work.read", market=market or None, queue=appeals.counting.QUEUE):
            counts[outcome] += count
    return Judged(answered=counts.total(), changed=counts["overturned"] + counts["partly"])


def to_watch(actor: Actor, *, now: datetime) -> list[policy.Record]:
    """Rules that lost their power, then those that people surely put right most, over DAYS days; asked once a minute for
    everybody. Nothing for those who may not read policies."""
    if not actor.may("policy.read"):
        return []
    kept: list[policy.Record] | None = cache.get("insights.watch")
    if kept is None:
        kept = _to_watch(now)
        cache.set("insights.watch", kept, _KEPT)
    return kept


def _to_watch(now: datetime) -> list[policy.Record]:
    try:
        found = policy.records(days=DAYS, now=now)
    except policy.NoPolicy:
        return []
    rows = [row for row in policy.ordered(found, by="reversed") if row.reversed or "braked" in row.states]
    rows.sort(key=lambda row: "braked" not in row.states)  # the order of the rest stays
    days = policy.hits_by_day([row.identity for row in rows[:MOST]], days=TREND, now=now)
    return [replace(row, days=days[row.identity]) for row in rows[:MOST]]
