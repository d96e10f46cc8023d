"""The record of rules: seven queries for two rules and for five thousand, over day sums and never over verdicts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Sum

from trustdesk.engine.syntax import Refused
from trustdesk.engine.then import parse_then
from trustdesk.kernel.people.queries import names_of
from trustdesk.policy.braking import OUTCOMES
from trustdesk.policy.identities import RuleId, rule_ids
from trustdesk.policy.models import Probation, Reversal, RulePair, RuleTerm, Traffic
from trustdesk.policy.queries.rulesets import live_content
from trustdesk.policy.records import ENOUGH_HITS, ENOUGH_SEEN, LOOKED_BACK, OVERLAPS, Brake, Overlap, Record
from trustdesk.policy.rulesets import Content, Entry

PERIODS = (1, 7, 30)
_MOST_PAIRS = 20_000

# Sums of the period, and of the days by which a rule is judged; `days` tells hits by day for the sparkline.
_SUMS = """
SELECT identity,
    coalesce(sum(hits) FILTER (WHERE day >= %(start)s), 0), coalesce(sum(acted) FILTER (WHERE day >= %(start)s), 0),
    coalesce(sum(alone) FILTER (WHERE day >= %(start)s), 0), coalesce(sum(braked) FILTER (WHERE day >= %(start)s), 0),
    coalesce(sum(measured) FILTER (WHERE day >= %(start)s), 0),
    coalesce(sum(microseconds) FILTER (WHERE day >= %(start)s), 0),
    sum(hits), sum(alone)
FROM policy_ruleday WHERE day >= %(back)s AND identity = ANY(%(identities)s) GROUP BY identity
"""


def records(*, days: int, now: datetime, code: str = "") -> list[Record]:
    """The record of every rule in force, or of one policy's, over the last `days` days (UTC, today is one of them).

    Exact as of the verdicts stored up to a few seconds ago: the worker adds them in. Raises NoPolicy.
    """
    content = live_content()
    rules = [rule for rule in content.rules.values() if not code or rule.policy == code]
    return _records(content, {entry.code: entry for entry in content.policies}, rules, days=days, now=now)


def records_of(entry: Entry, *, days: int, now: datetime) -> dict[str, Record]:
    """The record of one version's rules by name: of a rule as it stands there, whenever it was in force."""
    content = live_content().having([entry])
    rules = list(rule_ids(content, only=entry.code).values())
    return {each.rule: each for each in _records(content, {entry.code: entry}, rules, days=days, now=now)}


def hits_by_day(identities: Iterable[str], *, days: int, now: datetime) -> dict[str, tuple[int, ...]]:
    """Hits by day, today last."""
    start = _midnight(now, days).date()
    found: dict[str, list[int]] = {identity: [0] * days for identity in identities}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity, day, hits FROM policy_ruleday WHERE day >= %s AND identity = ANY(%s)",
            [start, list(found)],
        )
        for identity, day, hits in cursor.fetchall():
            place = (day - start).days
            if place < days:
                found[identity][place] = hits
    return {identity: tuple(each) for identity, each in found.items()}


def braked_rules() -> list[Record]:
    """The rules in force that lost their power and wait for a release: two queries, none braked one."""
    rows = list(Probation.objects.filter(braked_at__isnull=False, ended_at=None).order_by("braked_at"))
    if not rows:
        return []
    content = live_content()
    now = {rule.identity: rule for rule in content.rules.values()}
    entries = {entry.code: entry for entry in content.policies}
    brakes = _brakes(rows, hours=content.pack.probation.hours)
    return [_bare(now[row.identity], entries, brake=brakes[row.identity]) for row in rows if row.identity in now]


def _bare(rule: RuleId, entries: Mapping[str, Entry], **more: object) -> Record:
    document = entries[rule.policy].document
    then = next(each.then for each in document.rules if each.name == rule.rule)
    try:
        verb = parse_then(then).verb
    except Refused:
        verb = ""
    told: dict[str, object] = {"since": None, **more}
    return Record(
        policy=rule.policy,
        title=document.title,
        rule=rule.rule,
        version=rule.version,
        identity=rule.identity,
        verb=verb,
        decides=verb in OUTCOMES,
        **told,  # type: ignore[arg-type]
    )


