"""Which days a report is on."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DaysForm(forms.Form):
    """Both days included."""

    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"))
