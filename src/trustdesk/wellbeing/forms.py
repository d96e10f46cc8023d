"""What the care pages send."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people.queries import markets
from trustdesk.wellbeing.rules import HARMS, TOTAL, WAYS, Limit
from trustdesk.wellbeing.words import HARM_WORDS, WAY_WORDS

MOST = 100_000


class WaysForm(forms.Form):
    """How things of each harm arrive, and what not to be given."""

    opted_out = forms.MultipleChoiceField(choices=[(harm, harm) for harm in HARMS], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for harm in HARMS:
            self.fields[harm] = forms.MultipleChoiceField(
                label=HARM_WORDS[harm], choices=[(way, WAY_WORDS[way]) for way in WAYS], required=False
            )

    def ways(self) -> dict[str, list[str]]:
        return {harm: self.cleaned_data[harm] for harm in HARMS}


class LimitsForm(forms.Form):
    """Points a shift and a week, for everything and for each harm; empty: no bound of one's own, or none at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for harm in (TOTAL, *HARMS):
            for span in ("shift", "week"):
                self.fields[f"{harm or 'all'}_{span}"] = forms.IntegerField(
                    label=HARM_WORDS.get(harm, _("Everything")), min_value=0, max_value=MOST, required=False
                )

    def limits(self) -> dict[str, Limit]:
        said = self.cleaned_data
        return {harm: Limit(said[f"{harm or 'all'}_shift"], said[f"{harm or 'all'}_week"]) for harm in (TOTAL, *HARMS)}


class BreakAfterForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Suggest a break after"),
        min_value=0,
        max_value=480,
        required=False,
        help_text=_("Minutes of work without one. Empty: as the desk says. 0: never."),
    )


class RevealForm(forms.Form):
    work = forms.UUIDField()
    seconds = forms.FloatField(min_value=0, max_value=120)


class DeskForm(forms.Form):
    """The desk's rules."""

    break_after = forms.IntegerField(
        label=_("Suggest a break after"),
        min_value=0,
        max_value=480,
        help_text=_("Minutes of work without one. 0: never. Everyone may choose another time for themselves."),
    )
    heavy_run = forms.IntegerField(
        label=_("Heavy items in a row"),
        min_value=0,
        max_value=50,
        help_text=_("After so many of severity 3 or more, lighter ones come first. 0: never."),
    )
    owed_break = forms.IntegerField(
        label=_("Break owed for urgent work"),
        min_value=5,
        max_value=120,
        help_text=_("Minutes, for who takes urgent work although their budget is spent."),
    )


class ContactForm(forms.Form):
    """Whom people can talk to."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    link = forms.CharField(label=_("Link"), max_length=400, required=False, help_text=_("https:// or mailto:"))
    words = forms.CharField(
        label=_("In a sentence"),
        max_length=300,
        required=False,
        help_text=_("Hours, languages, that nothing is told to the desk."),
    )
    language = forms.ChoiceField(label=_("For whom"), required=False)
    market = forms.ChoiceField(label=_("In the market"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("Every language")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["market"].choices = [  # type: ignore[attr-defined]
            ("", _("Every market")),
            *((code, view.name) for code, view in markets().items()),
        ]
