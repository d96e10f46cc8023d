"""What the pages of chats send."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _


class HandForm(forms.Form):
    """To whom: `staff:…` or `team:…`."""

    to = forms.CharField(max_length=50, label=_("To whom"))
    note = forms.CharField(max_length=4_000, required=False, label=_("What they should know"))
    to_team = False

    def clean_to(self) -> UUID:
        kind, _colon, named = str(self.cleaned_data["to"]).partition(":")
        try:
            found = UUID(named)
        except ValueError:
            raise forms.ValidationError(_("Choose somebody.")) from None
        self.to_team = kind == "team"
        return found
