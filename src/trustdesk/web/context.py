"""What every template may use: the person's places, the look they pinned."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from trustdesk.web import navigation

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell.places`, `shell.asks` (lazy: a fragment asks for neither), `theme` and `contrast` from the browser's cookie."""
    theme = request.COOKIES.get("theme", "")
    return {
        "shell": SimpleLazyObject(lambda: _shell(request)),
        "theme": theme if theme in THEMES else "",
        "contrast": "more" if request.COOKIES.get("contrast") == "more" else "",
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"places": [], "asks": []}
    return {"places": navigation.places(actor, request.path), "asks": navigation.asks(actor)}
