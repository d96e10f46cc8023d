"""What the pages of appeals send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.appeals.rules import BODY_RESULTS, FIRST_OUTCOMES, LONGEST_PAUSE_DAYS, OUTCOMES
from trustdesk.decisions.actions import Ground


class Clause(forms.CharField):
    """A clause as `policy:version:clause`, as the list of clauses names it."""

    def __init__(self) -> None:
        super().__init__(max_length=200, required=False, label=_("Clause"))

    def to_python(self, value: Any) -> tuple[Ground, ...]:  # type: ignore[override]
        given = super().to_python(value)
        if not given:
            return ()
        policy, version, clause = [*given.split(":"), "", ""][:3]
        if not version.isdecimal():
            raise forms.ValidationError(_("Choose a clause from the list."))
        return (Ground(policy=policy, version=int(version), clause=clause),)


class FirstForm(forms.Form):
    outcome = forms.ChoiceField(choices=[(one, one) for one in FIRST_OUTCOMES], label=_("What you would decide"))
    reason = forms.CharField(max_length=4000, label=_("Why"))


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(choices=[(one, one) for one in OUTCOMES], label=_("What becomes of the decision"))
    reasons = forms.CharField(max_length=1000, label=_("Your reasons"))
    rationale = forms.CharField(max_length=4000, required=False, label=_("For colleagues"))
    unfounded = forms.BooleanField(required=False, label=_("Without any ground"))
    keep = forms.CharField(max_length=20, required=False, label=_("What stays"))
    days = forms.IntegerField(min_value=1, max_value=3650, required=False, label=_("For how many days"))
    # Of a notifier who was right:
    clauses = Clause()
    version = forms.IntegerField(min_value=1, required=False)
    author_note = forms.CharField(max_length=1000, required=False, label=_("A sentence for who posted it"))


class LetterForm(forms.Form):
    keep = forms.CharField(max_length=20)
    days = forms.IntegerField(min_value=1, max_value=3650, required=False)
    clauses = Clause()
    author_note = forms.CharField(max_length=1000, required=False)


class AskForm(forms.Form):
    text = forms.CharField(max_length=4000, label=_("What you ask"))
    days = forms.IntegerField(min_value=1, max_value=30, label=_("Days to wait"))


class ReferForm(forms.Form):
    body = forms.CharField(max_length=200, label=_("Body"))
    case_ref = forms.CharField(max_length=100, label=_("Number of the case"))
    received_on = forms.DateField(label=_("Received on"))


class ConcludeForm(forms.Form):
    result = forms.ChoiceField(choices=[(one, one) for one in BODY_RESULTS], label=_("What the body found"))
    words = forms.CharField(max_length=4000, required=False, label=_("In its words"))


class PauseForm(forms.Form):
    gravity = forms.CharField(max_length=2000, label=_("What harm it did"))
    days = forms.IntegerField(min_value=1, max_value=LONGEST_PAUSE_DAYS, label=_("For how many days"))
