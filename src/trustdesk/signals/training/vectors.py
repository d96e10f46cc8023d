"""Embeddings of many training texts, kept in a folder between runs when TRUSTDESK_MODEL_CACHE names one."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.training.corpus import Row

CACHE = "TRUSTDESK_MODEL_CACHE"


def of_rows(task: str, rows: Sequence[Row]) -> Any:
    """Sentence embeddings of corpus rows of one task, float32 (n, 512), in their order. What the cache has is read from
    there (float16), what it lacks is computed and added."""
    folder = os.environ.get(CACHE)
    path = Path(folder) / "usem3" / f"{task}.npz" if folder else None
    known: dict[str, Any] = {}
    if path is not None and path.exists():
        with np.load(path, allow_pickle=False) as stored:
            known = dict(zip(stored["ids"].tolist(), stored["vec"], strict=True))
    lacking = [row for row in rows if row.id not in known]
    for start in range(0, len(lacking), 2_048):
        part = lacking[start : start + 2_048]
        known.update(
            zip((row.id for row in part), sentences([row.text for row in part]).astype(np.float16), strict=True)
        )
    if lacking and path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(f".{os.getpid()}.part.npz")
        np.savez(whole, ids=np.array(list(known)), vec=np.stack(list(known.values())))
        whole.replace(path)
    return np.stack([known[row.id] for row in rows]).astype(np.float32)
