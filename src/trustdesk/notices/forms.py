"""What the desk's pages of notices send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people import queries as people
from trustdesk.notices.wording import CATEGORY_WORDS


class CloseForm(forms.Form):
    outcome = forms.CharField(max_length=13, label=_("What came of it"))
    told = forms.CharField(max_length=1000, label=_("What the sender reads"))


class PlaceForm(forms.Form):
    item = forms.UUIDField(label=_("Id of the item"))


class MuteForm(forms.Form):
    why = forms.CharField(max_length=300, label=_("What was misused, and how gravely"))
    days = forms.IntegerField(min_value=1, max_value=3650, required=False, label=_("Days"))


class FlaggerForm(forms.Form):
    """A trusted flagger, new or known by its code."""

    code = forms.SlugField(max_length=50, label=_("Short name"))
    name = forms.CharField(max_length=200, label=_("Entity"))
    awarded_by = forms.CharField(max_length=200, required=False, label=_("Status awarded by"))
    email = forms.EmailField(max_length=320, required=False, label=_("E-mail"))
    categories = forms.MultipleChoiceField(
        label=_("Area"), choices=list(CATEGORY_WORDS.items()), widget=forms.CheckboxSelectMultiple
    )
    markets = forms.MultipleChoiceField(
        required=False, label=_("Markets, none for all"), widget=forms.CheckboxSelectMultiple
    )
    state = forms.ChoiceField(
        label=_("Standing"),
        choices=[("active", _("heard first")), ("suspended", _("suspended")), ("ended", _("ended"))],
    )
    why = forms.CharField(max_length=300, required=False, label=_("Suspended or ended, because"))
    key = forms.ChoiceField(
        required=False,
        label=_("API key that is theirs alone"),
        help_text=_(
            "What this key sends counts as their reports, without naming them; nobody else's key can speak for them then. Keys that may send reports (notices:write) are offered; whoever manages keys makes them."
        ),
    )
    new_link = forms.BooleanField(required=False, label=_("Give its form a new address; the old one stops working"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        keys = people.keys()
        fields["key"].choices = [
            ("", _("none: they speak by their form, or by a platform that names them")),
            *((str(one.id), f"{one.name} ({one.prefix}…)") for one in keys if _offered(one)),
        ]
        fields["markets"].choices = [(market.code, market.name) for market in people.markets().values()]


def _offered(key: people.KeyView) -> bool:
    return key.revoked_at is None and "notices:write" in key.scopes
