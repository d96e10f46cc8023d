"""The desk's own heads as a process holds them: those that are live, at most a second after a release or a roll-back.

The rows are the truth. A process that is asked anything looks once a second which heads are live, and reads the arrays of
one that changed. One whose arrays are not those its row names is refused: it answers nothing, and what needs it goes to
people.
"""

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol
from uuid import UUID

from django.db import DatabaseError

from trustdesk.engine import UNKNOWN
from trustdesk.signals.calling import Arguments, Compute
from trustdesk.signals.models import OwnHead
from trustdesk.signals.text.heads import ArtefactRefused

FRESH_FOR = 1.0  # seconds
_NEVER = float("inf")


class Head(Protocol):
    """What a stored head is once it is read: probabilities, in order."""

    def scores(self, texts: Sequence[str]) -> Sequence[float]: ...


@dataclass(frozen=True)
class _Live:
    id: UUID
    version: str


def read(*, name: str, data: bytes, sha256: str) -> Head:
    """A head from its bytes. Raises ArtefactRefused when they are not those the checksum names, or no head."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ArtefactRefused(name, "wrong checksum")
    # Imported when the first is read: what it needs is heavy.
    model: Any = import_module("trustdesk.signals.training.own_labels_model")
    found: Head = model.Learned.unpacked(data)
    return found


class OwnHeads:
    """All live heads. Arrays are read by the first question, outside the lock of those that only ask for a version."""

    def __init__(self) -> None:
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._live: dict[str, _Live] = {}
        self._heads: dict[UUID, Head | ArtefactRefused] = {}
        self._read_at = -_NEVER

    def version(self, label: str) -> str:
        """Of the label's live head; "" when the desk has none. Raises ArtefactRefused for one that is refused."""
        live = self._now().get(label)
        if live is None:
            return ""
        self._head(label, live)
        return live.version

    def labels(self) -> tuple[str, ...]:
        return tuple(sorted(self._now()))

    def head(self, label: str) -> Head | None:
        """The label's live head; None when the desk has none. Raises ArtefactRefused."""
        live = self._now().get(label)
        return self._head(label, live) if live else None

    def stale(self) -> None:
        """Look again at the next question: this process has changed something."""
        self._read_at = -_NEVER

    def _now(self) -> dict[str, _Live]:
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_FOR:
                rows = OwnHead.objects.filter(live=True).values_list("label", "id", "version")
                self._live = {label: _Live(head, version) for label, head, version in rows}
                self._heads = {each.id: self._heads[each.id] for each in self._live.values() if each.id in self._heads}
                self._read_at = time.monotonic()
            return self._live

    def _head(self, label: str, live: _Live) -> Head:
        with self._reading:
            found = self._heads.get(live.id)
            if found is None:
                row = OwnHead.objects.get(id=live.id)
                try:
                    found = read(name=f"{label} {live.version}", data=bytes(row.data), sha256=row.sha256)
                except ArtefactRefused as refused:
                    found = refused
                self._heads[live.id] = found
        if isinstance(found, ArtefactRefused):
            raise found
        return found


own_heads = OwnHeads()


def own_labels_known() -> tuple[str, ...]:
    """Labels that a live head answers, where the database can be read (a folder is checked without one, too)."""
    try:
        return own_heads.labels()
    except (DatabaseError, RuntimeError):  # RuntimeError: a test that may not use one
        return ()


def edition(arguments: Arguments) -> str:
    """The version of the desk's own head that answers a question of `score`, "" when it is the shipped one. Raises
    ArtefactRefused."""
    return "" if arguments.get("shipped") else own_heads.version(str(arguments["label"]))


def before(shipped: Compute) -> Compute:
    """A batch of `score` answered by the desk's own heads where it has them, else by what TrustDesk ships.

    A question with `shipped` set goes to the shipped model whatever is live: so the two are compared.
    """

    def compute(questions: Sequence[Arguments]) -> list[Any]:
        answers: list[Any] = [UNKNOWN] * len(questions)
        by_label: dict[str, list[int]] = {}
        for place, question in enumerate(questions):
            by_label.setdefault("" if question.get("shipped") else str(question["label"]), []).append(place)
        rest: list[int] = by_label.pop("", [])
        for label, places in by_label.items():
            head = own_heads.head(label)
            if head is None:
                rest += places
                continue
            texts = [str(questions[place]["text"]) for place in places]
            for place, score in zip(places, head.scores(texts), strict=True):
                answers[place] = float(score)
        if rest:
            told = shipped([questions[place] for place in sorted(rest)])
            for place, score in zip(sorted(rest), told, strict=True):
                answers[place] = score
        return answers

    return compute