def _records(
    content: Content, entries: Mapping[str, Entry], rules: Sequence[RuleId], *, days: int, now: datetime
) -> list[Record]:
    identities = [rule.identity for rule in rules]
    start, back = _midnight(now, days), _midnight(now, max(days, LOOKED_BACK))
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"start": start.date(), "back": back.date(), "identities": identities})
        sums = {row[0]: row[1:] for row in cursor.fetchall()}
    terms: dict[str, list[RuleTerm]] = defaultdict(list)
    for term in RuleTerm.objects.filter(identity__in=identities).order_by("since"):
        terms[term.identity].append(term)
    shown, long = _seen(rules, terms, start), _seen(rules, terms, back)
    reversed_ = dict(
        Reversal.objects.filter(identity__in=identities, decided_at__gte=start)
        .values_list("identity")
        .annotate(Count("id"))
    )
    rows = Probation.objects.filter(identity__in=identities, ended_at=None)
    brakes = _brakes(list(rows), hours=content.pack.probation.hours)
    keys = {rule.identity: rule.key for rule in content.rules.values()}
    company = _company(identities, {identity: int(row[6]) for identity, row in sums.items()}, keys, back)
    found = []
    for rule in rules:
        hits, acted, alone, braked, measured, micros, hits_back, alone_back = map(
            float, sums.get(rule.identity, (0,) * 8)
        )
        mine = terms.get(rule.identity, [])
        since = mine[-1].began_at if mine else None
        bare = _bare(rule, entries)
        found.append(
            _bare(
                rule,
                entries,
                since=since,
                seen=shown.get(rule.identity, 0),
                hits=int(hits),
                acted=int(acted),
                alone=int(alone),
                braked=int(braked),
                reversed=reversed_.get(rule.identity, 0),
                cost=micros / measured if measured else None,
                dead=not hits_back
                and since is not None
                and since <= now - timedelta(days=LOOKED_BACK)
                and long.get(rule.identity, 0) >= ENOUGH_SEEN,
                never_alone=hits_back >= ENOUGH_HITS and not alone_back and bare.verb in (*OUTCOMES, "review"),
                overlaps=company.get(rule.identity, ()),
                brake=brakes.get(rule.identity),
            )
        )
    return found


def _midnight(now: datetime, days: int) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() - timedelta(days=days - 1), time(), UTC)


def _seen(rules: Sequence[RuleId], terms: Mapping[str, Sequence[RuleTerm]], start: datetime) -> dict[str, int]:
    """Items in each rule's scope that were judged while it was in force, by identity."""
    traffic = list(
        Traffic.objects.filter(span="day", start__gte=start)
        .values_list("ruleset", "kind", "market")
        .annotate(Sum("seen"))
    )
    known: dict[tuple[object, ...], int] = {}  # many rules share scope and term
    found = {}
    for rule in rules:
        reigns = tuple((term.since, term.until) for term in terms.get(rule.identity, ()))
        key = (reigns, rule.kinds, rule.markets)
        if key not in known:
            known[key] = sum(
                count
                for ruleset, kind, market, count in traffic
                if rule.concerns(kind, market)
                and any(since <= ruleset and (until is None or ruleset < until) for since, until in reigns)
            )
        found[rule.identity] = known[key]
    return found


def _brakes(rows: Sequence[Probation], *, hours: float) -> dict[str, Brake]:
    names = names_of({row.owner for row in rows}) if rows else {}
    return {
        row.identity: Brake(
            owner=row.owner,
            owner_name=names.get(row.owner, ""),
            authors=tuple(row.authors),
            trusted_at=row.first_acted_at + timedelta(hours=hours) if row.first_acted_at else None,
            braked_at=row.braked_at,
            acted=row.braked_acted,
            seen=row.braked_seen,
        )
        for row in rows
    }


def _company(
    identities: Sequence[str], hits: Mapping[str, int], keys: Mapping[str, tuple[str, str]], start: datetime
) -> dict[str, tuple[Overlap, ...]]:
    """Which rules another keeps company in nearly all they hit, by identity; only pairs that hit enough together."""
    pairs = (
        RulePair.objects.filter(day__gte=start.date())
        .values_list("first", "second")
        .annotate(both=Sum("hits"))
        .filter(both__gte=ENOUGH_HITS)
        .order_by("-both")[:_MOST_PAIRS]
    )
    wanted = set(identities)
    found: dict[str, list[Overlap]] = defaultdict(list)
    for first, second, both in pairs:
        for mine, other in ((first, second), (second, first)):
            of = hits.get(mine, 0)
            if mine in wanted and other in keys and of and both / of >= OVERLAPS:
                found[mine].append(Overlap(*keys[other], both=both, of=of))
    return {identity: tuple(sorted(each, key=lambda one: -one.both)) for identity, each in found.items()}
