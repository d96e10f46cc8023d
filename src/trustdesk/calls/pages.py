"""The log of calls, what stands of calls on a case, telephone lines, and the banner of whoever's telephone rings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings as desk
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.calls import actions, queries, rules, telling
from trustdesk.calls.back_pages import WORDS as BACK_WORDS
from trustdesk.calls.forms import DIRECTION_WORDS, OUTCOME_WORDS, BackForm, ExtensionForm, LineForm, LogForm
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

STATE_WORDS = {
    "ringing": gettext_lazy("rings"),
    "answered": gettext_lazy("goes on"),
    "ended": gettext_lazy("ended"),
    "missed": gettext_lazy("missed"),
}
STATE_TONES = {"ringing": "warning", "answered": "approve", "missed": "reject"}
STANDING_WORDS = {
    "aux": gettext_lazy("was away"),
    "offline": gettext_lazy("was offline"),
    "wrap_up": gettext_lazy("was in wrap-up"),
}
WORDS = {
    "states": STATE_WORDS,
    "tones": STATE_TONES,
    "outcomes": OUTCOME_WORDS,
    "directions": DIRECTION_WORDS,
    "standings": STANDING_WORDS,
}


def top(request: HttpRequest) -> dict[str, Any] | None:
    """The place of the calls on the telephone of whoever looks, for those who may answer."""
    actor = getattr(request, "actor", None)
    return {} if actor is not None and actor.kind == "staff" and actor.may("support.answer") else None


@page(right="support.answer", methods=("GET", "HEAD"))
def mine(request: PageRequest) -> HttpResponse:
    """What goes on there, asked for once the page stands: no page waits for it. What follows comes by the live stream."""
    return swap(request, "calls/_mine.html", calls=telling.going_on(UUID(request.actor.id)))


@page(right="support.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """The calls of one's markets and queues, the newest first."""
    told = request.GET
    number = told.get("number", "").strip()[:40]
    # Typed without a country it is of the country of the desk's first line.
    found = rules.number_of(number, next((one.region for one in queries.lines()), ""))
    wanted = queries.Wanted(
        state=told.get("state", "") if told.get("state") in STATE_WORDS else "",
        direction=told.get("direction", "") if told.get("direction") in DIRECTION_WORDS else "",
        staff=UUID(request.actor.id) if told.get("mine") else None,
        number=found.e164 or found.shown,
    )
    mark = cursors.decode(told.get("after"), datetime, UUID)
    rows = queries.listed(
        actor=request.actor, wanted=wanted, before=(mark[0], mark[1]) if mark else None, limit=queries.LIMIT + 1
    )
    shown = cursors.page_of(rows, limit=queries.LIMIT, key=lambda row: (row.began_at, row.id))
    context = {"rows": shown.rows, "next": shown.next, "wanted": wanted, "number": number, "words": WORDS}
    return render(request, "calls/list.html", context)


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """The calls of one case, for its page, and writing one down."""
    case = _case(request, case_id)
    rows = queries.of_case(case.id)
    answers = request.actor.may("support.answer", market=case.market or None, queue=case.queue)
    return swap(
        request,
        "calls/_of_case.html",
        case=case,
        rows=rows,
        words=WORDS,
        form=LogForm(auto_id="call_%s") if answers and case.status != "closed" else None,
        backs=queries.backs_of_case(case.id),
        back_words=BACK_WORDS,
        back_form=_back_form(rows) if answers and not case.ended else None,
    )


