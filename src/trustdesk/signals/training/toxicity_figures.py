"""What the shipped toxicity head is worth, on rows and templates it never saw."""

from typing import Any

import numpy as np

from trustdesk.signals.text import toxicity as head
from trustdesk.signals.text.features import LONGEST
from trustdesk.signals.text.heads import load
from trustdesk.signals.text.normal import decoded, plain
from trustdesk.signals.training.corpus import Corpus
from trustdesk.signals.training.measures import Figure, bootstrap, calibration_error, pr_auc, roc_auc
from trustdesk.signals.training.toxicity_disguise import FIRST, SECOND, disguised
from trustdesk.signals.training.toxicity_material import HELD, Material, labelled, ordinary, written

TASK = head.NAME
TOXIC, HATE, ANY = (head.CLASSES.index(name) for name in ("toxic", "hate", "any_harm"))
# Languages the corpus has free training text in; the rest is told by what English and our own cases teach.
TAUGHT_SOURCES = ("cold", "mlma", "ruhsold")
UNTAUGHT = {
    "id": "id_hate",
    "vi": "vihsd",
    "pt": "hatebr",
    "ar (Levantine)": "lhsab",
    "ko": "kocohub",
    "pt (2)": "fortuna_pt",
}
AT_MOST = 600
# At which a text counts as hateful in the slices.
CUT = 0.5


def evaluate(corpus: Corpus) -> list[Figure]:
    """All figures of the head, from the artefact as shipped."""
    parts = {
        task: labelled(corpus, task, open_only=False, at_most=AT_MOST) for task in ("toxicity_en", "toxicity_multi")
    }
    parts = {task: part.chosen(part.part == HELD) for task, part in parts.items()}
    said = np.concatenate([scored(part, task) for task, part in parts.items()])
    rows = parts["toxicity_en"].joined(parts["toxicity_multi"])
    cases = written()
    cases = cases.chosen(cases.part == HELD)
    told = scored(cases, "toxicity_cases")
    calm = ordinary(corpus)
    calm = calm.chosen(calm.part == HELD)
    return [
        *_areas(rows, said),
        *_by_source(rows, said),
        *_slices(cases, told),
        *disguises(rows, said),
        *_ordinary(scored(calm, "toxicity_ordinary")),
    ]


def scored(rows: Material, task: str) -> Any:
    """What `toxicity.scores` says of the rows, with the embeddings training keeps."""
    arrays = load(head.NAME).arrays
    texts = [plain(row.text[:LONGEST]) for row in rows.rows]
    groups = np.array([head.group(text) for text in texts])
    both = head.wide(rows.counts(), arrays), head.deep(rows.vectors(task), arrays)
    told = head.probabilities(both, groups, arrays)
    words = head.vocabulary()
    disguised_too = [at for at, text in enumerate(texts) if decoded(text, words) != text]
    if disguised_too:
        told[disguised_too] = head.scores([rows.rows[at].text for at in disguised_too])
    return told


def _area(name: str, truth: Any, scores: Any, aims: tuple[float | None, float | None]) -> list[Figure]:
    known = ~np.isnan(truth)
    truth, scores = truth[known].astype(int), scores[known]
    if not 0 < truth.sum() < len(truth):
        return []
    low, high = bootstrap(roc_auc, truth, scores, rounds=25)
    return [
        Figure(TASK, f"{name}, ROC-AUC", roc_auc(truth, scores), len(truth), aims[0], low=low, high=high),
        Figure(TASK, f"{name}, PR-AUC", pr_auc(truth, scores), len(truth), aims[1]),
    ]


