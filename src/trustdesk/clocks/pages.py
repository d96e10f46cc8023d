"""Clock policies and calendars: their list, their forms with a preview, and a trial on a timeline."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.clocks import actions, queries, typing_in, wording
from trustdesk.clocks.forms import CalendarForm, PolicyForm, TrialForm
from trustdesk.clocks.queries import HoursView, PolicyView
from trustdesk.clocks.rules import holidays, policies, reading
from trustdesk.clocks.rules.metrics import Metric
from trustdesk.clocks.rules.policies import Policy, Priority, Problems, Traits
from trustdesk.clocks.rules.simulating import Outcome, Trial
from trustdesk.clocks.rules.simulating import simulate as tried
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work.rules.calendar import (
    BadCalendar,
    BusinessCalendar,
    NeverOpen,
    add,
    between,
    open_stretches,
    parse,
)
from trustdesk.web.page import PageRequest, go, page

STRIP = 1000  # the width of a strip in its own units
_WORKED = """09:00 opened
09:30 reply pending
11:00 message
11:05 message
11:20 reply on_hold
12:20 note
13:00 reply resolved"""


@page(right="clocks.read")
def overview(request: PageRequest) -> HttpResponse:
    """The policies in their order, and the calendars."""
    context = {
        "policies": [_line(one) for one in queries.policies_in_order()],
        "archived": [_line(one) for one in queries.policies_in_order(archived=True)],
        "calendars": queries.calendars(archived=True),
        "may_manage": request.actor.may("clocks.manage"),
    }
    return render(request, "clocks/list.html", context)


@page(right="clocks.manage")
def policy(request: PageRequest, policy_id: UUID | None = None) -> HttpResponseBase:
    """Make a policy or change one; “preview” shows what it would say and keeps nothing."""
    found = queries.policy_of(policy_id) if policy_id else None
    if policy_id and found is None:
        raise NotFound
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        initial=PolicyForm.initial_of(found.policy, found.calendar, found.version) if found else {},
        calendars=queries.calendars(),
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["calendar"]
        if "preview" in request.POST:
            preview = _dues(form.policy, code)
        else:
            try:
                actions.set_policy(
                    actor=request.actor,
                    policy=form.policy,
                    calendar=code or None,
                    policy_id=policy_id,
                    version=form.cleaned_data["version"] if found else None,
                    now=now(),
                )
            except Invalid as refusal:
                _tell(form, refusal)
            else:
                messages.success(request, _("Kept. Open work is held to it within a minute."))
                return go(request, reverse("clocks:list"))
    context = {"form": form, "found": found, "preview": preview, "priorities": list(wording.PRIORITIES.values())}
    return render(request, "clocks/policy.html", context, status=422 if form.errors else 200)


@page(right="clocks.manage", methods=("POST",))
def place(request: PageRequest, policy_id: UUID) -> HttpResponseBase:
    """Move a policy up or down, archive it or bring it back."""
    match request.POST.get("to"):
        case "up" | "down" as way:
            actions.move_policy(actor=request.actor, policy_id=policy_id, up=way == "up", now=now())
        case "archive":
            actions.archive_policy(actor=request.actor, policy_id=policy_id, now=now())
            messages.success(request, _("Archived. What it held goes to the next policy that fits."))
        case "restore":
            actions.restore_policy(actor=request.actor, policy_id=policy_id, now=now())
        case _:
            raise Invalid
    return go(request, reverse("clocks:list"))


@page(right="clocks.manage")
def calendar(request: PageRequest, code: str | None = None) -> HttpResponseBase:
    """Make a calendar or change one; “preview” shows its next two weeks and keeps nothing."""
    found = next((one for one in queries.calendars(archived=True) if one.calendar.code == code), None)
    if code and found is None:
        raise NotFound
    form = CalendarForm(
        request.POST if request.method == "POST" else None, initial=CalendarForm.initial_of(found) if found else {}
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        named = code or form.code()
        if not named:
            form.add_error("name", _("Give a name with letters of the Latin alphabet, for its address."))
        elif "preview" in request.POST:
            preview = _weeks(form)
        elif not found and any(one.calendar.code == named for one in queries.calendars(archived=True)):
            form.add_error("name", _("There is a calendar of this name."))
        else:
            try:
                actions.set_calendar(
                    actor=request.actor,
                    code=named,
                    name=told["name"],
                    zone=told["zone"],
                    slots=form.slots,
                    listed=form.listed,
                    ical=told["ical"],
                    version=told["version"] if found else 0,
                    now=now(),
                )
            except Invalid as refusal:
                _tell(form, refusal)
            else:
                messages.success(request, _("Kept. Open clocks that go by it are planned anew within a minute."))
                return go(request, reverse("clocks:list"))
    context = {"form": form, "found": found, "preview": preview}
    return render(request, "clocks/calendar.html", context, status=422 if form.errors else 200)


@page(right="clocks.manage", methods=("POST",))
def archive(request: PageRequest, code: str) -> HttpResponseBase:
    """Offer a calendar no more, or again."""
    actions.archive_calendar(actor=request.actor, code=code, archived=request.POST.get("to") == "archive", now=now())
    return go(request, reverse("clocks:list"))


@page(right="clocks.read")
def simulate(request: PageRequest) -> HttpResponse:
    """Try the policies, one of them, or one that is being written, on a timeline. Keeps nothing."""
    book = queries.policies_in_order()
    hours = {one.calendar.code: one for one in queries.calendars(archived=True)}
    draft, errors = _draft(request)
    started = request.method == "POST" and "timeline" in request.POST
    form = TrialForm(
        request.POST if started else None,
        initial={"timeline": f"{now().date().isoformat()} {_WORKED}"},
        named=[(str(one.id), one.policy.name) for one in book],
    )
    result = None
    if started and form.is_valid() and not errors:
        try:
            result = _try(form, book, hours, draft)
        except Problems as problems:
            for where, why in problems.fields.items():
                form.add_error("timeline" if where.startswith("timeline") or where[:1].isdigit() else None, why)
    context = {"form": form, "draft": draft, "errors": errors, "result": result}
    return render(request, "clocks/simulate.html", context, status=422 if form.errors or errors else 200)


@dataclass(frozen=True)
class Draft:
    """A policy that is being written: tried alone, in force nowhere. `told` carries it from form to form."""

    policy: Policy
    calendar: str
    told: str


def _draft(request: PageRequest) -> tuple[Draft | None, list[str]]:
    """The policy sent along by its form, or carried by the trial's own."""
    if request.method != "POST":
        return None, []
    if "warn_minutes" in request.POST:  # its form's own fields
        form = PolicyForm(request.POST, calendars=queries.calendars())
        if not form.is_valid():
            return None, [f"{form.fields[name].label if name in form.fields else ''}: {' '.join(map(str, why))}" for name, why in form.errors.items()]  # fmt: skip
        policy, code = form.policy, form.cleaned_data["calendar"]
    elif request.POST.get("draft"):
        try:
            carried = json.loads(request.POST["draft"])
            policy, code = policies.read(carried["policy"]), str(carried["calendar"])
        except (ValueError, TypeError, KeyError):
            return None, [_("This draft cannot be read any more: go back to its form.")]
    else:
        return None, []
    return Draft(policy, code, json.dumps({"policy": policies.written(policy), "calendar": code})), []


