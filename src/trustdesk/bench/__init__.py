"""Benchmarks: what the desk can carry, measured against what the machine and PostgreSQL can do in the same run.

Owns nothing but figures: each bench is a module with `add_options(parser)` and `run(options) -> Report`; one that
needs a program of the machine's asks for it in `needs(options)`, which raises Refusal before a database is made.
Promises that a ratio is taken within one run, so that a slow machine does not look like slow code.
Never touches a desk's own database.
"""

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

# name → what it measures; the module is `trustdesk.bench.<name>`.
BENCHES: dict[str, str] = {
    "console": "how soon the next item is on screen after a decision, against a bare htmx swap in the same browser",
    "claim": "claims a second, and what a claim costs among a million open items",
    "intake": "items a second through the batch API, against plain INSERTs of the same rows",
    "engine": "events a second that the rule engine judges, and what more rules and longer lists cost",
    "signals": "what the signals of texts cost an item, alone and in batches, on one core",
    "images": "pictures hashed, looked at and found again among a million, against comparing with every one",
    "search": "how quickly items, accounts and decisions are found, among a million against ten thousand",
    "cases": "how quickly the inbox lists and finds cases, among a million against ten thousand",
    "rings": "how well clusters find campaigns, and what likeness and links cost an item",
    "backtest": "items a second that a version is rehearsed on, in one and two processes, against reading them",
}

# Benches that need a database of their own.
NEED_DATABASE = frozenset({"backtest", "cases", "claim", "console", "intake", "rings", "search"})

_COMPARE: dict[str, Callable[[float, float], bool]] = {"≥": operator.ge, "≤": operator.le}


@dataclass(frozen=True)
class Figure:
    """One number with its unit; `aim` such as ("≥", 0.5) makes it pass or fail."""

    name: str
    value: float
    unit: str = ""
    aim: tuple[str, float] | None = None
    says: str = ""

    @property
    def passed(self) -> bool | None:
        if self.aim is None:
            return None
        sign, wanted = self.aim
        return _COMPARE[sign](self.value, wanted)


@dataclass
class Report:
    """The figures of one bench; figures named `ratio_…` carry aims."""

    bench: str
    figures: list[Figure] = field(default_factory=list)
    setting: dict[str, str | int | float] = field(default_factory=dict)  # what the run was made with

    def add(
        self, name: str, value: float, unit: str = "", *, aim: tuple[str, float] | None = None, says: str = ""
    ) -> None:
        self.figures.append(Figure(name=name, value=value, unit=unit, aim=aim, says=says))

    @property
    def passed(self) -> bool:
        return all(figure.passed is not False for figure in self.figures)

    def as_json(self) -> str:
        """{"bench", "setting", name: value, …, "aims": {name: {"aim", "passed"}}, "passed"}."""
        aims = {
            figure.name: {"aim": f"{figure.aim[0]} {figure.aim[1]:g}", "passed": figure.passed}
            for figure in self.figures
            if figure.aim
        }
        values = {figure.name: round(figure.value, 4) for figure in self.figures}
        return json.dumps(
            {"bench": self.bench, "setting": self.setting, **values, "aims": aims, "passed": self.passed},
            ensure_ascii=False,
        )

    def table(self) -> str:
        """The figures as aligned lines, with aims and pass marks."""
        lines = [f"bench {self.bench}  " + "  ".join(f"{key}={value}" for key, value in self.setting.items())]
        wide = max((len(figure.name) for figure in self.figures), default=0)
        for figure in self.figures:
            mark = {True: f"  ✓ aim {figure.aim}", False: f"  ✗ aim {figure.aim}", None: ""}[figure.passed]
            if figure.aim:
                mark = f"  {'✓' if figure.passed else '✗'} aim {figure.aim[0]} {figure.aim[1]:g}"
            says = f"   {figure.says}" if figure.says else ""
            lines.append(f"  {figure.name:<{wide}}  {figure.value:>12,.3f} {figure.unit:<10}{mark}{says}".rstrip())
        return "\n".join(lines)


def middle(values: list[float]) -> float:
    """The median: one stalled round does not move it."""
    return float(median(values))
