"""What the review page sends."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from trustdesk.content.queries import KINDS
from trustdesk.decisions.actions import Ground
from trustdesk.review.actions.batching import Choice
from trustdesk.web.components import sign


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


class LabelList(forms.Field):
    """Codes of labels, several in the order chosen; whether they exist is for the taxonomy to say."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(code) for code in value or ()))[:20]


class AheadForm(forms.Form):
    opened = forms.UUIDField(required=False)
    queue = forms.CharField(required=False, max_length=60)


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=[(o, o) for o in ("approve", "remove", "limit", "hold", "warn")])
    version = forms.IntegerField(min_value=1)
    cut = forms.BooleanField(required=False)
    clauses = ClauseList(required=False, label=_("Clause"))
    author_note = forms.CharField(required=False, max_length=1000, label=_("Your sentence"))
    rationale = forms.CharField(required=False, max_length=4000, label=_("Note for colleagues"))
    labels = LabelList(required=False, label=_("Labels"))
    key = forms.UUIDField(required=False)


class PreviewForm(forms.Form):
    outcome = forms.ChoiceField(choices=[(o, o) for o in ("remove", "limit", "hold", "warn")])
    clauses = ClauseList(required=False)
    author_note = forms.CharField(required=False, max_length=1000)


class EditForm(forms.Form):
    """An ad, listing or product as it should read. An empty price means none."""

    version = forms.IntegerField(min_value=1)
    title = forms.CharField(required=False, max_length=1000, label=_("Title"), strip=False)
    body = forms.CharField(required=False, max_length=50_000, label=_("Text"), strip=False)
    price = forms.DecimalField(required=False, min_value=0, max_digits=20, decimal_places=4, label=_("Price"))
    category = forms.CharField(required=False, max_length=200, label=_("Category"), strip=False)
    author_note = forms.CharField(required=False, max_length=1000, label=_("Your sentence"))
    labels = LabelList(required=False, label=_("Labels"))
    key = forms.UUIDField(required=False)

    def changed_fields(self) -> dict[str, Any]:
        """The fields of the item as they should be. A browser sends lines apart by CR LF; texts here keep LF."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "body": given["body"].replace("\r\n", "\n"),
            "price": given["price"],
            "category": given["category"],
        }


class EscalateForm(forms.Form):
    team = forms.CharField(max_length=50, label=_("Team"))
    severity = forms.CharField(max_length=50, label=_("How urgent"))
    reason = forms.CharField(max_length=4000, label=_("What you ask"))
    area = forms.CharField(max_length=50, required=False, label=_("What it is about"))


class GoldenForm(forms.Form):
    explanation = forms.CharField(max_length=1000, label=_("Why this is the answer"))


class ShareForm(forms.Form):
    queue = forms.CharField(max_length=50)
    percent = forms.FloatField(min_value=0, max_value=20, label=_("Per cent"))


class SkipForm(forms.Form):
    reason = forms.CharField(max_length=300, label=_("Reason"))
    key = forms.UUIDField(required=False)


class AsideForm(forms.Form):
    """How long the work rests. Tomorrow means nine in the morning, where the person is."""

    until = forms.ChoiceField(choices=[(o, o) for o in ("hour", "tomorrow", "three_days")], label=_("Until"))
    reason = forms.CharField(required=False, max_length=300, label=_("Reason"))
    key = forms.UUIDField(required=False)


class AskAuthorForm(forms.Form):
    """What the author is asked, and for how many days they may answer."""

    questions = forms.CharField(max_length=10_000, label=_("Questions"))
    days = forms.TypedChoiceField(choices=[(n, n) for n in (3, 7, 14)], coerce=int, label=_("They have"))
    key = forms.UUIDField(required=False)


class NoteForm(forms.Form):
    """`about`: account, item, or a phone, e-mail or address found in the thing, as `phone:+62…`."""

    about = forms.CharField(max_length=340, label=_("About"))
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


class MarketNoteForm(forms.Form):
    """What one must know of a market."""

    sort = forms.ChoiceField(
        choices=[
            ("slang", _("Slang: words and what they mean")),
            ("law", _("Law")),
            ("holiday", _("Holiday")),
            ("custom", _("Custom")),
        ],
        label=_("What it is"),
    )
    title = forms.CharField(max_length=120, label=_("Title"))
    text = forms.CharField(
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        label=_("Text"),
        help_text=_("Of slang, one line each: “- word, other word: what it means”."),
    )
    market = forms.ChoiceField(required=False, label=_("Market"))
    language = forms.CharField(max_length=12, required=False, label=_("Language"), help_text=_("A code such as id."))
    kinds = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Kinds; none means all")
    )
    starts_on = forms.DateField(
        required=False, label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        required=False, label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, markets: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["market"].widget.choices = self.fields["market"].choices = [  # type: ignore[attr-defined]
            ("", _("all")),
            *((code, code) for code in markets),
        ]
        self.fields["kinds"].choices = [(kind, sign(kind).word) for kind in KINDS]  # type: ignore[attr-defined]


class ChoiceList(forms.Field):
    """What was chosen for each card of a batch, a JSON object each: review, version, outcome, key, clauses, note."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[Choice, ...]:
        return tuple(self._choice(str(raw)) for raw in value or ())[:60]

    def _choice(self, raw: str) -> Choice:
        wrong = forms.ValidationError(_("Load the page again: a card was not understood."))
        try:
            told = json.loads(raw)
            clauses = ClauseList(required=False).to_python([told["clauses"]] if told.get("clauses") else [])
            choice = Choice(
                review=UUID(str(told["review"])),
                version=int(told["version"]),
                outcome=str(told["outcome"]),
                key=UUID(str(told["key"])),
                clauses=clauses,
                author_note=str(told.get("note") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise wrong from None
        if choice.outcome not in {"approve", "remove", "hold"}:
            raise wrong
        return choice


class BatchForm(forms.Form):
    choices = ChoiceList(label=_("Cards"))


class UuidList(forms.Field):
    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[UUID, ...]:
        try:
            return tuple(dict.fromkeys(UUID(str(raw)) for raw in value or ()))[:60]
        except ValueError:
            raise forms.ValidationError(_("Choose items from the list.")) from None


class ReviewsForm(forms.Form):
    reviews = UuidList(required=False)


class SeenForm(forms.Form):
    """How long a page of many things was looked at."""

    seconds = forms.FloatField(min_value=0.05, max_value=120)
