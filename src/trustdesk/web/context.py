"""What every template may use: the person's places, the look they pinned."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from trustdesk.web import navigation

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`: where one may go and what stands in the top bar (lazy: a fragment asks for none of it), `theme` and `contrast` from the browser's cookie."""
    theme = request.COOKIES.get("theme", "")
    return {
        "shell": SimpleLazyObject(lambda: _shell(request)),
        "theme": theme if theme in THEMES else "",
        "contrast": "more" if request.COOKIES.get("contrast") == "more" else "",
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"places": [], "rail": [], "within": (), "asks": [], "tops": [], "scripts": ()}
    places = navigation.places(actor, request.path)
    rail = navigation.rail(places)
    beside = next((place.places for place in rail if place.here), ())
    tops = navigation.tops(request)
    return {
        "places": places,
        "rail": rail,
        "within": beside if len(beside) > 1 else (),
        "asks": navigation.asks(actor),
        "tops": tops,
        "scripts": [top.script for top, _ in tops if top.script],
    }
