"""How pressing a message is: the probability that somebody must look within minutes, not in its turn.

Danger to somebody, money that leaves now, an account in a stranger's hands, a deadline within hours. On sentence
embeddings, from cases written for this project, and so in any language the embeddings know.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.text.heads import Array, dense, load, ready, sigmoid

NAME = "urgency"


def scores(texts: Sequence[str]) -> Any:
    """0 (calm) to 1 (urgent), float32 (n,). Raises heads.ArtefactRefused."""
    if not texts:
        return np.zeros(0, dtype=np.float32)
    return sigmoid(dense(sentences(texts), _arrays(), "meaning")[:, 0]).astype(np.float32)


@lru_cache(maxsize=1)
def _arrays() -> dict[str, Array]:
    return ready(load(NAME).arrays)
