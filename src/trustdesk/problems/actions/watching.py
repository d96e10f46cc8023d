"""Does the fix hold? Problems that are watched are looked at; those about which hardly anybody asks are offered to be closed."""

from contextlib import suppress
from datetime import datetime

from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.problems import queries
from trustdesk.problems.facts import CameAgain, FixHolds
from trustdesk.problems.models import Problem
from trustdesk.problems.queries import ProblemView
from trustdesk.support.actions import Unclear


def watch(*, now: datetime) -> bool:
    """Look at every problem that is watched. The worker calls it; it closes nothing."""
    for row in list(Problem.objects.filter(state="watching").order_by("id").values_list("id", flat=True)[:500]):
        problem = queries.by_id(row)
        if problem is not None:
            _look(problem, now=now)
    return False


def _look(problem: ProblemView, *, now: datetime) -> None:
    try:
        course = queries.course(problem, now=now)
    except Unclear:
        return
    holds = course.holds(problem.days)
    with suppress(_Moved):
        if holds and problem.quiet_since is None:
            _offer(actor=SYSTEM, problem=problem, quiet=course.quiet, now=now)
        elif not holds and problem.quiet_since is not None:
            _withdraw(actor=SYSTEM, problem=problem, now=now)


class _Moved(Exception):
    """Somebody moved it meanwhile, or another worker looked."""


@action(right="-")
def _offer(*, actor: Actor, problem: ProblemView, quiet: int, now: datetime) -> None:
    """Raises _Moved."""
    moved = Problem.objects.filter(id=problem.id, state="watching", quiet_since=None).update(quiet_since=now)
    if not moved:
        raise _Moved
    record(FixHolds(problem=problem.id, number=problem.number, quiet=quiet), actor=actor, at=now)


@action(right="-")
def _withdraw(*, actor: Actor, problem: ProblemView, now: datetime) -> None:
    """Raises _Moved."""
    if not Problem.objects.filter(id=problem.id, quiet_since__isnull=False).update(quiet_since=None):
        raise _Moved
    record(CameAgain(problem=problem.id, number=problem.number), actor=actor, at=now)
