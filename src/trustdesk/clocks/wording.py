"""Metrics, priorities and statuses in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

METRICS: dict[str, Any] = {
    "first_reply": gettext_lazy("First reply"),
    "next_reply": gettext_lazy("Next reply"),
    "work_time": gettext_lazy("Work time"),
    "requester_wait": gettext_lazy("Requester’s wait"),
    "resolution": gettext_lazy("Resolution"),
}
PRIORITIES: dict[str, Any] = {
    "urgent": gettext_lazy("Urgent"),
    "high": gettext_lazy("High"),
    "normal": gettext_lazy("Normal"),
    "low": gettext_lazy("Low"),
}
DIMENSIONS: dict[str, Any] = {
    "queue": gettext_lazy("Queue"),
    "channel": gettext_lazy("Channel"),
    "kind": gettext_lazy("Kind of work"),
    "priority": gettext_lazy("Priority"),
    "market": gettext_lazy("Market"),
    "language": gettext_lazy("Language"),
    "category": gettext_lazy("Category"),
}
PHASES: dict[str, Any] = {
    "running": gettext_lazy("Running"),
    "paused": gettext_lazy("Paused"),
    "fulfilled": gettext_lazy("Ended"),
    "cancelled": gettext_lazy("Not awaited any more"),
}
DAYS: dict[str, Any] = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}


def minutes(count: float) -> str:
    """“45 min”, “8 h”, “2 h 30 min”."""
    whole = round(count)
    hours, rest = divmod(whole, 60)
    if not hours:
        return ngettext("%(n)s min", "%(n)s min", rest) % {"n": rest}
    if not rest:
        return _("%(h)s h") % {"h": hours}
    return _("%(h)s h %(m)s min") % {"h": hours, "m": rest}
