"""How a finding is drawn: the line it points into, and a caret below. `{% load findings %}`"""

from django import template

from trustdesk.engine import Problem

register = template.Library()
_WIDTH = 96  # characters of a line that are shown around the place


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
