"""Figures of rehearsals as people read them. `{% load rehearsing %}`"""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    """12,345, as the reader's language groups it."""
    return number_format(number, force_grouping=True)


@register.filter
def signed(number: int) -> str:
    """+251, −28, 0."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return f"{sign}{thousands(abs(number))}"


@register.filter
def percent(share: float) -> str:
    """45.2 %, as the reader's language writes it; 100 % and 0 % only when exact."""
    shown = round(100 * share, 1)
    if shown == 100 and share < 1:
        shown = 99.9
    if shown == 0 and share > 0:
        shown = 0.1
    places = 0 if shown == int(shown) else 1
    return f"{number_format(shown, decimal_pos=places)} %"


@register.filter
def arrow(change: str) -> tuple[str, str]:
    """`approve>reject` → the two outcomes."""
    old, _arrow, new = change.partition(">")
    return old, new


@register.filter
def days(view: Any) -> str:
    """How much of the past a backtest looked at."""
    length = view.until - view.since if view.until else None
    if length is None:
        return ""
    if length.days < 2:
        hours = int(length.total_seconds() // 3600)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", length.days) % {"n": length.days}


@register.filter
def named(rules: Sequence[Any]) -> str:
    """The first three rules by name."""
    names = [f"{row.policy}/{row.rule}" for row in rules[:3]]
    return ", ".join([*names, "…"] if len(rules) > 3 else names)


@register.filter
def ended(why: str) -> str:
    """Why a shadow run ended."""
    known = {
        "stopped": _("ended by a colleague"),
        "published": _("the version is live"),
        "discarded": _("the draft is gone"),
        "time is up": _("its time was up"),
    }
    return known.get(why, why)
