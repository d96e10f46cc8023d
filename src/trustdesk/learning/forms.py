"""What people type to bring labels, to measure, to learn, to choose an error."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.learning.rules import LABEL

MOST_BYTES = 40 * 2**20


class LabelsForm(forms.Form):
    label = forms.CharField(
        label=_("Label"), max_length=80, help_text=_("As rules name it: hate, scam, fraud.phishing_malware.")
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "Columns text and label (1 or 0, yes or no, or the class); language, market and group if there are any."
        ),
    )
    positive = forms.CharField(
        label=_("The class that counts"),
        required=False,
        max_length=80,
        help_text=_("Only where the label column holds several classes and none has the label’s name."),
    )

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"]).strip()
        if not LABEL.fullmatch(label):
            raise forms.ValidationError(_("Lower case letters, digits, _ and dots, such as hate or fraud.phishing."))
        return label

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("At most 40 MB."))
        return file


class MeasureForm(forms.Form):
    """`source`: a file's id, or `desk`."""

    source = forms.CharField(max_length=40)
    since = forms.DateField(required=False)
    model = forms.UUIDField(required=False)


class LearnForm(forms.Form):
    label = forms.CharField(max_length=80, required=False)
    since = forms.DateField(label=_("Decisions since"))
    counts = forms.CharField(required=False, max_length=400)

    def clean_counts(self) -> list[str]:
        return [word for word in str(self.cleaned_data["counts"]).replace(",", " ").split() if LABEL.fullmatch(word)]


class WhyForm(forms.Form):
    why = forms.CharField(max_length=300)


class CurveForm(forms.Form):
    """What the sliders say, in percent; out of bounds is the nearest."""

    place = forms.CharField(required=False, max_length=24)
    error = forms.FloatField(required=False)
    missed = forms.FloatField(required=False)

    def values(self) -> tuple[tuple[str, str], float, float]:
        """(market, language), the error of what is automatic, the share of the harm that may pass unseen."""
        told = self.cleaned_data if self.is_valid() else {}
        market, _sep, language = str(told.get("place") or "/").partition("/")
        error, missed = told.get("error"), told.get("missed")
        return (
            (market, language),
            min(30.0, max(0.5, 5.0 if error is None else error)) / 100,
            min(60.0, max(1.0, 10.0 if missed is None else missed)) / 100,
        )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
