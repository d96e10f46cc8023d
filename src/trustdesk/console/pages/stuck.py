"""What is stuck: what was given up by the machines, with one “try again” each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.console import stuck
from trustdesk.files import queries as files
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
MOST_NAMED = 5


@page(right="stuck.manage")
def overview(request: PageRequest) -> HttpResponse:
    """Dead deliveries of facts, failed jobs, webhooks, letters, mail nothing could be made of: the newest 50 of each."""
    context = {
        "deliveries": ledger.dead_deliveries(limit=MOST),
        "jobs": stuck.failed_jobs(limit=MOST),
        "webhooks": webhooks.dead(actor=request.actor, limit=MOST) if request.actor.may("webhooks.manage") else [],
        "letters": post.dead_letters(limit=MOST),
        "mails": post.stuck_mail(limit=MOST),
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
    elif sort == "mail":
        post_actions.take_mail_again(actor=request.actor, mail_id=_uuid(key), now=now())
    else:
        raise NotFound
    return _back(request)


@page(right="stuck.manage", methods=("GET", "HEAD"))
def mail(request: PageRequest, mail_id: UUID) -> HttpResponse:
    """How a mail that is stuck is understood, and its words in a frame; that it was looked at is recorded."""
    post_actions.open_stuck_mail(actor=request.actor, mail_id=mail_id, now=now())
    one, found = post.one_stuck_mail(mail_id)
    remote = request.GET.get("pictures") == "1"
    context = {
        "one": one,
        "mail": found,
        "others": max(0, len(found.to) - MOST_NAMED),
        "to": found.to[:MOST_NAMED],
        "pretends": [_(post.WHY[code]) for code in found.spoofed],
        "attached": [(file, [_(post.MARKS[code]) for code in file.marks]) for file in found.attachments[:MOST]],
        "more": max(0, len(found.attachments) - MOST),
        "frame": post.frame_address(mail_id, actor=request.actor, remote=remote),
        "waiting": 0 if remote else post.page_of(found).waiting,
    }
    return render(request, "console/mail.html", context)


@page(right="stuck.manage", methods=("POST",))
def lay_aside(request: PageRequest, mail_id: UUID) -> HttpResponseBase:
    """Nothing more is tried with a mail; it is kept."""
    post_actions.lay_mail_aside(actor=request.actor, mail_id=mail_id, now=now())
    messages.success(request, _("It was laid aside. Its file is kept."))
    return go(request, reverse("console:stuck"))


@page(right="stuck.manage", methods=("POST",))
def open_mail(request: PageRequest, mail_id: UUID) -> HttpResponseBase:
    """The raw file of a mail, as a download; that it was taken is recorded."""
    raw = post_actions.open_stuck_mail(actor=request.actor, mail_id=mail_id, now=now())
    return go(request, files.signed_url(raw, "original", now=now()))


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
