from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.console.wording import Names, labels
from trustdesk.kernel.people.queries import StaffView
from trustdesk.kernel.work.queries import CalendarView, QueueView
from trustdesk.kernel.work.rules.conditions import Condition, Values
from trustdesk.review.queries import DIMENSIONS

MINUTES = {"minutes": 1, "hours": 60, "days": 1440}


class QueueForm(forms.Form):
    """What a queue is called, takes and promises. Each dimension: any, only the ticked, or all but the ticked."""

    name = forms.CharField(label=_("Name"), max_length=80)
    amount = forms.IntegerField(label=_("Decided within"), min_value=1, max_value=9999, required=False)
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
        required=False,
        initial="hours",
    )
    calendar = forms.ChoiceField(label=_("Counted"), required=False)
    lease = forms.IntegerField(
        label=_("Minutes an item stays with someone who gives no sign"), min_value=1, max_value=480, initial=15
    )
    batch_question = forms.CharField(
        label=_("One question about every item"),
        max_length=200,
        required=False,
        help_text=_("Then twenty can be decided at a time, on a grid of cards. Empty: one by one."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: Names, calendars: Iterable[CalendarView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["calendar"].choices = [("", _now("day and night")), *((c.code, c.name) for c in calendars)]
        self.titles = labels()
        for dimension in DIMENSIONS:
            fields[f"{dimension}_way"] = forms.ChoiceField(
                label=self.titles[dimension],
                choices=[("", _now("Any")), ("in", _now("Only")), ("not", _now("All but"))],
                required=False,
            )
            fields[dimension] = forms.MultipleChoiceField(
                label=self.titles[dimension],
                choices=list(known[dimension].items()),
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def dimensions(self) -> list[tuple[str, Any, Any]]:
        """Label, way and values of each dimension, for the template."""
        return [(self.titles[one], self[f"{one}_way"], self[one]) for one in DIMENSIONS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for dimension in DIMENSIONS:
            if cleaned.get(f"{dimension}_way") and not cleaned.get(dimension):
                self.add_error(dimension, _now("Tick at least one, or choose “Any”."))
            if cleaned.get(dimension) and not cleaned.get(f"{dimension}_way"):
                self.add_error(dimension, _now("Choose “Only” or “All but”, or tick none."))
        if cleaned.get("calendar") and not cleaned.get("amount"):
            self.add_error("amount", _now("Give a time."))
        return cleaned

    def condition(self) -> Condition:
        told = self.cleaned_data
        return {
            dimension: Values(frozenset(told[dimension]), others=told[f"{dimension}_way"] == "not")
            for dimension in DIMENSIONS
            if told[f"{dimension}_way"]
        }

    def target(self) -> dict[str, Any]:
        told = self.cleaned_data
        minutes = told["amount"] * MINUTES[told["unit"] or "minutes"] if told["amount"] else None
        return {
            "target_minutes": minutes,
            "target_business": bool(told["calendar"]),
            "calendar": told["calendar"] or None,
        }

    def code(self) -> str:
        """A code for a new queue: its name in small letters."""
        return slugify(self.cleaned_data["name"])[:50]

    @staticmethod
    def initial_of(queue: QueueView) -> dict[str, Any]:
        amount, unit = in_unit(queue.target_minutes)
        found: dict[str, Any] = {
            "name": queue.name,
            "amount": amount,
            "unit": unit,
            "calendar": queue.calendar if queue.target_business else "",
            "lease": max(1, queue.lease_seconds // 60),
            "batch_question": queue.batch_question,
            "version": queue.version,
        }
        for dimension, values in (queue.condition or {}).items():
            found[dimension] = sorted(values.named)
            found[f"{dimension}_way"] = "not" if values.others else "in"
        return found


def in_unit(minutes: int | None) -> tuple[int | None, str]:
    """Minutes in the largest unit that divides them: 120 is (2, "hours")."""
    if minutes is None:
        return None, "hours"
    unit = next(unit for unit in ("days", "hours", "minutes") if minutes % MINUTES[unit] == 0)
    return minutes // MINUTES[unit], unit


class NamedForm(forms.Form):
    """Who works on a queue."""

    people = forms.MultipleChoiceField(label=_("People"), widget=forms.CheckboxSelectMultiple, required=False)
    teams = forms.MultipleChoiceField(label=_("Teams"), widget=forms.CheckboxSelectMultiple, required=False)
    second_people = forms.MultipleChoiceField(
        label=_("People, as a second queue"), widget=forms.CheckboxSelectMultiple, required=False
    )
    second_teams = forms.MultipleChoiceField(
        label=_("Teams, as a second queue"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, staff: Iterable[StaffView], teams: Iterable[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["people"].choices = fields["second_people"].choices = [(str(one.id), one.name) for one in staff]
        fields["teams"].choices = fields["second_teams"].choices = [(str(pk), name) for pk, name in teams]
