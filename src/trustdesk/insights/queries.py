"""The leads' board: what waits, what comes and goes, who is at it. Figures only, and never a rank of people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from django.core.cache import cache
from django.db.models import Sum

from trustdesk.insights.models import Flow
from trustdesk.insights.rules import HOURS, clear_by, height, line, pace, shade
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.queries import lines
from trustdesk.kernel.work.queries.waiting import MOST_COUNTED
from trustdesk.web.models import Seen
from trustdesk.workforce import queries as workforce

_WEEKS = 4
_OFFLINE = "offline"  # as workforce names it
_KEPT = 300  # seconds the heat map is kept: four weeks do not change faster


@dataclass(frozen=True)
class LaneRow:
    """One lane of one queue. `arriving` and `decided` are paths of an SVG, `dot` the height of their end."""

    queue: str
    queue_name: str
    lane: int
    waiting: int
    oldest_at: datetime | None
    due_soon: int
    late: int
    people: int
    arriving: str
    decided: str
    dot: float
    clear_at: datetime | None
    idle: bool  # something waits and nobody decided any of it for hours


@dataclass(frozen=True)
class Holder:
    """What someone holds now, and their state. Without a name for those who may not see people."""

    id: UUID
    name: str
    items: int
    state: workforce.StateView | None
    loads: tuple[workforce.Load, ...] = ()  # of channels they have something of, or no room in


@dataclass(frozen=True)
class Standing:
    """How many of the people who decide are in one state. `labels`: the words of a reason for being away."""

    state: str
    reason: str
    labels: dict[str, str] | None
    count: int

    def label(self, language: str) -> str:
        return workforce.label_of(self.labels, language, self.reason) if self.labels else ""


@dataclass(frozen=True)
class Board:
    """Everything on the board at one moment. Counts go to 1,000 a pool; 1001 and more mean “more than 1,000”."""

    at: datetime
    lanes: tuple[LaneRow, ...]
    waiting: int
    oldest_at: datetime | None
    since_hour: int  # how many more wait than when this hour began
    due_soon: int
    met: int  # of these, how many are decided in time at this pace
    late: int
    late_by: timedelta | None
    decided: int
    usual: int | None  # decided at this hour of this weekday, on average of up to four weeks; None: no week yet
    people: int
    holders: tuple[Holder, ...]
    standings: tuple[Standing, ...]

    @property
    def here(self) -> int:
        """Who is at the desk, available or away for a reason."""
        return sum(one.count for one in self.standings if one.state != _OFFLINE)

    @property
    def of(self) -> int:
        return sum(one.count for one in self.standings)

    @property
    def fewer(self) -> int:
        return -self.since_hour


@dataclass(frozen=True)
class Heat:
    """Arrivals of four weeks by weekday (Monday first) and hour in a zone: how dark each field is, and the busiest hours."""

    shades: tuple[tuple[float, ...], ...]
    busiest: tuple[int, ...]
    total: int


def board(actor: Actor, *, now: datetime) -> Board:
    """The board for someone with `work.read`, of the queues they may see. Some fifteen queries, whatever the desk's size."""
    lanes = lines.lanes(actor=actor, now=now)
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    flows = _flows(actor, since=hour - timedelta(hours=HOURS - 1), until=hour)
    into_hour = (now - hour).total_seconds() / 3600
    rows = tuple(_row(one, flows.get((one.queue, one.lane), _NOTHING), into_hour, now) for one in lanes)
    sums = [sum(column) for column in zip(*(each[-1] for each in flows.values()), strict=True)] or [0, 0, 0]
    all_decided = [sum(each[n][1] for each in flows.values()) for n in range(HOURS)]
    due = min(sum(one.due_soon for one in lanes), MOST_COUNTED + 1)
    late = min(sum(one.late for one in lanes), MOST_COUNTED + 1)
    first = min((one.due_first for one in lanes if one.late and one.due_first), default=None)
    held = lines.holding()
    deciders = people.staff_with("review.decide")
    states = workforce.states_of({*held, *(one.id for one in deciders)})
    holders = _holders(actor, held, states)
    return Board(
        at=now,
        lanes=rows,
        waiting=sum(one.waiting for one in lanes),
        oldest_at=min((one.oldest_at for one in lanes if one.oldest_at), default=None),
        since_hour=sums[0] - sums[1] - sums[2],
        due_soon=due - late,
        met=min(due - late, max(0, int(pace(all_decided, into_hour=into_hour)) - late)),
        late=late,
        late_by=now - first if first else None,
        decided=max(0, sums[1]),
        usual=_usual(actor, hour),
        people=len(holders),
        holders=tuple(sorted(holders, key=lambda one: (one.name.casefold(), one.id))),
        standings=_standings([states[one.id] for one in deciders], now=now),
    )


Hourly = Sequence[tuple[int, int, int]]  # (arrived, decided, cancelled), oldest hour first
_NOTHING: Hourly = [(0, 0, 0)] * HOURS


