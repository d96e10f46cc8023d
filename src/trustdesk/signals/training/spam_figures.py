"""What the head for spam and scam reaches: on rows like those it was trained on, on sources it never saw, on kinds of fraud
and in languages there is little real text of."""

from collections.abc import Iterator

import numpy as np

from trustdesk.signals.text import spam as head
from trustdesk.signals.text.spam import HARMS, KINDS, prepared, scored
from trustdesk.signals.training import spam_cases
from trustdesk.signals.training.corpus import Corpus
from trustdesk.signals.training.measures import Figure, bootstrap, calibration_error, macro_f1, pr_auc, roc_auc
from trustdesk.signals.training.spam import (
    OWN,
    Array,
    Known,
    fitted,
    joined,
    of_cases,
    of_rows,
    split,
    stored,
    trained,
)

FINE = HARMS.index("fine")
# Of each class of a source at most this many rows when sources are left out: seven heads are fitted there.
SAMPLE = 600


def evaluate(corpus: Corpus, *, seed: int = 7) -> list[Figure]:
    rows = list(corpus.rows("spam"))
    every = of_rows(rows)
    may_train = np.array([row.open and not row.share_alike for row in rows])
    known = joined([every.part(np.flatnonzero(may_train)), of_cases(1)])
    train, out = split(known, seed, 0.2)
    arrays = prepared(stored(trained(known.part(train), seed=1)))
    told = list(_held_out(arrays, known.part(out)))
    told += _unseen_collections(arrays, every.part(np.flatnonzero(~may_train)))
    told += left_out(every, may_train)
    return told


def said(arrays: dict[str, Array], known: Known) -> Array:
    """Probabilities of all classes."""
    return scored(arrays, known.raw, known.words, known.traits, known.meaning)


def _held_out(arrays: dict[str, Array], held: Known) -> Iterator[Figure]:
    scores = said(arrays, held)
    real = held.source != OWN
    harm, truth = scores[:, :3].argmax(axis=1), (held.harm != FINE).astype(int)
    low, high = bootstrap(macro_f1, held.harm[real], harm[real])
    yield Figure(
        "spam",
        "spam, scam or fine: macro-F1",
        macro_f1(held.harm[real], harm[real]),
        int(real.sum()),
        0.93,
        low=low,
        high=high,
    )
    yield Figure("spam", "harm: ROC-AUC", roc_auc(truth[real], 1 - scores[real, FINE]), int(real.sum()))
    yield Figure(
        "spam",
        "harm: calibration error",
        calibration_error(truth[real], 1 - scores[real, FINE]),
        int(real.sum()),
        at_least=False,
    )
    for source in np.unique(held.source):
        mine = held.source == source
        n = int(mine.sum())
        yield Figure("spam", f"harm, {source}: ROC-AUC", roc_auc(truth[mine], 1 - scores[mine, FINE]), n)
        classes = np.unique(held.harm[mine])
        if len(classes) > 1:
            yield Figure("spam", f"classes, {source}: macro-F1", macro_f1(held.harm[mine], harm[mine]), n)
    own = ~real
    for at, kind in enumerate(KINDS):
        mine = (held.kind == at)[own].astype(int)
        yield Figure(
            "spam",
            f"kind {kind}, written cases: PR-AUC",
            pr_auc(mine, scores[own, 3 + at]),
            int(own.sum()),
            note=f"{mine.sum()} of the kind",
        )


def _unseen_collections(arrays: dict[str, Array], held: Known) -> Iterator[Figure]:
    """Collections that may not be trained on: the shipped head never sees any of them."""
    scores = said(arrays, held)[:, FINE]
    for source in np.unique(held.source):
        mine = held.source == source
        truth = (held.harm[mine] != FINE).astype(int)
        yield Figure(
            "spam",
            f"never trained on, {source}: PR-AUC",
            pr_auc(truth, 1 - scores[mine]),
            int(mine.sum()),
            note=f"share {truth.mean():.2f}",
        )


def left_out(every: Known, may_train: Array) -> list[Figure]:
    """For each source, the head trained on the open rows of all others and the written cases."""
    rng = np.random.default_rng(1)
    kept = [
        rng.permutation(np.flatnonzero((every.source == source) & (every.harm == harm)))[:SAMPLE]
        for source in np.unique(every.source)
        for harm in range(len(HARMS))
    ]
    chosen = np.sort(np.concatenate(kept))
    some, open_rows = every.part(chosen), may_train[chosen]
    own, told, areas = of_cases(1), [], []
    for source in np.unique(some.source):
        others = joined([some.part(np.flatnonzero((some.source != source) & open_rows)), own])
        arrays = prepared(stored(fitted(others, seed=1)))
        held = some.part(np.flatnonzero(some.source == source))
        scores, truth = 1 - said(arrays, held)[:, FINE], (held.harm != FINE).astype(int)
        areas.append(pr_auc(truth, scores))
        told.append(
            Figure(
                "spam", f"source left out, {source}: PR-AUC", areas[-1], len(truth), note=f"share {truth.mean():.2f}"
            )
        )
        told.append(Figure("spam", f"source left out, {source}: ROC-AUC", roc_auc(truth, scores), len(truth)))
    return [
        *told,
        Figure("spam", "sources left out: mean PR-AUC", float(np.mean(areas)), len(areas), 0.80, note="sources"),
    ]


def by_language(scores: Array, cases: list[spam_cases.Case]) -> dict[str, tuple[float, int]]:
    """ROC-AUC of harm and the number of cases, by language, where both harm and none were written."""
    told = {}
    for lang in sorted({case.lang for case in cases}):
        mine = [at for at, case in enumerate(cases) if case.lang == lang]
        told[lang] = (
            roc_auc([int(cases[at].harm != "fine") for at in mine], 1 - scores[mine, head.HARMS.index("fine")]),
            len(mine),
        )
    return told
