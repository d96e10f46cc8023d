from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.rules import SCOPES


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which system will call with it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(scope, format_html('<span translate="no">{}</span>', scope)) for scope in sorted(SCOPES)],
    )
    source = forms.ChoiceField(label=_("App or site it speaks for"), required=False)
    expires_at = forms.DateTimeField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: until it is revoked."),
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute, at most"), min_value=1, max_value=1_000_000, initial=6000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["source"].choices = [("", "—"), *((source.code, source.name) for source in people.sources().values())]
