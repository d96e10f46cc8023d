"""What people type about surveys."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.surveys import rules


class AskingForm(forms.Form):
    """When people are asked."""

    on = forms.BooleanField(required=False, label=_("Ask people how they were helped"))
    after_hours = forms.IntegerField(
        min_value=0, max_value=rules.MOST_HOURS, label=_("Hours after their case was resolved")
    )
    rest_days = forms.IntegerField(
        min_value=1, max_value=rules.MOST_DAYS, label=_("Nobody is asked twice within so many days")
    )
