"""The slow, obvious count: minute by minute, straight from SUPPORT's table. Knows nothing of clocks, events or phases."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trustdesk.clocks.rules.metrics import ENDED, Metric, Status
from trustdesk.kernel.work.rules.calendar import BusinessCalendar

MINUTE = timedelta(minutes=1)


@dataclass
class Counted:
    """One clock as counted by hand: its running minutes, when it ended and whether by what it waited for."""

    metric: Metric
    begun: datetime
    minutes: list[datetime] = field(default_factory=list)
    ended: datetime | None = None
    met: bool = False
    breached: bool = False
    target: int | None = None
    business: bool = False


def shows_open(calendar: BusinessCalendar | None, at: datetime) -> bool:
    if calendar is None:
        return True
    local = at.astimezone(calendar.zone)
    shown = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(
        start <= shown + into < end
        for day, into in ((today, 0), (yesterday, 1440))
        if day not in calendar.holidays
        for start, end in calendar.slots[day.weekday()]
    )


class Desk:
    def __init__(self, policy, calendar, entries, until, priority) -> None:
        self.policy, self.calendar, self.until = policy, calendar, until
        self.entries, self.priority = list(entries), priority
        self.pauses = {
            Metric.FIRST_REPLY: set(),
            Metric.NEXT_REPLY: set(),
            Metric.WORK_TIME: {Status.PENDING, Status.ON_HOLD},
            Metric.REQUESTER_WAIT: {Status.PENDING},
            Metric.RESOLUTION: set(policy.resolution_pauses),
        }
        self.clocks: list[Counted] = []
        self.status = Status.NEW
        self.at = self.entries[0].at
        self.first_over = False

    def count(self) -> list[Counted]:
        at = self.at
        while True:
            self.at = at
            while self.entries and self.entries[0].at == at:
                self._late(at)
                self._take(self.entries.pop(0))
            self._late(at)
            if at >= self.until:
                return self.clocks
            for one in self.clocks:
                if one.ended is None and self.status not in self.pauses[one.metric]:
                    one.minutes.append(at)
            at += MINUTE

    def _open(self, metric: Metric) -> Counted | None:
        return next((one for one in self.clocks if one.metric is metric and one.ended is None), None)

    def _begin(self, metric: Metric, at: datetime) -> None:
        self.clocks.append(Counted(metric, at))

    def _end(self, metric: Metric, at: datetime, *, met: bool) -> None:
        one = self._open(metric)
        if one is not None:
            one.ended, one.met = at, met

    def _take(self, entry) -> None:
        if entry.priority:
            self.priority = entry.priority
        if entry.event == "opened":
            for metric in (Metric.FIRST_REPLY, Metric.WORK_TIME, Metric.REQUESTER_WAIT, Metric.RESOLUTION):
                self._begin(metric, entry.at)
        elif entry.event == "message_in" and self.status is not Status.CLOSED:
            if self.status in {Status.PENDING, Status.RESOLVED}:
                self._status(Status.OPEN, entry.at)
            if self.first_over and self._open(Metric.NEXT_REPLY) is None:
                self._begin(Metric.NEXT_REPLY, entry.at)
        elif entry.event == "message_out" and entry.by_person:
            self._end(Metric.NEXT_REPLY, entry.at, met=True)
            self._end(Metric.FIRST_REPLY, entry.at, met=True)
            self.first_over = True
        if entry.status is not None:
            self._status(entry.status, entry.at)
        for one in self.clocks:  # a target is the one of the priority now; those that have ended keep theirs
            if one.ended is None:
                one.target = self.policy.targets.get(one.metric, {}).get(self.priority)
                one.business = one.target is not None and self.priority in self.policy.business

    def _status(self, to: Status, at: datetime) -> None:
        if to in ENDED and self.status not in ENDED:
            for metric in (Metric.WORK_TIME, Metric.REQUESTER_WAIT, Metric.RESOLUTION):
                self._end(metric, at, met=True)
            for metric in (Metric.FIRST_REPLY, Metric.NEXT_REPLY):
                self._end(metric, at, met=False)
            self.first_over = True
        elif to not in ENDED and self.status in ENDED:
            for one in self.clocks:  # the same clock counts on
                if one.metric in {Metric.WORK_TIME, Metric.REQUESTER_WAIT, Metric.RESOLUTION}:
                    one.ended = None
        self.status = to

    def _late(self, at: datetime) -> None:
        """It is late once its time is used up, was over before now, and it still counted or waited after that."""
        for one in self.clocks:
            if one.ended is None:
                due = self.due(one)
                if due is not None and at > due:
                    one.breached = True

    def unit(self, one: Counted) -> list[datetime]:
        return [m for m in one.minutes if shows_open(self.calendar, m)] if one.business else one.minutes

    def due(self, one: Counted) -> datetime | None:
        """The end of the last minute it had; used up just as it paused, the first minute that it runs again."""
        counted = self.unit(one)
        if one.target is None or len(counted) < one.target:
            return None
        reached = counted[one.target - 1] + MINUTE
        running = [m for m in one.minutes if m >= reached]
        if running:
            return running[0]
        if one.ended is not None:
            return reached if one.met and one.ended == reached else None
        # It runs and has not counted a minute since: it has just been used up, or runs again from this minute on.
        return max(reached, self.at) if self.status not in self.pauses[one.metric] else None
