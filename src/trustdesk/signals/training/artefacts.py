"""Writing a head: arrays packed the same way each time, and the manifest that names them."""

import hashlib
import inspect
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from trustdesk.signals.text.heads import Manifest
from trustdesk.signals.training.corpus import Row

OWN = "open:written for TrustDesk"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class NotOpen(Exception):
    """A row that may not be trained on was about to be."""


def sources(rows: Iterable[Row], *, own: int = 0) -> tuple[dict[str, Any], ...]:
    """What a manifest tells of its training rows; `own`: cases written for this project. Raises NotOpen."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if not row.open:
            raise NotOpen(f"{row.id} is under {row.licence}")
        counted[row.source, row.licence] += 1
    told = [{"source": source, "licence": licence, "rows": n} for (source, licence), n in sorted(counted.items())]
    if own:
        told.append({"source": "written cases", "licence": OWN, "rows": own})
    return tuple(told)


def code_hash(modules: Sequence[ModuleType]) -> str:
    """SHA-256, hex, of the modules' sources."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()


def packed(arrays: Mapping[str, Any]) -> bytes:
    """An `.npz` whose bytes depend on the arrays alone: sorted names, no times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            raw = io.BytesIO()
            np.lib.format.write_array(raw, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), raw.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def write(
    folder: Path,
    *,
    name: str,
    version: str,
    arrays: Mapping[str, Any],
    classes: Sequence[str],
    data: Sequence[Mapping[str, Any]],
    seed: int,
    modules: Sequence[ModuleType],
    settings: Mapping[str, Any] | None = None,
    figures: Mapping[str, Any] | None = None,
) -> Manifest:
    """Write `NAME.npz` and `NAME.json` into `folder`."""
    raw = packed(arrays)
    manifest = Manifest(
        name=name,
        version=version,
        sha256=hashlib.sha256(raw).hexdigest(),
        classes=tuple(classes),
        seed=seed,
        code=code_hash(modules),
        data=tuple(data),
        settings=dict(settings or {}),
        figures=dict(figures or {}),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.npz").write_bytes(raw)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return manifest
