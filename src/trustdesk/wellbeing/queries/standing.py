"""Where one person stands: what they have seen this shift and week, what is left, how things are to be shown to them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.base.ids import uuid7
from trustdesk.wellbeing.queries.desk import Contact, DeskRules, contact_for
from trustdesk.wellbeing.queries.shares import SHARES
from trustdesk.wellbeing.rules import (
    DEFAULT_BUDGETS,
    DEFAULT_MINUTES,
    HARMS,
    IDLE,
    MOST_MINUTES,
    TOTAL,
    Limit,
    Sum,
    day_start,
    fits,
    in_force,
    total,
    ways_of,
    week_start,
    zone_of,
)

# When a person's shift began, if whoever knows shifts can say (config.wiring): asked in order, None passes on. Nobody can:
# their day.
shift_starts: list[Callable[[UUID, datetime], datetime | None]] = []


class _State(Protocol):
    @property
    def dealt_to(self) -> bool: ...


# Where people stand, if whoever knows states can say (config.wiring); nobody can: everyone is there.
present: list[Callable[[list[UUID]], Mapping[UUID, _State]]] = []

_PERSON = """
SELECT s.time_zone, p.ways, p.limits, p.opted_out, p.break_after, p.heavy_run, p.working_since, p.dealt_at,
    p.break_since, p.owed_minutes
FROM people_staff s {join} wellbeing_person p ON p.staff_id = s.id WHERE s.id = %s {lock}
"""
_READ = _PERSON.format(join="LEFT JOIN", lock="")
_LOCK = _PERSON.format(join="JOIN", lock="FOR UPDATE OF p")

# An open claim counts as what was reserved or, once it takes longer, its share of the time so far. One that has ended and
# whose fact is still on its way counts by the claim itself, so what the dealer reckons never waits for a reactor.
_SUMS = """
seen AS (
    SELECT e.harm, e.weight, e.revealed,
        CASE WHEN e.ended_at IS NOT NULL THEN e.minutes
            WHEN c.ended_at IS NOT NULL THEN COALESCE(shares.minutes, 0)
            ELSE GREATEST(e.reserved, COALESCE(shares.minutes, 0))
        END AS minutes,
        COALESCE(e.ended_at, c.ended_at, 'infinity') AS at,
        e.ended_at IS NULL AND c.ended_at IS NULL AS open
    FROM wellbeing_exposure e LEFT JOIN work_claim c ON c.id = e.claim_id LEFT JOIN shares ON shares.id = e.id
    WHERE e.staff_id = %(staff)s AND (e.ended_at IS NULL OR e.ended_at >= LEAST(%(shift)s, %(week)s))
), sums AS (
    SELECT harm,
        COALESCE(sum(minutes * weight) FILTER (WHERE at >= %(shift)s), 0) AS shift,
        COALESCE(sum(minutes * weight) FILTER (WHERE at >= %(week)s), 0) AS week,
        COALESCE(sum(minutes * weight) FILTER (WHERE open), 0) AS reserved,
        COALESCE(sum(minutes) FILTER (WHERE at >= %(shift)s), 0) AS shift_minutes,
        COALESCE(sum(minutes) FILTER (WHERE at >= %(week)s), 0) AS week_minutes,
        COALESCE(sum(revealed) FILTER (WHERE at >= %(shift)s), 0) AS shift_revealed,
        COALESCE(sum(revealed) FILTER (WHERE at >= %(week)s), 0) AS week_revealed
    FROM seen GROUP BY harm
)
SELECT (SELECT json_agg(sums) FROM sums)::text,
    (SELECT json_agg(json_build_array(harm, shift, week)) FROM wellbeing_budget)::text,
    (SELECT json_agg(json_build_array(kind, harm, minutes)) FROM wellbeing_usual)::text,
    (SELECT json_build_array(break_after, heavy_run, owed_break) FROM wellbeing_desk)::text,
    (SELECT json_build_array(ways, limits, opted_out, break_after, heavy_run, working_since, dealt_at, break_since,
        owed_minutes) FROM wellbeing_person WHERE staff_id = %(staff)s)::text
