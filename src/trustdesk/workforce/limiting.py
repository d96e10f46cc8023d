"""Setting how much somebody may have in hand at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Staff, Team
from trustdesk.workforce.facts import CapacitySet
from trustdesk.workforce.models import Capacity
from trustdesk.workforce.rules import LIMITS, LONGEST_WRAP_UP, MOST_AT_ONCE


@action(right="workforce.manage")
def set_capacity(
    *,
    actor: Actor,
    channel: str,
    at_once: int | None,
    now: datetime,
    wrap_up_seconds: int = 0,
    team: UUID | None = None,
    staff: UUID | None = None,
) -> UUID:
    """Say how many of a channel a person, a team or (neither) everyone may have in hand at once, None being any number, and
    the wrap-up that follows. Who has more in hand keeps it, and is dealt nothing more. Raises Invalid, NotFound."""
    wrong = {}
    if channel not in LIMITS:
        wrong["channel"] = "Choose a channel."
    if at_once is not None and not 0 <= at_once <= MOST_AT_ONCE:
        wrong["at_once"] = "Give a number from 0 to 50."
    if not 0 <= wrap_up_seconds <= LONGEST_WRAP_UP:
        wrong["wrap_up_seconds"] = "Give seconds from 0 to 3,600."
    if team is not None and staff is not None:
        wrong["whom"] = "Choose a team or a person."
    if wrong:
        raise Invalid(fields=wrong)
    if (team and not Team.objects.filter(id=team).exists()) or (staff and not Staff.objects.filter(id=staff).exists()):
        raise NotFound
    named: dict[str, Any] = {"channel": channel, "team_id": team, "staff_id": staff}
    row, _made = Capacity.objects.update_or_create(
        **named, defaults={"at_once": at_once, "wrap_up_seconds": wrap_up_seconds}
    )
    what = f"{'any number' if at_once is None else at_once}, wrap-up {wrap_up_seconds} s"
    record(CapacitySet(capacity=row.id, channel=channel, whom=_whom(team, staff), what=what), actor=actor, at=now)
    return row.id


@action(right="workforce.manage")
def remove_capacity(*, actor: Actor, capacity_id: UUID, now: datetime) -> None:
    """Take a line away: what is wider holds again. Raises NotFound."""
    row = Capacity.objects.select_for_update(of=("self",)).filter(id=capacity_id).first()
    if row is None:
        raise NotFound
    row.delete()
    told = CapacitySet(
        capacity=capacity_id, channel=row.channel, whom=_whom(row.team_id, row.staff_id), what="taken away"
    )
    record(told, actor=actor, at=now)


def _whom(team: UUID | None, staff: UUID | None) -> str:
    return f"team:{team}" if team else f"staff:{staff}" if staff else "everyone"
