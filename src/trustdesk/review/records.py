"""How often rules were right: those that act alone by what people reversed, those that ask by what people then decided."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.translation import gettext as _

from trustdesk.decisions import queries as decided
from trustdesk.policy import queries as policy
from trustdesk.review.models import Review

LOOKED_BACK = timedelta(days=30)
MOST = 4_000  # reviews looked at, the newest
LEAST = 5  # times before anything is said
_KEPT = 300  # seconds


@dataclass(frozen=True)
class Right:
    """`right` of `of` times."""

    right: int
    of: int

    def __str__(self) -> str:
        if self.of >= 100:
            return _("right %(n)s of 100 times") % {"n": round(100 * self.right / self.of)}
        return _("right %(n)s of %(of)s times") % {"n": self.right, "of": self.of}


def rights(*, now: datetime) -> dict[tuple[str, str], Right]:
    """By policy and rule, over thirty days; kept for five minutes, since every page asks. A rule nobody has judged often
    enough is left out."""
    kept: dict[tuple[str, str], Right] | None = cache.get("review.rights")
    if kept is None:
        kept = {**_acting(now), **_asking(now)}
        cache.set("review.rights", kept, _KEPT)
    return kept


def _acting(now: datetime) -> dict[tuple[str, str], Right]:
    try:
        records = policy.records(days=LOOKED_BACK.days, now=now)
    except policy.NoPolicy:
        return {}
    return {
        (each.policy, each.rule): Right(max(0, each.decided - each.reversed), each.decided)
        for each in records
        if each.decided >= LEAST
    }


def _asking(now: datetime) -> dict[tuple[str, str], Right]:
    """Right is a rule that asked about what a person then removed, limited or held."""
    rows = (
        Review.objects.filter(state=Review.State.DECIDED, opened_at__gte=now - LOOKED_BACK)
        .order_by("-id")
        .values_list("hits", "decision")[:MOST]
    )
    told = [(hits, decision) for hits, decision in rows if hits and decision]
    outcomes = decided.outcomes(decision for _, decision in told)
    asked: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for hits, decision in told:
        outcome = outcomes.get(decision)
        for key in {(hit["policy"], hit["rule"]) for hit in hits if hit["then"]["verb"] == "review"} if outcome else ():
            asked[key] += 1
            right[key] += outcome != "approve"
    return {key: Right(right[key], times) for key, times in asked.items() if times >= LEAST}
