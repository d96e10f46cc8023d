"""The toxicity head: `train` makes `toxicity.npz`, `evaluate` measures it (docs/models/toxicity.md)."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import vstack

from trustdesk.signals.text import features, glossing, normal
from trustdesk.signals.text import toxicity as head
from trustdesk.signals.text.toxicity import CLASSES, LEARNED
from trustdesk.signals.training import (
    artefacts,
    contrast_cases,
    splits,
    toxicity_labels,
    toxicity_learning,
    toxicity_material,
    toxicity_words,
)
from trustdesk.signals.training.corpus import Corpus
from trustdesk.signals.training.toxicity_figures import evaluate
from trustdesk.signals.training.toxicity_material import CALIBRATE, TRAIN, Material, labelled, ordinary, written

__all__ = ["NAME", "evaluate", "train"]
NAME = head.NAME
VERSION = "1"
MEMBERS = 2
HIDDEN = (256,)
EPOCHS = {"wide": 5, "deep": 14}
# Weights smaller than this share of a class's largest say nothing; as zeros they cost nothing either.
PRUNED = 0.004
LEAST = 40
# In the blend, which is the calibration, rare classes weigh as if this share of texts were of them, and missing hate
# counts for more than blaming what is none.
BLEND_SHARE = 0.02
MISSED_HATE = 1.4


def train(corpus: Corpus, folder: Path, *, seed: int = 1) -> None:
    """Write the head into `folder`."""
    parts = {
        "toxicity_en": labelled(corpus, "toxicity_en"),
        "toxicity_multi": labelled(corpus, "toxicity_multi"),
        "toxicity_ordinary": ordinary(corpus),
        "toxicity_cases": written(),
    }
    parts = {task: part.chosen(np.isin(part.part, [TRAIN, CALIBRATE])) for task, part in parts.items()}
    vectors = np.concatenate([part.vectors(task) for task, part in parts.items()])
    counted = vstack([part.counts() for part in parts.values()]).tocsr()
    whole = _joined(parts)
    arrays = learned(whole, vectors, counted, seed=seed)
    words = toxicity_material.vocabulary(row.text for row in whole.rows)
    arrays["words"] = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    arrays["sharp"] = np.frombuffer("\n".join(sharp(words)).encode(), dtype=np.uint8)
    own = sum(row.source == "written cases" for row in whole.rows)
    artefacts.write(
        folder,
        name=NAME,
        version=VERSION,
        arrays=arrays,
        classes=CLASSES,
        data=artefacts.sources((row for row in whole.rows if row.source != "written cases"), own=own),
        seed=seed,
        modules=[
            sys.modules[__name__],
            features,
            normal,
            glossing,
            head,
            splits,
            contrast_cases,
            toxicity_labels,
            toxicity_learning,
            toxicity_material,
            toxicity_words,
        ],
        settings={
            "members": MEMBERS,
            "hidden": list(HIDDEN),
            "epochs": EPOCHS,
            "pruned": PRUNED,
            "missed_hate": MISSED_HATE,
        },
    )


def _joined(parts: dict[str, Material]) -> Material:
    first, *rest = parts.values()
    for part in rest:
        first = first.joined(part)
    return first


def learned(whole: Material, vectors: Any, counted: Any, *, seed: int) -> dict[str, Any]:
    """The arrays of a head trained on the training part and blended on the calibrating part."""
    taught = whole.part == TRAIN
    weight, bias = toxicity_learning.wide(
        counted[taught], whole.truth[taught], whole.weights[taught], seed=seed, epochs=EPOCHS["wide"]
    )
    largest = np.abs(weight).max(axis=0)
    weight[np.abs(weight) < PRUNED * largest] = 0.0
    arrays: dict[str, Any] = {
        # A byte a weight: its step is 1/127 of the class's largest.
        "wide.weight": np.clip(np.rint(weight / largest * 127.0), -127, 127).astype(np.int8),
        "wide.scale": (largest / 127.0).astype(np.float32),
        "wide.bias": bias,
    }
    for member in range(MEMBERS):
        layers = toxicity_learning.deep(
            vectors[taught],
            whole.truth[taught],
            whole.weights[taught],
            seed=seed + member,
            hidden=HIDDEN,
            epochs=EPOCHS["deep"],
        )
        for at, (inward, shift) in enumerate(layers):
            arrays[f"deep{member}.{at}.weight"] = inward.astype(np.float16)
            arrays[f"deep{member}.{at}.bias"] = shift.astype(np.float16)
    rest = whole.part == CALIBRATE
    some = whole.chosen(rest)
    both = head.wide(counted[rest], arrays), head.deep(vectors[rest], arrays)
    groups = np.array([head.group(normal.plain(row.text), row.lang) for row in some.rows])
    arrays |= blended(both, groups, some)
    return arrays


def blended(both: tuple[Any, Any], groups: Any, some: Material) -> dict[str, Any]:
    """How the two readers are weighed in each group of languages, on rows neither was trained on."""
    read = head.blended(both)
    weight = np.zeros((head.GROUPS, len(LEARNED), read.shape[-1]), dtype=np.float32)
    bias = np.zeros((head.GROUPS, len(LEARNED)), dtype=np.float32)
    weights = some.weights[:, None] * toxicity_learning.rarity(some.truth, some.weights[:, None], share=BLEND_SHARE)
    hate = LEARNED.index("hate")
    weights[:, hate] *= np.where(some.truth[:, hate] == 1, MISSED_HATE, 1.0)
    for at in range(len(LEARNED)):
        known = ~np.isnan(some.truth[:, at])
        for which in range(head.GROUPS):
            told = known & (groups == which)
            if min(some.truth[told, at].sum(), (1 - some.truth[told, at]).sum()) < LEAST:
                told = known
            weight[which, at], bias[which, at] = toxicity_learning.logistic(
                read[told, at], some.truth[told, at], weights[told, at], strength=1.0
            )
    arrays: dict[str, Any] = {
        "blend.weight": weight,
        "blend.bias": bias,
        "union.weight": np.array([1, 0, 0], np.float32),
    }
    some_harm = np.nanmax(np.nan_to_num(some.truth[:, :6], nan=-1.0), axis=1)
    every_known = ~np.isnan(some.truth[:, :6]).any(axis=1) | (some_harm == 1)
    said = head.probabilities(both, groups, arrays)
    coefficients, shift = toxicity_learning.logistic(
        head.harms(said)[every_known], (some_harm == 1)[every_known], some.weights[every_known], strength=1.0
    )
    arrays["union.weight"] = np.array([*coefficients, shift], dtype=np.float32)
    return arrays


def sharp(words: list[str]) -> list[str]:
    """Words people hide: rude, violent and hateful ones; the most ordinary words are none, whatever lists say."""
    ordinary = set(words[:400])
    told = {word for word in toxicity_words.hidden_words() | contrast_cases.hostile_words() if len(word) > 2}
    return sorted(told - ordinary | {"fuck", "bitch", "shit", "kill", "hate", "die"})
