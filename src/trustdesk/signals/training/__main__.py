"""`python -m trustdesk.signals.training {train,evaluate,check} [TASK …]`: see `make models`, `make evaluate`, `make
models-check`."""

import argparse
import importlib
import json
import math
import pkgutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from trustdesk.signals import training
from trustdesk.signals.text.heads import ARTEFACTS, load, names
from trustdesk.signals.training.corpus import Corpus, CorpusMissing
from trustdesk.signals.training.measures import Figure

# What another processor's arithmetic may change: the mean distance of weights, as a share of the greatest.
TOLERANCE = 0.02


def tasks() -> dict[str, ModuleType]:
    """The modules of this package that are tasks, by name."""
    modules = (
        importlib.import_module(f"{training.__name__}.{found.name}")
        for found in pkgutil.iter_modules(training.__path__)
        if found.name not in {"__main__", "tests"}
    )
    return {str(module.NAME): module for module in modules if hasattr(module, "NAME")}


def main(arguments: list[str] | None = None) -> int:
    known = tasks()
    parser = argparse.ArgumentParser(prog="python -m trustdesk.signals.training")
    parser.add_argument("verb", choices=["train", "evaluate", "check"])
    parser.add_argument("task", nargs="*", help=f"of: {', '.join(sorted(known))}; all without one")
    parser.add_argument("--out", type=Path, default=ARTEFACTS, help="folder for trained heads")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args(arguments)
    wrong = set(said.task) - known.keys()
    if wrong:
        parser.error(f"no task {min(wrong)}; there are: {', '.join(sorted(known))}")
    try:
        corpus = Corpus.named()
    except CorpusMissing as error:
        parser.error(str(error))
    chosen = {name: known[name] for name in said.task or sorted(known)}
    if said.verb == "train":
        for name, module in chosen.items():
            if hasattr(module, "train"):
                started = time.monotonic()
                module.train(corpus, said.out, seed=said.seed)
                sys.stderr.write(f"{name}: trained in {time.monotonic() - started:.0f} s\n")
        return 0
    if said.verb == "check":
        same = [_same(name, module, corpus, said.seed) for name, module in chosen.items()]
        return 0 if all(same) else 1
    figures = [
        figure for module in chosen.values() if hasattr(module, "evaluate") for figure in module.evaluate(corpus)
    ]
    if said.json:
        sys.stdout.write(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n")
    else:
        for figure in figures:
            sys.stdout.write(_line(figure) + "\n")
    return 0


def _same(name: str, module: ModuleType, corpus: Corpus, seed: int) -> bool:
    """Does training give the shipped heads again? Each array may differ by TOLERANCE of its greatest value."""
    if not hasattr(module, "train"):
        return True
    whole = True
    with tempfile.TemporaryDirectory() as folder:
        module.train(corpus, Path(folder), seed=seed)
        for head in names(Path(folder)):
            ours, theirs = load(head).arrays, load(head, Path(folder)).arrays
            apart = difference(ours, theirs)
            whole &= apart <= TOLERANCE
            said = "the same" if apart == 0 else f"apart by {apart:.4f} of the greatest weight"
            sys.stdout.write(f"{name}: {head}: {said}{'' if apart <= TOLERANCE else '  TOO FAR'}\n")
    return whole


def difference(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
    """The greatest mean distance of two arrays of one name, as a share of its greatest value; infinite where one has
    another shape or is missing. Sparse weights may gain or lose a few: their sums are compared."""
    if ours.keys() != theirs.keys():
        return math.inf
    apart = [0.0]
    for name, mine in ours.items():
        other = theirs[name]
        if mine.dtype.kind not in "fiu" or mine.size == 0:
            continue
        greatest = float(np.abs(mine.astype(np.float64)).max()) or 1.0
        if mine.shape == other.shape:
            apart.append(float(np.abs(mine.astype(np.float64) - other.astype(np.float64)).mean()) / greatest)
        elif abs(mine.size - other.size) > TOLERANCE * mine.size:
            return math.inf
    return max(apart)


def _line(figure: Figure) -> str:
    value = "–" if math.isnan(figure.value) else f"{figure.value:.4f}"
    between = f" [{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None and figure.high is not None else ""
    aim = "" if figure.aim is None else f"  aim {'>=' if figure.at_least else '<='} {figure.aim:g}"
    met = {None: "", True: "  reached", False: "  MISSED"}[figure.reached]
    note = f"  ({figure.note})" if figure.note else ""
    return f"{figure.task:12} {figure.name:52} {value}{between}  n={figure.n}{aim}{met}{note}"


if __name__ == "__main__":
    sys.exit(main())
