"""What is wrong with a policy, told so that its author can mend it: place, line, caret, nearest known name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SHOWN = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` and `column` count from 1, in code points; `source` is the line they point into."""

    message: str
    policy: str = ""
    rule: str = ""
    line: int = 0
    column: int = 0
    source: str = ""
    nearest: str = ""
    file: str = ""
    severity: str = "error"

    @property
    def said(self) -> str:
        """The message with the suggestion, without the place."""
        return f"{self.message}; did you mean {self.nearest}?" if self.nearest else self.message

    def __str__(self) -> str:
        place = self.file or self.policy or "policy"
        if self.line:
            place += f":{self.line}:{self.column}"
        who = f" rule {self.rule}:" if self.rule else ""
        kind = " warning:" if self.severity == "warning" else ""
        told = f"{place}:{who}{kind} {self.said}"
        if self.source and self.line:
            # A long line is cut to what surrounds the caret.
            first = max(0, self.column - 1 - SHOWN // 2) if len(self.source) > SHOWN else 0
            part = self.source[first : first + SHOWN]
            shown = "".join(" " if mark.isspace() else mark for mark in part)
            told += f"\n    {shown}\n    {' ' * (self.column - 1 - first)}^"
        return told

    def to_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__} | {"said": self.said}


class PolicyError(ValueError):
    """The policies do not pass the check. `problems` holds everything that is wrong, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(name: str, known: Iterable[str], at_least: int = 60) -> str:
    """The known name most like `name`, or nothing when none is like it (ratio below `at_least` of 100)."""
    best = process.extractOne(name[:80], sorted(known), scorer=fuzz.ratio, score_cutoff=at_least)
    return str(best[0]) if best else ""
