"""Figures of a report, how they become CSV and back, and what must be true of them. Pure.

A figure is one number with its place: section, measure, and by what it is split (`by` and `key`, both "" for the whole).
`value` None says that nobody measured it; 0 that it was measured and there was none.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from statistics import median

COUNT, SHARE, HOURS, DATE, TIME, TEXT = "count", "share", "hours", "date", "time", "text"
UNITS = (COUNT, SHARE, HOURS, DATE, TIME, TEXT)
COLUMNS = ("section", "measure", "by", "key", "unit", "value", "measured")
NONE = "none"  # the key of what has no label, market, language …

Value = int | float | str | None


@dataclass(frozen=True)
class Figure:
    """One number. `value` is None where nobody measured it."""

    section: str
    measure: str
    value: Value
    unit: str = COUNT
    by: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.section, self.measure, self.by, self.key) if part)


class NotUnderstood(ValueError):
    """A file that is no report of ours: says which line and why."""


def whole(section: str, measure: str, value: Value, unit: str = COUNT) -> Figure:
    return Figure(section, measure, value, unit)


def split(section: str, measure: str, by: str, counts: Mapping[str, int]) -> list[Figure]:
    """The parts of a count, the largest first; what has no key is `none`."""
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [Figure(section, measure, count, COUNT, by, key or NONE) for key, count in ordered]


def share(part: int, of: int) -> float | None:
    """To four places; None of nothing."""
    return round(part / of, 4) if of else None


def middle(hours: Iterable[float]) -> float | None:
    """The median of raw durations in hours, to two places; None of none. Never a mean of medians."""
    known = list(hours)
    return round(median(known), 2) if known else None


@dataclass(frozen=True)
class Confusion:
    """What machines (or people) said beside what was true: right and wrong alarms, missed, rightly left alone."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    left: int = 0
    # Does the sample hold what was never flagged? Else nothing can be said about what was missed.
    sees_missed: bool = True

    @property
    def cases(self) -> int:
        return self.right + self.wrong + self.missed + self.left

    @property
    def precision(self) -> float | None:
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        return share(self.right, self.right + self.missed) if self.sees_missed else None

    @property
    def accuracy(self) -> float | None:
        """Said only beside precision and recall: where breaches are rare, who never finds one is accurate, too."""
        if self.precision is None or self.recall is None:
            return None
        return share(self.right + self.left, self.cases)


def confusion(pairs: Iterable[tuple[bool, bool]]) -> Confusion:
    """From pairs (said to be a breach, is a breach)."""
    counts = Counter(pairs)
    return Confusion(
        right=counts[True, True], wrong=counts[True, False], missed=counts[False, True], left=counts[False, False]
    )


def told(section: str, sample: str, found: Confusion | None) -> list[Figure]:
    """A sample's figures. None: nobody measured; without one case there is nothing to measure, either."""
    measured = found is not None and found.cases > 0
    known = found or Confusion()

    def one(measure: str, value: Value, unit: str) -> Figure:
        return Figure(section, measure, value if measured else None, unit, "sample", sample)

    unseen = measured and not known.sees_missed
    return [
        Figure(section, "cases", None if found is None else known.cases, COUNT, "sample", sample),
        one("right_alarms", known.right, COUNT),
        one("wrong_alarms", known.wrong, COUNT),
        one("missed", None if unseen else known.missed, COUNT),
        one("rightly_left", None if unseen else known.left, COUNT),
        one("precision", known.precision, SHARE),
        one("recall", known.recall, SHARE),
        one("accuracy", known.accuracy, SHARE),
    ]


# --- What must be true -----------------------------------------------------------------------------------------------

# These are not parts of a whole: a sample stands for itself, and one thing may have several of them.
_NOT_PARTS = frozenset({"sample"})


Place = tuple[str, str]  # section, measure


def problems(
    figures: Sequence[Figure], *, sums: Mapping[Place, Sequence[Place]], splits: Mapping[Place, Sequence[str]]
) -> list[str]:
    """Everything that does not add up, in words; empty when all does.

    `sums`: the summands of a measure, where it has any. `splits`: what it is split by, whenever it is not 0.
    """
    return [
        *_each(figures),
        *_dates(figures),
        *_parts(figures),
        *_lacking(figures, splits),
        *_sums(figures, sums),
        *_samples(figures),
    ]


def _each(figures: Sequence[Figure]) -> Iterable[str]:
    seen: set[tuple[str, str, str, str]] = set()
    for one in figures:
        place = (one.section, one.measure, one.by, one.key)
        if place in seen:
            yield f"{one.name} stands twice."
        seen.add(place)
        if bool(one.by) != bool(one.key):
            yield f"{one.name}: a part names both what it is split by and which part it is."
        if one.unit not in UNITS:
            yield f"{one.name}: the unit {one.unit!r} is not one of {', '.join(UNITS)}."
        elif one.value is not None and (why := _wrong(one.unit, one.value)):
            yield f"{one.name} is {one.value!r}: {why}"


