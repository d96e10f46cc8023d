"""One's own state in the top bar, one's own time, and the reasons for being away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.web.page import PageRequest, go, page, refuse
from trustdesk.workforce import actions, queries
from trustdesk.workforce.forms import AuxCodeForm, CapacityForm, StateForm
from trustdesk.workforce.queries import AuxCodeView, IntervalView, StateView
from trustdesk.workforce.rules import AUX, AVAILABLE, LIMITS, OFFLINE, WRAP_UP
from trustdesk.workforce.wording import channel_word

KEYED = 7  # the first reasons have the keys g 1 … g 7; 8 is wrap-up, 9 offline, 0 available


@dataclass(frozen=True)
class Choice:
    """One line of the menu: what it sets, in words, its key, how its dot is drawn."""

    to: str
    label: str
    key: str
    tone: str
    needs_note: bool
    here: bool


@dataclass(frozen=True)
class Stay:
    """One interval as the person's own page shows it."""

    label: str
    tone: str
    note: str
    began_at: datetime
    ended_at: datetime | None
    lasted: timedelta


def state_word(state: str, reason: str) -> str:
    """A state in words, in the language of who asks."""
    words: dict[str, str] = {AVAILABLE: _("Available"), OFFLINE: _("Offline"), WRAP_UP: _("Wrap-up")}
    return words.get(state) or reason or _("Away")


def tone(state: str) -> str:
    tones: dict[str, str] = {AVAILABLE: "approve", AUX: "warning", WRAP_UP: "hold"}
    return tones.get(state, "")


def top(request: HttpRequest) -> dict[str, Any] | None:
    """What the top bar shows of one's own state; None for those who are never dealt work."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.may("state.set"):
        return None
    return _switch(request)


def _switch(request: Any, *, noting: str = "") -> dict[str, Any]:
    mine = queries.mine(request.user.id)
    state, language, at = mine.state, get_language() or "en", now()
    return {
        "state": state,
        "word": state_word(state.state, state.label(language)),
        "asked": state_word(state.asked, state.asked_label(language)) if state.asked else "",
        "asked_to": f"aux:{state.asked_reason}" if state.asked == AUX else state.asked,
        "tone": "reject" if state.over(at) else tone(state.state),
        "over": state.over(at),
        "over_at": state.since + timedelta(minutes=state.longest_minutes)
        if state.since and state.longest_minutes
        else None,
        "choices": list(_choices(state, mine.codes, language)),
        "noting": next((code.label(language) for code in mine.codes if code.code == noting), ""),
        "noting_code": noting,
    }


def _choices(state: StateView, codes: tuple[AuxCodeView, ...], language: str) -> Iterator[Choice]:
    yield Choice(AVAILABLE, _("I am available"), "g 0", "approve", False, state.state == AVAILABLE)
    for place, code in enumerate(codes, start=1):
        yield Choice(
            to=f"aux:{code.code}",
            label=code.label(language),
            key=f"g {place}" if place <= KEYED else "",
            tone="warning",
            needs_note=code.needs_note,
            here=state.state == AUX and state.reason == code.code,
        )
    yield Choice(WRAP_UP, _("Wrap-up"), "g 8", "hold", False, state.state == WRAP_UP)
    yield Choice(OFFLINE, _("Offline"), "g 9", "", False, state.state == OFFLINE)


@page(right="state.set")
def state(request: PageRequest) -> HttpResponse:
    """The switch (GET, with `note` for a reason that asks what it is for), and a change of state (POST)."""
    if request.method != "POST":
        return render(request, "workforce/_switch.html", {"top": _switch(request, noting=request.GET.get("note", ""))})
    form = StateForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    done = actions.set_state(actor=request.actor, now=now(), **form.wish())
    if not request.htmx:
        return go(request, request.headers.get("Referer") or "/")
    language = get_language() or "en"
    said = ""
    if done.asked:
        said = _("%(state)s begins when the item in your hands is done.") % {
            "state": state_word(done.asked, done.asked_label(language))
        }
    return render(request, "workforce/_changed.html", {"top": _switch(request), "said": said})


@page(right="state.set", methods=("GET",))
def my_time(request: PageRequest) -> HttpResponse:
    """One's own states of one day: seen by nobody else."""
    at, language = now(), get_language() or "en"
    today = timezone.localtime(at).date()
    asked = parse_date(request.GET.get("day", "")) if len(request.GET.get("day", "")) == 10 else None
    day = min(asked or today, today)
    begins, ends = _bounds(day)
    found = queries.intervals_of(request.user.id, since=begins, until=ends)
    stays = [_stay(one, begins=begins, ends=min(ends, at), language=language) for one in found]
    totals: dict[str, timedelta] = {}
    for stay in stays:
        totals[stay.label] = totals.get(stay.label, timedelta()) + stay.lasted
    context = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "stays": stays,
        "totals": sorted(totals.items(), key=lambda total: -total[1]),
    }
    return render(request, "workforce/my_time.html", context)


