"""Care, decided without a database: how things are shown, what fits a budget, where a shift begins, what may be told of
groups. Pure. Points are minutes × severity (1 to 5)."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Families of labels under which looking itself does harm. Each may be shown, budgeted and left alone by itself.
HARMS = ("child_safety", "sexual", "violence", "extremism", "self_harm", "hate", "harassment")
# How a thing arrives: pictures blurred, grey, small; sound off; words blurred too.
WAYS = ("blur", "grey", "mute", "small", "text")
STRICT = frozenset({"blur", "grey", "mute", "small"})
GENTLE = {"harassment"}  # words, mostly: shown as they are until someone wants otherwise
TOTAL = ""  # the budget of everything together

# No claim counts for more than this, in minutes: a tab left open over lunch is not exposure.
MOST_MINUTES = 30.0
# What a piece of work is taken to need until the desk has seen enough of its kind, in minutes.
DEFAULT_MINUTES = 2.0
# From this severity on work counts as heavy when severities are mixed.
HEAVY = 3
# Nothing dealt for this long: the stretch of unbroken work begins anew.
IDLE = timedelta(minutes=MOST_MINUTES)
# What groups of people are told of at all.
FEWEST = 5


@dataclass(frozen=True)
class Limit:
    """A budget in points; None: no bound."""

    shift: float | None = None
    week: float | None = None


# A desk's budgets before anyone set them. Four hours with the severity of an ordinary insult, or one with the worst.
DEFAULT_BUDGETS = {TOTAL: Limit(shift=240, week=1000), "child_safety": Limit(shift=100, week=400)}


@dataclass(frozen=True)
class Sum:
    """What one person has seen of one harm. Points include what is reserved; minutes and seconds are of this shift and
    week."""

    harm: str
    shift: float = 0.0
    week: float = 0.0
    reserved: float = 0.0
    shift_minutes: float = 0.0
    week_minutes: float = 0.0
    shift_revealed: float = 0.0
    week_revealed: float = 0.0


def ways_of(settings: Mapping[str, Sequence[str]], harm: str) -> frozenset[str]:
    """How things of this harm arrive for someone with these settings; strict where they said nothing."""
    if harm in settings:
        return frozenset(settings[harm]) & frozenset(WAYS)
    return frozenset() if harm in GENTLE else STRICT


def lower(desk: float | None, own: float | None) -> float | None:
    """The bound in force: one may lower the desk's for oneself, never raise it."""
    return own if desk is None else desk if own is None else min(desk, own)


def in_force(budgets: Mapping[str, Limit], own: Mapping[str, Limit]) -> dict[str, Limit]:
    """Every bound that holds for a person, by harm; TOTAL for all together."""
    none = Limit()
    return {
        harm: Limit(
            shift=lower(budgets.get(harm, none).shift, own.get(harm, none).shift),
            week=lower(budgets.get(harm, none).week, own.get(harm, none).week),
        )
        for harm in {*budgets, *own}
    }


def total(sums: Iterable[Sum]) -> Sum:
    """All harms together."""
    found = list(sums)
    return Sum(
        harm=TOTAL,
        shift=sum(one.shift for one in found),
        week=sum(one.week for one in found),
        reserved=sum(one.reserved for one in found),
        shift_minutes=sum(one.shift_minutes for one in found),
        week_minutes=sum(one.week_minutes for one in found),
        shift_revealed=sum(one.shift_revealed for one in found),
        week_revealed=sum(one.week_revealed for one in found),
    )


def fits(sums: Mapping[str, Sum], limits: Mapping[str, Limit], *, harm: str, points: float) -> bool:
    """May work of this harm and size still be dealt: spent + reserved + points ≤ budget, of the harm and of everything,
    in the shift and in the week?"""
    for name, spent in ((harm, sums.get(harm, Sum(harm))), (TOTAL, total(sums.values()))):
        limit = limits.get(name, Limit())
        if limit.shift is not None and spent.shift + points > limit.shift:
            return False
        if limit.week is not None and spent.week + points > limit.week:
            return False
    return True


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name, UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day_start(now: datetime, zone: ZoneInfo) -> datetime:
    """Midnight before `now` where the person is: a shift, until shifts are known."""
    return datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)


def week_start(now: datetime, zone: ZoneInfo) -> datetime:
    """The Monday midnight before `now` where the person is."""
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), tzinfo=zone)


G = TypeVar("G")


def tellable(groups: Sequence[tuple[G, Set[object]]], *, fewest: int = FEWEST) -> list[G]:
    """Which of these groups of people may be told of side by side, taken in order.

    Any figure that can be worked out from the told ones is about a union of the parts into which the groups cut the
    people; so every such part must hold `fewest` people or nobody. A group whose telling would cut off fewer is left
    out, and so is one nobody is in.
    """
    parts: list[Set[object]] = []
    told = []
    for group, members in groups:
        known = frozenset[object]().union(*parts) if parts else frozenset()
        cut = [piece for part in parts for piece in (part & members, part - members)] + [members - known]
        cut = [piece for piece in cut if piece]
        if members and all(len(piece) >= fewest for piece in cut):
            parts = cut
            told.append(group)
    return told
