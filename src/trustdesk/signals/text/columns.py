"""All signals of texts in one list: what each is called, what it answers, and how it is asked.

The command line, the benchmark and the declared signals of the rule language read it. Heads load when first asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Values = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class TextSignal:
    """`columns`: what it answers, in order. `ask(texts, languages)` gives a row of values for each text; `languages`
    are ISO 639-1 codes, "" where unknown, or None."""

    name: str
    columns: tuple[str, ...]
    ask: Callable[[Sequence[str], Sequence[str] | None], Values]
    artefacts: tuple[str, ...]
    about: str


def _language(texts: Sequence[str], languages: Sequence[str] | None) -> Values:
    del languages
    module = import_module("trustdesk.signals.text.language")
    return [(said.code, said.probability, said.best) for said in module.detect(texts)]


def _intent(texts: Sequence[str], languages: Sequence[str] | None) -> Values:
    del languages
    module = import_module("trustdesk.signals.text.intent")
    return [
        (
            said.label,
            said.probability,
            *(
                value
                for name in module.TAXONOMIES
                for value in (said.by_taxonomy[name].label, said.by_taxonomy[name].probability)
            ),
        )
        for said in module.read(texts)
    ]


def _urgency(texts: Sequence[str], languages: Sequence[str] | None) -> Values:
    del languages
    return [(float(score),) for score in import_module("trustdesk.signals.text.urgency").scores(texts)]


def _classes(module: str, classes: tuple[str, ...]) -> Callable[[Sequence[str], Sequence[str] | None], Values]:
    """A head with `CLASSES` and `scores(texts, languages)`; the classes are named here so that naming them loads nothing."""

    def ask(texts: Sequence[str], languages: Sequence[str] | None) -> Values:
        head = import_module(f"trustdesk.signals.text.{module}")
        places = [head.CLASSES.index(name) for name in classes]
        return [[float(row[place]) for place in places] for row in head.scores(texts, languages)]

    return ask


LANGUAGE = TextSignal(
    "language",
    ("language.code", "language.probability", "language.best"),
    _language,
    ("language",),
    "which of 75 languages; und where it is not sure",
)
TOXICITY = ("toxic", "hate", "harassment", "threat", "sexual", "self_harm", "profanity", "any_harm")
SPAM = ("spam", "scam", "fine", "advance_fee", "job", "rental", "courier", "phishing", "crypto")
SIGNALS = (
    LANGUAGE,
    TextSignal(
        "toxicity",
        tuple(f"toxicity.{name}" for name in TOXICITY),
        _classes("toxicity", TOXICITY),
        ("toxicity",),
        "hate, harassment, threats, sexual words, self-harm, profanity",
    ),
    TextSignal(
        "spam",
        tuple(f"spam.{name}" for name in SPAM),
        _classes("spam", SPAM),
        ("spam", "urlharm"),
        "unwanted advertising and fraud, by kind of fraud",
    ),
    TextSignal("url", ("url.harm",), _classes("urlharm", ("harm",)), ("urlharm",), "the worst address in a text"),
    TextSignal(
        "intent",
        (
            "intent.label",
            "intent.probability",
            *(
                f"intent.{name}.{what}"
                for name in ("desk", "banking", "assistant")
                for what in ("label", "probability")
            ),
        ),
        _intent,
        ("intent",),
        "what a question to support is about; oos: out of scope",
    ),
    TextSignal("urgency", ("urgency.urgent",), _urgency, ("urgency",), "whether somebody must look within minutes"),
)


def by_name() -> dict[str, TextSignal]:
    return {signal.name: signal for signal in SIGNALS}