def _bounds(day: date) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(day, time.min, tzinfo=zone),
        datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone),
    )


def _stay(one: IntervalView, *, begins: datetime, ends: datetime, language: str) -> Stay:
    began, ended = max(one.began_at, begins), min(one.ended_at or ends, ends)
    return Stay(
        label=state_word(one.state, one.label(language)),
        tone=tone(one.state),
        note=one.note,
        began_at=began,
        ended_at=one.ended_at,
        lasted=max(ended - began, timedelta()),
    )


@page(right="workforce.manage", methods=("GET",))
def reasons(request: PageRequest) -> HttpResponse:
    """The reasons for being away, in the order of the menu."""
    language = get_language() or "en"
    rows = [(code, code.label(language)) for code in queries.aux_codes()]
    return render(request, "workforce/reasons.html", {"rows": rows})


@page(right="workforce.manage")
def reason(request: PageRequest, code: str = "") -> HttpResponse:
    """Add a reason, or change one."""
    known = queries.aux_code(code) if code else None
    initial = (
        {
            "code": known.code,
            "label_en": known.labels.get("en", ""),
            "label_id": known.labels.get("id", ""),
            "paid": known.paid,
            "productive": known.productive,
            "longest_minutes": known.longest_minutes,
            "needs_note": known.needs_note,
            "place": known.place,
            "retired": known.retired,
        }
        if known
        else None
    )
    form = AuxCodeForm(request.POST or None, initial=initial, new=known is None)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if known is None and any(one.code == values["code"] for one in queries.aux_codes()):
            form.add_error("code", _("There is a reason of this code already."))
        else:
            try:
                actions.set_aux_code(actor=request.actor, now=now(), **values)
            except Invalid as refusal:
                form.add_error(None, refusal.spoken)
            else:
                messages.success(request, _("Kept."))
                return go(request, reverse("workforce:reasons"))
    context = {"form": form, "known": known}
    return render(request, "workforce/reason.html", context, status=422 if form.is_bound else 200)


@page(right="workforce.manage")
def capacity(request: PageRequest) -> HttpResponse:
    """How much at once: what is set, and setting more."""
    everybody = [(f"staff:{one.id}", one.name) for one in people.staff_with("state.set")]
    whom = [
        ("", _("Everyone")),
        (_("Teams"), [(f"team:{pk}", name) for pk, name in people.teams()]),
        (_("People"), everybody),
    ]
    form = CapacityForm(request.POST or None, whom=whom)
    if request.method == "POST" and form.is_valid():
        actions.set_capacity(actor=request.actor, now=now(), **form.values())
        messages.success(request, _("Kept."))
        return go(request, reverse("workforce:capacity"))
    rows = [(one, channel_word(one.channel)) for one in queries.capacities()]
    defaults = [(channel_word(channel), limit.at_once) for channel, limit in LIMITS.items()]
    context = {"form": form, "rows": rows, "defaults": defaults}
    return render(request, "workforce/capacity.html", context, status=422 if form.is_bound else 200)


@page(right="workforce.manage", methods=("POST",))
def capacity_remove(request: PageRequest, capacity_id: UUID) -> HttpResponse:
    actions.remove_capacity(actor=request.actor, capacity_id=capacity_id, now=now())
    return go(request, reverse("workforce:capacity"))


@page(right="state.set", methods=("GET",))
def my_load(request: PageRequest) -> HttpResponse:
    """What one has in hand of each channel: asked when the switch is opened."""
    return render(request, "workforce/_load.html", {"loads": queries.loads_of([request.user.id])[request.user.id]})
