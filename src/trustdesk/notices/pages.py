"""The desk's pages of notices: the list, one of them, reporters, trusted flaggers, alerts; what stands beside a review."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.notices import actions, queries
from trustdesk.notices.forms import CloseForm, FlaggerForm, MuteForm, PlaceForm
from trustdesk.post import queries as post
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

PAGE = 50


@page(right="notices.read", methods=("GET", "HEAD"))
def listing(request: PageRequest) -> HttpResponse:
    """Notices, the newest first, by how they stand and what they say."""
    state, category = request.GET.get("state", ""), request.GET.get("category", "")
    state = state if state in queries.STATES else ""
    category = category if category in queries.CATEGORIES else ""
    mark = cursors.decode(request.GET.get("after"), UUID)
    found = queries.listing(state=state, category=category, before=mark[0] if mark else None, limit=PAGE)
    context = {
        "rows": _with_titles(found[:PAGE]),
        "next": cursors.encode([found[PAGE - 1].id]) if len(found) > PAGE else "",
        "state": state,
        "category": category,
        "categories": queries.CATEGORY_WORDS,
        "manages": request.actor.may("notices.manage"),
        "alerts": queries.open_alerts(request.actor),
    }
    return render(request, "notices/list.html", context)


def _with_titles(rows: list[queries.NoticeView]) -> list[tuple[queries.NoticeView, str]]:
    """Each with the words that say what it is about; two queries for any number."""
    items = content.items({row.item for row in rows if row.item})
    accounts = content.accounts({row.account for row in rows if row.account and not row.item})
    found = []
    for row in rows:
        item, account = items.get(row.item) if row.item else None, accounts.get(row.account) if row.account else None
        words = (item.title or item.external_id) if item else (account.name or account.external_id) if account else ""
        found.append((row, words or (row.addresses[0] if row.addresses else "")))
    return found


@page(right="notices.read", methods=("GET", "HEAD"))
def show(request: PageRequest, notice_id: UUID) -> HttpResponse:
    """One notice, whole; where no review can judge it, its answer is given here."""
    found = _one(notice_id)
    waits = found.state == "waiting" and found.work is not None
    context = {
        "one": found,
        "about": _with_titles([found])[0][1],
        "letters": post.letters_about([f"notice:{found.id}"])[f"notice:{found.id}"],
        "others": [one for one in queries.of_bundle(found.bundle) if one.id != found.id],
        "may_close": waits and request.actor.may("notices.decide"),
        "may_place": waits and found.subject == "unknown" and request.actor.may("notices.decide"),
    }
    return render(request, "notices/notice.html", context)


@page(right="notices.read", methods=("GET", "HEAD"))
def of_item(request: PageRequest, item_id: UUID) -> HttpResponse:
    """What people reported of an item, as it stands beside its review."""
    found = queries.of_subjects([item_id])[item_id]
    waiting = [one for one in found if one.state == "waiting"]
    context: dict[str, Any] = {
        "waiting": waiting[:20],
        "more": max(0, len(waiting) - 20),
        "earlier": len(found) - len(waiting),
    }
    return swap(request, "notices/_of_item.html", **context)


@page(right="notices.decide", methods=("POST",))
def close(request: PageRequest, notice_id: UUID) -> HttpResponseBase:
    form = CloseForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.close(actor=request.actor, notice_id=notice_id, now=now(), **form.cleaned_data)
    messages.success(request, _("Answered."))
    return go(request, reverse("notices:show", args=[notice_id]))


@page(right="notices.decide", methods=("POST",))
def place(request: PageRequest, notice_id: UUID) -> HttpResponseBase:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.place(actor=request.actor, notice_id=notice_id, item_id=form.cleaned_data["item"], now=now())
    messages.success(request, _("It joins the review of this item."))
    return go(request, reverse("notices:show", args=[notice_id]))


@page(right="notices.decide", methods=("GET", "HEAD"))
def alerts(request: PageRequest) -> HttpResponse:
    """Alerts of danger to life, those that nobody has yet before all."""
    return render(request, "notices/alerts.html", {"rows": queries.alerts()})


@page(right="notices.decide", methods=("POST",))
def acknowledge(request: PageRequest, alert_id: UUID) -> HttpResponseBase:
    actions.acknowledge(actor=request.actor, alert_id=alert_id, now=now())
    messages.success(request, _("Thank you: others see that you have it."))
    return go(request, reverse("notices:alerts"))


@page(right="notices.read", methods=("GET", "HEAD"))
def reporters(request: PageRequest) -> HttpResponse:
    """Who reports, with what came of it."""
    mark = cursors.decode(request.GET.get("after"), UUID)
    found = queries.reporters(before=mark[0] if mark else None, limit=PAGE, now=now())
    context = {
        "rows": found[:PAGE],
        "next": cursors.encode([found[PAGE - 1].id]) if len(found) > PAGE else "",
    }
    return render(request, "notices/reporters.html", context)


@page(right="notices.read", methods=("GET", "HEAD"))
def reporter(request: PageRequest, reporter_id: UUID) -> HttpResponse:
    """One reporter: figures, trust and what it rests on, the newest notices."""
    found = queries.reporter(reporter_id, now=now())
    if found is None:
        raise NotFound("There is no such reporter.")
    context = {
        "one": found,
        "rows": _with_titles(queries.listing(reporter=reporter_id, limit=PAGE)[:PAGE]),
        "manages": request.actor.may("notices.manage"),
    }
    return render(request, "notices/reporter.html", context)


@page(right="notices.manage", methods=("POST",))
def warn(request: PageRequest, reporter_id: UUID) -> HttpResponseBase:
    actions.warn(actor=request.actor, reporter_id=reporter_id, now=now())
    return go(request, reverse("notices:reporter", args=[reporter_id]))


@page(right="notices.manage", methods=("POST",))
def mute(request: PageRequest, reporter_id: UUID) -> HttpResponseBase:
    form = MuteForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    moment, days = now(), form.cleaned_data["days"]
    until = moment + timedelta(days=days) if days else None
    actions.mute(actor=request.actor, reporter_id=reporter_id, why=form.cleaned_data["why"], until=until, now=moment)
    return go(request, reverse("notices:reporter", args=[reporter_id]))


@page(right="notices.manage", methods=("POST",))
def unmute(request: PageRequest, reporter_id: UUID) -> HttpResponseBase:
    actions.unmute(actor=request.actor, reporter_id=reporter_id, now=now())
    return go(request, reverse("notices:reporter", args=[reporter_id]))


@page(right="notices.manage")
def flaggers(request: PageRequest) -> HttpResponseBase:
    """Trusted flaggers: who is heard first, where, and what came of what they sent."""
    form = FlaggerForm(request.POST or None, initial={"state": "active"})
    if request.method == "POST":
        if not form.is_valid():
            return refuse(request, form)
        given = dict(form.cleaned_data)
        entry = actions.FlaggerEntry(**{**given, "key": UUID(given["key"]) if given["key"] else None})
        actions.keep_flagger(actor=request.actor, entry=entry, now=now())
        messages.success(request, _("Kept."))
        return go(request, reverse("notices:flaggers"))
    found = queries.flaggers()
    chosen = next((one for one in found if one.code == request.GET.get("code")), None)
    if chosen is not None:
        form = FlaggerForm(
            initial={name: getattr(chosen, name) for name in FlaggerForm.base_fields if name != "new_link"}
        )
    context = {"rows": found, "form": form, "chosen": chosen, "public_url": settings.PUBLIC_URL}
    return render(request, "notices/flaggers.html", context)


def top(request: HttpRequest) -> dict[str, Any] | None:
    """The alert's place in the top bar, for those who may acknowledge one; its number comes by the live stream."""
    actor = getattr(request, "actor", None)
    return {} if actor is not None and actor.may("notices.decide") else None


def _one(notice_id: UUID) -> queries.NoticeView:
    found = queries.one(notice_id)
    if found is None:
        raise NotFound("There is no such report.")
    return found
