"""The intent head: sentence embeddings and pruned n-grams, blended; what is out of scope is told apart by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.text import intent
from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.text.heads import dense
from trustdesk.signals.text.intent import GRAMS, OUT_OF_SCOPE, log_softmax, route_inputs, scope_inputs, weighted
from trustdesk.signals.text.sparse import packed_weights, pruned, unpacked_weights
from trustdesk.signals.training import artefacts, desk_cases, vectors
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.measures import Figure
from trustdesk.signals.training.splits import drawn, split

NAME = intent.NAME
SEED = 1
SOURCES = {"banking": "banking77", "assistant": "clinc150"}
KEPT_WEIGHTS = 400_000
SHARPNESS = 6.0  # of the margins by words, before they are added to log-probabilities: chosen on the held-out part
# Of the questions in scope so many may be taken for out of scope.
LOST = 0.015


@dataclass(frozen=True)
class Parts:
    """Rows of one taxonomy: to train on, to calibrate on, to measure on."""

    train: list[Row]
    calibrate: list[Row]
    measure: list[Row]


def _parts(rows: Sequence[Row], seed: int) -> Parts:
    train, out = split(rows, group=lambda row: row.id, seed=seed)
    calibrate, measure = split(out, group=lambda row: row.id, seed=seed + 1, held_out=0.7)
    return Parts(train, calibrate, measure)


def _rows(corpus: Corpus) -> list[Row]:
    return list(corpus.rows("tickets", open_only=True, share_alike=False))


def _in_scope(rows: Sequence[Row], taxonomy: str) -> list[Row]:
    return [row for row in rows if row.source == SOURCES[taxonomy] and row.label != OUT_OF_SCOPE]


def _counts(texts: Sequence[str]) -> Any:
    return GRAMS.counts([text.lower() for text in texts])


def train(corpus: Corpus, folder: Path, *, seed: int = SEED) -> None:
    rows = _rows(corpus)
    parts = {taxonomy: _parts(_in_scope(rows, taxonomy), seed) for taxonomy in SOURCES}
    seen = [row for part in parts.values() for row in part.train]
    counts = _counts([row.text for row in seen])
    many = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.where(many >= 2, np.log((1 + len(seen)) / (1 + many)) + 1, 0).astype(np.float16)
    arrays: dict[str, Any] = {"idf": idf, "sharpness": np.array([SHARPNESS], dtype=np.float32)}
    labels: dict[str, list[str]] = {"desk": sorted(desk_cases.CASES)}
    outside = [row for row in rows if row.label == OUT_OF_SCOPE and row.tags["orig_split"] == "oos_train"]
    for taxonomy, part in parts.items():
        labels[taxonomy] = sorted({row.label for row in part.train})
        arrays |= _taxonomy(taxonomy, part, labels[taxonomy], idf, outside if taxonomy == "assistant" else [])
    arrays |= _desk(labels["desk"])
    arrays |= _router(parts, outside)
    arrays |= _route(arrays, parts, outside, labels)
    trained = [row for part in parts.values() for row in (*part.train, *part.calibrate)] + outside
    artefacts.write(
        folder,
        name=NAME,
        version="1",
        arrays=arrays,
        classes=[f"{taxonomy}.{label}" for taxonomy in intent.TAXONOMIES for label in labels[taxonomy]],
        data=artefacts.sources(trained, own=sum(map(len, desk_cases.CASES.values()))),
        seed=seed,
        modules=[intent, desk_cases],
        settings={"labels": labels, "kept": KEPT_WEIGHTS, "lost": LOST},
    )


def _logistic(inputs: Any, truth: Any, *, strength: float) -> tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=500).fit(inputs, truth)
    return fitted.coef_.T.astype(np.float16), fitted.intercept_.astype(np.float32)


def _taxonomy(taxonomy: str, part: Parts, labels: Sequence[str], idf: Any, outside: Sequence[Row]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    places = {label: place for place, label in enumerate(labels)}
    truth = np.array([places[row.label] for row in part.train])
    embedded = vectors.of_rows("tickets", part.train)
    weight, bias = _logistic(embedded, truth, strength=30.0)
    svm = LinearSVC(C=1.0, random_state=SEED).fit(weighted(_counts([row.text for row in part.train]), idf), truth)
    words = packed_weights(pruned(svm.coef_.T, keep=KEPT_WEIGHTS), f"{taxonomy}.words")
    arrays: dict[str, Any] = {
        f"{taxonomy}.meaning.0.weight": weight,
        f"{taxonomy}.meaning.0.bias": bias,
        **words,
        f"{taxonomy}.words.bias": svm.intercept_.astype(np.float32),
    }

    meant, meaning, margins, joint = _read(arrays, taxonomy, part.calibrate, labels, idf)
    known = np.array([places[row.label] for row in part.calibrate])
    arrays[f"{taxonomy}.temperature"] = np.array([_temperature(joint, known)], dtype=np.float32)
    if outside:
        prototypes = np.stack([_unit(embedded[truth == place].mean(axis=0)) for place in range(len(labels))])
        prototypes = prototypes.astype(np.float16)
        nearness = meant @ prototypes.astype(np.float32).T
        inside = scope_inputs(meaning, margins, joint, nearness)
        meant, meaning, margins, joint = _read(arrays, taxonomy, outside, labels, idf)
        beyond = scope_inputs(meaning, margins, joint, meant @ prototypes.astype(np.float32).T)
        inputs = np.concatenate([inside, beyond])
        middle, spread = inputs.mean(axis=0), inputs.std(axis=0)
        fitted = LogisticRegression(class_weight="balanced", C=1.0).fit(
            (inputs - middle) / spread, np.r_[np.ones(len(inside)), np.zeros(len(beyond))]
        )
        weights = fitted.coef_[0]
        least = np.quantile(((inside - middle) / spread) @ weights, LOST)
        arrays[f"{taxonomy}.prototypes"] = prototypes
        arrays[f"{taxonomy}.scope"] = np.stack([middle, spread, weights, np.full(6, least)]).astype(np.float32)
    return arrays


def _read(
    arrays: dict[str, Any], taxonomy: str, rows: Sequence[Row], labels: Sequence[str], idf: Any
) -> tuple[Any, Any, Any, Any]:
    """Embeddings, and what intent's model says of them: by meaning, by words, by both."""
    meant = vectors.of_rows("tickets", rows)
    meaning = log_softmax(dense(meant, arrays, f"{taxonomy}.meaning"))
    counted = weighted(_counts([row.text for row in rows]), idf)
    margins = (counted @ unpacked_weights(arrays, f"{taxonomy}.words", classes=len(labels))).toarray()
    margins = margins + arrays[f"{taxonomy}.words.bias"]
    return meant, meaning, margins, log_softmax(meaning + log_softmax(margins * SHARPNESS))


