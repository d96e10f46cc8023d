"""Training and measuring the head for harmful addresses (signals/text/urlharm.py). Split by registered name: pages of one
site are never on both sides."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.text import urlharm, urlharm_reading, urlharm_words
from trustdesk.signals.text.heads import sigmoid
from trustdesk.signals.text.urlharm import NGRAMS, logits, name_key, prepared
from trustdesk.signals.text.urlharm_reading import apart, is_free, readings
from trustdesk.signals.training import artefacts, urlharm_cases
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.measures import Figure, bootstrap, roc_auc
from trustdesk.signals.training.splits import drawn

NAME = "urlharm"
VERSION = "1"
POPULAR, ORDINARY = "opendns_top", "opendns_random"
MADE_UP = 16_000
# How much a made-up address weighs against a real one.
OWN_WEIGHT = 0.6
# Of popular names at most this share may reach a half: the scores are moved until that holds with room to spare.
POPULAR_FPR = 0.004

Array = Any


def is_harmful(row: Row) -> int:
    return int(row.label != "benign")


def site(row: Row) -> str:
    return apart(row.text).registered


def fitted(rows: Sequence[Row], *, seed: int) -> dict[str, Array]:
    """The arrays of a head: the rows and what is made up on their hosts, one linear question."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    honest = [row.text for row in rows if not is_harmful(row) and row.source == ORDINARY]
    popular = [row.text for row in rows if not is_harmful(row) and row.source == POPULAR]
    dishonest = [row.text for row in rows if is_harmful(row)]
    own = urlharm_cases.made_up(honest, popular, dishonest, n=MADE_UP, seed=seed)
    _, words, traits = readings([row.text for row in rows] + [url for url, _ in own])
    truth = np.array([is_harmful(row) for row in rows] + [harm for _, harm in own])
    weight = np.repeat([1.0, OWN_WEIGHT], [len(rows), len(own)])
    counts = NGRAMS.counts(words)
    columns = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= 3)
    # Traits and n-grams as far apart as lets one strength serve both.
    spread = (traits.std(axis=0) + 0.05) / 0.3
    model = LogisticRegression(C=8.0, solver="liblinear", random_state=0)
    model.fit(hstack([counts[:, columns] * 2.0, csr_matrix(traits / spread)]).tocsr(), truth, sample_weight=weight)
    found = model.coef_[0][: len(columns)] * 2.0
    heard = np.abs(found) > 0.05
    return {
        "ngrams.columns": columns[heard].astype(np.int32),
        "ngrams.weight": found[heard].astype(np.float16),
        "traits.weight": (model.coef_[0][len(columns) :] / spread).astype(np.float32),
        "bias": model.intercept_.astype(np.float32),
        "scale": np.array([1.0, 0.0], dtype=np.float32),
        "known": np.zeros(0, dtype=np.uint64),
    }


def well_known(rows: Sequence[Row]) -> Array:
    """The popular names among the rows, as sorted keys; hosts where anyone may write are none."""
    told = {name_key(site(row)) for row in rows if row.source == POPULAR and not is_free(apart(row.text))}
    return np.array(sorted(told), dtype=np.uint64)


def calibrated(arrays: Mapping[str, Array], held: Sequence[Row]) -> dict[str, Array]:
    """Log-odds scaled to held-out rows (J. Platt, 1999), then lowered until few enough popular names reach a half."""
    from sklearn.linear_model import LogisticRegression

    truth: Array = np.array([is_harmful(row) for row in held])
    raw = logits(prepared(arrays), *readings([row.text for row in held]))
    model = LogisticRegression(C=1e3, class_weight="balanced").fit(raw[:, None], truth)
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    top = np.array([row.source == POPULAR for row in held])
    edge = float(np.quantile(slope * raw[top] + offset, 1 - POPULAR_FPR))
    return {**arrays, "scale": np.array([slope, offset - max(0.0, edge)], dtype=np.float32)}


def trained(rows: Sequence[Row], *, seed: int) -> dict[str, Array]:
    """Fitted on all rows, calibrated by a twin that had not seen an eighth of the sites."""
    inner = [row for row in rows if drawn(site(row), seed) >= 0.125]
    held = [row for row in rows if drawn(site(row), seed) < 0.125]
    twin = calibrated(fitted(inner, seed=seed), held)
    return {**fitted(rows, seed=seed), "scale": twin["scale"], "known": well_known(rows)}


def train(corpus: Corpus, folder: Path, seed: int) -> None:
    rows = list(corpus.rows("urls", open_only=True, share_alike=False))
    artefacts.write(
        folder,
        name=urlharm.NAME,
        version=VERSION,
        arrays=trained(rows, seed=seed),
        classes=urlharm.CLASSES,
        data=artefacts.sources(rows, own=MADE_UP),
        seed=seed,
        modules=[sys.modules[__name__], urlharm, urlharm_reading, urlharm_words, urlharm_cases],
        settings={"bits": NGRAMS.bits},
    )


def evaluate(corpus: Corpus, *, seed: int = 7) -> list[Figure]:
    """Sites held out; collections that may not be trained on are measured on the same held-out sites."""
    rows = list(corpus.rows("urls"))
    out = np.array([drawn(site(row), seed) < 0.2 for row in rows])
    arrays = prepared(
        trained(
            [row for row, held in zip(rows, out, strict=True) if row.open and not row.share_alike and not held], seed=1
        )
    )
    held = [row for row, there in zip(rows, out, strict=True) if there]
    truth: Array = np.array([is_harmful(row) for row in held])
    scores = sigmoid(logits(arrays, *readings([row.text for row in held])))
    source = np.array([row.source for row in held])
    may_train = np.array([row.open for row in held])
    low, high = bootstrap(roc_auc, truth[may_train], scores[may_train])
    told = [
        Figure(
            "urlharm",
            "split by site: ROC-AUC",
            roc_auc(truth[may_train], scores[may_train]),
            int(may_train.sum()),
            0.98,
            low=low,
            high=high,
        ),
        Figure("urlharm", "with collections never trained on: ROC-AUC", roc_auc(truth, scores), len(truth)),
    ]
    paths = np.isin(source, ["phishtank_2020", "openphish_2026", "unb_benign_2016"])
    told.append(
        Figure(
            "urlharm",
            "addresses with paths, never trained on: ROC-AUC",
            roc_auc(truth[paths], scores[paths]),
            int(paths.sum()),
        )
    )
    for name in np.unique(source):
        for harmful in (0, 1):
            mine = (source == name) & (truth == harmful)
            if mine.sum() < 20:
                continue
            share = float((scores[mine] >= 0.5).mean())
            aim = 0.01 if name == POPULAR else None
            label = "recall" if harmful else "FPR"
            told.append(
                Figure("urlharm", f"{label} at 0.5, {name}", share, int(mine.sum()), aim, at_least=bool(harmful))
            )
    return told
