"""What people type while they do a procedure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.procedures import rules

OUTCOME_WORDS = {
    "proven": _("Proven"),
    "not_proven": _("Not proven"),
    "refused": _("Refused"),
    "done": _("Done"),
}
OUTCOME_TONES = {"proven": "approve", "not_proven": "hold", "refused": "reject", "done": "approve"}
ANSWER_WORDS = {"done": _("done"), "yes": _("yes"), "no": _("no"), "skipped": _("left out")}
DOCUMENT_WORDS = {
    "id_card": _("Identity card"),
    "passport": _("Passport"),
    "licence": _("Driving licence"),
    "bill": _("Bill or bank letter"),
    "selfie": _("Photo of themselves"),
    "other": _("Something else"),
}
KIND_WORDS = {"do": _("To do"), "ask": _("Question"), "proof": _("Proof"), "end": _("End")}


class TickForm(forms.Form):
    """A step is done."""

    step = forms.CharField(max_length=40)
    answer = forms.ChoiceField(choices=[(one, ANSWER_WORDS[one]) for one in rules.ANSWERS])
    seen = forms.IntegerField(min_value=1, max_value=100_000)
    note = forms.CharField(max_length=rules.LONGEST_NOTE, required=False)
    checked = forms.BooleanField(required=False)


class SeenForm(forms.Form):
    """What was on screen when it was pressed."""

    seen = forms.IntegerField(min_value=1, max_value=100_000)
    why = forms.CharField(max_length=rules.LONGEST_NOTE, required=False)


class ProofForm(forms.Form):
    """What a document showed."""

    document = forms.ChoiceField(choices=[(one, DOCUMENT_WORDS[one]) for one in rules.DOCUMENTS])
    showed = forms.CharField(max_length=rules.LONGEST_NOTE)
    file = forms.UUIDField(required=False)
    days = forms.IntegerField(min_value=0, max_value=rules.MOST_KEEP_DAYS, required=False)


class SourceForm(forms.Form):
    """A procedure as it is written."""

    source = forms.CharField(
        max_length=rules.LONGEST_SOURCE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false"}),
        label=_("Steps"),
    )
    number = forms.IntegerField(min_value=0, max_value=100_000, widget=forms.HiddenInput)
