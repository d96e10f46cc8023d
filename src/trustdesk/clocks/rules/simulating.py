"""Trying a policy on a timeline: the clocks it would have kept, their due times, warnings, breaches and steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from trustdesk.clocks.rules import metrics
from trustdesk.clocks.rules.metrics import Metric, Status
from trustdesk.clocks.rules.metrics import Step as Move
from trustdesk.clocks.rules.policies import Policy, Priority, Problems, Traits, first_fit
from trustdesk.kernel.work.rules import clock
from trustdesk.kernel.work.rules.calendar import BusinessCalendar, NeverOpen
from trustdesk.kernel.work.rules.clock import Event, Kind, Phase, State, Target

EVENTS = ("opened", "message_in", "message_out", "status_changed", "priority_changed", "note", "resolved")

_KINDS = {
    Move.START: Kind.ACTIVATE,
    Move.PAUSE: Kind.PAUSE,
    Move.RESUME: Kind.RESUME,
    Move.RETURN: Kind.RESUME,
    Move.FULFIL: Kind.FULFIL,
    Move.CANCEL: Kind.CANCEL,
}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline. `status` and `priority` are what the event brings with it, if anything."""

    at: datetime
    event: str
    by_person: bool = True
    status: Status | None = None
    priority: Priority | None = None


@dataclass(frozen=True)
class Trial:
    """What is to be tried: policies in order, a calendar (None: all time counts), the work's traits, what happened.

    `calendars`: one for each policy, where they differ.
    """

    policies: Sequence[Policy]
    traits: Traits
    entries: Sequence[Entry]
    until: datetime
    calendar: BusinessCalendar | None = None
    calendars: Sequence[BusinessCalendar | None] = ()


@dataclass
class Run:
    """One clock of the trial; `cycle` counts the clocks of its metric from 1."""

    metric: Metric
    cycle: int
    state: State
    hours: BusinessCalendar | None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    steps: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.state.phase in {Phase.FULFILLED, Phase.CANCELLED}


@dataclass(frozen=True)
class Result:
    """A clock as it stood at the end. `minutes` in the unit of its target. `stretches`: when it ran."""

    metric: Metric
    cycle: int
    phase: str
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    minutes: float
    target: Target
    stretches: tuple[tuple[datetime, datetime], ...]
    steps: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True)
class Outcome:
    """`policies` names each policy that held, in order: a new priority may choose another."""

    policies: tuple[str, ...]
    clocks: tuple[Result, ...]


def simulate(trial: Trial) -> Outcome:
    """What the clocks would have done. Raises Problems (policy, timeline[n], calendar)."""
    try:
        return _Desk(trial).run()
    except NeverOpen as error:
        raise Problems({"calendar": "Too little open time for the target."}) from error


