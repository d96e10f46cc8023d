"""What the pages of cases send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.support import rules
from trustdesk.support.rules import Changes
from trustdesk.support.showing import PRIORITY_WORDS, STATUS_WORDS

Choices = Sequence[tuple[str, str]]

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
    area = forms.CharField(max_length=50, required=False, label=_("What it is about"))


class MergeForm(forms.Form):
    into = forms.IntegerField(min_value=1, label=_("Number of the other case"))


class BulkForm(forms.Form):
    """What is done with each of many cases; what is left empty stays as it is."""

    status = forms.ChoiceField(
        choices=[("", _("stays as it is")), *((one, STATUS_WORDS[one]) for one in rules.SETTABLE)],
        required=False,
        label=_("Status"),
    )
    priority = forms.ChoiceField(
        choices=[("", _("stays as it is")), *((one, PRIORITY_WORDS[one]) for one in rules.PRIORITIES)],
        required=False,
        label=_("Priority"),
    )
    category = forms.CharField(max_length=80, required=False, label=_("Category"))
    add_tags = forms.CharField(max_length=800, required=False, label=_("Tags to add, with commas between"))
    remove_tags = forms.CharField(max_length=800, required=False, label=_("Tags to take away, with commas between"))
    queue = forms.ChoiceField(required=False, label=_("Queue"))
    to = forms.ChoiceField(required=False, label=_("Give them to"))
    until = forms.DateTimeField(
        required=False,
        label=_("Put them away until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    macro = forms.ChoiceField(required=False, label=_("Send each a saved reply"))

    def __init__(
        self,
        *args: Any,
        queues: Choices = (),
        people: Choices = (),
        macros: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        stays = ("", _("stays as it is"))
        told = {"queue": [stays, *queues], "macro": [("", _("none")), *macros]}
        told["to"] = [stays, ("-", _("nobody: give back what I have")), *people]
        for name, choices in told.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def changes(self) -> Changes:
        """What was chosen; the saved reply with the version that was shown."""
        told = self.cleaned_data
        macro, _sign, number = told["macro"].partition(":")
        return Changes(
            status=told["status"],
            priority=told["priority"],
            category=told["category"].strip(),
            add_tags=tuple(rules.tags_of(told["add_tags"].split(","))[0]),
            remove_tags=tuple(rules.tags_of(told["remove_tags"].split(","))[0]),
            queue=told["queue"],
            to=told["to"],
            until=told["until"].isoformat() if told["until"] else "",
            macro=macro,
            macro_number=int(number or 0),
        )


class AssignForm(forms.Form):
    """Whom a case is given to: a colleague, or whoever of a team is there."""

    to = forms.UUIDField(required=False, label=_("Colleague"))
    team = forms.UUIDField(required=False, label=_("Team"))
    holder = forms.UUIDField(required=False, label=_("Who has it now"))
    reason = forms.CharField(max_length=300, required=False, label=_("Why"))


class LinkForm(forms.Form):
    """Another case that this one has to do with."""

    number = forms.IntegerField(min_value=1, max_value=2**53, label=_("Number of the other case"))
    kind = forms.ChoiceField(choices=[("case", _("has to do with it")), ("part", _("is a part of it"))], label=_("How"))


class UnlinkForm(forms.Form):
    target = forms.UUIDField(label=_("The other case"))
    kind = forms.ChoiceField(choices=[("case", "case"), ("part", "part")], label=_("How"))


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
