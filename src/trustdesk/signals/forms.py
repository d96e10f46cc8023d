"""What people type about banks."""

import re
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.signals.likeness import TEXT
from trustdesk.signals.rules import FLOOD_LIMIT

LONGEST_PASTE = 1_000_000


class BankForm(forms.Form):
    """A new bank."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "known-scams", "spellcheck": "false"}),
        help_text=_('Rules name it: in_bank(item.text, "known-scams").'),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    about = forms.CharField(
        label=_("What belongs in it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SettingsForm(forms.Form):
    """How alike counts as the same, and what a flood is."""

    distance = forms.IntegerField(
        label=_("Alike up to"),
        min_value=0,
        max_value=TEXT.bits // 3,
        initial=TEXT.distance,
        help_text=_(
            "Bits of 128 in which two texts may differ; unrelated ones differ in about 64. 0: the very same only."
        ),
    )
    flood_limit = forms.IntegerField(
        label=_("Matches an hour"),
        min_value=1,
        max_value=1_000_000,
        initial=FLOOD_LIMIT,
        help_text=_("An entry that matches more often, and more than ten times its usual, is stopped."),
    )


class EntriesForm(forms.Form):
    """Texts pasted into a bank."""

    texts = forms.CharField(
        label=_("Texts"), max_length=LONGEST_PASTE, widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"})
    )
    apart = forms.ChoiceField(
        label=_("Each text is"),
        choices=[
            ("paragraph", _("a paragraph (empty lines between)")),
            ("line", _("a line")),
            ("all", _("all of it, one text")),
        ],
    )
    negative = forms.BooleanField(
        label=_("These are known to be good"), required=False, help_text=_("They keep what is like them from matching.")
    )
    why = forms.CharField(label=_("Why they belong here"), max_length=300)
    source = forms.CharField(
        label=_("Where they come from"), max_length=200, required=False, help_text=_("An item, a case, a file.")
    )
    expires = forms.DateField(label=_("They end on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def values(self) -> dict[str, Any]:
        """As `add_entries` takes them."""
        data = self.cleaned_data
        pasted = data["texts"].replace("\r\n", "\n")
        split = {"paragraph": r"\n\s*\n", "line": r"\n"}.get(data["apart"])
        day = data["expires"]
        return {
            "texts": re.split(split, pasted) if split else [pasted],
            "negative": data["negative"],
            "why": data["why"],
            "source": data["source"],
            "expires_at": datetime.combine(day, time(), UTC) if day else None,
        }


class TryForm(forms.Form):
    """A text to be looked up."""

    text = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))
