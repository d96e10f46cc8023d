"""What the open pages of whoever asked are told: that something came."""

from uuid import UUID

from trustdesk.web import live
from trustdesk.web.live import Topic

TOPIC = "experts"
CAME = Topic(TOPIC, right="experts.ask")


def tell(staff_id: UUID) -> None:
    live.tell(TOPIC, {}, to=staff_id)
