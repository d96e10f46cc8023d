"""How a finding is drawn: the line it points into, and a caret below. `{% load findings %}`"""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.engine import Problem
from trustdesk.policy.mending import Mend, extent_of, mend_of
from trustdesk.policy.trying import Part, Value

register = template.Library()
_SEARCHED = ("item.text", "item.title", "item.body")
_WIDTH = 56  # characters of a line that are shown around the place


@register.filter
def caret(problem: Problem) -> str:
    """Two lines: the source without its indent, and the caret; long lines are cut on both sides."""
    source, at = problem.source.replace("\t", " "), problem.column - 1
    indent = len(source) - len(source.lstrip())
    start = min(indent, at)
    if at - start > _WIDTH * 2 // 3:
        start = at - _WIDTH // 2
    shown = source[start : start + _WIDTH]
    before = "…" if start > indent else ""
    after = "…" if start + _WIDTH < len(source) else ""
    return f"{before}{shown}{after}\n{' ' * (at - start + len(before))}^"


@register.filter
def mend(problem: Problem) -> Mend | None:
    """The edit that takes the suggestion, if there is one."""
    return mend_of(problem)


@register.filter
def extent_end(problem: Problem) -> int:
    """The column, from 1, at which the underlined word ends."""
    return extent_of(problem)[1]


@register.filter
def told(value: Value) -> str:
    """A field's value in words: “2 days”, “not given”, text shortened."""
    if value.value in (None, "", {}):
        return _("not given")
    if value.kind == "duration" and isinstance(value.value, int | float):
        return lasting(float(value.value))
    if isinstance(value.value, bool):
        return _("yes") if value.value else _("no")
    if isinstance(value.value, int | float):
        return str(number_format(round(value.value, 4), use_l10n=True, force_grouping=True))
    text = " ".join(str(value.value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def lasting(seconds: float) -> str:
    """A duration in its largest whole unit."""
    if seconds >= 86_400:
        days = int(seconds // 86_400)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if seconds >= 3_600:
        hours = int(seconds // 3_600)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    minutes = int(seconds // 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.filter
def worth_telling(part: Part) -> list[Value]:
    """The values of a leaf that say something beside its words: not the texts that were searched, which stand above."""
    return [value for value in part.values if value.name not in _SEARCHED]


@register.simple_tag
def field_value(sample: Any, name: str) -> str:
    """What a posted form held, "" where it held nothing: names with a dot cannot be written in a template."""
    return str(sample.get(name, "")) if sample else ""


@register.filter
def percent(share: float) -> str:
    """A share in words of a hundred: “0.4 %”."""
    return f"{number_format(round(share * 100, 1), use_l10n=True)} %"


@register.filter
def counted(report: Any) -> list[tuple[str, str, list[Any]]]:
    """What became of an import's lines: words, number, the first few; what did not happen is left out."""
    names = {
        "added": _("added"),
        "removed": _("taken out"),
        "known": _("already there"),
        "absent": _("not in the list"),
        "repeated": _("repeated in the import"),
        "empty": _("nothing to look for"),
        "long": _("too long"),
        "broken": _("broken characters"),
        "comments": _("comments and headings"),
        "blank": _("blank"),
    }
    counts, samples = report.get("counts", {}), report.get("samples", {})
    return [(said, grouped(counts[name]), samples.get(name, [])) for name, said in names.items() if counts.get(name)]


@register.filter
def lines_of(report: Any) -> str:
    return grouped(report.get("lines", 0))


@register.filter
def grouped(number: int) -> str:
    """A number with its thousands set apart."""
    return str(number_format(number, use_l10n=True, force_grouping=True))
