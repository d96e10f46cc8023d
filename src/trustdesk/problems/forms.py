"""What people type about problems."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.problems import rules

STATE_WORDS = {
    "open": _("Open"),
    "known": _("Cause known"),
    "fixed": _("Fix made"),
    "watching": _("Watched"),
    "closed": _("Closed"),
}
STATE_TONES = {"open": "reject", "known": "hold", "fixed": "accent", "watching": "accent", "closed": "approve"}
KIND_WORDS = {"note": _("Internal note"), "reply": _("Public reply")}


class ChangeForm(forms.Form):
    """What is known of a problem."""

    title = forms.CharField(max_length=rules.LONGEST_TITLE, label=_("What is wrong"))
    cause = forms.CharField(
        max_length=rules.LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("Cause")
    )
    fix = forms.CharField(
        max_length=rules.LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("Fix")
    )
    words = forms.CharField(
        max_length=rules.LONGEST_WORDS,
        required=False,
        label=_("Words of such cases"),
        help_text=_("As in the box above the inbox: cases that have them are suggested, and counted as alike."),
    )
    share = forms.IntegerField(min_value=0, max_value=100, label=_("The fix holds below so many per cent of before"))
    days = forms.IntegerField(min_value=1, max_value=rules.MOST_DAYS, label=_("for so many days in a row"))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class StateForm(forms.Form):
    """How far it is."""

    state = forms.ChoiceField(choices=[(one, STATE_WORDS[one]) for one in rules.STATES], label=_("State"))
    seen = forms.ChoiceField(choices=[(one, one) for one in rules.STATES])
    fixed_at = forms.DateTimeField(required=False, label=_("Fixed when (now, if left blank)"))


class TellForm(forms.Form):
    """What all of them are told."""

    kind = forms.ChoiceField(choices=[(one, KIND_WORDS[one]) for one in rules.KINDS], label=_("As"))
    text = forms.CharField(
        max_length=rules.LONGEST_SAID, widget=forms.Textarea(attrs={"rows": 5}), label=_("What they are told")
    )
