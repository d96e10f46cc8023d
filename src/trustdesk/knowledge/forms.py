"""What the pages of articles send."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from trustdesk.knowledge.rules import MOST_REVIEW_DAYS, MOST_SUMMARY, MOST_TITLE

_KINDS = [("article", _("Article")), ("tutorial", _("Tutorial")), ("faq", _("Question and answer"))]
_AUDIENCES = [("public", _("Everybody")), ("staff", _("Staff only"))]


class SettingForm(forms.Form):
    """What holds for all languages."""

    slug = forms.SlugField(max_length=80, label=_("Address"), help_text=_("It stays once something is public."))
    kind = forms.ChoiceField(choices=_KINDS, label=_("Kind"))
    audience = forms.ChoiceField(choices=_AUDIENCES, label=_("Who may read it"))
    topic = forms.ChoiceField(required=False, label=_("Topic"))
    owner = forms.TypedChoiceField(required=False, coerce=UUID, empty_value=None, label=_("Who keeps it true"))
    review_days = forms.IntegerField(
        min_value=0,
        max_value=MOST_REVIEW_DAYS,
        required=False,
        label=_("Look at it again after so many days"),
        help_text=_("Counted from each publication. Empty: only when readers or a policy give reason."),
    )
    policies = forms.CharField(
        required=False,
        max_length=600,
        label=_("Policies it explains"),
        help_text=_("Their codes, parted by commas. When one changes, this article asks to be looked at."),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *given: Any, topics: Sequence[tuple[str, str]], staff: Sequence[tuple[UUID, str]], **named: Any):
        super().__init__(*given, **named)
        self.fields["topic"].choices = [("", _("none")), *topics]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", _("nobody")), *staff]  # type: ignore[attr-defined]

    def clean_policies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code.strip() for code in self.cleaned_data["policies"].split(",") if code.strip()))

    def clean_review_days(self) -> int:
        return self.cleaned_data["review_days"] or 0


class DraftForm(forms.Form):
    """The words of one language."""

    title = forms.CharField(max_length=MOST_TITLE, label=_("Title"))
    summary = forms.CharField(
        required=False,
        max_length=MOST_SUMMARY,
        label=_("In one sentence"),
        help_text=_("Shown below the title in lists."),
    )
    keywords = forms.CharField(
        required=False,
        max_length=400,
        label=_("Words readers use"),
        help_text=_("That the text does not: found by them, never shown."),
    )
    body = forms.CharField(max_length=60_000, widget=forms.Textarea(attrs={"rows": 18}), label=_("Text, as Markdown"))
    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class BeginForm(DraftForm):
    """A new article: where, and its first words."""

    field_order = ("language", "title", "topic", "audience", "kind", "summary", "keywords", "body")

    language = forms.ChoiceField(choices=lambda: settings.LANGUAGES, label=_("Language"))
    kind = forms.ChoiceField(choices=_KINDS, label=_("Kind"))
    audience = forms.ChoiceField(choices=_AUDIENCES, label=_("Who may read it"))
    topic = forms.ChoiceField(required=False, label=_("Topic"))

    def __init__(self, *given: Any, topics: Sequence[tuple[str, str]], **named: Any):
        super().__init__(*given, **named)
        self.fields["topic"].choices = [("", _("none")), *topics]  # type: ignore[attr-defined]
        del self.fields["edition"]


class WhyForm(forms.Form):
    why = forms.CharField(max_length=500, label=_("Why"))


class TopicForm(forms.Form):
    """A topic: its address, sign and place; names and words by language come beside."""

    code = forms.SlugField(max_length=60, label=_("Address"))
    icon = forms.ChoiceField(
        choices=[
            ("book", _("Book")),
            ("shield", _("Shield")),
            ("tagged", _("Tag")),
            ("person", _("Person")),
            ("card", _("Card")),
            ("truck", _("Truck")),
            ("flag", _("Flag")),
            ("mail", _("Mail")),
            ("key", _("Key")),
            ("bag", _("Bag")),
        ],
        label=_("Sign"),
    )
    position = forms.IntegerField(min_value=0, max_value=1_000, label=_("Place, from 0"))
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **named: Any):
        super().__init__(*given, **named)
        for code, name in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                required=False, max_length=120, label=_("Name (%(language)s)") % {"language": name}
            )
            self.fields[f"about_{code}"] = forms.CharField(
                required=False, max_length=120, label=_("What is in it (%(language)s)") % {"language": name}
            )

    def by_language(self, what: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{what}_{code}"] for code, _name in settings.LANGUAGES}


class SynonymsForm(forms.Form):
    """Groups of words that mean the same, one on a line."""

    groups = forms.CharField(
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        label=_("Words that mean the same"),
        help_text=_("One group on a line, words parted by commas: refund, money back, get my money"),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_groups(self) -> list[list[str]]:
        lines = [line for line in self.cleaned_data["groups"].splitlines() if line.strip()]
        return [[word.strip() for word in line.split(",") if word.strip()] for line in lines]
