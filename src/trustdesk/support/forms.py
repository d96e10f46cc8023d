"""What the pages of cases send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.support import rules
from trustdesk.support.showing import PRIORITY_WORDS, STATUS_WORDS

BY_HAND = (("phone", _("on the phone")), ("desk", _("in another way")))


class ReplyForm(forms.Form):
    text = forms.CharField(max_length=rules.LONGEST_TEXT, label=_("Public reply"))
    seen = forms.IntegerField(min_value=0, label=_("What you have seen"))
    then_status = forms.ChoiceField(
        choices=[("", ""), *((one, STATUS_WORDS[one]) for one in rules.SETTABLE)], required=False, label=_("Status")
    )


class UseForm(forms.Form):
    macro = forms.UUIDField(label=_("Saved reply"))
    seen = forms.IntegerField(min_value=0, label=_("What you have seen"))


class NoteForm(forms.Form):
    text = forms.CharField(max_length=rules.LONGEST_TEXT, label=_("Internal note"))


class StatusForm(forms.Form):
    status = forms.ChoiceField(choices=[(one, STATUS_WORDS[one]) for one in rules.SETTABLE], label=_("Status"))


class SnoozeForm(forms.Form):
    until = forms.DateTimeField(label=_("Until"))


class EscalateForm(forms.Form):
    """A case that another team is asked about, with what was gathered for it."""

    team = forms.CharField(max_length=50, label=_("Team"))
    severity = forms.CharField(max_length=50, label=_("How urgent"))
    reason = forms.CharField(max_length=4000, label=_("What you ask"))
    facts = forms.CharField(max_length=4000, required=False, label=_("Facts you gathered"))
    links = forms.CharField(max_length=4000, required=False, label=_("Links"))


class MergeForm(forms.Form):
    into = forms.IntegerField(min_value=1, label=_("Number of the other case"))


class OpenForm(forms.Form):
    """A case that somebody of the desk writes down."""

    name = forms.CharField(max_length=200, label=_("Who asks"))
    address = forms.EmailField(max_length=320, required=False, label=_("E-mail address"))
    channel = forms.ChoiceField(choices=BY_HAND, label=_("How they asked"))
    subject = forms.CharField(max_length=rules.LONGEST_SUBJECT, label=_("Subject"))
    text = forms.CharField(
        max_length=rules.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}), label=_("What they said")
    )
    priority = forms.ChoiceField(
        choices=[(one, PRIORITY_WORDS[one]) for one in rules.PRIORITIES], initial="normal", label=_("Priority")
    )
    language = forms.CharField(max_length=12, required=False, label=_("Language"))
