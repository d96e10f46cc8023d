"""Signals in the console: how they fare."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.timesource import now
from trustdesk.signals import actions, queries
from trustdesk.web.page import PageRequest, go, page


@page(right="signals.read")
def list_all(request: PageRequest) -> HttpResponse:
    """Every signal, those that give no answer first."""
    context = {"signals": queries.health(), "may_manage": request.actor.may("signals.manage")}
    return render(request, "signals/list.html", context)


@page(right="signals.manage", methods=("POST",))
def try_now(request: PageRequest, signal: str) -> HttpResponse:
    actions.try_now(actor=request.actor, signal=signal, now=now())
    messages.success(request, _("The next item that needs it tries it."))
    return go(request, reverse("signals:list"))
