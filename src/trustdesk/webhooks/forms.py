"""What people type about webhooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people import queries as people
from trustdesk.webhooks.rules import EVENTS

# rules.EVENTS in words; a test keeps them equal.
WORDS = {
    "item.screened": _("An item was screened by the rules"),
    "decision.made": _("A decision was made about an item or an account"),
    "restriction.applied": _("A restriction came into force"),
    "restriction.changed": _("The end of a restriction was moved"),
    "restriction.lifted": _("A restriction ended"),
    "strike.changed": _("A strike was counted, counted again, taken away or went away"),
    "appeal.opened": _("Somebody appealed a decision"),
    "appeal.decided": _("A person decided an appeal"),
    "evidence.asked": _("A reviewer asked the author of an item for evidence"),
    "notice.received": _("A report came in"),
    "notice.decided": _("A report was answered"),
    "case.opened": _("Somebody asked the desk for something"),
    "case.replied": _("A reply left the desk"),
    "case.resolved": _("A case was resolved"),
    "policy.published": _("A policy version was published"),
    "rule.braked": _("A rule acted too often and lost its power to act"),
}


class EndpointForm(forms.Form):
    """A new webhook."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
        help_text=_("An https address of the platform that receives what happened here."),
    )
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    events = forms.MultipleChoiceField(
        label=_("It is told when"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(event, WORDS[event]) for event in EVENTS],
        initial=["decision.made", "restriction.applied", "restriction.changed", "restriction.lifted"],
    )
    source = forms.ChoiceField(label=_("Only about"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        known = [(source.code, source.name) for source in people.sources().values()]
        fields["source"].choices = [("", _("all apps and sites")), *known]
