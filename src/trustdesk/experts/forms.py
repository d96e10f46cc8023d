"""What the pages of experts send."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.experts import queries, rules
from trustdesk.experts.actions import Told
from trustdesk.kernel.people.queries import teams


class _Blamed(forms.Form):
    def blame(self, fields: dict[str, str]) -> None:
        """Show what an action refused, beside the fields it named."""
        for name, words in fields.items():
            self.add_error(name if name in self.fields else None, _now(words))


class AskForm(_Blamed):
    """A question, with where it came from."""

    field = forms.TypedChoiceField(coerce=UUID, empty_value=None, label=_("Who knows"))
    text = forms.CharField(
        max_length=rules.LONGEST_QUESTION,
        label=_("Your question"),
        help_text=_("Ask so that somebody who has not seen the case understands it. No names, please."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    about = forms.UUIDField(required=False, widget=forms.HiddenInput)
    link = forms.CharField(required=False, max_length=rules.LONGEST_LINK, widget=forms.HiddenInput)

    def __init__(self, *given, **named) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*given, **named)
        found = [(str(one.id), f"{one.name} – {one.about}" if one.about else one.name) for one in queries.fields()]
        self.fields["field"].choices = found  # type: ignore[attr-defined]


class AnswerForm(_Blamed):
    """An answer, for all who will ask so."""

    title = forms.CharField(
        max_length=rules.LONGEST_TITLE,
        label=_("What it answers, for any case"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = forms.CharField(
        max_length=rules.LONGEST_ANSWER, label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"})
    )
    true_until = forms.DateField(
        required=False,
        label=_("Holds until"),
        help_text=_("Then somebody looks at it again. Blank: half a year."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def told(self) -> Told:
        return Told(**self.cleaned_data)


class DeclineForm(_Blamed):
    why = forms.CharField(
        max_length=rules.LONGEST_WHY, label=_("Why it cannot be answered"), widget=forms.Textarea(attrs={"rows": 2})
    )


class HandForm(_Blamed):
    field = forms.UUIDField(label=_("Who knows"))


class UntilForm(_Blamed):
    true_until = forms.DateField(required=False, label=_("Holds until"), widget=forms.DateInput(attrs={"type": "date"}))


class FieldForm(_Blamed):
    """A field of knowledge."""

    field_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=80, label=_("Name"))
    about = forms.CharField(max_length=300, required=False, label=_("What to ask here"))
    team = forms.TypedChoiceField(coerce=UUID, label=_("Whose members answer"))
    minutes = forms.IntegerField(
        min_value=1, max_value=60 * 24 * 30, initial=480, label=_("Promised within so many minutes")
    )

    def __init__(self, *given, **named) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*given, **named)
        self.fields["team"].choices = [(str(one), name) for one, name in teams()]  # type: ignore[attr-defined]
