"""How figures of a rule's record are said. `{% load records %}`"""

from django import template
from django.utils.formats import number_format

from trustdesk.policy.records import Record
from trustdesk.policy.records import spark as path

register = template.Library()


@register.filter
def grouped(count: int) -> str:
    """1,204 in the reader's own way of writing."""
    return number_format(count, use_l10n=True, force_grouping=True)


@register.filter
def percent(share: float | None) -> str:
    """A share as people say it: 3%, 0.4%, below that <0.1%."""
    if share is None:
        return "–"
    if 0 < share < 0.001:
        return f"<{number_format(0.1, 1)}%"
    return f"{number_format(share * 100, 1 if 0 < share < 0.0095 else 0)}%"


@register.filter
def between(interval: tuple[float, float]) -> str:
    """An interval of shares: 1–6%."""
    low, high = interval
    return f"{number_format(low * 100, 0)}–{number_format(high * 100, 0)}%"


@register.filter
def micros(cost: float | None) -> str:
    """Microseconds: 0.4 µs, 11 µs."""
    return "–" if cost is None else f"{number_format(cost, 1 if cost < 9.95 else 0)} µs"


@register.filter
def spark(days: tuple[int, ...]) -> str:
    return path(days)


@register.filter
def last_of(record: Record) -> str:
    """Where a sparkline ends: the height of its last point."""
    return path(record.days).rpartition(" ")[2]