def _try(form: TrialForm, book: list[PolicyView], hours: dict[str, HoursView], draft: Draft | None) -> dict[str, Any]:
    told = form.cleaned_data
    chosen = [one for one in book if str(one.id) == told["policy"]] if told["policy"] else book
    tried_on = [(draft.policy, draft.calendar)] if draft else [(one.policy, one.calendar) for one in chosen]
    if draft or told["policy"]:  # tried whatever it is for
        tried_on = [(Policy(**{**one.__dict__, "when": {}}), code) for one, code in tried_on]
    traits = Traits(
        queue=told["queue"],
        channel=told["channel"],
        market=told["market"],
        category=told["category"],
        priority=told["priority"],
    )
    first = policies.first_fit([one for one, _code in tried_on], traits)
    if first is None:
        raise Problems({"policy": _("No policy fits this work.")})
    shown = hours.get(tried_on[first][1])
    zone = ZoneInfo(shown.calendar.zone) if shown else ZoneInfo("UTC")
    events, lines = typing_in.events(told["timeline"], today=now().astimezone(zone).date())
    wrong: dict[str, str] = {}
    entries = reading.timeline(events, zone, wrong)
    if wrong or not entries:
        raise Problems({f"timeline {n}": _in_line(where, why, lines) for n, (where, why) in enumerate(wrong.items())})
    trial = Trial(
        policies=[one for one, _code in tried_on],
        traits=traits,
        entries=entries,
        until=entries[-1].at,
        calendars=[_hours(hours[code]) if code in hours else None for _policy, code in tried_on],
    )
    return _shown(tried(trial), trial, zone)


def _in_line(where: str, why: str, lines: list[int]) -> str:
    number = where.partition("[")[2].partition("]")[0]
    if not number:
        return why
    return _("Line %(n)s: %(why)s") % {"n": lines[int(number)], "why": why}


