"""What open pages are told of notices: how many alerts of danger nobody has acknowledged."""

import time
from datetime import datetime
from typing import Any

from trustdesk.notices.models import Alert
from trustdesk.web import live
from trustdesk.web.live import Topic

ALERTS = Topic("notices.alerts", right="notices.decide")
AGAIN_SECONDS = 15.0  # told at least this often, for web processes that have just begun to listen

_told: dict[str, Any] = {"open": None, "at": 0.0}


def tell_alerts(*, now: datetime) -> None:  # noqa: ARG001  loops are called alike
    """Tell {"open": how many} when it changed; nothing while there never was one."""
    count = Alert.objects.filter(acknowledged_at=None).count()
    if count == _told["open"] and (not count or time.monotonic() - _told["at"] < AGAIN_SECONDS):
        return
    live.tell("notices.alerts", {"open": count})
    _told.update(open=count, at=time.monotonic())
