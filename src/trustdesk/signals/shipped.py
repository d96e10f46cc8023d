"""The signals that ship, declared when the slice is loaded. Their models load when first asked, which is in a worker."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import structlog

from trustdesk.engine import SCORE, UNKNOWN, Argument, Signal, Type
from trustdesk.signals import owned
from trustdesk.signals.calling import Arguments
from trustdesk.signals.registry import declare
from trustdesk.signals.text.columns import TOXICITY, TextSignal, by_name
from trustdesk.signals.text.heads import ArtefactRefused, names, read_manifest

log = structlog.get_logger(__name__)

# The first question may have to load models.
TIMEOUT = 60.0
# What `score(…, "label")` may ask for: the signal that answers, and its column.
LABELS: dict[str, tuple[str, str]] = {
    **{name: ("toxicity", f"toxicity.{name}") for name in TOXICITY},
    **{name: ("spam", f"spam.{name}") for name in ("spam", "scam", "advance_fee", "phishing")},
    **{f"{name}_scam": ("spam", f"spam.{name}") for name in ("job", "rental", "courier", "crypto")},
    "harmful_url": ("url", "url.harm"),
    "urgent": ("urgency", "urgency.urgent"),
}


def declare_all() -> None:
    version = models_version()
    text = Argument("text", "text")
    # A desk's own released head goes before the shipped one of its label.
    declare(_score_signal(version), owned.before(score), edition=owned.edition)
    for name, column, doc in (
        ("language_of", "language.code", "the language a text is written in, ISO 639-1; missing where it is not sure"),
        ("intent", "intent.desk.label", "what a question to the desk is about"),
    ):
        signal = Signal(name, (text,), Type("text"), cost="model", version=version, timeout=TIMEOUT, doc=doc)
        declare(signal, _Column(by_name()[column.split(".")[0]], column))


def models_version() -> str:
    """Changes when any shipped model does: what older ones said is asked anew."""
    digest = hashlib.sha256()
    for name in names():
        try:
            digest.update(read_manifest(name).sha256.encode())
        except ArtefactRefused:
            digest.update(b"refused")
    return digest.hexdigest()[:12]


def _score_signal(version: str) -> Signal:
    known = SCORE.knowing(label=LABELS)
    return Signal(
        known.name, known.arguments, known.type, cost=known.cost, version=version, timeout=TIMEOUT, doc=known.doc
    )


def score(questions: Sequence[Arguments]) -> list[Any]:
    """Each text is read once for all its labels of one signal. A label whose model is refused is unknown; the others are
    answered."""
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    for question in questions:
        if question["label"] in LABELS:  # else a model of the desk's own answered it, and was rolled back
            texts[LABELS[question["label"]][0]].setdefault(question["text"])
    answers: dict[tuple[str, str], Any] = {}
    for name, asked in texts.items():
        signal = by_name()[name]
        try:
            rows = signal.ask(list(asked), None)
        except ArtefactRefused as refused:
            log.error("a model is refused", model=refused.name, reason=refused.reason)
            continue
        for text, row in zip(asked, rows, strict=True):
            answers.update(((text, column), value) for column, value in zip(signal.columns, row, strict=True))
    return [
        answers.get((question["text"], LABELS.get(question["label"], ("", ""))[1]), UNKNOWN) for question in questions
    ]


class _Column:
    """One column of a text signal as a declared signal; "und" is missing."""

    def __init__(self, signal: TextSignal, column: str) -> None:
        self.signal, self.at = signal, signal.columns.index(column)

    def __call__(self, questions: Sequence[Arguments]) -> list[Any]:
        values = [row[self.at] for row in self.signal.ask([question["text"] for question in questions], None)]
        return [None if value == "und" else value for value in values]
