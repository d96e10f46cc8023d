"""Sign-in: who may make an account for themselves (nobody: staff are invited), and the shell around allauth's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from trustdesk.kernel.people.queries import actor_for


class ClosedAccountAdapter(DefaultAccountAdapter):
    """allauth's adapter with self sign-up closed and every way leading back to our own pages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  allauth's signature
        return reverse("mfa_index")


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give allauth's own pages what our shell needs: `request.actor`. They ask for the sign-in themselves."""

    @wraps(view)
    def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            request.actor = actor_for(request.user)
        return view(request, *args, **kwargs)

    run.right = "-"  # type: ignore[attr-defined]
    return run
