"""What the pages of side conversations send."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OpenForm(forms.Form):
    department = forms.CharField(max_length=50, required=False, label=_("Department"))
    address = forms.CharField(max_length=254, required=False, label=_("E-mail address"))
    subject = forms.CharField(max_length=150, label=_("Subject"))
    text = forms.CharField(max_length=10_000, label=_("Your words"))


class WordsForm(forms.Form):
    text = forms.CharField(max_length=10_000, label=_("Your words"))


class DepartmentForm(forms.Form):
    code = forms.CharField(max_length=50, required=False)
    name = forms.CharField(max_length=80, label=_("Name"))
    address = forms.CharField(max_length=254, label=_("E-mail address"))
    language = forms.CharField(max_length=12, label=_("Language"))
