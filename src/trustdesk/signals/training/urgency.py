"""The urgency head: a logistic regression over sentence embeddings of written cases."""

from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.text import urgency
from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.training import artefacts, desk_cases, urgent_cases
from trustdesk.signals.training.corpus import Corpus
from trustdesk.signals.training.measures import Figure, bootstrap, roc_auc
from trustdesk.signals.training.splits import drawn

NAME = urgency.NAME
SEED = 1
STRENGTH = 10.0
# Questions that press though they are calm in tone, and others that do not.
PRESSING = ("safety_of_child", "self_harm_worry", "account_hacked")
CALM = ("praise", "feature_request", "invoice", "policy_question", "edit_listing", "pending_review", "appeal_status")


def cases() -> tuple[list[str], Any]:
    """(texts, 1 for urgent)."""
    urgent = [*urgent_cases.URGENT, *(text for label in PRESSING for text in desk_cases.CASES[label])]
    calm = [*urgent_cases.CALM, *(text for label in CALM for text in desk_cases.CASES[label])]
    return [*urgent, *calm], np.array([1] * len(urgent) + [0] * len(calm))


def _fitted(embedded: Any, truth: Any) -> tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=STRENGTH, max_iter=500).fit(embedded, truth)
    return fitted.coef_.T.astype(np.float16), fitted.intercept_.astype(np.float32)


def train(corpus: Corpus, folder: Path, *, seed: int = SEED) -> None:
    del corpus  # no row of it says how pressing it is and may be given away
    texts, truth = cases()
    weight, bias = _fitted(sentences(texts), truth)
    artefacts.write(
        folder,
        name=NAME,
        version="1",
        arrays={"meaning.0.weight": weight, "meaning.0.bias": bias},
        classes=("urgent",),
        data=artefacts.sources([], own=len(texts)),
        seed=seed,
        modules=[urgency, desk_cases, urgent_cases],
    )


def evaluate(corpus: Corpus) -> list[Figure]:
    """Five folds over the written cases; and the corpus' few tickets with a priority, which nothing was trained on."""
    texts, truth = cases()
    embedded = sentences(texts)
    fold = np.array([int(drawn(text, SEED) * 5) for text in texts])
    said = np.zeros(len(texts))
    for part in range(5):
        weight, bias = _fitted(embedded[fold != part], truth[fold != part])
        said[fold == part] = (embedded[fold == part] @ weight.astype(np.float32) + bias)[:, 0]
    low, high = bootstrap(roc_auc, truth, said)
    figures = [Figure(NAME, "ROC-AUC, written cases, five folds", roc_auc(truth, said), len(texts), low=low, high=high)]
    rows = [row for row in corpus.rows("tickets") if row.source == "tickets_multilang" and row.tags.get("priority")]
    high_ones = [row for row in rows if row.tags["priority"] in {"high", "low"}]
    wanted = [int(row.tags["priority"] == "high") for row in high_ones]
    scores = urgency.scores([row.text for row in high_ones])
    note = "IT tickets, high against low: another idea of urgent"
    figures.append(Figure(NAME, "ROC-AUC, priority of tickets", roc_auc(wanted, scores), len(wanted), note=note))
    return figures
