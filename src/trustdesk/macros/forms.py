"""What the pages of macros send."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.macros.queries import STEPS, MacroView
from trustdesk.macros.rules import MOST_NAME, MOST_STEPS, MOST_TEXT, Macro, Step

BLANK_ROWS = 3  # for steps to come, below those there are


class MacroForm(forms.Form):
    """A macro: its name, its words by language, its steps row by row."""

    name = forms.CharField(max_length=MOST_NAME, label=_("Name"), help_text=_("What colleagues look for."))
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *given: Any, shares: bool = False, known: MacroView | None = None, **named: Any) -> None:
        if known is not None:
            named["initial"] = _initial(known)
        super().__init__(*given, **named)
        texts = known.texts if known else {}
        languages = dict(settings.LANGUAGES) | {code: code for code in texts if code not in dict(settings.LANGUAGES)}
        self.texts = {code: f"text_{code}" for code in languages}
        for code, name in languages.items():
            self.fields[f"text_{code}"] = forms.CharField(
                required=False,
                max_length=MOST_TEXT,
                label=_("Text (%(language)s)") % {"language": name},
                widget=forms.Textarea(attrs={"rows": 8, "lang": code, "dir": "auto"}),
            )
        self.fields["sends"] = forms.BooleanField(
            required=False,
            label=_("Send the text at once"),
            help_text=_("Otherwise it fills the reply in, to be read first."),
        )
        rows = min(MOST_STEPS, (len(known.steps) if known else 0) + BLANK_ROWS)
        self.rows = [(f"do_{n}", f"value_{n}") for n in range(MOST_STEPS if self.is_bound else rows)]
        choices = [("", _("nothing")), *((code, _now(kind.words)) for code, kind in STEPS.items())]
        for do, value in self.rows:
            self.fields[do] = forms.ChoiceField(required=False, choices=choices, label=_("Step"))
            self.fields[value] = forms.CharField(required=False, max_length=MOST_TEXT, label=_("With"))
        if shares and known is None:
            self.fields["shared"] = forms.BooleanField(required=False, label=_("For everybody"))

    def steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of steps to be shown: those with something in them and some blank ones."""
        shown = [(self[do], self[value]) for do, value in self.rows]
        if not self.is_bound:
            return shown
        filled = max((n for n, pair in enumerate(shown, 1) if pair[0].value() or pair[1].value()), default=0)
        return shown[: min(MOST_STEPS, filled + BLANK_ROWS)]

    def shown_texts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.texts.values()]

    def macro(self) -> Macro:
        data = self.cleaned_data
        return Macro(
            name=data["name"],
            texts={code: data[name].replace("\r\n", "\n") for code, name in self.texts.items()},
            steps=[step for _n, step in self._filled()],
            sends=data["sends"],
        )

    def blame(self, fields: Mapping[str, str]) -> None:
        """Say what is wrong beside the field it is about."""
        filled = self._filled()
        for name, said in fields.items():
            where: str | None = name.removeprefix("texts.")
            if name.startswith("texts."):
                where = self.texts.get(name.removeprefix("texts."))
            elif name.startswith("steps["):
                where = f"value_{filled[int(name[6:-1])][0]}"
            self.add_error(where if where in self.fields else None, _now(said))

    def _filled(self) -> list[tuple[int, Step]]:
        """Steps with the number of their row."""
        data = self.cleaned_data
        return [
            (n, Step(data[do], data[value].strip()))
            for n, (do, value) in enumerate(self.rows)
            if data.get(do) or data.get(value, "").strip()
        ]


def _initial(known: MacroView) -> dict[str, Any]:
    found: dict[str, Any] = {"name": known.name, "number": known.number, "sends": known.sends}
    found |= {f"text_{code}": text for code, text in known.texts.items()}
    for n, step in enumerate(known.steps):
        found |= {f"do_{n}": step.do, f"value_{n}": step.value}
    return found
