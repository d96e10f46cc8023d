"""`python -m trustdesk.signals.training {train,evaluate} [TASK …]`: see `make models` and `make evaluate`."""

import argparse
import importlib
import json
import math
import pkgutil
import sys
import time
from pathlib import Path
from types import ModuleType

from trustdesk.signals import training
from trustdesk.signals.text.heads import ARTEFACTS
from trustdesk.signals.training.corpus import Corpus, CorpusMissing
from trustdesk.signals.training.measures import Figure


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
    parser.add_argument("verb", choices=["train", "evaluate"])
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
    figures = [
        figure for module in chosen.values() if hasattr(module, "evaluate") for figure in module.evaluate(corpus)
    ]
    if said.json:
        sys.stdout.write(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n")
    else:
        for figure in figures:
            sys.stdout.write(_line(figure) + "\n")
    return 0


def _line(figure: Figure) -> str:
    value = "–" if math.isnan(figure.value) else f"{figure.value:.4f}"
    between = f" [{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None and figure.high is not None else ""
    aim = "" if figure.aim is None else f"  aim {'>=' if figure.at_least else '<='} {figure.aim:g}"
    met = {None: "", True: "  reached", False: "  MISSED"}[figure.reached]
    note = f"  ({figure.note})" if figure.note else ""
    return f"{figure.task:12} {figure.name:52} {value}{between}  n={figure.n}{aim}{met}{note}"


if __name__ == "__main__":
    sys.exit(main())
