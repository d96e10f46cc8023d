"""How figures of a rule's record are said. `{% load records %}`"""

from django import template
from django.utils.formats import number_format

from trustdesk.policy.records import Record
from trustdesk.policy.records import spark as path

register = template.Library()


def _rounded(value: float, places: int) -> str:
    return number_format(round(value, places), places)  # Django cuts what it does not show


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
        return f"<{_rounded(0.1, 1)}%"
    return f"{_rounded(share * 100, 1 if 0 < share < 0.0095 else 0)}%"


@register.filter
def between(interval: tuple[float, float]) -> str:
    """An interval of shares: 1–6%."""
    low, high = interval
    places = 0 if high >= 0.095 else 1
    return f"{_rounded(low * 100, places)}–{_rounded(high * 100, places)}%"


@register.filter
def micros(cost: float | None) -> str:
    """Microseconds: 0.4 µs, 11 µs."""
    return "–" if cost is None else f"{_rounded(cost, 1 if cost < 9.95 else 0)} µs"


@register.filter
def spark(days: tuple[int, ...]) -> str:
    return path(days)


@register.filter
def last_of(record: Record) -> str:
    """Where a sparkline ends: the height of its last point."""
    return path(record.days).rpartition(" ")[2]
