"""A page: signed in, with its right, and every refusal shown as a message in our look.

    @page(right="review.decide")
    def decide(request: PageRequest, review_id: UUID) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return refuse(request, form)
        done = actions.decide(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
        return swap(request, "review/_decided.html", done=done)

Answers to htmx are fragments; a refusal goes to the line under the top bar (#notices), whatever the target was.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class PageRequest(HttpRequest):
    """What a page gets."""

    actor: Actor
    htmx: HtmxDetails
    user: Staff


def page(
    *, right: str, methods: tuple[str, ...] = ("GET", "HEAD", "POST")
) -> Callable[
    [Callable[Concatenate[Any, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Make a view a page of the desk. `right="-"`: anyone signed in. The right is asked somewhere, not for a scope:
    a page about one thing asks `request.actor.require(right, market=…)` again through its query or action."""

    def wrap(
        view: Callable[Concatenate[Any, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def run(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            request.actor = actor_for(request.user)
            try:
                if right != "-":
                    request.actor.require(right)
                if request.method not in methods:
                    return refuse(request, _WrongMethod())
                response = view(request, *args, **kwargs)
            except Refusal as refusal:
                response = refuse(request, refusal)
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_store=True)
            return response

        run.right = right  # type: ignore[attr-defined]
        run.methods = methods  # type: ignore[attr-defined]
        return run

    return wrap


def public(view: V) -> V:
    """Say that a view is for everyone, signed in or not; what it shows is its own to guard (a signed address, say)."""
    view.right = "public"  # type: ignore[attr-defined]
    return view


class _WrongMethod(Refusal):
    """This address does not answer to this method."""

    code, status = "method_not_allowed", 405


def _to_sign_in(request: Any) -> HttpResponseBase:
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    # A fragment cannot show the sign-in page, and the window must not go there: what was typed on it would be gone.
    # desk.js says it on the page that is open.
    return HttpResponse(status=401)


def refuse(request: Any, why: Refusal | BaseForm) -> HttpResponse:
    """Show why not: a line at the top for htmx, else a page. Forms give each field's error; their status is 422."""
    if isinstance(why, BaseForm):
        status, said = 422, _("Something in what was sent needs mending.")
        fields = {
            str(why.fields[name].label or name) if name in why.fields else "": " ".join(map(str, errors))
            for name, errors in why.errors.items()
        }
        code = "invalid"
    else:
        status, said, fields, code = why.status, why.spoken, why.spoken_fields, why.code
    context = {"said": said, "fields": fields, "code": code, "status": status}
    if request.htmx:
        answer = render(request, "web/_refusal.html", context, status=status)
        answer["HX-Retarget"] = "#notices"
        answer["HX-Reswap"] = "innerHTML"
        answer["HX-Push-Url"] = "false"
        answer["X-Refusal"] = code  # for scripts that do more about it than show it
        return answer
    return render(request, "web/refusal.html", context, status=status)


def swap(request: Any, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a fragment for htmx (or a whole page: it is the same call)."""
    return render(request, template, context, status=status)


def go(request: Any, url: str) -> HttpResponse:
    """Go to another page after something was done: a redirect, for htmx as well."""
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    answer = HttpResponse(status=303)
    answer["Location"] = url
    return answer
