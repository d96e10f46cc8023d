"""What is stuck: what was given up by the machines, with one “try again” each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.console import stuck
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import actions as ledger_actions
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.post import actions as post_actions
from trustdesk.post import queries as post
from trustdesk.web.page import PageRequest, go, page
from trustdesk.webhooks import actions as webhook_actions
from trustdesk.webhooks import queries as webhooks

MOST = 50


@page(right="stuck.manage")
def overview(request: PageRequest) -> HttpResponse:
    """Dead deliveries of facts, failed jobs, webhooks and letters: the newest 50 of each."""
    context = {
        "deliveries": ledger.dead_deliveries(limit=MOST),
        "jobs": stuck.failed_jobs(limit=MOST),
        "webhooks": webhooks.dead(actor=request.actor, limit=MOST) if request.actor.may("webhooks.manage") else [],
        "letters": post.dead_letters(limit=MOST),
    }
    context["nothing"] = not any(context.values())
    return render(request, "console/stuck.html", context)


@page(right="stuck.manage", methods=("POST",))
def again(request: PageRequest, sort: str, key: str) -> HttpResponseBase:
    """Try one again. `sort` says what it is; its own slice's verb does it."""
    if sort == "delivery" and key.isdecimal():
        ledger_actions.revive_delivery(actor=request.actor, delivery_id=int(key), now=now())
    elif sort == "job" and key.isdecimal():
        stuck.retry_job(actor=request.actor, job_id=int(key), now=now())
    elif sort == "letter":
        post_actions.send_again(actor=request.actor, letter_id=_uuid(key), now=now())
    else:
        raise NotFound
    return _back(request)


@page(right="webhooks.manage", methods=("POST",))
def webhook_again(request: PageRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponseBase:
    webhook_actions.send_again(actor=request.actor, endpoint_id=endpoint_id, delivery_id=delivery_id, now=now())
    return _back(request)


def _back(request: PageRequest) -> HttpResponse:
    messages.success(request, _("It is on its way again."))
    return go(request, reverse("console:stuck"))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
