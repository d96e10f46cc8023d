"""What the review page sends."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.decisions.actions import Ground


class ClauseList(forms.Field):
    """Clauses as `policy:version:clause[:rule]`, several in the order chosen; the first decides."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[Ground, ...]:
        found = []
        for raw in value or ():
            parts = str(raw).split(":")
            if len(parts) < 3 or not parts[1].isdecimal():
                raise forms.ValidationError(_("Choose a clause from the list."))
            found.append(
                Ground(policy=parts[0], version=int(parts[1]), clause=parts[2], rule=parts[3] if len(parts) > 3 else "")
            )
        return tuple(dict.fromkeys(found))


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=[(o, o) for o in ("approve", "remove", "limit", "hold")])
    version = forms.IntegerField(min_value=1)
    clauses = ClauseList(required=False, label=_("Clause"))
    author_note = forms.CharField(required=False, max_length=1000, label=_("Your sentence"))
    rationale = forms.CharField(required=False, max_length=4000, label=_("Note for colleagues"))


class PreviewForm(forms.Form):
    outcome = forms.ChoiceField(choices=[(o, o) for o in ("remove", "limit", "hold")])
    clauses = ClauseList(required=False)
    author_note = forms.CharField(required=False, max_length=1000)


class SkipForm(forms.Form):
    reason = forms.CharField(max_length=300, label=_("Reason"))


class NoteForm(forms.Form):
    about = forms.ChoiceField(choices=[("account", _("the account")), ("item", _("this item"))], label=_("About"))
    text = forms.CharField(max_length=4000, label=_("Note"))


class MemberList(forms.Field):
    """Items with the version that was seen, as `id:version`."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[tuple[UUID, int], ...]:
        found = []
        for raw in value or ():
            item, _sign, version = str(raw).partition(":")
            try:
                found.append((UUID(item), int(version)))
            except ValueError:
                raise forms.ValidationError(_("Choose items from the list.")) from None
        return tuple(dict.fromkeys(found))


class TogetherForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=[(o, o) for o in ("approve", "remove", "limit", "hold")], label=_("What happens")
    )
    members = MemberList(required=False, label=_("Items"))
    shown = forms.IntegerField(min_value=0, max_value=10_000)
    clauses = ClauseList(required=False, label=_("Clause"))
    author_note = forms.CharField(required=False, max_length=1000, label=_("Your sentence"))
    rationale = forms.CharField(required=False, max_length=4000, label=_("Note for colleagues"))
