from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people import queries as people


def _codes(raw: str) -> list[str]:
    return [part for part in raw.replace(",", " ").split() if part]


class AddForm(forms.Form):
    """A new person."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("They sign in with it."))
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False)
    languages = forms.CharField(
        label=_("Reads"), required=False, help_text=_("Languages they can judge, such as: id en"), max_length=200
    )
    markets = forms.MultipleChoiceField(
        label=_("Knows the markets"), widget=forms.CheckboxSelectMultiple, required=False
    )
    language = forms.ChoiceField(label=_("Language of the pages"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="UTC", widget=forms.Select(attrs={"translate": "no"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["roles"].choices = list(people.roles().items())
        fields["markets"].choices = [(market.code, market.name) for market in people.markets().values()]
        fields["time_zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]

    def clean_languages(self) -> list[str]:
        return _codes(self.cleaned_data["languages"])


class RoleForm(forms.Form):
    """A role, everywhere or somewhere."""

    role = forms.ChoiceField(label=_("Role"))
    markets = forms.MultipleChoiceField(
        label=_("Only in the markets"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: everywhere."),
    )
    queues = forms.CharField(
        label=_("Only in the queues"), required=False, help_text=_("Codes of queues; empty: all."), max_length=400
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = list(people.roles().items())
        fields["markets"].choices = [(market.code, market.name) for market in people.markets().values()]

    def clean_queues(self) -> list[str]:
        return _codes(self.cleaned_data["queues"])


class SkillsForm(forms.Form):
    """What a person can do."""

    languages = forms.CharField(label=_("Reads"), required=False, help_text=_("Such as: id en"), max_length=200)
    markets = forms.MultipleChoiceField(
        label=_("Knows the markets"), widget=forms.CheckboxSelectMultiple, required=False
    )
    certificates = forms.CharField(
        label=_("Certificates"), required=False, help_text=_("Such as: child-safety"), max_length=400
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["markets"].choices = [(market.code, market.name) for market in people.markets().values()]

    def clean_languages(self) -> list[str]:
        return _codes(self.cleaned_data["languages"])

    def clean_certificates(self) -> list[str]:
        return _codes(self.cleaned_data["certificates"])
