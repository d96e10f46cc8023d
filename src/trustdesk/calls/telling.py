"""What the open pages of whoever's telephone rings are told: all calls that ring there or go on, each time whole."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from trustdesk.calls import queries
from trustdesk.web import live
from trustdesk.web.live import Topic

POP_TOPIC = "calls.pop"
POP = Topic(POP_TOPIC, right="support.answer")


def tell_pop(staff_id: UUID) -> None:
    live.tell(POP_TOPIC, {"calls": going_on(staff_id)}, to=staff_id)


def going_on(staff_id: UUID) -> list[dict[str, Any]]:
    """The calls of one person's telephone as the banner shows them."""
    return [
        {
            "id": str(one.id),
            "state": one.state,
            "caller": one.caller,
            "line": one.line_name,
            "number": one.case_number,
            "href": reverse("support:show", args=[one.case]) if one.case else reverse("calls:list"),
        }
        for one in queries.going_of(staff_id)
    ]