def _unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


def _temperature(joint: Any, truth: Any) -> float:
    """The factor of the log-probabilities at which the truth is likeliest (C. Guo et al., "On calibration of modern
    neural networks", 2017)."""
    rows = np.arange(len(truth))
    tried = np.linspace(0.2, 2.0, 37)
    return float(min(tried, key=lambda factor: -log_softmax(joint * factor)[rows, truth].mean()))


def _desk(labels: Sequence[str]) -> dict[str, Any]:
    texts = [(text, place) for place, label in enumerate(labels) for text in desk_cases.CASES[label]]
    weight, bias = _logistic(sentences([text for text, _ in texts]), [place for _, place in texts], strength=20.0)
    return {
        "desk.meaning.0.weight": weight,
        "desk.meaning.0.bias": bias,
        "desk.temperature": np.array([1.0], dtype=np.float32),
    }


def _router(parts: dict[str, Parts], outside: Sequence[Row]) -> dict[str, Any]:
    """Is it a question to a bank (as BANKING77 has them) or one to an assistant?"""
    rows = [*parts["banking"].train, *parts["assistant"].train, *outside]
    truth = [row.source == SOURCES["banking"] for row in rows]
    weight, bias = _logistic(vectors.of_rows("tickets", rows), truth, strength=30.0)
    return {"router.0.weight": weight, "router.0.bias": bias}


def _route(
    arrays: dict[str, Any], parts: dict[str, Parts], outside: Sequence[Row], labels: dict[str, list[str]]
) -> dict[str, Any]:
    """The router's last word, from what both taxonomies make of questions they were not trained on."""
    from sklearn.linear_model import LogisticRegression

    rows = [*parts["banking"].calibrate, *parts["assistant"].calibrate, *outside]
    truth = [row.source == SOURCES["banking"] for row in rows]
    one, two = (_read(arrays, taxonomy, rows, labels[taxonomy], arrays["idf"]) for taxonomy in ("banking", "assistant"))
    inputs = route_inputs(dense(one[0], arrays, "router")[:, 0], one[1:], two[1:])
    fitted = LogisticRegression(C=10.0, max_iter=1_000).fit(inputs, truth)
    return {"route": np.r_[fitted.coef_[0], fitted.intercept_].astype(np.float32)}


def evaluate(corpus: Corpus) -> list[Figure]:
    """On the held-out part that nothing was fitted on."""
    rows = _rows(corpus)
    figures = []
    for taxonomy, count, aim in (("banking", 77, 0.93), ("assistant", 150, 0.95)):
        measured = _parts(_in_scope(rows, taxonomy), SEED).measure
        told = intent.read([row.text for row in measured])
        right = np.array(
            [said.by_taxonomy[taxonomy].label == row.label for said, row in zip(told, measured, strict=True)]
        )
        routed = np.array([said.label == row.label for said, row in zip(told, measured, strict=True)])
        figures += [
            Figure(NAME, f"accuracy, {count} classes", float(right.mean()), len(right), aim=aim),
            Figure(NAME, f"accuracy, {count} classes, taxonomy not told", float(routed.mean()), len(routed)),
        ]
    outside = [row for row in rows if row.label == OUT_OF_SCOPE and row.tags["orig_split"] == "oos_val"]
    found = [said.by_taxonomy["assistant"].label == OUT_OF_SCOPE for said in intent.read([row.text for row in outside])]
    figures.append(Figure(NAME, "out of scope, recall", float(np.mean(found)), len(found), aim=0.65))
    figures.append(_desk_figure())
    return figures


def _desk_figure() -> Figure:
    """The desk's own intents: each case asked of a head that was trained without its fifth of all cases."""
    labels = sorted(desk_cases.CASES)
    cases = [(text, place) for place, label in enumerate(labels) for text in desk_cases.CASES[label]]
    embedded, truth = sentences([text for text, _ in cases]), np.array([place for _, place in cases])
    fold = np.array([int(drawn(text, SEED) * 5) for text, _ in cases])
    right = 0
    for part in range(5):
        weight, bias = _logistic(embedded[fold != part], truth[fold != part], strength=20.0)
        said = (embedded[fold == part] @ weight.astype(np.float32) + bias).argmax(axis=1)
        right += int((said == truth[fold == part]).sum())
    return Figure(NAME, f"accuracy, {len(labels)} classes of the desk, five folds", right / len(cases), len(cases))
