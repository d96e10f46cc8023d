"""What a saved reply may say and a macro may do. Pure.

Variables stand in double braces, with words for the case that nothing is known after a bar: `Hello {{requester.first_name|there}},`
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

MOST_NAME = 80
MOST_TEXT = 8_000
MOST_STEPS = 12
MOST_VALUE = 500  # of a variable, when it is put into a text


def gettext_noop(said: str) -> str:
    """Marks words for translation; whoever shows them translates."""
    return said


# What a text may speak of, with the words the page shows for it.
VARIABLES: dict[str, str] = {
    "requester.name": gettext_noop("Name of who asked"),
    "requester.first_name": gettext_noop("First name of who asked"),
    "case.number": gettext_noop("Number of the case"),
    "case.subject": gettext_noop("Subject of the case"),
    "case.link": gettext_noop("Address of the page where they can follow it"),
    "agent.name": gettext_noop("Your name as they see it"),
    "desk.name": gettext_noop("Name of this desk"),
    "account.name": gettext_noop("Name of the account it is about"),
    "item.title": gettext_noop("Title of the item it is about"),
    "decision.reason": gettext_noop("Reason of the decision it is about"),
    "today": gettext_noop("The day of today"),
}

_TAGS = re.compile(r"[\w-]{1,40}")
_PLACE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|([^{}|]{0,60}))?\}\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class Step:
    """One thing a macro does to the case: `do` with `value`, "" where it needs none."""

    do: str
    value: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of step: its words, and what its value is. `values`: the words of those it may have; None: see `value`."""

    words: str
    value: str  # "choice", "tag", "text", "hours" or ""
    values: Mapping[str, str] = field(default_factory=dict)


STEPS: dict[str, Kind] = {
    "set_status": Kind(
        gettext_noop("Set the status"),
        "choice",
        {
            "open": gettext_noop("Open"),
            "pending": gettext_noop("Waits for who asked"),
            "on_hold": gettext_noop("Waits for another team"),
            "resolved": gettext_noop("Resolved"),
        },
    ),
    "set_priority": Kind(
        gettext_noop("Set the priority"),
        "choice",
        {
            "urgent": gettext_noop("Urgent"),
            "high": gettext_noop("High"),
            "normal": gettext_noop("Normal"),
            "low": gettext_noop("Low"),
        },
    ),
    "set_category": Kind(gettext_noop("Set the category"), "text"),
    "add_tag": Kind(gettext_noop("Add a tag"), "tag"),
    "remove_tag": Kind(gettext_noop("Take a tag away"), "tag"),
    "snooze": Kind(gettext_noop("Put it aside for so many hours"), "hours"),
    "note": Kind(gettext_noop("Write a note for colleagues"), "text"),
}
# Of these a macro holds one at most: the second would undo the first.
_ONCE = {"set_status", "set_priority", "set_category", "snooze", "note"}


@dataclass(frozen=True, kw_only=True)
class Macro:
    """A macro as somebody wrote it. Without steps it is a saved reply. `texts`: the words by language."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    sends: bool = False  # send at once, or only fill the reply in

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by field: name, texts.en, steps[0], sends."""
        found: dict[str, str] = {}
        if not 1 <= len(self.name.strip()) <= MOST_NAME:
            found["name"] = f"Write between 1 and {MOST_NAME} characters."
        for language, text in self.texts.items():
            if said := _wrong_text(text):
                found[f"texts.{language}"] = said
        if len(self.steps) > MOST_STEPS:
            found["steps"] = f"At most {MOST_STEPS} steps."
        done: set[str] = set()
        for n, step in enumerate(self.steps):
            if said := "Only once in a macro." if step.do in done & _ONCE else wrong_step(step):
                found[f"steps[{n}]"] = said
            done.add(step.do)
        has_words = any(text.strip() for text in self.texts.values())
        if not has_words and not self.steps:
            found["texts"] = "Write a text, or name a step: this would do nothing."
        if self.sends and not has_words:
            found["sends"] = "Nothing can be sent without a text."
        return found


@dataclass(frozen=True)
class Filled:
    """A text with its variables put in; `missing`: those of which nothing is known. They still stand in the text."""

    text: str
    missing: tuple[str, ...]


def names(text: str) -> Iterator[str]:
    """The names in double braces, in their order, known or not."""
    for found in _PLACE.finditer(text):
        yield found[1]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values into a text. What a value says is never read as a variable, and holds no line break: names of accounts are
    written by strangers. What is not known is told by its words after the bar, or stays and is named in `missing`."""
    missing: list[str] = []

    def put(place: re.Match[str]) -> str:
        known = _CONTROL.sub(" ", values.get(place[1], "")).strip()[:MOST_VALUE]
        if known:
            return known
        if place[2] is not None:
            return place[2].strip()
        missing.append(place[1])
        return place[0]

    said = _PLACE.sub(put, text)
    return Filled(said, tuple(dict.fromkeys(missing)))


def best_language(texts: Mapping[str, str], language: str) -> str:
    """The language of `texts` for a reader of `language`: theirs, its first part (en of en-GB), English, any. "" without text."""
    there = [code for code, text in texts.items() if text.strip()]
    wanted = (language, language.split("-", 1)[0], "en")
    return next((code for code in wanted if code in there), there[0] if there else "")


def _wrong_text(text: str) -> str:
    if len(text) > MOST_TEXT:
        return f"At most {MOST_TEXT:,} characters."
    if "\0" in text:
        return "Holds a character that no text may hold."
    for name in names(text):
        if name not in VARIABLES:
            near = get_close_matches(name, VARIABLES, n=1)
            hint = f" Did you mean {{{{{near[0]}}}}}?" if near else ""
            return f"There is no variable {{{{{name}}}}}.{hint}"
    rest = _PLACE.sub("", text)
    if "{{" in rest or "}}" in rest:
        return "A variable is written {{like.this}}: two braces on either side."
    return ""


def wrong_step(step: Step) -> str:
    """What is wrong with one step; "" when it can be done."""
    kind = STEPS.get(step.do)
    if kind is None:
        return f"There is no step “{step.do}”."
    value = step.value.strip()
    match kind.value:
        case "choice" if value not in kind.values:
            return f"Choose one of: {', '.join(kind.values)}."
        case "tag" if not _TAGS.fullmatch(value):
            return "A tag is one word of at most 40 letters, digits, - and _."
        case "hours" if not (value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 2_160):
            return "Whole hours, from 1 to 2,160 (90 days)."
        case "text" if step.do == "note":
            return _wrong_text(value) if value else "Write what the note says."
        case "text" if not 1 <= len(value) <= MOST_NAME:
            return f"Write between 1 and {MOST_NAME} characters."
    return ""
