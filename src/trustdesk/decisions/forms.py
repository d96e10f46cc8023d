"""What the pages of the ladder send: a ladder's terms, field by field."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.decisions.ladder_words import FEATURE_WORDS, STEP_WORDS
from trustdesk.decisions.terms import FEATURES, FOR_GOOD, MOST_DAYS, STEP_KINDS, BadTerms, Terms, parse

GRAVITIES = (1, 2, 3, 4, 5)
MOST_ROWS = 30
FREE_ROWS = 2  # so many empty steps are offered below those that are there
# Where what is wrong with a whole part is said.
_AT = {
    "lesson": "lesson_again",
    "expiry_days": "expiry_1",
    "incident_hours": "incident_hours",
    "old_after_days": "old_after",
    "strikes": "strikes",
    "least_strikes": "least_1",
    "zero_tolerance": "zero_tolerance",
    "steps": "steps_0_at",
    "features": "sell_0_at",
    "measure": "measure_days",
}


class LadderForm(forms.Form):
    """The next version of a ladder. `start`: the terms it begins with, as data. After `is_valid` the cleaned data has
    `terms`; `parsed` is them as they count, also where only the note is missing, and None where they are wrong."""

    note = forms.CharField(label=gettext_lazy("What changes, and why"), max_length=300)

    def __init__(self, data: Mapping[str, Any] | None = None, *, start: Mapping[str, Any], note: str = "") -> None:
        super().__init__(data, initial={**_flat(start), "note": note})
        self.parsed: Terms | None = None
        number = _number
        self.fields["lesson_most"] = forms.TypedChoiceField(
            label=_("A lesson instead of the first strike"),
            coerce=int,
            choices=[
                (0, _("never")),
                *((each, _("up to gravity %(g)s") % {"g": each}) for each in GRAVITIES),
            ],
        )
        self.fields["lesson_again"] = number(_("Another lesson after so many days without a breach"), 1, MOST_DAYS)
        for each in GRAVITIES:
            self.fields[f"expiry_{each}"] = number(_("Gravity %(g)s: days") % {"g": each}, 1, MOST_DAYS)
            self.fields[f"least_{each}"] = number(
                _("Gravity %(g)s: at least so many strikes") % {"g": each}, 0, 10, needed=False
            )
        self.fields["incident_hours"] = number(_("Found within so many hours is one incident"), 0, 24 * 90)
        self.fields["old_after"] = number(
            _("Posted more than so many days ago counts for nothing"), 1, MOST_DAYS, needed=False
        )
        self.fields["measure_days"] = number(_("Look at what is posted in so many days after a lesson"), 1, 365)
        self.fields["measure_items"] = number(_("At the next so many items"), 1, 100)
        self.fields["zero_tolerance"] = _lines(
            _("Zero tolerance"),
            _("Policies, clauses (“policy 1.1”) or labels, one a line. The end of the account is proposed."),
        )
        self.fields["strikes"] = _lines(
            _("Strikes of single policies or clauses"),
            _("One a line: “spam: 0”, “weapons 1.1: 3”. Others count as their policy says."),
        )
        self._rows = {name: self._add_steps(name, start, data) for name in ("steps", *FEATURES)}

    def _add_steps(self, name: str, start: Mapping[str, Any], data: Mapping[str, Any] | None) -> int:
        own = start.get("steps", []) if name == "steps" else start.get("features", {}).get(name, [])
        rows = len(own) + FREE_ROWS
        if data is not None:
            sent = [int(found[1]) for key in data if (found := re.fullmatch(rf"{name}_(\d{{1,2}})_at", key))]
            rows = min(max([rows, *(each + 1 for each in sent)]), MOST_ROWS)
        kinds = [
            ("", ""),
            *((kind, STEP_WORDS[kind]()) for kind in STEP_KINDS if name == "steps" or kind not in FOR_GOOD),
        ]
        for row in range(rows):
            self.fields[f"{name}_{row}_at"] = _number(_("From so many strikes on"), 1, 100, needed=False)
            self.fields[f"{name}_{row}_kind"] = forms.ChoiceField(
                label=_("What it brings"), choices=kinds, required=False
            )
            self.fields[f"{name}_{row}_days"] = _number(_("Days"), 1, MOST_DAYS, needed=False)
            self.fields[f"{name}_{row}_here"] = forms.BooleanField(
                label=_("only in the market of the breach"), required=False
            )
        return rows

    def rows_of(self, name: str) -> list[dict[str, Any]]:
        """The fields of each step of a list, as the page draws them."""
        return [
            {part: self[f"{name}_{row}_{part}"] for part in ("at", "kind", "days", "here")}
            for row in range(self._rows[name])
        ]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return self.rows_of("steps")

    @property
    def features(self) -> list[tuple[str, list[dict[str, Any]]]]:
        return [(FEATURE_WORDS[feature](), self.rows_of(feature)) for feature in FEATURES]

    @property
    def expiry(self) -> list[Any]:
        return [self[f"expiry_{each}"] for each in GRAVITIES]

    @property
    def least(self) -> list[Any]:
        return [self[f"least_{each}"] for each in GRAVITIES]

    @property
    def counting(self) -> list[Any]:
        return [self[name] for name in ("incident_hours", "old_after", "strikes")]

    @property
    def lesson(self) -> list[Any]:
        return [self[name] for name in ("lesson_most", "lesson_again", "measure_days", "measure_items")]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        steps = {name: self._steps(name) for name in ("steps", *FEATURES)}
        strikes = self._strikes(given.get("strikes", ""))
        if set(self.errors) - {"note"}:
            return given
        terms = {
            "lesson": {"most_gravity": given["lesson_most"], "again_after_days": given["lesson_again"]},
            "expiry_days": {str(each): given[f"expiry_{each}"] for each in GRAVITIES},
            "incident_hours": given["incident_hours"],
            "old_after_days": given["old_after"],
            "strikes": strikes,
            "least_strikes": {
                str(each): given[f"least_{each}"] for each in GRAVITIES if given[f"least_{each}"] is not None
            },
            "zero_tolerance": [line.strip() for line in given["zero_tolerance"].splitlines() if line.strip()],
            "steps": steps["steps"],
            "features": {feature: steps[feature] for feature in FEATURES if steps[feature]},
            "measure": {"days": given["measure_days"], "items": given["measure_items"]},
        }
        try:
            self.parsed = parse(terms)
        except BadTerms as bad:
            for part, why in bad.fields.items():
                self.add_error(_AT.get(part), why)
        return {**given, "terms": terms}

    def _steps(self, name: str) -> list[dict[str, Any]]:
        """The steps that are filled in, in the order of their strikes; what is wrong is said beside the field."""
        given = self.cleaned_data
        found: list[dict[str, Any]] = []
        for row in range(self._rows[name]):
            at, kind, days = (given.get(f"{name}_{row}_{part}") for part in ("at", "kind", "days"))
            if not at and not kind and not days:
                continue
            if not at and f"{name}_{row}_at" not in self.errors:
                self.add_error(f"{name}_{row}_at", _("From how many strikes on?"))
            if not kind:
                self.add_error(f"{name}_{row}_kind", _("What does it bring?"))
            elif kind in FOR_GOOD and days:
                self.add_error(f"{name}_{row}_days", _("What ends for good has no days."))
            elif kind not in FOR_GOOD and not days and f"{name}_{row}_days" not in self.errors:
                self.add_error(f"{name}_{row}_days", _("For how many days?"))
            if at and at in {one["at"] for one in found}:
                self.add_error(f"{name}_{row}_at", _("There is a step at %(n)s strikes already.") % {"n": at})
            step: dict[str, Any] = {"at": at or 0, "kind": kind, "days": days or None}
            if given.get(f"{name}_{row}_here"):
                step["only_here"] = True
            found.append(step)
        return sorted(found, key=lambda one: one["at"])

    def _strikes(self, text: str) -> dict[str, int]:
        found = {}
        for line in filter(None, (each.strip() for each in text.splitlines())):
            code, colon, number = line.rpartition(":")
            if not colon or not code.strip() or not re.fullmatch(r"\s*(\d|10)\s*", number):
                self.add_error(
                    "strikes", _("“%(line)s”: a policy or clause, a colon, and 0 to 10 strikes.") % {"line": line}
                )
                continue
            found[code.strip()] = int(number)
        return found


class TryForm(forms.Form):
    """What would this account get?"""

    account = forms.CharField(label=gettext_lazy("Account"), max_length=200, required=False)
    clause = forms.CharField(label=gettext_lazy("Policy"), max_length=80, required=False)


def _number(label: str, least: int, most: int, *, needed: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=needed)


def _lines(label: str, hint: str) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "dir": "ltr"})
    return forms.CharField(label=label, help_text=hint, widget=box, required=False, max_length=20_000)


def _flat(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms as the form's fields begin with them. What they leave out counts as `terms.parse` has it."""
    parsed = parse(terms)
    flat: dict[str, Any] = {
        "lesson_most": parsed.lesson_most_gravity,
        "lesson_again": parsed.lesson_again.days,
        "incident_hours": int(parsed.incident.total_seconds() // 3600),
        "old_after": parsed.old_after.days if parsed.old_after else None,
        "measure_days": parsed.measure.days,
        "measure_items": parsed.measure_items,
        "zero_tolerance": "\n".join(sorted(parsed.zero_tolerance)),
        "strikes": "\n".join(f"{code}: {count}" for code, count in sorted(parsed.strikes.items())),
    }
    flat |= {f"expiry_{gravity}": time.days for gravity, time in parsed.expiry.items()}
    flat |= {f"least_{gravity}": count for gravity, count in parsed.least_strikes.items()}
    lists: dict[str, Sequence[Any]] = {"steps": parsed.steps, **parsed.features}
    for name, steps in lists.items():
        for row, step in enumerate(steps):
            flat |= {
                f"{name}_{row}_at": step.at,
                f"{name}_{row}_kind": step.kind,
                f"{name}_{row}_days": step.days,
                f"{name}_{row}_here": step.only_here,
            }
    return flat
