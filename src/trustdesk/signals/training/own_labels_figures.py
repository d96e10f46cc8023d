"""What `own_labels.learn` makes of two sets of labels it was not built on: fraudulent job adverts and paid-for reviews.

Nothing trained here is shipped: both sets may be measured on but not given away.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from trustdesk.signals.training import vectors
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.measures import Figure
from trustdesk.signals.training.own_labels import Learned, learn

# The share of fraud among all adverts of the board the jobs were taken from (866 of 17,880); the corpus holds most of
# the fraud and few of the rest.
JOBS_PRIOR = 0.0484
JOB_FIELDS = ("title", "company_profile", "description", "requirements", "benefits")


def evaluate(corpus: Corpus) -> list[Figure]:
    """Cross-validated by group; each figure on rows whose group its models had not seen."""
    jobs, reviews = list(corpus.rows("jobs")), list(corpus.rows("reviews"))
    fields = [{name: row.tags.get(name, "") for name in JOB_FIELDS} for row in jobs]
    fraud = [int(row.label == "fraud") for row in jobs]
    told: list[Figure] = []
    for name, groups, aim in (
        ("by title", [_plain(row.tags["title"]) for row in jobs], 0.85),
        ("by campaign (shared title, company or text)", campaigns(jobs), None),
    ):
        head = learn(
            [row.text for row in jobs],
            fraud,
            groups=groups,
            extra=fields,
            prior=JOBS_PRIOR,
            vectors=vectors.of_rows("jobs", jobs),
        )
        told += _told(f"job ads, {name}", head, pr_aim=aim, share=f"at a natural share of {JOBS_PRIOR:.1%}")
    for name, groups, roc_aim in (
        ("random", [row.id for row in reviews], 0.975),
        ("by hotel", [str(row.tags["hotel"]) for row in reviews], None),
    ):
        head = learn(
            [row.text for row in reviews],
            [int(row.label == "deceptive") for row in reviews],
            groups=groups,
            vectors=vectors.of_rows("reviews", reviews),
        )
        told += _told(f"reviews, {name}", head, roc_aim=roc_aim)
    return told


def _told(
    name: str, head: Learned, *, pr_aim: float | None = None, roc_aim: float | None = None, share: str = ""
) -> Iterable[Figure]:
    said = head.figures
    n = said["positive"] + said["negative"]

    def figure(label: str, key: str, rows: int = n, **more: Any) -> Figure:
        low, high = said.get(f"{key}_interval", (None, None))
        return Figure("own_labels", f"{name}: {label}", said[key], rows, low=low, high=high, **more)

    yield figure("ROC-AUC", "roc_auc", aim=roc_aim)
    yield figure("PR-AUC", "pr_auc", aim=pr_aim, note=share)
    if share:
        yield figure("PR-AUC", "pr_auc_of_the_sample", note="at the sample's own share")
    yield figure("FPR at the threshold", "fpr", said["negative"], aim=0.02, at_least=False)
    yield figure("recall at the threshold", "recall", said["positive"])


def campaigns(rows: Sequence[Row]) -> list[str]:
    """Groups of adverts joined by the same title, the same company profile or three tenths of their five-word runs, and
    by whatever joins those in turn: the strictest split."""
    parent = list(range(len(rows)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[tuple[str, str], int] = {}
    holders: dict[tuple[str, ...], list[int]] = {}
    runs = []
    for at, row in enumerate(rows):
        for key in ("title", "company_profile", "description"):
            value = _plain(row.tags.get(key, ""))[:80]
            if len(value) > 3:
                parent[root(at)] = root(first.setdefault((key, value), at))
        words = _plain(row.text).split()
        runs.append({tuple(words[start : start + 5]) for start in range(len(words) - 4)})
        for run in runs[at]:
            holders.setdefault(run, []).append(at)
    for at, mine in enumerate(runs):
        shared: dict[int, int] = {}
        for run in mine:
            for other in holders[run]:
                if other < at:
                    shared[other] = shared.get(other, 0) + 1
        for other, n in shared.items():
            if n >= 0.3 * min(len(mine), len(runs[other])):
                parent[root(at)] = root(other)
    return [str(root(at)) for at in range(len(rows))]


def _plain(text: Any) -> str:
    return " ".join(re.findall(r"\w+", str(text).casefold()))
