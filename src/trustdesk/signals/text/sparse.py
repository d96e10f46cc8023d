"""Weights of hashed n-grams as most of them are: zero. One byte each, by feature, with a scale for all."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from trustdesk.signals.text.heads import Array


def pruned(weights: Any, *, keep: int) -> Any:
    """Weights (features, classes) with only the `keep` of greatest size left."""
    sizes = np.abs(weights).ravel()
    if keep >= np.count_nonzero(sizes):
        return weights
    least = np.partition(sizes, sizes.size - keep)[sizes.size - keep]
    return np.where(np.abs(weights) >= least, weights, 0)


def packed_weights(weights: Any, name: str) -> dict[str, Any]:
    """Arrays `NAME.weight`, `NAME.class`, `NAME.many`, `NAME.scale` of weights (features, classes), dense or sparse."""
    sparse = csr_matrix(weights)
    scale = float(np.abs(sparse.data).max()) / 127 if sparse.nnz else 1.0
    whole = np.round(sparse.data / scale).astype(np.int8)
    kind = np.uint8 if sparse.shape[1] <= 256 else np.uint16
    return {
        f"{name}.weight": whole,
        f"{name}.class": sparse.indices.astype(kind),
        f"{name}.many": np.diff(sparse.indptr).astype(np.uint16),
        f"{name}.scale": np.array([scale], dtype=np.float32),
    }


def unpacked_weights(arrays: Mapping[str, Array], name: str, *, classes: int) -> Any:
    """The weights again, float32 (features, classes), as a scipy.sparse matrix."""
    many = arrays[f"{name}.many"]
    data = arrays[f"{name}.weight"].astype(np.float32) * arrays[f"{name}.scale"][0]
    starts = np.concatenate(([0], np.cumsum(many, dtype=np.int64)))
    return csr_matrix((data, arrays[f"{name}.class"].astype(np.int32), starts), shape=(len(many), classes))
