"""Where each figure of a report comes from. Wholes are counted by the database, parts while reading row by row: two ways
to the same number, which the reconciliation holds against each other."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction

from trustdesk.appeals import queries as appeals
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.notices import queries as notices
from trustdesk.review import queries as review
from trustdesk.transparency.rules import (
    DATE,
    HOURS,
    SHARE,
    TIME,
    Confusion,
    Figure,
    Place,
    confusion,
    middle,
    share,
    split,
    told,
    whole,
)

RESTRICTS = frozenset({"limit", "hold", "remove"})
ENDS_ACCOUNTS = ("suspend_account", "end_account", "suspend_service", "end_service")
NOTICE_SPLITS = ("category", "channel", "market")
ACTION_SPLITS = ("outcome", "ground", "label", "kind", "market", "language", "decided_by", "found_by")

# Which measures are sums of others, and what each is split by.
SUMS: dict[Place, tuple[Place, ...]] = {
    ("actions", "all"): (("actions", "own_initiative"), ("actions", "on_notice")),
    ("notices", "received"): (("notices", "from_trusted_flaggers"), ("notices", "from_others")),
}
SPLITS: dict[Place, tuple[str, ...]] = {
    ("decisions", "all"): ("decided_by",),
    ("actions", "all"): ACTION_SPLITS,
    ("actions", "on_notice"): ("ground",),
    ("orders", "carried_out"): ("market", "label"),
    ("restrictions", "all"): ("type",),
    ("notices", "received"): NOTICE_SPLITS,
    ("notices", "answered"): ("outcome",),
    ("appeals", "received"): ("appellant",),
    ("appeals", "decided"): ("outcome",),
    ("out_of_court", "decided"): ("result",),
    ("suspensions", "all"): ("type",),
}
_KEY = re.compile(r"[\w.+-]{1,80}", re.ASCII)
_STEP = 5_000
T = TypeVar("T")


def days(first: date, last: date) -> tuple[datetime, datetime]:
    """[since, until) of these days, both included, in UTC: a report spans markets, so it keeps to one zone."""
    return datetime.combine(first, time(), UTC), datetime.combine(last + timedelta(days=1), time(), UTC)


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of one moment, where the connection is free to promise that."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def gather(*, first: date, last: date, now: datetime) -> tuple[Figure, ...]:
    """All figures of these days. Reads every decision of them once; minutes for millions, so never while a reader waits."""
    since, until = days(first, last)
    with one_moment():
        return (
            whole("report", "from", first.isoformat(), DATE),
            whole("report", "to", last.isoformat(), DATE),
            whole("report", "made_at", now.astimezone(UTC).isoformat(timespec="seconds"), TIME),
            *_actions(since, until),
            *_restrictions(since, until),
            *_machines(since, until),
            *_people(since, until),
            *_notices(since, until),
            *_appeals(since, until),
            *_suspensions(since, until),
            # An order leaves a trace here only in the decision that carries it out, by its ground.
            whole("orders", "received", None),
            whole("orders", "carried_out", decisions.counting.how_many_acted(since=since, until=until, ground="order")),
        )


def _actions(since: datetime, until: datetime) -> Iterator[Figure]:
    yield whole("decisions", "all", decisions.counting.how_many_decided(since=since, until=until))
    yield from split("decisions", "all", "decided_by", decisions.counting.decided_by(since=since, until=until))
    total = decisions.counting.how_many_acted(since=since, until=until)
    counts: dict[str, Counter[str]] = {by: Counter() for by in ACTION_SPLITS}
    noticed, ordered = Counter[str](), {"market": Counter[str](), "label": Counter[str]()}
    for rows in _by_thousands(decisions.counting.acted(since=since, until=until)):
        where = content.where([row.version for row in rows if row.version is not None])
        accounts = content.accounts([row.account for row in rows if row.version is None])
        after_notice = notices.counting.behind(row.id for row in rows)
        for row in rows:
            place = where.get(row.version) if row.version else None
            known = accounts.get(row.account)
            language = place.language if place else known.language if known else ""
            market, label = country(place.market if place else ""), key(row.label)
            counts["outcome"][row.outcome] += 1
            counts["ground"][row.ground] += 1
            counts["label"][label] += 1
            counts["kind"][place.kind if place else "account"] += 1
            counts["market"][market] += 1
            counts["language"][key(language)] += 1
            counts["decided_by"][row.made_by] += 1
            noticed[row.ground] += row.id in after_notice
            if row.ground == "order":
                ordered["market"][market] += 1
                ordered["label"][label] += 1
            way = "notice" if row.id in after_notice else "machine" if row.found_by_machine else "person"
            counts["found_by"][way] += 1
    yield whole("actions", "all", total)
    yield whole("actions", "own_initiative", sum(counts["found_by"].values()) - counts["found_by"]["notice"])
    yield whole("actions", "on_notice", counts["found_by"]["notice"])
    yield from split("actions", "on_notice", "ground", +noticed)
    for by, found in ordered.items():
        yield from split("orders", "carried_out", by, found)
    for by, found in counts.items():
        yield from split("actions", "all", by, found)


def _restrictions(since: datetime, until: datetime) -> Iterator[Figure]:
    yield whole("restrictions", "all", decisions.counting.how_many_restricted(since=since, until=until))
    yield from split("restrictions", "all", "type", decisions.counting.restricted(since=since, until=until))


def _machines(since: datetime, until: datetime) -> Iterator[Figure]:
    """What machines did without a person, and how often they were right where the answer is known."""
    acting = Counter(row.made_by for row in decisions.counting.acted(since=since, until=until))
    alone, total = acting["rule"], sum(acting.values())
    undone = decisions.counting.overturned(since=since, until=until)
    yield whole("automation", "restricted_alone", alone)
    yield whole("automation", "share_restricted_alone", share(alone, total), SHARE)
    yield whole("automation", "overturned_by_people", undone.get("rule", 0))
    known = review.samples.golden(since=since, until=until)
    yield from told("automation", "golden", against_machine(known))
    apart = review.samples.double(since=since, until=until)
    yield from told("automation", "double_review", against_machine([one for one, _ in apart]))
    yield from told("automation", "appeals", _appealed(since, until))


def _people(since: datetime, until: datetime) -> Iterator[Figure]:
    """How long people took, and how often one person alone was right."""
    made = decisions.counting.times_of_people(since=since, until=until)
    opened = review.samples.opened(before=until)
    hours = [(at - opened[one]).total_seconds() / 3600 for one, at in made.items() if one in opened]
    yield whole("people", "reviews_decided", len(hours))
    yield whole("people", "median_hours", middle(hours), HOURS)
    answers = review.samples.golden_answers(since=since, until=until)
    yield from told("people", "golden", _of_people(answers))
    yield from told(
        "people", "double_review", _of_people([one for _, one in review.samples.double(since=since, until=until)])
    )


def _notices(since: datetime, until: datetime) -> Iterator[Figure]:
    """What others reported, and how long they waited for the answer."""
    yield whole("notices", "received", notices.counting.how_many_received(since=since, until=until))
    for by in NOTICE_SPLITS:
        counted: Counter[str] = Counter()
        for code, count in notices.counting.received(since=since, until=until, by=by).items():
            counted[country(code) if by == "market" else key(code)] += count
        yield from split("notices", "received", by, counted)
    yield whole("notices", "from_trusted_flaggers", notices.counting.trusted(since=since, until=until))
    yield whole("notices", "from_others", notices.counting.untrusted(since=since, until=until))
    answered = notices.counting.answered(since=since, until=until)
    yield whole("notices", "answered", notices.counting.how_many_answered(since=since, until=until))
    yield from split("notices", "answered", "outcome", Counter(outcome for outcome, _ in answered))
    by_software = notices.counting.answered_by_software(since=since, until=until)
    yield whole("notices", "answered_by_software", by_software)
    hours = [took.total_seconds() / 3600 for _, took in answered]
    yield whole("notices", "median_hours", middle(hours), HOURS)


def _appeals(since: datetime, until: datetime) -> Iterator[Figure]:
    """Who disagreed, and what came of it. The share is of appeals that a person judged in time."""
    yield whole("appeals", "received", appeals.counting.how_many_received(since=since, until=until))
    yield from split("appeals", "received", "appellant", appeals.counting.received(since=since, until=until))
    ended = appeals.counting.ended(since=since, until=until)
    outcomes = Counter(outcome for _, _, outcome, _ in ended)
    changed = outcomes["overturned"] + outcomes["partly"]
    yield whole("appeals", "decided", appeals.counting.how_many_ended(since=since, until=until))
    yield from split("appeals", "decided", "outcome", outcomes)
    yield whole("appeals", "share_overturned", share(changed, changed + outcomes["upheld"]), SHARE)
    hours = [took.total_seconds() / 3600 for _, _, outcome, took in ended if outcome != "withdrawn"]
    yield whole("appeals", "median_hours", middle(hours), HOURS)
    over = appeals.counting.concluded(since=since, until=until)
    yield whole("out_of_court", "received", appeals.counting.how_many_referred(since=since, until=until))
    yield whole("out_of_court", "decided", appeals.counting.how_many_concluded(since=since, until=until))
    yield from split("out_of_court", "decided", "result", Counter(result for result, _, _ in over))
    yield whole("out_of_court", "followed", sum(followed is True for _, followed, _ in over))
    days_taken = middle(took.days for _, _, took in over)
    yield whole("out_of_court", "median_hours", None if days_taken is None else 24 * days_taken, HOURS)


def _appealed(since: datetime, until: datetime) -> Confusion:
    """What software had decided alone and who it restricted appealed: only alarms, so nothing is known of what it missed.
    One changed in part was wrong, too."""
    judged = {
        decision: outcome
        for decision, appellant, outcome, _ in appeals.counting.ended(since=since, until=until)
        if appellant == "author" and outcome in {"upheld", "overturned", "partly"}
    }
    alone = decisions.counting.made_by_rules(judged)
    found = confusion((True, judged[one] == "upheld") for one in alone)
    return Confusion(right=found.right, wrong=found.wrong, sees_missed=False)


def _suspensions(since: datetime, until: datetime) -> Iterator[Figure]:
    kinds = decisions.counting.restricted(since=since, until=until)
    found = {kind: kinds[kind] for kind in ENDS_ACCOUNTS if kinds.get(kind)}
    total = decisions.counting.how_many_restricted(since=since, until=until, kinds=ENDS_ACCOUNTS)
    yield whole("suspensions", "all", total)
    yield from split("suspensions", "all", "type", found)
    yield whole("suspensions", "misuse_of_notices", notices.counting.muted(since=since, until=until))
    yield whole("suspensions", "misuse_of_appeals", appeals.counting.paused(since=since, until=until))


def against_machine(known: Iterable[review.samples.Known]) -> Confusion:
    """What rules did by themselves with versions of which the answer is known. What they left, or asked a person about, they
    did not restrict; where the sample holds none of that, what they missed is not known."""
    rows = list(known)
    taken: set[tuple[UUID, int]] = set()
    for some in _by_thousands(rows):
        taken |= decisions.counting.by_rules(one.item for one in some)
    found = confusion(((one.item, one.version) in taken, one.answer in RESTRICTS) for one in rows)
    return Confusion(
        right=found.right,
        wrong=found.wrong,
        missed=found.missed,
        left=found.left,
        sees_missed=found.missed + found.left > 0,
    )


def _of_people(answers: Iterable[review.samples.Chosen]) -> Confusion:
    return confusion((one.chosen in RESTRICTS, one.answer in RESTRICTS) for one in answers)


def country(market: str) -> str:
    """A market as its key: Greece is GR, as in the register of statements, also where a desk calls its market EL."""
    return "GR" if market.upper() == "EL" else key(market)


def key(said: str) -> str:
    """What a part is called in a file that others open: a code, else `other`; "" stays empty."""
    return said if not said or _KEY.fullmatch(said) else "other"


def _by_thousands(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while some := list(islice(rest, _STEP)):
        yield some
