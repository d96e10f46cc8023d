"""What people type to begin a rehearsal."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.rehearsal.rules import MOST_SHADOW_DAYS, SHADOW_DAYS, parse_span


class BacktestForm(forms.Form):
    version = forms.UUIDField()
    since = forms.CharField(label=_("How far back"), max_length=8, initial="30d")

    def clean_since(self) -> timedelta:
        found = parse_span(self.cleaned_data["since"])
        if found is None:
            raise forms.ValidationError(_("Say how far back, such as 30d, 12h or 4w."))
        return found


class ShadowForm(forms.Form):
    version = forms.UUIDField()
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_SHADOW_DAYS, initial=SHADOW_DAYS)
