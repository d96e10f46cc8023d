"""Heads: small trained models as plain arrays, with a manifest that says what they are and where they come from.

A head is `artefacts/NAME.npz` (arrays, never pickled objects) and `artefacts/NAME.json` (its manifest, with the SHA-256
of the arrays). It is read when first asked and refused when its checksum is wrong: then that signal does not answer,
and what needed it goes to a person.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ARTEFACTS = Path(__file__).resolve().parent.parent / "artefacts"

Array = np.ndarray[Any, np.dtype[Any]]


class ArtefactRefused(Exception):
    """A model's file is missing, unreadable or not the one its manifest names. `name` is the model's, `reason` is for
    people."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the model {name} is refused: {reason}")
        self.name, self.reason = name, reason


@dataclass(frozen=True)
class Manifest:
    """What a head is. `data`: one row for each source, with licence and number of rows; `code`: SHA-256 of the modules
    that trained it; `figures`: what was measured when it was made."""

    name: str
    version: str
    sha256: str
    classes: tuple[str, ...]
    seed: int
    code: str
    data: tuple[Mapping[str, Any], ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Artefact:
    manifest: Manifest
    arrays: Mapping[str, Array]


_loaded: dict[tuple[Path, str], Artefact] = {}
_lock = threading.Lock()


def read_manifest(name: str, folder: Path = ARTEFACTS) -> Manifest:
    """Raises ArtefactRefused."""
    try:
        told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        told["classes"], told["data"] = tuple(told["classes"]), tuple(told["data"])
        return Manifest(**told)
    except FileNotFoundError as error:
        raise ArtefactRefused(name, "it has no manifest") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactRefused(name, "its manifest cannot be read") from error


def load(name: str, folder: Path = ARTEFACTS) -> Artefact:
    """A head's arrays, as stored, and its manifest; read once a process. Raises ArtefactRefused."""
    with _lock:
        known = _loaded.get((folder, name))
        if known is None:
            known = _loaded[folder, name] = _read(name, folder)
    return known


def _read(name: str, folder: Path) -> Artefact:
    manifest = read_manifest(name, folder)
    path = folder / f"{name}.npz"
    try:
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
            if digest != manifest.sha256:
                raise ArtefactRefused(name, f"its checksum is {digest[:16]}, its manifest says {manifest.sha256[:16]}")
            handle.seek(0)
            with np.load(handle, allow_pickle=False) as stored:
                arrays = {key: stored[key] for key in stored.files}
    except OSError as error:
        raise ArtefactRefused(name, "its file cannot be read") from error
    except ValueError as error:
        raise ArtefactRefused(name, "its arrays cannot be read") from error
    for array in arrays.values():
        array.setflags(write=False)
    return Artefact(manifest, arrays)


def ready(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays as they are computed with: half numbers as whole ones, so that no call has to turn them again."""
    return {name: array.astype(np.float32) if array.dtype == np.float16 else array for name, array in arrays.items()}


def names(folder: Path = ARTEFACTS) -> list[str]:
    """The heads in a folder, by name."""
    return sorted(path.stem for path in folder.glob("*.json"))


def sigmoid(logits: Any) -> Any:
    """1 / (1 + e^-x), without overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0)))


def softmax(logits: Any) -> Any:
    """Along the last axis."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def dense(vectors: Any, arrays: Mapping[str, Array], name: str) -> Any:
    """A network of layers `NAME.0.weight`, `NAME.0.bias`, `NAME.1.weight` …, ReLU between them; gives logits."""
    layer = 0
    out = np.asarray(vectors, dtype=np.float32)
    while f"{name}.{layer}.weight" in arrays:
        if layer:
            out = np.maximum(out, 0.0)
        weight, bias = (arrays[f"{name}.{layer}.{part}"].astype(np.float32, copy=False) for part in ("weight", "bias"))
        out = out @ weight + bias
        layer += 1
    return out
