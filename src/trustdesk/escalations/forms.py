"""What the pages of hand-overs send."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    team = forms.CharField(max_length=50, label=_("Team"))
    severity = forms.CharField(max_length=50, label=_("How urgent"))
    reason = forms.CharField(max_length=4000, label=_("What you ask"))


class WordsForm(forms.Form):
    text = forms.CharField(max_length=4000, label=_("Your words"))


class PromiseForm(forms.Form):
    until = forms.DateField(required=False, label=_("Until"))
    text = forms.CharField(max_length=200, required=False, label=_("What was promised"))


class LevelForm(forms.Form):
    team = forms.CharField(max_length=50, label=_("Team"))
    above = forms.CharField(max_length=50, required=False, label=_("Next level"))
    accept_after = forms.IntegerField(min_value=0, label=_("Minutes after the deadline to accept"))
    answer_after = forms.IntegerField(min_value=0, label=_("Minutes after the deadline to answer"))


class OutsideForm(forms.Form):
    code = forms.CharField(max_length=50, required=False)
    name = forms.CharField(max_length=80, label=_("Name"))
    address = forms.EmailField(max_length=254, label=_("E-mail address"))
    language = forms.CharField(max_length=12, label=_("Language"))
    allowed = forms.BooleanField(required=False)


class AreaForm(forms.Form):
    code = forms.CharField(max_length=50, required=False)
    name = forms.CharField(max_length=60, label=_("Name"))


class DeadlineForm(forms.Form):
    accept_minutes = forms.IntegerField(min_value=1, label=_("Accepted within (minutes)"))
    answer_minutes = forms.IntegerField(min_value=1, label=_("Answered within (minutes)"))
