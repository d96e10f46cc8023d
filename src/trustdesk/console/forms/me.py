from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MeForm(forms.Form):
    """One's own language and look."""

    language = forms.ChoiceField(label=_("Language of the pages"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("", _("As the system says")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
        help_text=_("For this browser."),
    )
    contrast = forms.ChoiceField(
        label=_("Contrast"), choices=[("", _("As the system says")), ("more", _("High"))], required=False
    )
