"""Reading strikes and ladders: the terms in force, an account's breaches that stand, one count at a time."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models import Q

from trustdesk.decisions.drafts import Ground
from trustdesk.decisions.folding import Breach, Counted
from trustdesk.decisions.models import Decision, LadderVersion, Strike
from trustdesk.decisions.terms import Terms, parse
from trustdesk.policy.queries import Grounds

_LIVE = "decisions.ladders"
_LOCK = 7_311  # names this kind of lock among the advisory ones


def live_ladders() -> dict[str, LadderVersion]:
    """The ladders in force by market; "" is that of every market without one of its own. One query."""
    return {row.market: row for row in LadderVersion.objects.filter(state="live")}


def kept_ladders() -> dict[str, LadderVersion]:
    """The same for who only shows them: kept for ten seconds, since every page of a review asks."""
    kept: dict[str, LadderVersion] | None = cache.get(_LIVE)
    if kept is None:
        kept = live_ladders()
        cache.set(_LIVE, kept, 10)
    return kept


def forget_ladders() -> None:
    """What is in force has changed: this process looks again."""
    cache.delete(_LIVE)


def ladder_for(ladders: Mapping[str, LadderVersion], market: str) -> LadderVersion:
    """The ladder that holds in a market. The one for all markets is made with the tables and cannot be retired."""
    return ladders.get(market) or ladders[""]


def terms_of(ladder: LadderVersion) -> Terms:
    return _parsed(json.dumps(ladder.terms, sort_keys=True))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Terms:
    data: dict[str, Any] = json.loads(text)
    return parse(data)


def lock(accounts: Iterable[UUID]) -> None:
    """Count for these accounts one after the other: until the transaction ends, nobody else does."""
    keys = sorted({int.from_bytes(account.bytes[-4:], signed=True) for account in accounts})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS key", [_LOCK, keys])


def rows_of(accounts: Collection[UUID]) -> dict[UUID, list[Strike]]:
    """All that was counted for these accounts, oldest first; one query."""
    found: dict[UUID, list[Strike]] = {}
    rows = Strike.objects.filter(account_id__in=list(accounts)).select_related("decision", "ladder")
    for row in rows.order_by("at", "decision_id"):
        found.setdefault(row.account_id, []).append(row)
    return found


def weighing(
    accounts: Collection[UUID], *, at: datetime, since: datetime, items: Collection[UUID]
) -> dict[UUID, list[Strike]]:
    """What a breach at `at` is counted after: lessons and strikes that are in force then, that were counted `since`, or that
    one of these items brought. Whatever an account has done before, no more than that is read; one query."""
    found: dict[UUID, list[Strike]] = {}
    rows = Strike.objects.filter(
        Q(expires_at__gt=at) | Q(at__gte=since) | Q(item_id__in=list(items)),
        account_id__in=list(accounts),
        kind__in=["lesson", "strike"],
        reversed_at=None,
        at__lte=at,
    ).select_related("decision", "ladder")
    for row in rows.order_by("at", "decision_id"):
        found.setdefault(row.account_id, []).append(row)
    return found


def standing(rows: Iterable[Strike], *, now: datetime) -> list[Strike]:
    """Those whose decision stands: neither reversed nor taken back, nor judged milder since. What a newer decision about the
    same version counts for takes the older one's place in the account's history, and falls with it; one about a newer
    version does not make the older one better. No query where nothing was superseded, else two for each decision that
    took another's place in a row: one, nearly always."""
    rows = list(rows)
    mine = {row.decision_id: row for row in rows}
    later: dict[UUID, Decision] = {}
    todo = {row.decision.superseded_by_id for row in rows if row.decision.superseded_by_id}
    while todo:
        later |= {row.id: row for row in Decision.objects.filter(id__in=todo)}
        if unknown := todo - set(mine):  # counted for an older row's sake only
            follow = Strike.objects.filter(decision_id__in=unknown).select_related("decision")
            mine |= {row.decision_id: row for row in follow}
        after = (mine[one].decision.superseded_by_id for one in todo if one in mine)
        todo = {one for one in after if one is not None and one not in later}

    def stands(row: Strike) -> bool:
        if row.reversed_at is not None or row.decision.withdrawn_at is not None:
            return False
        after = later.get(row.decision.superseded_by_id) if row.decision.superseded_by_id else None
        if after is None or after.withdrawn_at is not None or after.effective_at > now:
            return True
        if after.version_no != row.version_no:
            return True
        return after.id in mine and stands(mine[after.id])

    return [row for row in rows if stands(row)]


def counted_of(row: Strike) -> Counted:
    """What a row was counted for, as it is kept; for lessons and strikes that stand."""
    return Counted(
        decision=row.decision_id,
        kind=row.kind,
        at=row.at,
        incident=None,
        weight=row.weight,
        number=row.number,
        feature=row.feature,
        feature_number=row.feature_number,
        expires_at=row.expires_at,
    )


def breach_of(row: Strike) -> Breach:
    return Breach(
        decision=row.decision_id,
        at=row.at,
        posted_at=row.posted_at,
        item=row.item_id,
        version=row.version_no,
        weighs=row.weighs,
        gravity=row.gravity,
        feature=row.feature,
        zero_tolerance=row.zero_tolerance,
        terms=terms_of(row.ladder),
    )


def worth(terms: Terms, grounds: Iterable[Ground], texts: Grounds, labels: Sequence[str]) -> tuple[int, int, bool]:
    """(strikes, gravity, zero tolerance) of these clauses together: two clauses in one thing count as the one that weighs
    most."""
    weighs, gravity, zero = 0, 1, False
    for ground in grounds:
        text = texts.get(ground.policy, ground.version)
        own = terms.worth(policy=ground.policy, clause=ground.clause, own=text.strikes, gravity=text.gravity)
        zero_here = not terms.tolerates(policy=ground.policy, clause=ground.clause, labels=labels)
        if own or zero_here:
            weighs, gravity = max(weighs, own), max(gravity, text.gravity)
        zero = zero or zero_here
    return weighs, gravity, zero