def _areas(rows: Material, said: Any) -> list[Figure]:
    free = np.array([row.open and not row.share_alike for row in rows.rows])
    english = free & (rows.languages == "en")
    taught = np.isin(rows.sources, TAUGHT_SOURCES)
    figures = [
        *_area("toxicity English", rows.truth[english, TOXIC], said[english, TOXIC], (0.94, 0.95)),
        *_area("hate English", rows.truth[english, HATE], said[english, HATE], (0.91, 0.81)),
        *_area("languages with open text", rows.truth[taught, TOXIC], said[taught, TOXIC], (None, 0.89)),
    ]
    known = english & ~np.isnan(rows.truth[:, TOXIC])
    figures.append(
        Figure(
            TASK,
            "calibration error, English",
            calibration_error(rows.truth[known, TOXIC], said[known, TOXIC]),
            int(known.sum()),
        )
    )
    for language, source in UNTAUGHT.items():
        mask = rows.sources == source
        aim = 0.85 if language == "id" else 0.8
        figures += _area(f"without open text: {language}", rows.truth[mask, TOXIC], said[mask, TOXIC], (aim, None))
    return figures


def _by_source(rows: Material, said: Any) -> list[Figure]:
    figures: list[Figure] = []
    for source in sorted(set(rows.sources.tolist())):
        for language in sorted(set(rows.languages[rows.sources == source].tolist())):
            mask = (rows.sources == source) & (rows.languages == language)
            for name, at in (("toxic", TOXIC), ("hate", HATE)):
                figures += _area(f"{source} ({language}) {name}", rows.truth[mask, at], said[mask, at], (None, None))[
                    :1
                ]
    return figures


def _slices(cases: Material, told: Any) -> list[Figure]:
    """Templates nobody trained on: how many hateful ones are found, how many harmless ones are left alone."""
    figures: list[Figure] = []
    hate = cases.truth[:, HATE]
    for language in ["all", *sorted(set(cases.languages.tolist()))]:
        mask = (cases.languages == language) | (language == "all")
        for name, wanted, aim in (("hateful found", 1, 0.85), ("harmless left alone", 0, 0.7)):
            some = mask & (hate == wanted)
            right = (told[some, HATE] >= CUT) == wanted
            figures.append(Figure(TASK, f"templates {language}: {name}", float(right.mean()), int(some.sum()), aim))
    for section in sorted(set(cases.section.tolist())):
        mask = (cases.section == section) & ~np.isnan(hate)
        right = (told[mask, HATE] >= CUT) == hate[mask]
        figures.append(Figure(TASK, f"templates, {section}: hate told rightly", float(right.mean()), int(mask.sum())))
    for at, name in enumerate(head.LEARNED):
        truth = cases.truth[:, at]
        figures += _area(f"templates, {name}", truth, told[:, at], (None, None))[:1]
    return figures


def _ordinary(told: Any) -> list[Figure]:
    return [
        Figure(
            TASK,
            f"ordinary sentences taken for {name}",
            float((told[:, at] >= CUT).mean()),
            len(told),
            0.02,
            at_least=False,
        )
        for name, at in (("toxic", TOXIC), ("hate", HATE), ("any harm", ANY))
    ]


# English rows of each kind that are disguised in every way.
DISGUISED = 200


def disguises(rows: Material, said: Any) -> list[Figure]:
    """How much recall of toxic rows a disguise costs, and how many more harmless rows it gets blamed."""
    figures: list[Figure] = []
    short = np.array([len(row.text) <= 200 for row in rows.rows])
    mine = np.flatnonzero((rows.sources == "paradetox") & short & (rows.truth[:, TOXIC] == 1))[:DISGUISED]
    others = np.flatnonzero((rows.sources == "paradetox") & short & (rows.truth[:, TOXIC] == 0))[:DISGUISED]
    found, blamed = ((said[some, TOXIC] >= CUT).mean() for some in (mine, others))
    for ways, aim in ((FIRST, 0.01), (SECOND, 0.08)):
        for way in ways:
            told = head.scores([disguised(rows.rows[at].text, way) for at in (*mine, *others)])[:, TOXIC] >= CUT
            lost = found - told[: len(mine)].mean()
            more = told[len(mine) :].mean() - blamed
            figures.append(Figure(TASK, f"recall lost by {way}", float(lost), len(mine), aim, at_least=False))
            figures.append(Figure(TASK, f"more false alarms by {way}", float(more), len(others)))
    return figures
