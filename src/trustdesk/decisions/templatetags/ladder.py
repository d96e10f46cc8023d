"""The strike ladder as it is drawn on every page that shows it."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("decisions/_ladder.html")
def strike_ladder(ladder: Any) -> dict[str, Any]:
    """`ladder`: queries.ladder_of; None draws nothing."""
    return {"ladder": ladder}
