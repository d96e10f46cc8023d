"""The parts of a score in the reader's language. `{% load scoring %}`"""

from math import expm1, floor, log10

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.work.actions import Part
from trustdesk.review.rules import UNMEASURED

register = template.Library()


@register.filter
def part_words(part: Part) -> str:
    """What one factor of a review's score says; a factor of other work says what was stored with it."""
    match part.name:
        case "severity":
            return _("severity %(n)s of 5") % {"n": round(part.value)}
        case "probability" if part.value == UNMEASURED:
            return _("right half the time (not measured yet)")
        case "views":
            views = _about(expm1(part.value))
            if part.says.endswith("assumed"):
                return _("about %(n)s views assumed") % {"n": number_format(views, force_grouping=True)}
            return ngettext("about %(n)s view expected", "about %(n)s views expected", views) % {
                "n": number_format(views, force_grouping=True)
            }
        case "notices":
            return _("what was reported weighs in")
    return part.says


def _about(views: float) -> int:
    """To two figures: the factor is a logarithm, and nobody counts on a guess."""
    if views < 1:
        return 0
    digits = max(0, floor(log10(views + 0.5)) - 1)
    return int(round(views, -digits))
