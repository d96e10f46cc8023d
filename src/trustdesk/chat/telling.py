"""What the open pages of a chat are told: the desk's, that the visitor is there and writes; the visitor's, that something
changed and they ask anew. What is said is told by the case itself (`support.telling`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView
from trustdesk.web import live
from trustdesk.web.live import Topic

VISITOR_TOPIC, CHAT_TOPIC, WAITING_TOPIC = "chat.visitor", "chat.state", "chat.waiting"


def tell_desk(case: CaseView, *, writes: bool, here: bool) -> None:
    """The visitor of a case writes, or has stopped; is there, or has gone."""
    told = {"case": str(case.id), "writes": writes, "here": here, "market": case.market, "queue": case.queue}
    live.tell(VISITOR_TOPIC, told, key=str(case.id))


def tell_visitor(case_id: UUID, **told: Any) -> None:
    """Something about the chat of this case changed: the visitor's page asks for it."""
    live.tell(CHAT_TOPIC, told, to=case_id)


def shown(actor: Actor, told: dict[str, Any]) -> dict[str, Any] | None:
    return told if actor.may("support.read", market=told["market"] or None, queue=told["queue"]) else None


VISITOR = Topic(VISITOR_TOPIC, right="support.read", prepare=lambda actor: actor, shape=shown)
STATE = Topic(CHAT_TOPIC, right="-")
WAITING = Topic(WAITING_TOPIC, right="support.answer")

_told: dict[str, Any] = {"waiting": None, "rounds": 0}


def tell_waiting(*, now: datetime) -> None:  # noqa: ARG001  loops are called alike
    """How many wait in chats: told when it changed, and every ten rounds for web processes that begin to listen."""
    waiting = support.live_waiting()
    _told["rounds"] += 1
    if waiting != _told["waiting"] or _told["rounds"] % 10 == 0:
        live.tell(WAITING_TOPIC, {"waiting": waiting})
        _told["waiting"] = waiting
