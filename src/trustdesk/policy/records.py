"""A rule's record and what it says: how often it was right, whether it is still needed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any

LOOKED_BACK = 30  # days by which a rule is called dead, overlapping or never alone, whatever the page shows
ENOUGH_SEEN = 1_000  # items in its scope without a hit that make a rule dead
ENOUGH_HITS = 20  # hits before anything is said about the company a rule keeps
OVERLAPS = 0.8  # share of a rule's hits that another hits too

STATES = ("braked", "probation", "dead", "overlapping", "never_alone", "trusted")


def wilson(part: int, whole: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest for few, and for none. (0, 1) of nothing."""
    if not whole:
        return 0.0, 1.0
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True)
class Overlap:
    """Another rule that hits `both` of this rule's `of` hits, too."""

    policy: str
    rule: str
    both: int
    of: int

    @property
    def share(self) -> float:
        return self.both / self.of if self.of else 0.0


@dataclass(frozen=True)
class Brake:
    """A rule's probation: who answers for it, and what made it fall. `acts_until`: when it will be trusted, once it acts."""

    owner: str
    owner_name: str
    authors: tuple[str, ...]
    trusted_at: datetime | None
    braked_at: datetime | None
    acted: int
    seen: int


@dataclass(frozen=True)
class Record:
    """What a rule did in the days asked for, as the machine obeys it now. `verb` is what it does, "" where unreadable.

    `seen`: items in its scope; `acted`: items on which its word was done; `alone`: those where no other rule made the
    outcome; `braked`: hits without power; `decided`: acted on without a person, of which people reversed `reversed`.
    `cost`: microseconds a run, None while nothing was measured. `days`: hits by day, the last is today.
    """

    policy: str
    title: str
    rule: str
    version: int
    identity: str
    verb: str
    since: datetime | None
    seen: int = 0
    hits: int = 0
    acted: int = 0
    alone: int = 0
    braked: int = 0
    reversed: int = 0
    cost: float | None = None
    days: tuple[int, ...] = ()
    dead: bool = False
    never_alone: bool = False
    overlaps: tuple[Overlap, ...] = ()
    brake: Brake | None = None
    decides: bool = field(default=True)

    @property
    def states(self) -> tuple[str, ...]:
        """What there is to say about it, the most urgent first; `trusted` where there is nothing."""
        told = []
        if self.brake is not None:
            told.append("braked" if self.brake.braked_at else "probation")
        told += [
            name
            for name, so in (
                ("dead", self.dead),
                ("overlapping", bool(self.overlaps)),
                ("never_alone", self.never_alone),
            )
            if so
        ]
        return tuple(told) or ("trusted",)

    @property
    def decided(self) -> int:
        """Decisions it made without a person: those that can be reversed."""
        return self.acted if self.decides else 0

    @property
    def share_reversed(self) -> float | None:
        return min(1.0, self.reversed / self.decided) if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(min(self.reversed, self.decided), self.decided)

    @property
    def share_hit(self) -> float | None:
        return self.hits / self.seen if self.seen else None

    def to_json(self) -> dict[str, Any]:
        """As the API and the command line tell it."""
        low, high = self.interval
        return {
            "policy": self.policy,
            "title": self.title,
            "rule": self.rule,
            "version": self.version,
            "identity": self.identity,
            "does": self.verb,
            "since": _told(self.since),
            "states": list(self.states),
            "seen": self.seen,
            "hits": self.hits,
            "acted": self.acted,
            "alone": self.alone,
            "braked_hits": self.braked,
            "reversed": {
                "count": self.reversed,
                "of": self.decided,
                "share": self.share_reversed,
                "low": low if self.decided else None,
                "high": high if self.decided else None,
            },
            "cost_us": self.cost,
            "overlaps": [
                {"policy": each.policy, "rule": each.rule, "both": each.both, "of": each.of} for each in self.overlaps
            ],
            "brake": None
            if self.brake is None
            else {
                "owner": self.brake.owner,
                "trusted_at": _told(self.brake.trusted_at),
                "braked_at": _told(self.brake.braked_at),
                "acted": self.brake.acted,
                "seen": self.brake.seen,
            },
        }


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def spark(days: Sequence[int], *, width: int = 120, height: int = 28) -> str:
    """Hits by day as the path of a small line, the busiest day at the top."""
    most = max(days, default=0) or 1
    step = width / max(len(days) - 1, 1)
    points = [f"{at * step:.1f} {height - 4 - (height - 6) * count / most:.1f}" for at, count in enumerate(days)]
    return "M" + " L".join(points) if points else ""


ORDERS = ("hits", "reversed", "cost", "name")


def chosen(rows: Sequence[Record], *, state: str = "", policy: str = "", words: str = "") -> list[Record]:
    """Those in a state, of a policy, whose name holds these words; nothing asked of is not asked."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if (not state or state in row.states)
        and (not policy or row.policy == policy)
        and all(word in f"{row.rule} {row.policy} {row.title}".casefold() for word in wanted)
    ]


def ordered(rows: Sequence[Record], *, by: str = "hits") -> list[Record]:
    """By most hits, by the share reversed that is sure (the lower end of its interval), by cost, or by name."""

    def name(row: Record) -> tuple[str, str]:
        return (row.policy, row.rule)

    if by == "reversed":
        return sorted(rows, key=lambda row: (-(row.interval[0] if row.decided else -1.0), -row.reversed, name(row)))
    if by == "cost":
        return sorted(rows, key=lambda row: (-(row.cost if row.cost is not None else -1.0), name(row)))
    return sorted(rows, key=name) if by == "name" else sorted(rows, key=lambda row: (-row.hits, name(row)))
