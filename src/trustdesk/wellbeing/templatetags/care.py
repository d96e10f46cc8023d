"""Care on other slices' pages. `{% load care %}`"""

from collections.abc import Sequence
from typing import Any

from django import template

from trustdesk.wellbeing.queries import Care, OfferView, Unmet

register = template.Library()


@register.inclusion_tag("wellbeing/_veil.html")
def veil(why: str) -> dict[str, Any]:
    """A veil over the figure it stands in; `why` says what may be under it."""
    return {"why": why}


@register.inclusion_tag("wellbeing/_text_veil.html")
def text_veil(care: Care) -> dict[str, Any]:
    """A veil over the words, for who wants one."""
    return {"care": care}


@register.inclusion_tag("wellbeing/_bar.html")
def care_bar(care: Care) -> dict[str, Any]:
    """The meter, a break when one is due, someone to talk to: always in the same spot of the item bar."""
    return {"care": care}


@register.inclusion_tag("wellbeing/_offers.html")
def offered(offers: Sequence[OfferView], accept_url: str) -> dict[str, Any]:
    """Urgent work this person may take; `accept_url` names the address of a yes, which takes the work's id."""
    return {"offers": offers, "accept_url": accept_url}


@register.inclusion_tag("wellbeing/_unmet.html")
def unmet_work(unmet: Sequence[Unmet]) -> dict[str, Any]:
    """Urgent work that nobody may be dealt, for leads."""
    return {"unmet": unmet}
