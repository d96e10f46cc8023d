"""What people type about banks."""

import re
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.signals import hashlists
from trustdesk.signals.hashlists import KnownHash
from trustdesk.signals.likeness import PICTURE, TEXT
from trustdesk.signals.rules import FLOOD_LIMIT

LONGEST_PASTE = 1_000_000
LONGEST_LIST = 10 * 2**20  # bytes
MOST_PICTURES = 20
ACCEPTED = "image/jpeg,image/png,image/gif,image/webp,image/avif"


class PicturesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PicturesField(forms.FileField):
    """Its value is a list of uploaded files."""

    widget = PicturesInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_PICTURES:
            raise forms.ValidationError(_("At most 20 at once."))
        return [super(PicturesField, self).clean(each, initial) for each in given]


class BankForm(forms.Form):
    """A new bank."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "known-scams", "spellcheck": "false"}),
        help_text=_('Rules name it: in_bank(item.text, "known-scams"), in_bank(item.images, "known-pictures").'),
    )
    kind = forms.ChoiceField(
        label=_("It holds"), choices=[(TEXT.code, _("texts")), (PICTURE.code, _("pictures"))], initial=TEXT.code
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
        max_value=PICTURE.bits // 3,
        help_text=_(
            "Of texts, bits of 128 in which two may differ; unrelated ones differ in about 64. Of pictures, bits of 256; "
            "31 is the usual, unrelated ones differ in about 128. 0: the very same only."
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


class PicturesForm(forms.Form):
    """Pictures and hashes for a bank of pictures."""

    pictures = PicturesField(
        label=_("Pictures"),
        required=False,
        help_text=_("Up to 20. Their hashes go into the bank; the pictures are kept so that people can compare."),
    )
    hashes = forms.CharField(
        label=_("or PDQ hashes"),
        max_length=LONGEST_PASTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("One a line, 64 hexadecimal digits; or a list in CSV (hash,quality,source) or JSON."),
    )
    list_file = forms.FileField(label=_("or a file with such a list"), required=False)
    negative = forms.BooleanField(
        label=_("These are known to be good"), required=False, help_text=_("They keep what is like them from matching.")
    )
    why = forms.CharField(label=_("Why they belong here"), max_length=300)
    source = forms.CharField(
        label=_("Where they come from"), max_length=200, required=False, help_text=_("An item, a case, a file.")
    )
    expires = forms.DateField(label=_("They end on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        listed: list[KnownHash] = []
        file = data.get("list_file")
        if file is not None and file.size > LONGEST_LIST:
            self.add_error("list_file", _("At most 10 MiB."))
            return data
        for name, text in (("hashes", data.get("hashes", "")), ("list_file", _text_of(file) if file else "")):
            try:
                listed += hashlists.read(text)
            except hashlists.BadList as error:
                self.add_error(name, str(error))
        if not self.errors and not listed and not data.get("pictures"):
            self.add_error("pictures", _("Choose pictures, or give hashes."))
        data["listed"] = listed
        return data

    def values(self) -> dict[str, Any]:
        """As `add_pictures` takes them, without the pictures, which are to be stored first."""
        data = self.cleaned_data
        day = data["expires"]
        return {
            "hashes": data["listed"],
            "negative": data["negative"],
            "why": data["why"],
            "source": data["source"],
            "expires_at": datetime.combine(day, time(), UTC) if day else None,
        }


def _text_of(file: Any) -> str:
    return str(file.read().decode("utf-8", "replace"))


class TryPictureForm(forms.Form):
    """A picture, or its hash, to be looked up."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("It is not kept."),
    )
    hash = forms.CharField(label=_("or its PDQ hash"), max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("picture") and not PICTURE.signature((data.get("hash") or "").lower()).sign:
            self.add_error("hash", _("Choose a picture, or give 64 hexadecimal digits."))
        return data


class TryForm(forms.Form):
    """A text to be looked up."""

    text = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))