def _shown(outcome: Outcome, trial: Trial, zone: ZoneInfo) -> dict[str, Any]:
    """The clocks with their strips. A strip goes from the first event to the last, or to a due time soon after."""
    start = trial.entries[0].at
    ends = [trial.until, *(one.due_at for one in outcome.clocks if one.due_at and one.phase == "running")]
    end = max(start + timedelta(minutes=1), min(max(ends), trial.until + max(trial.until - start, timedelta(hours=1))))

    def x(at: datetime) -> int:
        return round(STRIP * min(1.0, max(0.0, (at - start) / (end - start))))

    rows = [
        {
            "name": wording.METRICS[one.metric],
            "cycle": one.cycle if sum(other.metric is one.metric for other in outcome.clocks) > 1 else 0,
            "phase": wording.PHASES[one.phase],
            "started": one.started_at.astimezone(zone),
            "due": one.due_at.astimezone(zone) if one.due_at else None,
            "ended": one.ended_at.astimezone(zone) if one.ended_at else None,
            "minutes": wording.minutes(one.minutes),
            "target": wording.minutes(one.target.minutes) if one.target.minutes else "",
            "business": one.target.business,
            "warned": one.warned_at.astimezone(zone) if one.warned_at else None,
            "breached": one.breached_at.astimezone(zone) if one.breached_at else None,
            "steps": [(at.astimezone(zone), to) for at, to in one.steps],
            "bars": [{"x": x(begun), "width": max(3, x(ended) - x(begun))} for begun, ended in one.stretches],
            "mark": x(one.due_at) if one.due_at and one.due_at <= end else None,
        }
        for one in outcome.clocks
    ]
    return {
        "rows": rows,
        "policies": outcome.policies,
        "zone": zone.key,
        "ticks": sorted({x(e.at) for e in trial.entries}),
    }


def _line(one: PolicyView) -> dict[str, Any]:
    """A policy as the list shows it."""
    return {
        "view": one,
        "when": [
            (wording.DIMENSIONS[dimension], ", ".join(sorted(values))) for dimension, values in one.policy.when.items()
        ],
        "targets": [
            (
                wording.METRICS[metric],
                [
                    (wording.PRIORITIES[p], wording.minutes(of[p]), p in one.policy.business)
                    for p in Priority
                    if p in of
                ],
            )
            for metric, of in one.policy.targets.items()
            if of
        ],
    }


def _hours(one: HoursView) -> BusinessCalendar:
    row = one.calendar
    return parse(zone=row.zone, slots=row.slots, holidays=[date.fromisoformat(day) for day in row.holidays])


def _dues(policy: Policy, code: str) -> dict[str, Any]:
    """When clocks that started now would be due."""
    found = next((one for one in queries.calendars() if one.calendar.code == code), None)
    hours, zone = (_hours(found), found.calendar.zone) if found else (None, "UTC")

    def due(metric: Metric, priority: Priority) -> datetime | None:
        target = policy.target(metric, priority)
        if target.minutes is None:
            return None
        try:
            at = add(hours if target.business else None, now(), timedelta(minutes=target.minutes))
        except NeverOpen:
            return None
        return at.astimezone(ZoneInfo(zone))

    rows = [(wording.METRICS[metric], [due(metric, priority) for priority in Priority]) for metric in Metric]
    return {"rows": rows, "zone": zone, "all": not policy.when}


def _weeks(form: CalendarForm) -> dict[str, Any] | None:
    """The next fourteen days of a calendar that is being written."""
    told, at = form.cleaned_data, now()
    try:
        days, _to = actions.followed(told["ical"], zone=told["zone"], now=at)
        hours = parse(zone=told["zone"], slots=form.slots, holidays={*form.listed, *days})
    except Invalid as refusal:
        _tell(form, refusal)
        return None
    except BadCalendar as error:
        form.add_error(None, str(error))
        return None
    today = at.astimezone(hours.zone).date()
    shown = []
    for n in range(14):
        day = today + timedelta(days=n)
        begins = datetime(day.year, day.month, day.day, tzinfo=hours.zone)
        ends = begins + timedelta(days=1)
        stretches = [
            (opened.astimezone(hours.zone), min(closed, ends).astimezone(hours.zone))
            for opened, closed in open_stretches(hours, begins, until=ends)
        ]
        shut = day in hours.holidays
        name = days.get(day, "") or (_("Holiday") if shut else "")
        shown.append({"day": day, "stretches": stretches, "holiday": name})
    year = date(today.year, 12, 31)
    left = []
    if told["ical"].strip():
        left = list(holidays.read_ical(told["ical"], first=today, last=year, zone=hours.zone).left_out)
    total = between(hours, at, at + timedelta(days=7)) / timedelta(minutes=1)
    return {
        "days": shown,
        "week": wording.minutes(total),
        "this_year": sum(today <= one <= year for one in hours.holidays),
        "left_out": left,
    }


def _tell(form: Any, refusal: Refusal) -> None:
    """Say a refusal on the form, at its field where it has one."""
    said: Iterable[tuple[str, str]] = refusal.fields.items() or [("", refusal.message)]
    for field, words in said:
        form.add_error(field if field in form.fields else None, _(words))
