"""One's own care: how things arrive, what one opts out of, lower budgets, when to be reminded of a break."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import ClaimLost
from trustdesk.kernel.work.models import WorkItem
from trustdesk.wellbeing.facts import CareSettingsChanged
from trustdesk.wellbeing.models import Person
from trustdesk.wellbeing.queries.desk import budgets
from trustdesk.wellbeing.queries.standing import standing
from trustdesk.wellbeing.rules import HARMS, TOTAL, WAYS, Limit


class OnlyOneself(Refusal):
    """Only a person signed in has care settings."""

    code, status = "only_oneself", 403


@action(right="-")
def set_ways(*, actor: Actor, ways: Mapping[str, Sequence[str]], opted_out: Sequence[str], now: datetime) -> None:
    """How things of each harm arrive for me, and which harms I am not to be given; effective at once.

    What I hold of a harm I opt out of goes back to others. Raises Invalid (ways, opted_out).
    """
    staff = _self(actor)
    if set(ways) - set(HARMS) or any(set(chosen) - set(WAYS) for chosen in ways.values()):
        raise Invalid("There is no such setting.", fields={"ways": "Choose from the list."})
    if set(opted_out) - set(HARMS):
        raise Invalid("There is no such harm.", fields={"opted_out": "Choose from the list."})
    # What is held goes back before the row is locked, in the order every claim takes the two.
    _give_back(actor, staff, opted_out, now)
    standing(staff, lock=True)
    Person.objects.filter(staff_id=staff).update(
        ways={harm: [way for way in WAYS if way in chosen] for harm, chosen in ways.items()},
        opted_out=[harm for harm in HARMS if harm in opted_out],
    )
    record(CareSettingsChanged(staff=staff), actor=actor, at=now)


@action(right="-")
def set_limits(*, actor: Actor, limits: Mapping[str, Limit], now: datetime) -> None:
    """Lower budgets for myself, in points; None: as the desk says. Raises Invalid where one lies above the desk's."""
    staff = _self(actor)
    desk, wrong = budgets(), {}
    for harm, own in limits.items():
        if harm != TOTAL and harm not in HARMS:
            raise Invalid("There is no such harm.", fields={"limits": "Choose from the list."})
        bound = desk.get(harm, Limit())
        for name, mine, most in (("shift", own.shift, bound.shift), ("week", own.week, bound.week)):
            if mine is not None and (mine < 0 or (most is not None and mine > most)):
                wrong[f"{harm or 'all'}_{name}"] = "Must lie between 0 and the desk's."
    if wrong:
        raise Invalid("One can lower a budget for oneself, not raise it.", fields=wrong)
    standing(staff, lock=True)
    kept = {harm: asdict(own) for harm, own in limits.items() if own != Limit()}
    Person.objects.filter(staff_id=staff).update(limits=kept)
    record(CareSettingsChanged(staff=staff), actor=actor, at=now)


@action(right="-")
def set_break_after(*, actor: Actor, minutes: int | None, now: datetime) -> None:
    """When a break is suggested to me: after so many minutes of unbroken work, 0 never, None as the desk says."""
    staff = _self(actor)
    if minutes is not None and not 0 <= minutes <= 480:
        raise Invalid("Choose 0 to 480 minutes.", fields={"break_after": "Choose 0 to 480 minutes."})
    standing(staff, lock=True)
    Person.objects.filter(staff_id=staff).update(break_after=minutes)
    record(CareSettingsChanged(staff=staff), actor=actor, at=now)


def _self(actor: Actor) -> UUID:
    if actor.kind != "staff":
        raise OnlyOneself
    return UUID(actor.id)


def _give_back(actor: Actor, staff: UUID, harms: Sequence[str], now: datetime) -> None:
    held = WorkItem.objects.filter(holder_id=staff, state=WorkItem.State.CLAIMED, pool__harm__in=list(harms))
    for work_id in held.values_list("id", flat=True) if harms else ():
        try:
            work.release(actor=actor, work_id=work_id, now=now)
        except ClaimLost:
            continue  # it went elsewhere at this moment
