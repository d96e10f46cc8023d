"""Public pages: a statement by its signed link, the rules."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import sources
from trustdesk.policy import queries as policy

_CHOICE_KEPT = 180 * 86_400  # seconds


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for everybody: no sign-in, its language by `?lang=` (kept in a cookie) or the reader's browser, refusals as a
    calm page."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wished = request.GET.get("lang", "")
        language = wished if wished in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        with translation.override(language):
            try:
                answer = view(request, *args, **kwargs)
            except Refusal as refusal:
                answer = render(request, "portal/gone.html", {"said": refusal.spoken}, status=refusal.status)
        if wished == language:
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, wished, max_age=_CHOICE_KEPT, samesite="Lax", secure=request.is_secure()
            )
        return answer

    run.right = "public"  # type: ignore[attr-defined]
    return run


@public
def statement(request: HttpRequest, token: str, form: str = "") -> HttpResponse:
    """The statement as it was sent, as a page, JSON or plain text; by address or by Accept."""
    try:
        decision = UUID(decisions.decision_of_token(token))
    except (BadSignature, ValueError):
        raise _NoStatement from None
    found = decisions.statement(decision, now=now())
    if found is None or not found.readable:
        raise _NoStatement
    wanted = form or _accepted(request)
    answer: HttpResponse
    if wanted == "json":
        answer = JsonResponse({**found.data, "sha256": found.sha256})
    elif wanted == "txt":
        answer = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    else:
        # The page speaks the language of the statement: it is one letter, stored as it was sent.
        with translation.override(found.language):
            account = content.accounts([found.account]).get(found.account)
            source = sources().get(account.source) if account else None
            answer = render(
                request,
                "portal/statement.html",
                {"statement": found, "data": found.data, "source": source, "token": token},
            )
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@public
def rules(request: HttpRequest) -> HttpResponse:
    """All rules in force, in words."""
    return render(request, "portal/rules.html", {"policies": policy.public_list(language_here())})


@public
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: what is not allowed, what is fine, why it exists."""
    found = policy.live_guideline(code, language_here())
    if found is None:
        raise NotFound(_("There is no rule by this name any more."))
    return render(request, "portal/rule.html", {"guideline": found})


class _NoStatement(NotFound):
    """This link leads to no statement. Perhaps it was copied without its last letters."""


def _accepted(request: HttpRequest) -> str:
    wanted = request.get_preferred_type(["text/html", "application/json", "text/plain"])
    return {"application/json": "json", "text/plain": "txt"}.get(wanted or "", "html")


def language_here() -> str:
    return (translation.get_language() or "en").split("-")[0]
