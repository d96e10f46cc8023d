"""The components as template tags. `{% load desk %}`"""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.base.timesource import now
from trustdesk.web import components

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word stands beside it."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#i-{}"></use></svg>', static("web/icons.svg"), name
    )


@register.simple_tag
def keys(sequence: str) -> SafeString:
    """Key caps: {% keys "g w" %}."""
    parts = [(part.upper() if len(part) == 1 else part,) for part in sequence.split()]
    return format_html_join("", "<kbd>{}</kbd>", parts)


@register.simple_tag
def word(code: str) -> SafeString:
    """The outcome word: icon and verb in its tone."""
    sign = components.sign(code)
    mark = icon(sign.icon) if sign.icon else ""
    return format_html('<span class="word" data-tone="{}">{}{}</span>', sign.tone or "neutral", mark, sign.word)


@register.simple_tag
def outcome_word(code: str) -> SafeString:
    """What became of a thing, as a word: a removal is read as “Rejected”, an approval as “Approved”."""
    return word({"remove": "rejected", "approve": "approved"}.get(code, code))


@register.simple_tag
def chip(text: Any, tone: str = "") -> SafeString:
    """A fact in one or two words; grey unless it means something."""
    if tone:
        return format_html('<span class="chip" data-tone="{}">{}</span>', tone, text)
    return format_html('<span class="chip">{}</span>', text)


@register.simple_tag
def lane(number: int) -> SafeString:
    """The lane badge: code in a tinted square, name beside it."""
    return format_html(
        '<span class="lane" data-tone="lane-{}"><b>L{}</b>{}</span>', number, number, components.lane_name(number)
    )


@register.simple_tag
def face(name: str) -> SafeString:
    """Two letters of a name in a circle."""
    return format_html('<span class="face" title="{}">{}</span>', name, name[:2].capitalize())


@register.simple_tag
def when(at: datetime | None) -> SafeString | str:
    """A time in the viewer's zone: the hour today, the day this year, else the date; the whole on hover."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localtime(now())
    if local.date() == today.date():
        shown = format_date(local, "H:i")
    elif local.year == today.year:
        shown = format_date(local, "j M, H:i")
    else:
        shown = format_date(local, "j M Y")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), format_date(local, "j F Y, H:i:s T"), shown
    )


@register.filter
def ago(at: datetime | None) -> str:
    """How long since, in one unit: “4 min”, “3 h”, “2 d”."""
    return "" if at is None else span(now() - at)


@register.filter
def span(length: timedelta) -> str:
    """A length of time in one unit, two when it is hours: “38 s”, “4 min”, “3 h 10”, “2 d 4 h”."""
    total = max(0, int(length.total_seconds()))
    if total < 60:
        return _("%(n)s s") % {"n": total}
    if total < 3600:
        return _("%(n)s min") % {"n": total // 60}
    if total < 86400:
        return _("%(h)s h %(m)02d") % {"h": total // 3600, "m": total % 3600 // 60}
    return _("%(d)s d %(h)s h") % {"d": total // 86400, "h": total % 86400 // 3600}


@register.simple_tag
def clock(due: datetime | None, near: int = 3600) -> SafeString | str:
    """The clock badge: grey; amber when due within `near` seconds, red when late. Says the unit."""
    if due is None:
        return ""
    left = due - now()
    if left < timedelta(0):
        tone, said = "reject", _("late by %(span)s") % {"span": span(-left)}
    else:
        tone, said = ("warning" if left.total_seconds() <= near else ""), _("%(span)s left") % {"span": span(left)}
    mark = icon("clock")
    if tone:
        return format_html('<span class="clock" data-tone="{}">{}{}</span>', tone, mark, said)
    return format_html('<span class="clock">{}{}</span>', mark, said)


@register.filter
def bounded_count(number: int) -> str:
    """Counts stop at 1,000: “1,000+”."""
    return "1,000+" if number > 1000 else f"{number:,}"


@register.simple_tag
def waiting(number: int) -> str:
    return ngettext("%(n)s waiting", "%(n)s waiting", number) % {"n": bounded_count(number)}


@register.simple_tag
def plain_word(code: str) -> Any:
    """A code as a word, without tone or icon: for options and small print."""
    return components.sign(code).word


@register.filter
def at(mapping: dict[str, Any], name: str) -> Any:
    """The entry of a dictionary whose key is a variable."""
    return mapping.get(name, "")
