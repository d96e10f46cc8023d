"""What people type about customers."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.customers import rules

CONTACT_WORDS = {
    "address": _("E-mail address"),
    "phone": _("Telephone number"),
    "name": _("Another name"),
    "account": _("Platform account"),
}
CONSENT_WORDS = {"surveys": _("Surveys"), "calls": _("Being called"), "newsletters": _("Newsletters")}
HOW_WORDS = {
    "mail": _("by e-mail"),
    "phone": _("on the telephone"),
    "chat": _("in a chat"),
    "form": _("by the form"),
    "person": _("in person"),
    "link": _("by the link of a letter"),
    "platform": _("on the platform"),
}


class ChangeForm(forms.Form):
    """What they are called, how they like to be written to."""

    name = forms.CharField(max_length=rules.LONGEST_NAME, required=False, label=_("Name"))
    language = forms.CharField(max_length=12, required=False, label=_("Language"))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """A way to reach them."""

    kind = forms.ChoiceField(choices=[(one, CONTACT_WORDS[one]) for one in rules.TYPED], label=_("What"))
    value = forms.CharField(max_length=rules.LONGEST_ADDRESS, label=_("Address, number or name"))


class ConsentForm(forms.Form):
    """What they allowed or withdrew."""

    what = forms.ChoiceField(choices=[(one, CONSENT_WORDS[one]) for one in rules.CONSENTS], label=_("About"))
    given = forms.ChoiceField(
        choices=[("yes", _("They allow it")), ("no", _("They withdraw it"))], label=_("What they said")
    )
    how = forms.ChoiceField(choices=[(one, HOW_WORDS[one]) for one in rules.HOWS], label=_("How they said so"))
    at = forms.DateTimeField(required=False, label=_("When (now, if left blank)"))
    said = forms.CharField(max_length=rules.LONGEST_SAID, required=False, label=_("In their words"))

    def told(self, now: datetime) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {**told, "given": told["given"] == "yes", "at": told["at"] or now}


class PromiseForm(forms.Form):
    """What the desk will do, until when."""

    text = forms.CharField(max_length=rules.LONGEST_PROMISE, label=_("What is promised"))
    due_at = forms.DateTimeField(label=_("Until"))
    staff = forms.UUIDField(required=False, label=_("Who does it"))
    case = forms.UUIDField(required=False)
