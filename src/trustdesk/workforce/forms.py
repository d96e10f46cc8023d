from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from trustdesk.workforce.rules import LIMITS, LONGEST_WRAP_UP, MOST_AT_ONCE
from trustdesk.workforce.wording import channel_word


class StateForm(forms.Form):
    """A change of one's own state: `to` is a state, or `aux:lunch`."""

    to = forms.CharField(max_length=60)
    note = forms.CharField(max_length=200, required=False)
    expected = forms.IntegerField(min_value=0, required=False)
    at_once = forms.BooleanField(required=False)

    def wish(self) -> dict[str, Any]:
        state, _colon, reason = self.cleaned_data["to"].partition(":")
        return {
            "state": state,
            "reason": reason,
            "note": self.cleaned_data["note"],
            "expected": self.cleaned_data["expected"],
            "at_once": self.cleaned_data["at_once"],
        }


class AuxCodeForm(forms.Form):
    """A reason for being away."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z][a-z0-9_-]*$", _("Small letters, digits, - and _ only."))],
        help_text=_("Short and lasting: reports name it."),
    )
    label_en = forms.CharField(label=_("Name in English"), max_length=40)
    label_id = forms.CharField(label=_("Name in Indonesian"), max_length=40, required=False)
    paid = forms.BooleanField(label=_("Paid time"), required=False, initial=True)
    productive = forms.BooleanField(
        label=_("Counts as work"), required=False, help_text=_("Training and meetings do, breaks do not.")
    )
    longest_minutes = forms.IntegerField(
        label=_("Usually at most, in minutes"),
        min_value=1,
        max_value=720,
        required=False,
        help_text=_("Longer is shown to the person, and stops nothing."),
    )
    needs_note = forms.BooleanField(label=_("Asks what it is for"), required=False)
    place = forms.IntegerField(label=_("Place in the menu"), min_value=1, max_value=999, initial=50)
    retired = forms.BooleanField(label=_("No longer offered"), required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if new:
            del fields["retired"]
        else:
            fields["code"].disabled = True

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        labels = {"en": data.pop("label_en"), "id": data.pop("label_id")}
        return {"retired": False, **data, "labels": labels}


class CapacityForm(forms.Form):
    """How much of a channel, for whom: "", `team:…` or `staff:…`."""

    whom = forms.ChoiceField(label=_("For whom"), required=False)
    channel = forms.ChoiceField(label=_("Channel"))
    at_once = forms.IntegerField(
        label=_("At once"),
        min_value=0,
        max_value=MOST_AT_ONCE,
        required=False,
        help_text=_("Nothing: any number. 0: none."),
    )
    wrap_up_seconds = forms.IntegerField(
        label=_("Wrap-up after it, in seconds"),
        min_value=0,
        max_value=LONGEST_WRAP_UP,
        initial=0,
        help_text=_("At most so long; one ends it by hand before. 0: none."),
    )

    def __init__(self, *args: Any, whom: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["whom"].choices = whom
        fields["channel"].choices = [(one, channel_word(one)) for one in LIMITS]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        kind, _colon, named = data.pop("whom").partition(":")
        return {
            **data,
            "team": UUID(named) if kind == "team" else None,
            "staff": UUID(named) if kind == "staff" else None,
        }
