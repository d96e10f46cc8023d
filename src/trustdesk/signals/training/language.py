"""The language head: multinomial naive Bayes over hashed n-grams, blended with pycld2 and py3langid, calibrated."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.text import language
from trustdesk.signals.text.language import GRAMS, blended, calibration_inputs, cleaned, voices_of
from trustdesk.signals.text.sparse import packed_weights, pruned
from trustdesk.signals.training import artefacts
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.measures import Figure
from trustdesk.signals.training.splits import split

NAME = language.NAME
SEED = 1
SMOOTHING = 0.003
KEPT_WEIGHTS = 800_000
# How much the word of pycld2 and of py3langid weighs, in units of log-probability: chosen on the held-out part.
VOICES = (3.0, 3.0)
KINDS = {"sentences": "sentences", "word-pairs": "pairs of words", "single-words": "single words"}


def train(corpus: Corpus, folder: Path, *, seed: int = SEED) -> None:
    """Write the head. The calibration is fitted on part of the held-out rows, which no figure is told of."""
    rows, out = _split(corpus, seed)
    calibrating, _ = split(out, group=lambda row: row.id, seed=seed + 1, held_out=0.5)
    codes = sorted({row.lang for row in rows})
    seen, floor = _bayes(rows, codes)
    arrays: dict[str, Any] = {
        **packed_weights(pruned(seen, keep=KEPT_WEIGHTS), "seen"),
        "floor": floor.astype(np.float32),
        "voices": np.array(VOICES, dtype=np.float32),
    }
    texts = [cleaned(row.text) for row in calibrating]
    counts = GRAMS.counts(texts)
    joint = counts @ pruned(seen, keep=KEPT_WEIGHTS) + np.asarray(counts.sum(axis=1)) * floor
    joint = joint - joint.max(axis=1, keepdims=True)
    logits = joint - np.log(np.exp(joint).sum(axis=1, keepdims=True))
    arrays["calibration"] = _calibration(calibrating, texts, logits, codes)
    artefacts.write(
        folder,
        name=NAME,
        version="1",
        arrays=arrays,
        classes=codes,
        data=artefacts.sources(rows),
        seed=seed,
        modules=[language],
        settings={"smoothing": SMOOTHING, "kept": KEPT_WEIGHTS, "voices": list(VOICES)},
    )


def _split(corpus: Corpus, seed: int) -> tuple[list[Row], list[Row]]:
    return split(corpus.rows("langid", open_only=True), group=lambda row: row.id, seed=seed)


def _bayes(rows: Sequence[Row], codes: Sequence[str]) -> tuple[Any, Any]:
    """(how much more likely an n-gram is in a language than one never met there, what one never met there counts)."""
    counts = GRAMS.counts([cleaned(row.text) for row in rows])
    places = {code: place for place, code in enumerate(codes)}
    of_class = np.zeros((len(rows), len(codes)), dtype=np.float32)
    of_class[np.arange(len(rows)), [places[row.lang] for row in rows]] = 1
    total = np.asarray((counts.T @ of_class), dtype=np.float64)
    whole = np.log(total.sum(axis=0) + SMOOTHING * total.shape[0])
    return np.log(total + SMOOTHING) - np.log(SMOOTHING), np.log(SMOOTHING) - whole


def _calibration(rows: Sequence[Row], texts: Sequence[str], logits: Any, codes: Sequence[str]) -> Any:
    from sklearn.linear_model import LogisticRegression

    voices = [voices_of(text) for text in texts]
    mixed = blended(logits, voices, codes, weights=VOICES)
    best = mixed.argmax(axis=1)
    grown = np.exp(mixed - mixed.max(axis=1, keepdims=True))
    shares = grown.max(axis=1) / grown.sum(axis=1)
    inputs, right = [], []
    for row, text, (one, two), pick, share in zip(rows, texts, voices, best, shares, strict=True):
        code = codes[int(pick)]
        letters = sum(map(str.isalpha, text))
        spoken = (one == code) + (two == code)
        inputs.append(calibration_inputs(share, letters, agreed=code == one == two, spoken=spoken))
        right.append(code == row.lang)
    fitted = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1_000).fit(inputs, right)
    return fitted.coef_[0].astype(np.float32)


def evaluate(corpus: Corpus) -> list[Figure]:
    """Accuracy by kind of text, how often it says "und", and how often it is right when it does not."""
    _, out = _split(corpus, SEED)
    _, rows = split(out, group=lambda row: row.id, seed=SEED + 1, held_out=0.5)
    told = language.detect([row.text for row in rows])
    figures = []
    for kind, words in KINDS.items():
        chosen = [(row, said) for row, said in zip(rows, told, strict=True) if row.tags["kind"] == kind]
        n = len(chosen)
        best = sum(said.best == row.lang for row, said in chosen)
        sure = [(row, said) for row, said in chosen if said.code != language.UNSURE]
        right = sum(said.code == row.lang for row, said in sure)
        aim = 0.97 if kind == "sentences" else None
        figures += [
            Figure(NAME, f"accuracy, {words}, 75 languages", best / n, n, aim=aim),
            Figure(NAME, f"accuracy where it is sure, {words}", right / max(1, len(sure)), len(sure)),
            Figure(NAME, f"says und, {words}", 1 - len(sure) / n, n),
        ]
    junk = ["12345 67890", "😀😀😀", "xkcd qwrt zxcv bnmp", "!!!", "a", "http://x.example/a", "asdf jkl asdf jkl", ""]
    unsure = sum(said.code == language.UNSURE for said in language.detect(junk))
    figures.append(Figure(NAME, "of 8 texts in no language, says und", unsure / len(junk), len(junk)))
    return figures
