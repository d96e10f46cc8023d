"""What Django shows when it answers itself: no such page, refused, failed, a form that grew old."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from trustdesk.kernel.people.queries import actor_for
from trustdesk.web import problems


def _show(request: HttpRequest, status: int, said: str, more: str) -> HttpResponse:
    if problems.is_api(request):
        return problems.of_status(status)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and not hasattr(request, "actor"):
        request.__dict__["actor"] = actor_for(user)  # so that the rail stays where it is
    return render(request, "web/refusal.html", {"said": said, "more": more, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    return _show(request, 400, _("This request could not be understood."), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    return _show(request, 403, _("You do not have the right to do this."), _("Ask whoever gives out roles here."))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    return _show(
        request, 404, _("There is nothing here."), _("It may have moved, or it is not for you to see. Nothing is lost.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    """The database may be what failed: this page asks nobody anything."""
    if problems.is_api(request):
        return problems.of_status(500)
    # Without a request no context processor runs, so nothing can fail again.
    said = {"said": _("Something went wrong on our side."), "more": _("Nothing was stored. Go back and try again.")}
    return HttpResponse(render_to_string("web/failed.html", said), status=500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    return _show(
        request,
        403,
        _("This page was open for too long, or cookies are switched off."),
        _("Nothing was changed. Load the page again and repeat what you did."),
    )
