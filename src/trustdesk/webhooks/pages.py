"""Webhooks in the console: add, see what was sent, send again, new secret, off."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page
from trustdesk.webhooks import actions, queries
from trustdesk.webhooks.forms import EndpointForm

LIMIT = 50
STATES = ("waiting", "done", "dead")


@page(right="webhooks.manage")
def list_all(request: PageRequest) -> HttpResponse:
    """All webhooks, those in use first."""
    found = queries.endpoints(actor=request.actor)
    return render(request, "webhooks/list.html", {"endpoints": found, "dead": sum(row.dead for row in found)})


@page(right="webhooks.manage")
def add(request: PageRequest) -> HttpResponseBase:
    """Add a webhook; the answer shows its secret, once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            target = actions.check_target(url=data["url"])
            with transaction.atomic():
                made = actions.add_endpoint(
                    actor=request.actor,
                    target=target,
                    events=data["events"],
                    description=data["description"],
                    source=data["source"] or None,
                    now=now(),
                )
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, words)
        else:
            return _secret(request, made)
    return render(request, "webhooks/add.html", {"form": form}, status=422 if form.is_bound else 200)


@page(right="webhooks.manage")
def show(request: PageRequest, endpoint_id: UUID) -> HttpResponse:
    """One webhook and what was sent to it, newest first."""
    state = request.GET.get("state", "")
    start = cursors.decode(request.GET.get("after"), UUID)
    endpoint = queries.endpoint(actor=request.actor, endpoint_id=endpoint_id)
    found = queries.deliveries(
        actor=request.actor,
        endpoint_id=endpoint_id,
        state=state if state in STATES else "",
        before=start[0] if start else None,
        limit=LIMIT + 1,
    )
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    context = {"endpoint": endpoint, "rows": shown.rows, "next": shown.next, "state": state, "now": now()}
    return render(request, "webhooks/show.html", context)


@page(right="webhooks.manage")
def dead(request: PageRequest) -> HttpResponse:
    """What was given up, of all webhooks."""
    start = cursors.decode(request.GET.get("after"), UUID)
    found = queries.dead(actor=request.actor, before=start[0] if start else None, limit=LIMIT + 1)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    return render(request, "webhooks/dead.html", {"rows": shown.rows, "next": shown.next})


@page(right="webhooks.manage", methods=("POST",))
def rotate(request: PageRequest, endpoint_id: UUID) -> HttpResponse:
    return _secret(request, actions.rotate_secret(actor=request.actor, endpoint_id=endpoint_id, now=now()))


@page(right="webhooks.manage", methods=("POST",))
def switch_off(request: PageRequest, endpoint_id: UUID) -> HttpResponse:
    actions.switch_off(actor=request.actor, endpoint_id=endpoint_id, now=now())
    messages.success(request, _("The webhook is off. Nothing is sent to it any more."))
    return go(request, reverse("webhooks:list"))


@page(right="webhooks.manage", methods=("POST",))
def send_again(request: PageRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    actions.send_again(actor=request.actor, endpoint_id=endpoint_id, delivery_id=delivery_id, now=now())
    messages.success(request, _("It is being sent again."))
    return go(request, reverse("webhooks:show", args=[endpoint_id]))


def _secret(request: PageRequest, made: actions.WithSecret) -> HttpResponse:
    endpoint = queries.endpoint(actor=request.actor, endpoint_id=made.id)
    return render(request, "webhooks/secret.html", {"made": made, "endpoint": endpoint})