@page(right="support.answer", methods=("POST",))
def log(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Write down a call."""
    form = LogForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.log_call(actor=request.actor, case_id=case_id, now=now(), **form.cleaned_data)
    messages.success(request, _("The call is written down."))
    return go(request, reverse("support:show", args=[case_id]))


@page(right="lines.manage", methods=("GET", "HEAD"))
def lines(request: PageRequest) -> HttpResponse:
    """The telephone lines, and those put away."""
    context = {"rows": queries.lines(), "archived": queries.lines(archived=True)}
    return render(request, "calls/lines.html", context)


@page(right="lines.manage")
def add_line(request: PageRequest) -> HttpResponseBase:
    """Set a line up; the answer shows its secret, once."""
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_line(actor=request.actor, settings=form.settings(), now=now())
        except Invalid as refusal:
            form.blame(refusal.fields or {"": refusal.message})
        else:
            return _secret(request, made)
    return render(request, "calls/line_form.html", {"form": form}, status=422 if form.is_bound else 200)


@page(right="lines.manage", methods=("GET", "HEAD"))
def line(request: PageRequest, line_id: UUID) -> HttpResponse:
    """One line: its settings, where its exchange tells, who answers which extension."""
    found = queries.line(line_id)
    names = {one.code: one.name for one in people.markets().values()}
    context = {
        "line": found,
        "url": _url(found),
        "market": names.get(found.market, found.market),
        "language": dict(desk.LANGUAGES).get(found.language, found.language),
        "extensions": queries.extensions(line_id),
        "staff": [one for one in people.staff_with("support.answer") if one.active],
        "form": ExtensionForm(),
        "rotating": found.old_secret_until is not None and found.old_secret_until > now(),
    }
    return render(request, "calls/line.html", context)


@page(right="lines.manage")
def edit_line(request: PageRequest, line_id: UUID) -> HttpResponseBase:
    found = queries.line(line_id)
    form = LineForm(request.POST or None, known=found)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_line(
                actor=request.actor, line_id=line_id, settings=form.settings(), version=version, now=now()
            )
        except Invalid as refusal:
            form.blame(refusal.fields or {"": refusal.message})
        except Stale as refusal:
            form.add_error(None, _(refusal.message))
        else:
            messages.success(request, _("Kept."))
            return go(request, reverse("calls:line", args=[line_id]))
    status = 422 if form.is_bound else 200
    return render(request, "calls/line_form.html", {"form": form, "line": found}, status=status)


@page(right="lines.manage", methods=("POST",))
def rotate(request: PageRequest, line_id: UUID) -> HttpResponse:
    return _secret(request, actions.rotate_secret(actor=request.actor, line_id=line_id, now=now()))


@page(right="lines.manage", methods=("POST",))
def archive(request: PageRequest, line_id: UUID) -> HttpResponse:
    actions.archive_line(actor=request.actor, line_id=line_id, now=now())
    messages.success(request, _("Put away. Nothing its exchange tells is believed any more."))
    return go(request, reverse("calls:lines"))


@page(right="lines.manage", methods=("POST",))
def put_back(request: PageRequest, line_id: UUID) -> HttpResponse:
    actions.put_back_line(actor=request.actor, line_id=line_id, now=now())
    messages.success(request, _("In use again, with its secret of before."))
    return go(request, reverse("calls:line", args=[line_id]))


@page(right="lines.manage", methods=("POST",))
def set_extension(request: PageRequest, line_id: UUID) -> HttpResponseBase:
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_extension(actor=request.actor, line_id=line_id, now=now(), **form.cleaned_data)
    messages.success(request, _("Kept."))
    return go(request, reverse("calls:line", args=[line_id]))


@page(right="lines.manage", methods=("POST",))
def take_extension(request: PageRequest, line_id: UUID, extension_id: UUID) -> HttpResponse:
    actions.take_extension(actor=request.actor, line_id=line_id, extension_id=extension_id, now=now())
    return go(request, reverse("calls:line", args=[line_id]))


def _back_form(rows: list[queries.CallView]) -> BackForm:
    """With the number this case's last caller had."""
    known = next((one.caller for one in rows if one.caller), "")
    return BackForm(auto_id="back_%s", initial={"number": known})


def _secret(request: PageRequest, made: actions.WithSecret) -> HttpResponse:
    found = queries.line(made.id)
    context = {"made": made, "line": found, "url": _url(found), "old": found.old_secret_until is not None}
    return render(request, "calls/secret.html", context)


def _url(line: queries.LineView) -> str:
    return f"{desk.PUBLIC_URL}/api/v1/calls?line={line.code}"


def _case(request: PageRequest, case_id: UUID) -> support.CaseView:
    found = support.by_id(case_id)
    if found is None or not support.may_see(found, actor=request.actor):
        raise NoSuchCase
    return found
