"""How much of what one person has in hand at once, and how much they may: data by person, team and for everyone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.people.models import Membership
from trustdesk.kernel.work.models import WorkItem
from trustdesk.workforce.models import Capacity
from trustdesk.workforce.rules import LIMITS, Limit, nearest
from trustdesk.workforce.wording import channel_word

# The channel of what waits in a queue, by the queue's code: config.wiring fills this. Of other queues there is no bound.
CHANNELS: dict[str, str] = {}
# Contacts that are no work of a queue, such as a call that goes on: how many each of these people has, by channel
# (config.wiring).
BESIDE: list[Callable[[Iterable[UUID]], Mapping[tuple[UUID, str], int]]] = []


@dataclass(frozen=True)
class Load:
    """What somebody has in hand of one channel; `at_once` None is without a bound."""

    channel: str
    used: int
    at_once: int | None

    @property
    def word(self) -> str:
        """The channel, in the language of who asks."""
        return channel_word(self.channel)

    @property
    def full(self) -> bool:
        return self.at_once is not None and self.used >= self.at_once


@dataclass(frozen=True)
class CapacityView:
    """One line of the settings: for a person, for a team, or (neither) for everyone."""

    id: UUID
    channel: str
    team: str
    person: str
    at_once: int | None
    wrap_up_seconds: int


def capacities() -> list[CapacityView]:
    """All that is set: for everyone first, then teams, then people."""
    rows = Capacity.objects.select_related("team", "staff").order_by("channel", "id")
    found = [
        CapacityView(
            id=row.id,
            channel=row.channel,
            team=row.team.name if row.team else "",
            person=row.staff.name if row.staff else "",
            at_once=row.at_once,
            wrap_up_seconds=row.wrap_up_seconds,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.person != "", one.team != "", one.person, one.team, one.channel))


def limits_of(staff_ids: Iterable[UUID]) -> dict[UUID, dict[str, Limit]]:
    """By person and channel; two queries for any number."""
    ids = set(staff_ids)
    rows = list(Capacity.objects.all())
    teams: dict[UUID, set[UUID]] = defaultdict(set)
    if any(row.team_id for row in rows):
        for staff, team in Membership.objects.filter(staff_id__in=ids).values_list("staff_id", "team_id"):
            teams[staff].add(team)
    return {
        staff: {
            channel: nearest(
                default=default,
                everyone=[
                    _limit(row)
                    for row in rows
                    if row.channel == channel and row.team_id is None and row.staff_id is None
                ],
                team=[_limit(row) for row in rows if row.channel == channel and row.team_id in teams[staff]],
                person=[_limit(row) for row in rows if row.channel == channel and row.staff_id == staff],
            )
            for channel, default in LIMITS.items()
        }
        for staff in ids
    }


def loads_of(staff_ids: Iterable[UUID]) -> dict[UUID, list[Load]]:
    """What these people have in hand and may have, by channel; four queries for any number."""
    ids = set(staff_ids)
    used: Counter[tuple[UUID, str]] = Counter()
    held = WorkItem.objects.filter(holder_id__in=ids, state=WorkItem.State.CLAIMED, queue__code__in=list(CHANNELS))
    for staff, queue in held.values_list("holder_id", "queue__code"):
        used[staff, CHANNELS[queue]] += 1
    for beside in BESIDE:
        used.update(beside(ids))
    limits = limits_of(ids)
    return {
        staff: [
            Load(channel=channel, used=used[staff, channel], at_once=limits[staff][channel].at_once)
            for channel in LIMITS
        ]
        for staff in ids
    }


def wrap_up_of(staff_id: UUID, queue: str) -> int:
    """Seconds of wrap-up that follow a contact of this queue; 0 for none."""
    channel = CHANNELS.get(queue)
    return limits_of([staff_id])[staff_id][channel].wrap_up_seconds if channel else 0


def wrap_up_after(staff_id: UUID, channel: str) -> int:
    """Seconds of wrap-up that follow a contact of this channel; 0 for none."""
    return limits_of([staff_id])[staff_id][channel].wrap_up_seconds


def _limit(row: Capacity) -> Limit:
    return Limit(at_once=row.at_once, wrap_up_seconds=row.wrap_up_seconds)
