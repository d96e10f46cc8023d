"""Light or dark, ordinary or high contrast: kept by the browser, since a phone at night is not a bright office."""

from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from trustdesk.web.context import THEMES
from trustdesk.web.page import PageRequest, go, page

YEAR = 365 * 24 * 3600
LOOKS = {"theme": THEMES, "contrast": ("more",)}


def keep_look(request: PageRequest, answer: HttpResponse, name: str, value: str) -> None:
    """Pin `theme` or `contrast` in this browser; "" (or what is no look) leaves it to the system again."""
    if value in LOOKS[name]:
        answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        answer.delete_cookie(name)


@page(right="-", methods=("POST",))
def look(request: PageRequest) -> HttpResponse:
    """Pin a look: `theme` or `contrast`. Called by the menu without leaving the page, or as a form, and then back."""
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        answer = HttpResponse(status=204)
    else:
        back = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        answer = go(request, back if safe else "/")
    for name in LOOKS:
        if name in request.POST:
            keep_look(request, answer, name, request.POST[name])
    return answer
