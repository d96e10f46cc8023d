"""What open pages are told of a case whose requester is there: that something was said, and that somebody writes.

Only of those (`Case.live`): mail has time, and nothing is notified for each of its messages.
"""

from typing import Any
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support.models import Case
from trustdesk.web import live
from trustdesk.web.live import Topic

CASE_TOPIC, SAID_TOPIC, HANDS_TOPIC = "support.case", "support.said", "support.hands"


def tell_case(row: Case) -> None:
    """Something of this case changed: its number of messages, its status. Told at commit, to the desk and to its requester."""
    queue = WorkItem.objects.values_list("queue__code", flat=True).get(id=row.work_id)
    told = {"case": str(row.id), "no": row.messages, "live": row.live, "market": row.market, "queue": queue}
    live.tell(CASE_TOPIC, told, key=str(row.id))
    live.tell(SAID_TOPIC, {"no": row.messages}, to=row.id)


def tell_writing(case_id: UUID, *, handle: str, writes: bool) -> None:
    """Somebody of the desk writes to the requester, or has stopped."""
    live.tell(SAID_TOPIC, {"writes": handle if writes else ""}, key="writes", to=case_id)


def tell_assigned(row: Case, *, to: UUID, by: str, reason: str) -> None:
    """A colleague is given a case."""
    told = {"what": "given", "case": str(row.id), "number": row.number, "by": by, "reason": reason}
    live.tell(HANDS_TOPIC, told, key=f"given {row.id}", to=to)


def tell_taken(row: Case, *, of: UUID, by: str, to: str, reason: str) -> None:
    """A case is taken out of somebody's hands."""
    told = {"what": "taken", "case": str(row.id), "number": row.number, "by": by, "to": to, "reason": reason}
    live.tell(HANDS_TOPIC, told, key=f"taken {row.id}", to=of)


def shown(actor: Actor, told: dict[str, Any]) -> dict[str, Any] | None:
    """For who may see this case."""
    return told if actor.may("support.read", market=told["market"] or None, queue=told["queue"]) else None


CASE = Topic(CASE_TOPIC, right="support.read", prepare=lambda actor: actor, shape=shown)
SAID = Topic(SAID_TOPIC, right="-")
HANDS = Topic(HANDS_TOPIC, right="support.answer")
