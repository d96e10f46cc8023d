"""Reports in words, in the reader's language: what each figure means and how it was counted."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people import queries as people
from trustdesk.policy import queries as policy
from trustdesk.transparency.rules import COUNT, HOURS, NONE, SHARE, Figure
from trustdesk.web import components

HOURS_IN_DAYS = 72  # from here on they are told as days
MOST_ROWS = 12  # of a split, before the rest is one line


@dataclass(frozen=True)
class Line:
    """One figure: `value` "" says that nobody measured it."""

    label: str
    value: str
    measured: bool


@dataclass(frozen=True)
class Table:
    """The parts of one figure, the largest first. `rest` lines more stand in the file."""

    title: str
    rows: tuple[Line, ...]
    rest: int


@dataclass(frozen=True)
class Sample:
    """How often machines or people were right, on one sample of which the answer is known."""

    title: str
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    about: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    samples: tuple[Sample, ...]


# In the order of the page: title, and how it was counted.
SECTIONS: Mapping[str, tuple[Any, Any]] = {
    "actions": (
        _("What we restricted"),
        _(
            "Every decision that removed, hid or limited something, counted on the day it took effect. What was taken back "
            "at once counts nowhere."
        ),
    ),
    "restrictions": (
        _("How we restricted it"),
        _("One decision can bring several restrictions, so there may be more of these than decisions."),
    ),
    "automation": (
        _("What software decided alone"),
        _(
            "How often software was right is told by two figures: of what it restricted, how much was rightly so "
            "(precision), and of what should have been restricted, how much it found (recall). One of them alone says little."
        ),
    ),
    "people": (
        _("What people decided"),
        _("Half of the reviews took less time than the median, from the moment they were put before people."),
    ),
    "decisions": (
        _("All decisions"),
        _("Approvals and warnings among them."),
    ),
    "notices": (
        _("What people reported to us"),
        _("Reports by anybody that something is against the law or our rules."),
    ),
    "orders": (
        _("Orders of authorities"),
        _(
            "An order is known here by the decision that carried it out. Orders that led to none, and orders to tell who "
            "somebody is, are not taken in at this desk: how many came is not measured."
        ),
    ),
    "appeals": (
        _("When people disagreed"),
        _("Appeals against our decisions. Nobody decides an appeal against a decision of their own."),
    ),
    "out_of_court": (
        _("Out-of-court disputes"),
        _("Cases before certified bodies for the settlement of disputes."),
    ),
    "suspensions": (
        _("Accounts paused or ended"),
        _("Ending an account takes two people."),
    ),
}
MEASURES: Mapping[str, Any] = {
    "all": _("In all"),
    "own_initiative": _("On our own initiative"),
    "on_notice": _("After a report"),
    "restricted_alone": _("Restricted by software alone"),
    "share_restricted_alone": _("Share of all restrictions"),
    "overturned_by_people": _("Of software’s decisions, made milder by people"),
    "reviews_decided": _("Reviews decided"),
    "median_hours": _("Median time"),
    "received": _("Received"),
    "decided": _("Decided"),
    "answered": _("Answered"),
    "share_overturned": _("Share in which we changed our decision"),
    "from_trusted_flaggers": _("By trusted flaggers"),
    "from_others": _("By everybody else"),
    "answered_by_software": _("Decided by software alone"),
    "followed": _("Followed by us"),
    "carried_out": _("Carried out"),
    "settled": _("Settled"),
    "cases": _("Cases"),
    "right_alarms": _("Rightly restricted"),
    "wrong_alarms": _("Wrongly restricted"),
    "missed": _("Missed"),
    "rightly_left": _("Rightly left alone"),
    "precision": _("Precision"),
    "recall": _("Recall"),
    "accuracy": _("Accuracy"),
    "misuse_of_notices": _("Reporters paused for unfounded reports"),
    "misuse_of_appeals": _("Accounts paused for unfounded appeals"),
}
SPLITS: Mapping[str, Any] = {
    "outcome": _("By outcome"),
    "ground": _("By ground"),
    "label": _("By kind of harm"),
    "kind": _("By kind of content"),
    "market": _("By market"),
    "language": _("By language"),
    "decided_by": _("By who decided"),
    "found_by": _("By who found it"),
    "type": _("By restriction"),
    "category": _("By subject of the report"),
    "channel": _("By the way they came"),
    "appellant": _("By who disagreed"),
    "result": _("By result"),
}
SAMPLES: Mapping[str, tuple[Any, Any]] = {
    "golden": (
        _("Items with a known answer"),
        _("Chosen by our leads to check us; no random sample."),
    ),
    "double_review": (
        _("Items that two people judged apart"),
        _("Drawn at random from what reaches people. What never reached a person is not in it."),
    ),
    "appeals": (
        _("Decisions that somebody appealed"),
        _("Only what was appealed: it tells of wrong restrictions, and nothing of what was missed."),
    ),
}
KEYS: Mapping[str, Any] = {
    "terms": _("Our rules"),
    "law": _("The law"),
    "order": _("An order of an authority"),
    "rule": _("Software alone"),
    "both": _("A person, found by software"),
    "person": _("A person"),
    "machine": _("Software"),
    "notice": _("A report"),
    "account": _("Account"),
    "remove": _("Removed"),
    "hold": _("Hidden until somebody looked"),
    "limit": _("Limited"),
    "disable": _("Hidden"),
    "demote": _("Shown to fewer"),
    "age": _("Adults only"),
    "geo": _("Hidden in some markets"),
    "label": _("Labelled"),
    "interaction": _("Fewer ways to interact"),
    "limit_interaction": _("Fewer ways to interact"),
    "demonetise": _("No earnings"),
    "suspend_account": _("Account paused"),
    "end_account": _("Account ended"),
    "suspend_service": _("Service paused"),
    "end_service": _("Service ended"),
    "ban_live": _("No livestreams"),
    "ban_comment": _("No comments"),
    "ban_sell": _("No selling"),
    "ban_message": _("No messages"),
    "other": _("Other"),
    "upheld": _("We stood by our decision"),
    "overturned": _("We changed our decision"),
    "partly": _("We changed our decision in part"),
    "withdrawn": _("Withdrawn"),
    "late": _("Out of time"),
    "author": _("Who was restricted"),
    "notifier": _("Who had reported"),
    "acted": _("We acted"),
    "no_action": _("No action"),
    "judged_before": _("Had been judged before"),
    "gone": _("Was gone already"),
    "for_appellant": _("For who disagreed"),
    "for_platform": _("For us"),
    "settled": _("Settled"),
    "dropped": _("Dropped"),
    "child_safety": _("Children’s safety"),
    "self_harm": _("Self-harm"),
    "violence": _("Violence"),
    "extremism": _("Extremism"),
    "sexual": _("Sexual content"),
    "hate": _("Hate"),
    "harassment": _("Harassment"),
    "privacy": _("Privacy"),
    "fraud": _("Fraud"),
    "goods": _("Forbidden goods"),
    "ip": _("Copyright and brands"),
    "consumer": _("Consumer rights"),
    "inauthentic": _("Fake accounts and reviews"),
    "civic": _("Elections and civic life"),
    "page": _("On a page"),
    "portal": _("On a page"),
    "api": _("Through a platform"),
    "mail": _("By mail"),
}


def sections(figures: Sequence[Figure]) -> list[Section]:
    """The report as a page shows it; what has no words is left to the file."""
    by_section: dict[str, list[Figure]] = defaultdict(list)
    for one in figures:
        by_section[one.section].append(one)
    names = _names()
    return [
        _section(code, str(title), str(about), by_section[code], names)
        for code, (title, about) in SECTIONS.items()
        if by_section[code]
    ]


def _section(code: str, title: str, about: str, figures: Sequence[Figure], names: "Names") -> Section:
    wholes = [one for one in figures if not one.by]
    parts: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        if one.by:
            parts[one.measure, one.by].append(one)
    samples = {one.key: None for one in figures if one.by == "sample"}
    return Section(
        code=code,
        title=title,
        about=about,
        lines=tuple(_line(one, str(MEASURES.get(one.measure, one.measure))) for one in wholes),
        tables=tuple(
            _table(by, rows, names, of=measure if sum(each == by for _, each in parts) > 1 else "")
            for (measure, by), rows in parts.items()
            if by != "sample" and rows[0].unit == COUNT and rows[0].value is not None
        ),
        samples=tuple(_sample(each, figures) for each in samples),
    )


def _table(by: str, rows: Sequence[Figure], names: "Names", *, of: str) -> Table:
    """`of`: the measure, where another of the section is split by the same."""
    title = str(SPLITS.get(by, by))
    return Table(
        title=f"{MEASURES.get(of, of)}: {title}" if of and of != "all" else title,
        rows=tuple(_line(one, names.of(by, one.key)) for one in rows[:MOST_ROWS]),
        rest=max(0, len(rows) - MOST_ROWS),
    )


def _sample(key: str, figures: Sequence[Figure]) -> Sample:
    title, about = SAMPLES.get(key, (key, ""))
    rows = [one for one in figures if one.by == "sample" and one.key == key]
    if not any(one.value for one in rows):  # not one case: one line says it
        rows = [one for one in rows if one.measure == "cases"]
    lines = tuple(_line(one, str(MEASURES.get(one.measure, one.measure))) for one in rows)
    return Sample(title=str(title), about=str(about), lines=lines)


def _line(one: Figure, label: str) -> Line:
    return Line(label=label, value=_said(one), measured=one.value is not None)


def _said(one: Figure) -> str:
    if one.value is None:
        return gettext("not measured")
    if one.unit == COUNT:
        return str(number_format(one.value, force_grouping=True))
    if one.unit == SHARE:
        return f"{number_format(round(100 * float(one.value), 1), decimal_pos=1)} %"
    if one.unit == HOURS:
        hours = float(one.value)
        if hours < 1:
            minutes = round(60 * hours)
            return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
        if hours >= HOURS_IN_DAYS:
            return gettext("%(n)s days") % {"n": number_format(hours / 24, decimal_pos=1)}
        return gettext("%(n)s hours") % {"n": number_format(hours, decimal_pos=1)}
    return str(one.value)


@dataclass(frozen=True)
class Names:
    """What the keys of a split are called: by the split, else by the key alone."""

    by: Mapping[str, Callable[[str], str]]

    def of(self, split: str, key: str) -> str:
        if key == NONE:
            return gettext("none named")
        known = self.by.get(split)
        return known(key) if known else str(KEYS.get(key, components.sign(key).word))


def _names() -> Names:
    labels, markets = policy.labels(), people.markets()
    language = (get_language() or "en").split("-")[0]
    if "GR" not in markets and "EL" in markets:  # gathering.country
        markets = {**markets, "GR": markets["EL"]}
    return Names(
        by={
            "label": lambda key: labels[key].words(language) if key in labels else policy.readable(key),
            "market": lambda key: markets[key].name if key in markets else key,
            "language": _language,
        }
    )


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