def _flows(actor: Actor, *, since: datetime, until: datetime) -> Mapping[tuple[str, int], Hourly]:
    found: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(lambda: list(_NOTHING))
    rows = Flow.objects.filter(hour__gte=since, hour__lte=until).values_list(
        "queue", "lane", "market", "hour", "arrived", "decided", "cancelled"
    )
    for queue, lane, market, hour, *counts in rows:
        if actor.may("work.read", market=market or None, queue=queue):
            n = round((hour - since) / timedelta(hours=1))
            before = found[queue, lane][n]
            found[queue, lane][n] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])
    return found


def _row(one: lines.LaneNow, hourly: Hourly, into_hour: float, now: datetime) -> LaneRow:
    arrived, decided = [each[0] for each in hourly], [max(0, each[1]) for each in hourly]
    most = max([*arrived, *decided, 1])
    per_hour = pace(decided, into_hour=into_hour)
    clear_at = clear_by(waiting=one.waiting, per_hour=per_hour, now=now)
    return LaneRow(
        queue=one.queue,
        queue_name=one.queue_name,
        lane=one.lane,
        waiting=one.waiting,
        oldest_at=one.oldest_at,
        due_soon=one.due_soon - one.late,
        late=one.late,
        people=one.people,
        arriving=line(arrived, most),
        decided=line(decided, most),
        dot=round(height(decided[-1], most), 1),
        clear_at=clear_at,
        idle=clear_at is None,
    )


def _usual(actor: Actor, hour: datetime) -> int | None:
    """Decided at this hour of this weekday in the weeks before, on average of those the desk had worked in."""
    same = [hour - timedelta(weeks=n) for n in range(1, _WEEKS + 1)]
    weeks: dict[datetime, int] = defaultdict(int)
    for queue, market, at, decided in Flow.objects.filter(hour__in=same).values_list(
        "queue", "market", "hour", "decided"
    ):
        if actor.may("work.read", market=market or None, queue=queue):
            weeks[at] += decided
    return round(sum(weeks.values()) / len(weeks)) if weeks else None


def _holders(actor: Actor, held: Mapping[UUID, int], states: Mapping[UUID, workforce.StateView]) -> list[Holder]:
    names = people.names_of(f"staff:{pk}" for pk in held) if actor.may("people.read") else {}
    loads = workforce.loads_of(held) if names else {}
    return [
        Holder(
            id=pk,
            name=names.get(f"staff:{pk}", ""),
            items=items,
            state=states.get(pk),
            loads=tuple(one for one in loads.get(pk, ()) if one.used and one.at_once is not None),
        )
        for pk, items in held.items()
    ]


_ORDER = ("available", "wrap_up", "aux", _OFFLINE)


_LOOKED = timedelta(minutes=2)  # a page that is open says so three times a minute


def _standings(states: Sequence[workforce.StateView], *, now: datetime) -> tuple[Standing, ...]:
    """Counts by state and reason. Who never said where they stand is there as long as a page of theirs is open."""
    silent = [one.staff for one in states if not one.number]
    there = set(Seen.objects.filter(staff__in=silent, at__gt=now - _LOOKED).values_list("staff_id", flat=True))
    counts: Counter[tuple[str, str]] = Counter()
    labels: dict[str, dict[str, str] | None] = {}
    for one in states:
        state = one.state if one.number or one.staff in there else _OFFLINE
        counts[state, one.reason] += 1
        labels[one.reason] = one.labels
    return tuple(
        Standing(state=state, reason=reason, labels=labels[reason], count=count)
        for (state, reason), count in sorted(counts.items(), key=lambda each: (_ORDER.index(each[0][0]), each[0][1]))
    )


def heat(*, now: datetime, zone: tzinfo) -> Heat:
    """When work arrives, in this zone; one query every five minutes."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    since = hour - timedelta(weeks=_WEEKS)
    kept: list[tuple[datetime, int]] | None = cache.get("insights.heat")
    if kept is None:
        rows = Flow.objects.filter(hour__gte=since, hour__lt=hour).values("hour").annotate(n=Sum("arrived"))
        kept = [(row["hour"], row["n"]) for row in rows]
        cache.set("insights.heat", kept, _KEPT)
    return _heat(kept, zone)


def _heat(hours: Iterable[tuple[datetime, int]], zone: tzinfo) -> Heat:
    fields = [[0] * 24 for _ in range(7)]
    for at, count in hours:
        local = at.astimezone(zone)
        fields[local.weekday()][local.hour] += count
    most = max(max(row) for row in fields)
    by_hour = [sum(row[hour] for row in fields) for hour in range(24)]
    busiest = sorted(range(24), key=lambda hour: -by_hour[hour])[:2] if most else []
    return Heat(
        shades=tuple(tuple(shade(count, most) for count in row) for row in fields),
        busiest=tuple(sorted(busiest)),
        total=sum(by_hour),
    )
