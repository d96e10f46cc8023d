"""What the toxicity head is trained and measured on: rows of the corpus, our own cases, and ordinary sentences of many
languages, each with its part (train, calibrate, held out), drawn by text or by template."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import vstack

from trustdesk.signals.text.glossing import glossed, language
from trustdesk.signals.text.normal import plain
from trustdesk.signals.text.toxicity import LEARNED, NGRAMS, letters
from trustdesk.signals.training import contrast_cases, toxicity_labels
from trustdesk.signals.training.artefacts import OWN
from trustdesk.signals.training.contrast_cases import Case
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.splits import drawn, words_key
from trustdesk.signals.training.vectors import of_rows

TRAIN, CALIBRATE, HELD = "train", "calibrate", "held out"
# Shares of rows and of templates that are held out, and that calibrate.
ROWS_HELD, ROWS_CALIBRATE = 0.2, 0.07
TEMPLATES_HELD, TEMPLATES_CALIBRATE = 0.15, 0.12
# News sentences and customers' questions: nobody is insulted in them; a head that never saw such text fears it.
ORDINARY = ("langid", "tickets")
ORDINARY_LANGUAGES = frozenset(
    [
        "en",
        "de",
        "es",
        "pt",
        "fr",
        "it",
        "nl",
        "pl",
        "ru",
        "tr",
        "ar",
        "hi",
        "id",
        "ms",
        "vi",
        "th",
        "ja",
        "ko",
        "zh",
        "sw",
        "tl",
        "uk",
        "ro",
        "cs",
        "sv",
        "el",
        "hu",
        "fa",
        "ur",
        "bn",
        "ta",
    ]
)
TICKETS = 0.12
_WORD = re.compile(r"[^\W\d_]+")


@dataclass
class Material:
    """Parallel columns: one entry for each text."""

    rows: list[Row]
    truth: Any
    weights: Any
    part: Any
    section: Any

    def chosen(self, mask: Any) -> "Material":
        return Material(
            [row for row, keep in zip(self.rows, mask, strict=True) if keep],
            self.truth[mask],
            self.weights[mask],
            self.part[mask],
            self.section[mask],
        )

    def joined(self, other: "Material") -> "Material":
        return Material(
            self.rows + other.rows,
            np.concatenate([self.truth, other.truth]),
            np.concatenate([self.weights, other.weights]),
            np.concatenate([self.part, other.part]),
            np.concatenate([self.section, other.section]),
        )

    @property
    def languages(self) -> Any:
        return np.array([row.lang for row in self.rows])

    @property
    def sources(self) -> Any:
        return np.array([row.source for row in self.rows])

    def vectors(self, task: str) -> Any:
        """Embeddings of what the deep reader sees of each text."""
        read = [(row, glossed(plain(row.text))) for row in self.rows]
        return of_rows(
            task,
            [
                row if language(row.text) is None else replace(row, id=f"{row.id}:{_digest(text)}", text=text)
                for row, text in read
            ],
        )

    def counts(self) -> Any:
        return counts([row.text for row in self.rows])


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def counts(texts: Sequence[str]) -> Any:
    """The wide reader's counts of many texts."""
    return vstack(
        [
            NGRAMS.counts([letters(plain(text)) for text in texts[start : start + 4_096]])
            for start in range(0, len(texts), 4_096)
        ]
    ).tocsr()


def _part(group: str, held: float, calibrate: float) -> str:
    place = drawn(group, 1)
    return HELD if place < held else CALIBRATE if place < held + calibrate else TRAIN


def labelled(corpus: Corpus, task: str, *, open_only: bool = True, at_most: int | None = None) -> Material:
    """The rows of one task whose toxicity somebody judged. Rows that may not be trained on are all held out; of each of
    their sources `at_most` are read."""
    rows: list[Row] = []
    part: list[str] = []
    seen: dict[str, int] = {}
    for row in corpus.rows(task, open_only=open_only, share_alike=not open_only):
        free = row.open and not row.share_alike
        if not free and at_most is not None:
            seen[row.source] = seen.get(row.source, 0) + (drawn(row.id, 2) < 0.5)
            if seen[row.source] > at_most or drawn(row.id, 2) >= 0.5:
                continue
        rows.append(row)
        part.append(_part(words_key(row.text), ROWS_HELD, ROWS_CALIBRATE) if free else HELD)
    truth = toxicity_labels.matrix([toxicity_labels.of_row(row) for row in rows], LEARNED)
    return _material(rows, truth, part, "corpus", 1.0)


def ordinary(corpus: Corpus) -> Material:
    """Sentences about something else, taken as free of every class."""
    rows = [
        row
        for row in corpus.rows("langid", open_only=True, share_alike=False)
        if row.source.endswith("sentences") and row.lang in ORDINARY_LANGUAGES
    ]
    rows += [row for row in corpus.rows("tickets", open_only=True, share_alike=False) if drawn(row.id, 3) < TICKETS]
    part = [_part(words_key(row.text), ROWS_HELD, ROWS_CALIBRATE) for row in rows]
    return _material(rows, np.zeros((len(rows), len(LEARNED)), dtype=np.float32), part, "ordinary", 0.5)


def written(cases: Iterable[Case] | None = None) -> Material:
    """Our own cases, as rows."""
    told = list(contrast_cases.cases() if cases is None else cases)
    rows = [
        Row(
            "case:" + _digest(case.text),
            case.text,
            case.section,
            {"template": case.template},
            case.language,
            "written cases",
            OWN,
        )
        for case in told
    ]
    truth = toxicity_labels.matrix([case.classes for case in told], LEARNED)
    part = [_part(case.template, TEMPLATES_HELD, TEMPLATES_CALIBRATE) for case in told]
    material = _material(rows, truth, part, "cases", 1.5)
    material.section = np.array([case.section for case in told])
    return material


def _material(rows: list[Row], truth: Any, part: list[str], section: str, weight: float) -> Material:
    size = len(rows)
    return Material(rows, truth, np.full(size, weight, dtype=np.float32), np.array(part), np.full(size, section))


def vocabulary(texts: Iterable[str], *, most: int = 24_000, least: int = 3) -> list[str]:
    """The words of many texts, the most frequent first."""
    found: dict[str, int] = {}
    for text in texts:
        for word in _WORD.findall(plain(text).casefold()):
            if len(word) <= 24:
                found[word] = found.get(word, 0) + 1
    kept = sorted((word for word, n in found.items() if n >= least), key=lambda word: (-found[word], word))
    return kept[:most]
