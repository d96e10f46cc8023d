"""Figures of measurements and models as people read them. `{% load learnt %}`"""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.learning.estimating import Reached
from trustdesk.learning.promising import Promise

register = template.Library()


@register.filter
def thousands(number: float) -> str:
    """12,345, as the reader's language groups it."""
    return number_format(round(number), force_grouping=True)


@register.filter
def share(value: float | None, places: int = 1) -> str:
    """95.2 %, as the reader's language writes it; 100 % and 0 % only when exact."""
    if value is None:
        return "–"
    shown, step = round(100 * value, places), 10.0**-places
    if shown >= 100 > 100 * value:
        shown = 100 - step
    if shown <= 0 < value:
        shown = step
    return f"{number_format(shown, decimal_pos=0 if shown == int(shown) else places)} %"


@register.filter
def score(value: float | None) -> str:
    """A score of 0 to 1, with three places."""
    return "–" if value is None else number_format(value, decimal_pos=3)


@register.filter
def unlocalized(number: float) -> str:
    """A coordinate: a point and no grouping, whatever the reader's language."""
    return f"{number:g}"


@register.filter
def from_top(height: float) -> str:
    """Where a bar of this height begins in a box of 100."""
    return f"{100 - height:g}"


@register.filter
def few(value: float | None) -> str:
    """A small number: one place below ten, else whole."""
    if value is None:
        return "–"
    return number_format(round(value, 1), decimal_pos=1) if 0 < value < 10 else thousands(value)


@register.filter
def where(place: Any) -> str:
    """(market, language) in words: all, or ID · id."""
    market, language = place
    return " · ".join(each for each in (market, language) if each) or _("everything")


@register.filter
def at_place(promise: Promise) -> tuple[str, str]:
    return promise.market, promise.language


@register.filter
def target(reached: Reached) -> str:
    word = _("Precision") if reached.target == "precision" else _("Recall")
    return f"{word} {share(reached.share)}"


@register.filter
def why_not(reached: Reached) -> str:
    """Why the data do not carry a target, and what it would take."""
    if reached.why == "unreachable":
        told = _("This model does not get there: at its best, %(seen)s of %(n)s.")
        return told % {"seen": share(reached.value), "n": thousands(reached.samples)}
    if reached.why == "unseen":
        return _("Nobody has looked at low scores, so what is missed there is not known. A random sample would tell.")
    if reached.why == "contradicted":
        told = _("Not reached here: %(seen)s of %(n)s, at most %(high)s, where it is reached more widely.")
        return told % {"seen": share(reached.value), "n": thousands(reached.samples), "high": share(reached.high)}
    if reached.more is None:
        return _("Too few labels, and none that carries it.")
    told = ngettext(
        "Too few labels: about %(n)s more is needed.", "Too few labels: about %(n)s more are needed.", reached.more
    )
    return told % {"n": thousands(reached.more)}


@register.filter
def short_why(why: str) -> str:
    """A kept reason in three words."""
    words = {
        "few": _("too few labels"),
        "unreachable": _("not reached by this model"),
        "unseen": _("nobody looked where it counts"),
        "contradicted": _("known not to be reached here"),
    }
    return words.get(why, why)


@register.filter
def state_word(state: str) -> str:
    words = {
        "candidate": _("Candidate"),
        "shadow": _("In shadow"),
        "live": _("Live"),
        "superseded": _("Superseded"),
        "rolled_back": _("Rolled back"),
        "withdrawn": _("Withdrawn"),
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Failed"),
        "refused": _("Refused"),
    }
    return words.get(state, state)


@register.filter
def state_tone(state: str) -> str:
    tones = {"live": "approve", "done": "approve", "shadow": "accent", "failed": "reject", "refused": "warning"}
    return tones.get(state, "")


@register.filter
def verdict(comparison: dict[str, Any]) -> str:
    """What a comparison says, in a sentence."""
    words = {
        "better": _("Better than what answers now: the whole interval lies above zero."),
        "same": _("As good as what answers now; if it is worse, then by less than two points."),
        "unclear": _("The held-out decisions are too few to tell."),
        "worse": _("Worse than what answers now."),
    }
    return words.get(str(comparison.get("verdict")), "")


@register.simple_tag
def between(figure: dict[str, float]) -> SafeString:
    """A figure with its interval: .931 (.912 to .947)."""
    told = {name: number_format(figure[name], decimal_pos=3) for name in ("value", "low", "high")}
    return format_html(
        '<b class="num">{}</b> <small class="quiet-text num">{}</small>',
        told["value"],
        _("%(low)s to %(high)s") % {"low": told["low"], "high": told["high"]},
    )