def _wrong(unit: str, value: int | float | str) -> str:
    if unit == COUNT:
        ok = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return "" if ok else "a count is a whole number, 0 or more."
    if unit in {SHARE, HOURS}:
        if isinstance(value, bool | str) or not isfinite(value) or value < 0:
            return "must be a number, 0 or more."
        return "a share lies between 0 and 1." if unit == SHARE and value > 1 else ""
    if not isinstance(value, str):
        return "must be text."
    if unit == DATE:
        try:
            return "" if date.fromisoformat(value).isoformat() == value else "write the date as 2026-03-31."
        except ValueError:
            return "there is no such date; write it as 2026-03-31."
    return ""


def _dates(figures: Sequence[Figure]) -> Iterable[str]:
    days = {one.measure: one.value for one in figures if one.section == "report" and one.unit == DATE}
    first, last = days.get("from"), days.get("to")
    if not isinstance(first, str) or not isinstance(last, str):
        yield "The report does not say from when to when it is."
    elif first > last:
        yield f"The report ends ({last}) before it begins ({first})."


def _parts(figures: Sequence[Figure]) -> Iterable[str]:
    totals = {(one.section, one.measure): one.value for one in figures if not one.by and one.unit == COUNT}
    splits: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        if one.by and one.by not in _NOT_PARTS and one.unit == COUNT:
            splits[one.section, one.measure, one.by].append(one)
    for (section, measure, by), parts in splits.items():
        name = f"{section}.{measure}"
        if (section, measure) not in totals:
            yield f"{name} is split by {by}, but its whole is not told."
            continue
        total = totals[section, measure]
        values = [one.value for one in parts]
        if total is None:
            if any(value is not None for value in values):
                yield f"{name} was not measured, yet parts by {by} are told."
        elif any(value is None for value in values):
            yield f"{name} was measured, yet a part by {by} is empty: 0 and empty are not the same."
        elif isinstance(total, int) and (added := sum(v for v in values if isinstance(v, int))) != total:
            yield f"{name}: the parts by {by} add up to {added}, the whole is {total}."


def _lacking(figures: Sequence[Figure], splits: Mapping[Place, Sequence[str]]) -> Iterable[str]:
    present = {(one.section, one.measure, one.by) for one in figures}
    totals = {(one.section, one.measure): one.value for one in figures if not one.by}
    for (section, measure), wanted in splits.items():
        if (section, measure) not in totals:
            yield f"{section}.{measure} is not told, not even as empty."
        for by in wanted if totals.get((section, measure)) else ():
            if (section, measure, by) not in present:
                yield f"{section}.{measure} is {totals[section, measure]}, but its parts by {by} are not told."


def _sums(figures: Sequence[Figure], sums: Mapping[Place, Sequence[Place]]) -> Iterable[str]:
    known = {(one.section, one.measure): one.value for one in figures if not one.by}
    for place, summands in sums.items():
        values = [known.get(each) for each in summands]
        total = known.get(place)
        if total is None or any(value is None for value in values):
            continue  # what was not measured cannot be held against the rest
        added = sum(value for value in values if isinstance(value, int))
        if added != total:
            said = " + ".join(".".join(each) for each in summands)
            yield f"{'.'.join(place)} is {total}, but {said} is {added}."


def _samples(figures: Sequence[Figure]) -> Iterable[str]:
    found: dict[tuple[str, str], dict[str, Value]] = defaultdict(dict)
    for one in figures:
        if one.by == "sample" or one.measure == "accuracy":
            found[one.section, one.key][one.measure] = one.value
    for (section, sample), values in found.items():
        name = f"{section} ({sample})" if sample else section
        if values.get("accuracy") is not None and (values.get("precision") is None or values.get("recall") is None):
            yield f"{name} tells accuracy alone: without precision and recall it says nothing."
        parts = [values.get(each) for each in ("right_alarms", "wrong_alarms", "missed", "rightly_left")]
        cases = values.get("cases")
        if isinstance(cases, int) and all(isinstance(part, int) for part in parts):
            added = sum(part for part in parts if isinstance(part, int))
            if added != cases:
                yield f"{name}: {cases} cases, but what became of them adds up to {added}."


# --- CSV --------------------------------------------------------------------------------------------------------------


def to_csv(figures: Iterable[Figure]) -> str:
    """One line a figure. What nobody measured has an empty value and says `no` in the last column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in figures:
        value = "" if one.value is None else str(one.value)
        writer.writerow(
            [one.section, one.measure, one.by, one.key, one.unit, value, "no" if one.value is None else "yes"]
        )
    return out.getvalue()


def from_csv(text: str) -> list[Figure]:
    """The figures of a file. Raises NotUnderstood."""
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise NotUnderstood(f"Line 1: the columns are {', '.join(COLUMNS)}.")
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(COLUMNS):
            raise NotUnderstood(f"Line {number}: {len(line)} columns instead of {len(COLUMNS)}.")
        section, measure, by, key, unit, said, measured = line
        if measured not in {"yes", "no"} or (measured == "no") != (said == ""):
            raise NotUnderstood(f"Line {number}: a value stands beside “yes”, and none beside “no”.")
        found.append(Figure(section, measure, _read(said, unit, number), unit, by, key))
    return found


def _read(said: str, unit: str, number: int) -> Value:
    if not said:
        return None
    try:
        if unit == COUNT:
            return int(said) if said.isascii() and said.isdigit() else float(said)
        return float(said) if unit in {SHARE, HOURS} else said
    except ValueError:
        raise NotUnderstood(f"Line {number}: {said!r} is no number.") from None