class _Desk:
    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        first = trial.entries[0].priority  # what it is opened with chooses the first policy
        self.traits = replace(trial.traits, priority=first.value) if first else trial.traits
        self.hours = trial.calendar
        self.policy = self._choose("policy")
        self.held = [self.policy.name]
        self.pauses = metrics.pauses(self.policy.resolution_pauses)
        self.standing = metrics.Standing()
        self.runs: list[Run] = []

    def run(self) -> Outcome:
        last: datetime | None = None
        for n, entry in enumerate(self.trial.entries):
            if last is not None:
                self._pass(last, entry.at)
            if entry.priority is not None and last is not None:
                self._prioritise(entry.priority, entry.at, f"timeline[{n}].priority")
            self._happen(entry)
            self._aim(entry.at)
            last = entry.at
        if last is not None:
            self._pass(last, self.trial.until, final=True)
        return Outcome(tuple(self.held), tuple(self._result(run) for run in self.runs))

    def _choose(self, where: str) -> Policy:
        found = first_fit(self.trial.policies, self.traits)
        if found is None:
            raise Problems({where: "No policy fits this work. One with an empty “when” fits everything."})
        if self.trial.calendars:
            self.hours = self.trial.calendars[found]
        return self.trial.policies[found]

    def _prioritise(self, priority: Priority, at: datetime, where: str) -> None:
        self.traits = replace(self.traits, priority=priority.value)
        policy = self._choose(where)
        if policy is not self.policy:
            after = metrics.pauses(policy.resolution_pauses)
            if self.runs:
                self._move(metrics.pauses_changed(self.standing, self.pauses, after), at)
            self.policy, self.pauses = policy, after
            self.held.append(policy.name)

    def _happen(self, entry: Entry) -> None:
        turns: list[metrics.Turn] = []
        match entry.event:
            case "opened":
                turns.append(metrics.opened(entry.status or Status.NEW, self.pauses))
            case "message_in":
                turns.append(metrics.message_in(self.standing, self.pauses))
            case "message_out":
                turns.append(metrics.message_out(self.standing, by_person=entry.by_person))
            case _:  # what only changes status or priority, and notes
                turns.append((self.standing, ()))
        self.standing, moves = turns[0]
        self._move(moves, entry.at)
        if entry.status is not None and entry.event != "opened":
            self.standing, moves = metrics.status_changed(self.standing, entry.status, self.pauses)
            self._move(moves, entry.at)

    def _move(self, moves: Iterable[metrics.Move], at: datetime) -> None:
        for metric, step in moves:
            if step is Move.START:
                cycle = 1 + sum(run.metric is metric for run in self.runs)
                target = self.policy.target(metric, Priority(self.traits.priority))
                state = clock.apply(State(), Event(Kind.ACTIVATE, at, target))
                self.runs.append(Run(metric, cycle, state, self.hours))
                continue
            run = next(run for run in reversed(self.runs) if run.metric is metric)
            run.state = clock.apply(run.state, Event(_KINDS[step], at))

    def _aim(self, at: datetime) -> None:
        """Open clocks have the target that the policy in force gives the priority; their start stays."""
        for run in self.runs:
            target = self.policy.target(run.metric, Priority(self.traits.priority))
            if not run.is_over and (run.state.target != target or run.hours is not self.hours):
                run.hours = self.hours
                run.state = clock.apply(run.state, Event(Kind.RETARGET, at, target))

    def _pass(self, since: datetime, until: datetime, *, final: bool = False) -> None:
        """Time passes without an event: warnings and breaches. What happens exactly at the due time is in time."""
        for run in self.runs:
            hours = run.hours
            due = clock.due_at(run.state, calendar=hours)
            if run.is_over or run.breached_at is not None or due is None:
                continue
            if run.state.phase is Phase.RUNNING and run.warned_at is None:
                warn = clock.warn_at(run.state, calendar=hours, warn_minutes=self.policy.warn_minutes)
                seen = None if warn is None else max(warn, since)
                if seen is not None and seen <= due and (seen < until or (final and seen == until)):
                    run.warned_at = seen
            if due < until:
                run.breached_at = max(due, since)
                run.steps = [
                    (run.breached_at + timedelta(minutes=step.after_minutes), step.to) for step in self.policy.steps
                ]

    def _result(self, run: Run) -> Result:
        state, until = run.state, self.trial.until
        minutes = clock.elapsed(state, calendar=run.hours, now=until) / timedelta(minutes=1)
        return Result(
            metric=run.metric,
            cycle=run.cycle,
            phase=state.phase.value,
            started_at=state.stretches[0][0],
            ended_at=state.last_at if run.is_over else None,
            due_at=clock.due_at(state, calendar=run.hours) or _was_due(state, run.hours),
            warned_at=run.warned_at,
            breached_at=run.breached_at,
            minutes=round(minutes, 2),
            target=state.target,
            stretches=tuple((begun, ended or until) for begun, ended in state.stretches),
            steps=tuple(
                (reached, to)
                for due, to in run.steps
                if (reached := _first_running(state, due)) is not None and reached <= until
            ),
        )


def _was_due(state: State, hours: BusinessCalendar | None) -> datetime | None:
    """Of a clock that ended in time: when it would have been due."""
    if state.phase is not Phase.FULFILLED or state.target.minutes is None:
        return None
    begun, _ended = state.stretches[-1]
    running = replace(state, phase=Phase.RUNNING, stretches=(*state.stretches[:-1], (begun, None)))
    return clock.due_at(running, calendar=hours)


def _first_running(state: State, at: datetime) -> datetime | None:
    """The first moment from `at` on at which the clock ran: nobody is told of what waits or is over."""
    for begun, ended in state.stretches:
        if ended is None or ended > at:
            return max(begun, at)
    return None
