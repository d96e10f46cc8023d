"""What leads write of policies and calendars, and a timeline as one types it."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.clocks import wording
from trustdesk.clocks.queries import HoursView
from trustdesk.clocks.rules import policies
from trustdesk.clocks.rules.metrics import Metric
from trustdesk.clocks.rules.policies import DIMENSIONS, LONGEST, MOST_STEPS, Policy, Priority, Problems

_AMOUNT = re.compile(r"(\d{1,6})\s*(m|min|h|d)?", re.IGNORECASE)
_UNITS = {"m": 1, "min": 1, "h": 60, "d": 1440}
_SLOT = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_STEP = re.compile(r"(\d{1,6})\s*(m|min|h|d)?\s+(.+)", re.IGNORECASE)


class PolicyForm(forms.Form):
    """A clock policy: which work it is for, and its targets by metric and priority."""

    name = forms.CharField(label=_("Name"), max_length=80)
    calendar = forms.ChoiceField(label=_("Open hours"), required=False)
    business = forms.MultipleChoiceField(
        label=_("Only open hours count for"),
        choices=list(wording.PRIORITIES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    resolution_pauses = forms.MultipleChoiceField(
        label=_("The resolution pauses while"),
        choices=[("pending", _("we wait for the requester")), ("on_hold", _("another team has it"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    warn_minutes = forms.IntegerField(
        label=_("Warn so many minutes before"), min_value=0, max_value=LONGEST, initial=policies.WARN
    )
    steps = forms.CharField(
        label=_("Who is told after a breach"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "0 team lead\n60 head of desk", "translate": "no"}),
        required=False,
        max_length=1000,
        help_text=_("One a line: minutes after the breach, then who. While the clock still runs, each is told once."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, calendars: Iterable[HoursView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["calendar"].choices = [
            ("", _now("day and night")),
            *((one.calendar.code, one.calendar.name) for one in calendars),
        ]
        for dimension in DIMENSIONS:
            fields[f"when_{dimension}"] = forms.CharField(
                label=wording.DIMENSIONS[dimension], required=False, max_length=400
            )
        for metric in Metric:
            for priority in Priority:
                fields[f"{metric}_{priority}"] = forms.CharField(
                    label=f"{wording.METRICS[metric]}, {wording.PRIORITIES[priority]}", required=False, max_length=12
                )

    def conditions(self) -> list[Any]:
        return [self[f"when_{dimension}"] for dimension in DIMENSIONS]

    def grid(self) -> list[tuple[Any, list[Any]]]:
        """Each metric with its cells by priority."""
        return [(wording.METRICS[metric], [self[f"{metric}_{priority}"] for priority in Priority]) for metric in Metric]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        targets: dict[str, dict[str, int]] = {}
        for metric in Metric:
            for priority in Priority:
                told = cleaned.get(f"{metric}_{priority}", "").strip()
                found = _AMOUNT.fullmatch(told)
                if told and not found:
                    self.add_error(f"{metric}_{priority}", _now("Write 30, 8h or 2d."))
                elif found:
                    amount = int(found[1]) * _UNITS[(found[2] or "m").lower()]
                    targets.setdefault(metric, {})[priority] = amount
        raw = {
            "name": cleaned.get("name", "?"),
            "when": {one: _words(cleaned.get(f"when_{one}", "")) for one in DIMENSIONS},
            "targets": targets,
            "business": cleaned.get("business", []),
            "resolution_pauses": cleaned.get("resolution_pauses", []),
            "warn_minutes": cleaned.get("warn_minutes", policies.WARN),
            "steps": self._steps(cleaned.get("steps", "")),
        }
        if cleaned.get("business") and not cleaned.get("calendar"):
            self.add_error("calendar", _now("Choose whose open hours count."))
        try:
            self.policy: Policy = policies.read(raw)
        except Problems as problems:
            for where, why in problems.fields.items():
                self.add_error(self._field(where), why)
        return cleaned

    def _field(self, where: str) -> str | None:
        parts = where.removeprefix("policy.").split(".")
        name = {"when": "when_", "targets": ""}.get(parts[0], parts[0].partition("[")[0])
        if parts[0] in {"when", "targets"}:
            name += "_".join(parts[1:])
        return name if name in self.fields else None

    def _steps(self, text: str) -> list[dict[str, Any]]:
        found = []
        for line in filter(None, map(str.strip, text.splitlines())):
            step = _STEP.fullmatch(line)
            if step is None:
                self.add_error("steps", _now("“%(line)s”: write minutes, then who.") % {"line": line[:60]})
                continue
            minutes = int(step[1]) * _UNITS[(step[2] or "m").lower()]
            found.append({"after_minutes": minutes, "to": step[3].strip()})
        return found[: MOST_STEPS + 1]

    @staticmethod
    def initial_of(policy: Policy, calendar: str, version: int) -> dict[str, Any]:
        found: dict[str, Any] = {
            "name": policy.name,
            "calendar": calendar,
            "business": sorted(policy.business),
            "resolution_pauses": sorted(policy.resolution_pauses),
            "warn_minutes": policy.warn_minutes,
            "steps": "\n".join(f"{step.after_minutes} {step.to}" for step in policy.steps),
            "version": version,
        }
        found |= {f"when_{one}": ", ".join(sorted(values)) for one, values in policy.when.items()}
        for metric, of in policy.targets.items():
            found |= {f"{metric}_{priority}": _amount(minutes) for priority, minutes in of.items()}
        return found


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _amount(minutes: int) -> str:
    """Minutes as one types them: 480 is “8h”."""
    if minutes % 1440 == 0:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else str(minutes)


class CalendarForm(forms.Form):
    """Open hours: a zone, slots by weekday, holidays."""

    name = forms.CharField(label=_("Name"), max_length=80)
    zone = forms.CharField(
        label=_("Time zone"), max_length=64, initial="Asia/Jakarta", help_text=_("As in Asia/Jakarta or Europe/Berlin.")
    )
    holidays = forms.CharField(
        label=_("Holidays"),
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-25"}),
        required=False,
        max_length=20_000,
        help_text=_("One day a line."),
    )
    ical = forms.CharField(
        label=_("Holidays from a calendar file (iCal)"),
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "BEGIN:VCALENDAR …"}),
        required=False,
        max_length=1_000_000,
        help_text=_("Paste the file. Days that come back each year are followed; part of a day is no holiday."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for day, word in wording.DAYS.items():
            fields[day] = forms.CharField(
                label=word,
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": "09:00–12:00, 13:00–17:00"}),
            )

    def week(self) -> list[Any]:
        return [self[day] for day in wording.DAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.slots: dict[str, list[list[str]]] = {}
        for day in wording.DAYS:
            for part in filter(None, (one.strip() for one in cleaned.get(day, "").split(","))):
                slot = _SLOT.fullmatch(part)
                if slot is None:
                    self.add_error(day, _now("“%(part)s”: write 09:00–17:00.") % {"part": part[:20]})
                else:
                    self.slots.setdefault(day, []).append([slot[1], slot[2]])
        self.listed: list[date] = []
        for line in filter(None, map(str.strip, cleaned.get("holidays", "").splitlines())):
            try:
                self.listed.append(date.fromisoformat(line))
            except ValueError:
                self.add_error("holidays", _now("“%(line)s” is no day; write 2026-12-25.") % {"line": line[:20]})
        return cleaned

    def code(self) -> str:
        """A code for a new calendar: its name in small letters."""
        return slugify(self.cleaned_data["name"])[:50]

    @staticmethod
    def initial_of(hours: HoursView) -> dict[str, Any]:
        one = hours.calendar
        found: dict[str, Any] = {
            "name": one.name,
            "zone": one.zone,
            "holidays": "\n".join(day.isoformat() for day in hours.listed),
            "ical": hours.ical,
            "version": one.version,
        }
        return found | {day: ", ".join("–".join(slot) for slot in of) for day, of in one.slots.items()}


class TrialForm(forms.Form):
    """A timeline to try a policy on, one event a line."""

    policy = forms.ChoiceField(label=_("Policy"), required=False)
    channel = forms.CharField(label=_("Channel"), max_length=40, required=False)
    queue = forms.CharField(label=_("Queue"), max_length=50, required=False)
    market = forms.CharField(label=_("Market"), max_length=12, required=False)
    category = forms.CharField(label=_("Category"), max_length=80, required=False)
    priority = forms.ChoiceField(label=_("Priority"), choices=list(wording.PRIORITIES.items()), initial="normal")
    timeline = forms.CharField(
        label=_("What happens"),
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false", "translate": "no"}),
        max_length=50_000,
        help_text=_(
            "One event a line: a time (with its day where that changes), then opened, message (of the requester), reply, bot, "
            "note, status, priority or resolved; after it a new status (open, pending, on_hold, resolved, closed) or priority."
        ),
    )

    def __init__(self, *args: Any, named: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["policy"].choices = [("", _now("the first that fits")), *named]
