"""What the pages of triggers send."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.macros.queries import STEPS
from trustdesk.macros.queries import shared as shared_macros
from trustdesk.triggers.queries import (
    EVENTS,
    MOST_DAYS,
    MOST_NAME,
    MOST_STEPS,
    OWN_STEPS,
    WAITS_IN,
    Doing,
    VersionView,
    Written,
)

BLANK_ROWS = 2  # for steps to come, below those there are
BY_NAME = ("reply", "macro")  # steps whose value is a saved reply: the page says its name


class TryForm(forms.Form):
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=7, label=_("Days of the past"))


class MoveForm(forms.Form):
    up = forms.BooleanField(required=False)


class PutForm(forms.Form):
    number = forms.IntegerField(min_value=1)


class ConditionForm(forms.Form):
    condition = forms.CharField(required=False, strip=False)


class TriggerForm(forms.Form):
    """A trigger: what it waits for, its condition, its steps row by row."""

    name = forms.CharField(max_length=MOST_NAME, label=_("Name"), help_text=_("Cases say that it was this one."))
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    event = forms.ChoiceField(label=_("When"))
    status = forms.ChoiceField(required=False, label=_("Status it has kept"))
    hours = forms.IntegerField(required=False, min_value=1, label=_("For so many hours"))
    condition = forms.CharField(
        required=False,
        label=_("And this holds"),
        help_text=_("In the language of policies; empty: always. Names stand beside this form."),
        widget=forms.Textarea(
            attrs={"rows": 5, "class": "mono", "spellcheck": "false", "autocapitalize": "off", "dir": "ltr"}
        ),
    )

    def __init__(self, *given: Any, known: VersionView | None = None, **named: Any) -> None:
        self.replies = {str(one.id): one.name for one in shared_macros()}
        if known is not None:
            named["initial"] = self._initial(known)
        super().__init__(*given, **named)
        self.fields["event"].choices = [(code, _now(words)) for code, words in EVENTS.items()]  # type: ignore[attr-defined]
        waits = [("", "–"), *((code, _now(words)) for code, words in WAITS_IN.items())]
        self.fields["status"].choices = waits  # type: ignore[attr-defined]
        rows = min(MOST_STEPS, (len(known.steps) if known else 0) + BLANK_ROWS)
        self.rows = [(f"do_{n}", f"value_{n}") for n in range(MOST_STEPS if self.is_bound else rows)]
        choices = [("", _("nothing")), *((code, _now(kind.words)) for code, kind in STEPS.items())]
        choices += [(code, _now(words)) for code, (words, _how) in OWN_STEPS.items()]
        for do, value in self.rows:
            self.fields[do] = forms.ChoiceField(required=False, choices=choices, label=_("Step"))
            self.fields[value] = forms.CharField(
                required=False,
                max_length=8_000,
                label=_("With"),
                widget=forms.TextInput(attrs={"list": "known-values"}),
            )

    def steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of steps to be shown: those with something in them and some blank ones."""
        shown = [(self[do], self[value]) for do, value in self.rows]
        if not self.is_bound:
            return shown
        filled = max((n for n, pair in enumerate(shown, 1) if pair[0].value() or pair[1].value()), default=0)
        return shown[: min(MOST_STEPS, filled + BLANK_ROWS)]

    def written(self) -> Written:
        data = self.cleaned_data
        return Written(
            name=data["name"],
            event=data["event"],
            condition=data["condition"].replace("\r\n", "\n"),
            status=data["status"],
            hours=data["hours"] or 0,
            steps=[step for _n, step in self._filled()],
        )

    def blame(self, fields: Mapping[str, str]) -> None:
        """Say what is wrong beside the field it is about."""
        filled = self._filled()
        for name, said in fields.items():
            where: str | None = name
            if name.startswith("steps["):
                where = f"value_{filled[int(name[6:-1])][0]}"
            self.add_error(where if where in self.fields else None, _now(said))

    def _filled(self) -> list[tuple[int, Doing]]:
        """Steps with the number of their row; a saved reply by its name becomes its id."""
        data = self.cleaned_data
        ids = {name: code for code, name in self.replies.items()}
        return [
            (n, Doing(data[do], ids.get(told, told) if data[do] in BY_NAME else told))
            for n, (do, value) in enumerate(self.rows)
            if (told := data.get(value, "").strip()) or data.get(do)
        ]

    def _initial(self, known: VersionView) -> dict[str, Any]:
        found: dict[str, Any] = {"name": known.name, "number": known.number, "event": known.event}
        found |= {"status": known.status, "hours": known.hours or None, "condition": known.condition}
        for n, step in enumerate(known.steps):
            value = self.replies.get(step.value, step.value) if step.do in BY_NAME else step.value
            found |= {f"do_{n}": step.do, f"value_{n}": value}
        return found
