"""API keys: made, shown once, revoked."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.console.forms.keys import KeyForm
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import actions
from trustdesk.kernel.people import queries as people
from trustdesk.web.page import PageRequest, go, page


@page(right="keys.manage")
def keys(request: PageRequest) -> HttpResponse:
    """All keys, newest first; never their secrets."""
    return render(request, "console/keys.html", {"keys": people.keys(), "now": now()})


@page(right="keys.manage")
def make(request: PageRequest) -> HttpResponseBase:
    """Make a key; the answer shows its secret, once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.make_key(
                actor=request.actor,
                now=now(),
                name=data["name"],
                scopes=data["scopes"],
                source=data["source"] or None,
                expires_at=data["expires_at"],
                per_minute=data["per_minute"],
            )
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, words)
        else:
            return render(request, "console/key_made.html", {"key": made, "scopes": data["scopes"]})
    return render(request, "console/key_make.html", {"form": form}, status=422 if form.is_bound else 200)


@page(right="keys.manage", methods=("POST",))
def revoke(request: PageRequest, key_id: UUID) -> HttpResponseBase:
    actions.revoke_key(actor=request.actor, key_id=key_id, now=now())
    messages.success(request, _("The key is revoked; calls with it are refused from now on."))
    return go(request, reverse("console:keys"))
