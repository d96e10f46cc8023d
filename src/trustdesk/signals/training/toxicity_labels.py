"""What the rows of the corpus and our own cases say of each class: 1, 0 or unknown."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trustdesk.signals.training import toxicity_words as words
from trustdesk.signals.training.corpus import Row

UNKNOWN = float("nan")


def of_row(row: Row) -> dict[str, float]:
    """The classes of one row. The corpus knows toxic and hate; the finer classes come from its notes and from our word
    lists, which leave open what they cannot tell."""
    toxic, hate = row.tags.get("toxic"), row.tags.get("hate")
    told: dict[str, float] = {}
    if toxic is not None:
        told["toxic"] = float(toxic)
    if hate is not None:
        told["hate"] = float(hate)
    elif toxic == 0:
        told["hate"] = 0.0
    text = row.text
    profane = words.profane(text)
    if profane:
        told["profanity"] = 1.0
    elif toxic == 0 or row.source in {"davidson", "paradetox"}:
        told["profanity"] = 0.0
    if row.tags.get("type") == "threateninglanguage" or str(row.tags.get("category", "")).startswith("1. threats"):
        told["threat"] = 1.0
    elif toxic == 0 or not words.violent(text):
        told["threat"] = 0.0
    if not words.sexual(text):
        told["sexual"] = 0.0
    if not words.self_harming(text):
        told["self_harm"] = 0.0
    if toxic == 0:
        told["harassment"] = 0.0
    elif toxic == 1 and (row.tags.get("fine") == "INSULT" or (profane and words.at_someone(text) and hate != 1)):
        told["harassment"] = 1.0
    return told


def matrix(told: Sequence[Mapping[str, float]], classes: Sequence[str]) -> Any:
    """float32 (n, classes), NaN where unknown."""
    return np.array([[each.get(name, UNKNOWN) for name in classes] for each in told], dtype=np.float32)
