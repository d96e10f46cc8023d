"""What the pages of calls send."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings as desk
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.calls.actions import LineSettings
from trustdesk.calls.queries import LineView
from trustdesk.calls.rules import LONGEST_BACK_NOTE, LONGEST_NOTE, LONGEST_WISH
from trustdesk.kernel.people.queries import markets
from trustdesk.kernel.work.queries import queues

OUTCOME_WORDS = {
    "reached": _("Reached"),
    "no_answer": _("No answer"),
    "voicemail": _("Left a message"),
    "wrong_number": _("Wrong number"),
}
DIRECTION_WORDS = {"in": _("They called"), "out": _("We called")}


class _Blamed(forms.Form):
    def blame(self, fields: Mapping[str, str]) -> None:
        """Show what an action refused, beside the fields it named."""
        for name, words in fields.items():
            self.add_error(name if name in self.fields else None, _now(words))


class LineForm(_Blamed):
    """A telephone line."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)
    name = forms.CharField(max_length=80, label=_("Name"), help_text=_("What colleagues call it: Sellers, Safety."))
    region = forms.CharField(
        min_length=2,
        max_length=2,
        label=_("Country"),
        help_text=_("Two letters, such as ID: of numbers that are told without a country."),
        widget=forms.TextInput(attrs={"size": 4, "autocapitalize": "characters", "spellcheck": "false"}),
    )
    number = forms.CharField(max_length=40, label=_("Number"), widget=forms.TextInput(attrs={"inputmode": "tel"}))
    queue = forms.ChoiceField(required=False, label=_("Queue"), help_text=_("Where its cases wait."))
    market = forms.ChoiceField(required=False, label=_("Market"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    category = forms.CharField(required=False, max_length=80, label=_("Category"))
    continue_days = forms.IntegerField(
        min_value=0,
        max_value=365,
        initial=7,
        label=_("A call goes on in the caller’s open case for so many days"),
        help_text=_("Counted from the last change of the case. 0: each call is a case."),
    )

    def __init__(self, *given: Any, known: LineView | None = None, **named: Any) -> None:
        if known is not None:
            names = ("version", "name", "region", "queue", "market", "language", "category", "continue_days")
            named["initial"] = {name: getattr(known, name) for name in names} | {"number": known.shown}
        super().__init__(*given, **named)
        fields: dict[str, Any] = self.fields
        held = [(one.code, one.name) for one in queues() if "case" in one.kinds and one.code != "cases"]
        fields["queue"].choices = [("", _now("Cases")), *held]
        fields["market"].choices = [("", "–"), *((one.code, one.name) for one in markets().values())]
        fields["language"].choices = [("", "–"), *desk.LANGUAGES]

    def clean_region(self) -> str:
        return str(self.cleaned_data["region"]).upper()

    def settings(self) -> LineSettings:
        return LineSettings(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class ExtensionForm(_Blamed):
    """Whose telephone an extension is."""

    number = forms.CharField(max_length=40, label=_("Extension"))
    staff = forms.UUIDField(label=_("Who answers it"))


class LogForm(_Blamed):
    """A call written down by hand."""

    direction = forms.ChoiceField(choices=list(DIRECTION_WORDS.items()), label=_("Who called"))
    outcome = forms.ChoiceField(choices=list(OUTCOME_WORDS.items()), label=_("What came of it"))
    minutes = forms.IntegerField(min_value=0, max_value=720, initial=0, label=_("How long, in minutes"))
    number = forms.CharField(
        max_length=40, required=False, label=_("Number"), widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        label=_("What was said (a note)"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BackForm(_Blamed):
    """Somebody is to be called back; the time is that of whoever notes it."""

    number = forms.CharField(max_length=40, label=_("Number"), widget=forms.TextInput(attrs={"inputmode": "tel"}))
    from_at = forms.DateTimeField(
        required=False,
        label=_("Not before"),
        help_text=_("In your time. Blank: in the next four hours of their day."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    until_at = forms.DateTimeField(
        required=False, label=_("By"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    wish = forms.CharField(max_length=LONGEST_WISH, required=False, label=_("What about"))


class TriedForm(_Blamed):
    """What came of calling back."""

    outcome = forms.ChoiceField(choices=list(OUTCOME_WORDS.items()), label=_("What came of it"))
    note = forms.CharField(
        max_length=LONGEST_BACK_NOTE,
        required=False,
        label=_("What was said (a note)"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CancelForm(_Blamed):
    """Why nobody is to call back."""

    why = forms.CharField(max_length=LONGEST_WISH, label=_("Why is it not needed?"))