"""
_RECKONED = ",".join(("WITH " + SHARES, _SUMS))


@dataclass(frozen=True)
class Standing:
    """A person's own settings and state, as stored; the defaults where nothing is."""

    staff: UUID
    time_zone: str = "UTC"
    ways: Mapping[str, list[str]] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    opted_out: frozenset[str] = frozenset()
    break_after: int | None = None
    heavy_run: int = 0
    working_since: datetime | None = None
    dealt_at: datetime | None = None
    break_since: datetime | None = None
    owed_minutes: int = 0

    @property
    def on_break(self) -> bool:
        return self.break_since is not None

    def owed_left(self, now: datetime) -> int:
        """Minutes of an owed break that are still to be taken, rounded up."""
        taken = (now - self.break_since).total_seconds() / 60 if self.break_since else 0.0
        return max(0, -int(-(self.owed_minutes - taken) // 1)) if self.owed_minutes else 0


@dataclass(frozen=True)
class Reckoning:
    """What a person has seen and what bounds it; `usual` minutes by (kind, harm)."""

    sums: Mapping[str, Sum]
    limits: Mapping[str, Limit]  # in force: the desk's, lowered by their own
    desk_limits: Mapping[str, Limit]
    usual: Mapping[tuple[str, str], float]
    desk: DeskRules
    shift_since: datetime
    week_since: datetime

    @property
    def total(self) -> Sum:
        return total(self.sums.values())

    def usual_minutes(self, kind: str, harm: str) -> float:
        return self.usual.get((kind, harm), DEFAULT_MINUTES)

    def most_usual(self, harm: str) -> float:
        """The longest usual minutes of any kind with this harm: before a claim nobody knows which kind it will be."""
        return max((minutes for (_, one), minutes in self.usual.items() if one == harm), default=DEFAULT_MINUTES)

    def fits(self, harm: str, weight: int) -> bool:
        """May work of this harm and severity be dealt within the budget?"""
        if not harm or not weight:
            return True
        return fits(self.sums, self.limits, harm=harm, points=max(self.most_usual(harm), DEFAULT_MINUTES) * weight)


@dataclass(frozen=True)
class Care:
    """All a page of work needs: how things of this harm arrive, the meter, someone to talk to, whether a break is due."""

    harm: str
    ways: frozenset[str]
    spent: float  # points this shift, with what is reserved
    budget: float | None
    contact: Contact | None
    break_after: int
    unbroken: int  # minutes of work without a break
    break_since: datetime | None
    owed_left: int

    @property
    def veil(self) -> str:
        """As the page's attribute says it: the ways that hold for pictures."""
        return " ".join(way for way in ("blur", "grey", "small", "mute") if way in self.ways) or "none"

    @property
    def veils_text(self) -> bool:
        return bool(self.harm) and "text" in self.ways

    @property
    def break_suggested(self) -> bool:
        return bool(self.break_after) and self.unbroken >= self.break_after


def standing(staff: UUID | str, *, lock: bool = False) -> Standing:
    """A person's settings and state. `lock` (inside a transaction): nobody else reckons for them until it ends; their row
    is made when it is missing. One query, two the first time."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK if lock else _READ, [staff])
        row = cursor.fetchone()
        if row is None and lock:
            cursor.execute(
                "INSERT INTO wellbeing_person (id, staff_id, ways, limits, opted_out, heavy_run, owed_minutes) "
                "VALUES (%s, %s, '{}', '{}', '{}', 0, 0) ON CONFLICT (staff_id) DO NOTHING",
                [uuid7(), staff],
            )
            cursor.execute(_LOCK, [staff])
            row = cursor.fetchone()
    if row is None:
        return Standing(staff=UUID(str(staff)))
    zone, *rest = row
    return _standing(UUID(str(staff)), zone, rest)


def reckon(person: Standing, *, now: datetime) -> Reckoning:
    """What this person has seen this shift and week, what is reserved, what bounds it. One query."""
    return _reckoned(person.staff, person.time_zone, now=now, person=person)[1]


def care_for(
    staff: UUID | str, *, harm: str, time_zone: str, language: str, now: datetime, markets: tuple[str, ...] = ()
) -> Care:
    """What the page of a piece of work needs, for the person who looks, with their zone and language. One query (and the
    contacts, kept)."""
    person, reckoned = _reckoned(UUID(str(staff)), time_zone, now=now)
    return Care(
        harm=harm,
        # A picture may hurt on a page where no rule named a harm: it comes as strictly as the strictest.
        ways=ways_of(person.ways, harm or "sexual"),
        spent=reckoned.total.shift,
        budget=reckoned.limits.get(TOTAL, Limit()).shift,
        contact=contact_for(language, markets),
        break_after=reckoned.desk.break_after if person.break_after is None else person.break_after,
        unbroken=unbroken(person, now=now),
        break_since=person.break_since,
        owed_left=person.owed_left(now),
    )


def rest_of(person: Standing) -> str:
    """The sentence for someone whose break is running or owed; "" for everybody else."""
    if person.on_break:
        return _("You are on a break. Come back when you are ready: nothing is given to you until then.")
    if person.owed_minutes:
        return ngettext(
            "A break of %(n)s minute is yours first. Press . to begin it.",
            "A break of %(n)s minutes is yours first. Press . to begin it.",
            person.owed_minutes,
        ) % {"n": person.owed_minutes}
    return ""


def enough() -> str:
    """The sentence for someone whose budget keeps work away."""
    return _("You have seen enough of the hard things for now. Lighter work comes to you as it arrives.")


def _reckoned(
    staff: UUID, time_zone: str, *, now: datetime, person: Standing | None = None
) -> tuple[Standing, Reckoning]:
    zone = zone_of(time_zone)
    shift = next(filter(None, (known(staff, now) for known in shift_starts)), None) or day_start(now, zone)
    week = week_start(now, zone)
    values: dict[str, Any] = {"staff": staff, "now": now, "shift": shift, "week": week, "most": MOST_MINUTES}
    with connection.cursor() as cursor:
        cursor.execute(_RECKONED, values)
        sums, bounds, usual, desk, stored = (json.loads(told or "null") for told in cursor.fetchone())
    if person is None:
        person = _standing(staff, time_zone, stored) if stored else Standing(staff=staff, time_zone=time_zone)
    desk_limits = {**DEFAULT_BUDGETS, **{harm: Limit(a, b) for harm, a, b in bounds or []}}
    return person, Reckoning(
        sums={one["harm"]: Sum(**one) for one in sums or []},
        limits=in_force(desk_limits, person.limits),
        desk_limits=desk_limits,
        usual={(kind, harm): minutes for kind, harm, minutes in usual or []},
        desk=DeskRules(*desk) if desk else DeskRules(),
        shift_since=shift,
        week_since=week,
    )


def _standing(staff: UUID, zone: str, row: Sequence[Any]) -> Standing:
    ways, limits, opted_out, break_after, heavy_run, working, dealt, resting, owed = row
    return Standing(
        staff=staff,
        time_zone=zone,
        ways=_json(ways),
        limits={harm: Limit(one.get("shift"), one.get("week")) for harm, one in _json(limits).items()},
        opted_out=frozenset(opted_out or ()),
        break_after=break_after,
        heavy_run=heavy_run or 0,
        working_since=_time(working),
        dealt_at=_time(dealt),
        break_since=_time(resting),
        owed_minutes=owed or 0,
    )


def unbroken(person: Standing, *, now: datetime) -> int:
    """Minutes this person has worked without a break."""
    if person.working_since is None or person.dealt_at is None or now - person.dealt_at > IDLE:
        return 0
    return max(0, int((now - person.working_since).total_seconds() // 60))


def at_work(people: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these people are there to be dealt work now."""
    found = set(people)
    for states in present:
        found &= {staff for staff, state in states(sorted(found)).items() if state.dealt_to}
    return frozenset(found)


def harms_known(reckoned: Reckoning) -> list[str]:
    """The families the pages list: ours, and any other this person has met."""
    return [*HARMS, *sorted(harm for harm in reckoned.sums if harm and harm not in HARMS)]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value or {}


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
