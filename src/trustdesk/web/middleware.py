"""Headers of every answer, the viewer's language and zone, and problem+json for what Django answers under /api/."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from trustdesk.web import problems

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Next = Callable[[HttpRequest], HttpResponseBase]


class Headers:
    """Strict content policy on everything; an answer that set its own (a file from the store) keeps it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(response, "xframe_options_exempt", False):  # its own policy says which pages may hold it
            del response.headers["X-Frame-Options"]
        return response


class ApiProblems:
    """What Django itself answers under /api/ (no such address, wrong method) becomes problem+json."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            response.status_code >= 400
            and problems.is_api(request)
            and not response.headers.get("Content-Type", "").startswith(
                ("application/problem+json", "application/json")
            )
        ):
            problem = problems.of_status(response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response.headers:
                    problem[name] = response.headers[name]
            return problem
        return response


class Viewer:
    """Pages speak the signed-in person's language and show times in their zone."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if problems.is_api(request) or not request.user.is_authenticated:
            return self.get_response(request)
        try:
            zone = ZoneInfo(request.user.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        with translation.override(request.user.language), timezone.override(zone):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response
