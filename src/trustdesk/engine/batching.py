"""Many events of one program: columns, the matcher's hits, then all rules as operations on masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .columns import Column, Raw, masks, positions, typed
from .judging import Answers, Frame
from .measuring import Measure
from .program import Judged
from .values import MISSING, UNKNOWN

if TYPE_CHECKING:
    from .program import Program

# From so many events on, columns are quicker than one event after the other.
MANY = 12


class Many:
    """A batch read once: its columns and texts. It can be judged as often as answers come."""

    def __init__(self, program: Program, events: Sequence[Mapping[str, Any]], places: Sequence[int]) -> None:
        began = perf_counter()
        self.program, self.events, self.places = program, events, places
        self.size = len(events)
        self.full = (1 << self.size) - 1
        self._raw = Raw(events)
        self._columns: dict[int, Column] = {}
        self.fired: list[dict[int, int]] = [{} for _ in events]
        for place, path in program.texts:
            self._read(place, path)
        wanted = program.columns_wanted
        columns = {place: self.column(place) for place in wanted}
        self.true, self.false, self.unknown = program.leaves.answer(columns, self._hits(), self.size)
        self.unclear = any(column.unknown for column in columns.values())
        inexact = program.leaves.inexact(self.true)
        for at, _ in inexact:
            self.true[at] = 0
        nobody = _Asked(self, {})
        for at, node in inexact:
            self.true[at], self.false[at], self.unknown[at] = nobody.each(at, node, self.full)
        self.seconds = perf_counter() - began

    def column(self, place: int) -> Column:
        known = self._columns.get(place)
        if known is None:
            steps, kind = self.program.fields[place]
            known = typed(self._raw.column(steps), kind, self.program.readers[place])
            self._columns[place] = known
        return known

    def _read(self, place: int, path: str) -> None:
        read = self.program.view.fields[path].read
        for text, fired in zip(self.column(place).values, self.fired, strict=True):
            if text is not MISSING and text is not UNKNOWN:
                read(text, fired)

    def _hits(self) -> dict[int, int]:
        """For each of the matcher's numbers that held anywhere, the mask of events."""
        numbers = [number for fired in self.fired for number in fired]
        if not numbers:
            return {}
        events = np.repeat(np.arange(self.size), [len(fired) for fired in self.fired])
        kinds, rows = np.unique(np.array(numbers), return_inverse=True)
        table = np.zeros((len(kinds), self.size), dtype=np.bool_)
        table[rows, events] = True
        return dict(zip(kinds.tolist(), masks(table), strict=True))

    def judge(self, answers: Answers) -> Judged:
        began = perf_counter()
        program = self.program
        asked = _Asked(self, answers)
        exact = self.unclear or asked.unclear()
        told: list[Any] = []
        for each in program.exact_sweeps if exact else program.sweeps:
            told += each(self.true, self.false, self.unknown, self.full, asked.lazy)
        fired: list[tuple[int, int]] = []
        open_: list[tuple[int, int]] = []
        for at, found in enumerate(told):
            if found.__class__ is tuple:
                if found[0]:
                    fired.append((at, found[0]))
                if found[1]:
                    open_.append((at, found[1]))
            elif found:
                fired.append((at, found))
        open_.sort(key=lambda entry: program.order[entry[0]])
        judged = Judged(
            program,
            asked.frame,
            self._by_event(fired),
            self._by_event(open_) if open_ else None,
        )
        judged.seconds, judged.spent = perf_counter() - began, asked.spent
        return judged

    def _by_event(self, found: Sequence[tuple[int, int]]) -> list[Sequence[int]]:
        """Masks by rule, turned into rules by event, in the order given."""
        if not found:
            return [()] * self.size
        width = (self.size + 7) // 8
        data = b"".join([each.to_bytes(width, "little") for _, each in found])
        packed = np.frombuffer(data, np.uint8).reshape(len(found), width)
        rows, bytes_ = np.nonzero(packed)
        spots, bits = np.nonzero(np.unpackbits(packed[rows, bytes_][:, None], axis=1, bitorder="little"))
        events = bytes_[spots] * 8 + bits
        ordered = np.argsort(events, kind="stable")
        numbers = np.array([at for at, _ in found])[rows[spots[ordered]]].tolist()
        ends = np.searchsorted(events[ordered], np.arange(self.size + 1)).tolist()
        return [numbers[first:last] for first, last in pairwise(ends)]


class _Asked:
    """A batch with answers: lazy leaves and single events, each computed when it is first needed."""

    def __init__(self, batch: Many, answers: Answers) -> None:
        self._batch, self._answers = batch, answers
        self._frames: dict[int, Frame] = {}
        self._known: dict[int, tuple[int, int, int, int]] = {}
        self.spent: dict[int, Measure] = {}  # by leaf

    def frame(self, at: int) -> Frame:
        known = self._frames.get(at)
        if known is None:
            batch = self._batch
            program = batch.program
            fields = [batch.column(place).values[at] for place in range(len(program.fields))]
            frame = Frame(program, batch.events[at], batch.places[at], fields, batch.fired[at])
            known = self._frames[at] = frame.given(self._answers)
        return known

    def unclear(self) -> bool:
        """Whether a field that only lazy leaves read is unknown somewhere."""
        batch = self._batch
        return any(batch.column(place).unknown for place in batch.program.lazy_places)

    def lazy(self, leaf: int, need: int) -> tuple[int, int, int]:
        """Masks of a lazy leaf, right for the events in `need`."""
        known, true, false, unknown = self._known.get(leaf, (0, 0, 0, 0))
        todo = need & ~known
        if not todo:
            return true, false, unknown
        batch = self._batch
        leaves = batch.program.leaves
        look = todo
        gate = leaves.gates.get(leaf)
        if gate is not None:
            numbers, places = gate
            passing = 0
            for number in numbers:
                passing |= batch.true[number]
            for place in places:
                column = batch.column(place)
                passing |= column.missing | column.unknown
            look &= passing
        false |= todo & ~look
        if look:
            more = self.each(leaf, leaves.lazy[leaf], look)
            true, false, unknown = true | more[0], false | more[1], unknown | more[2]
        self._known[leaf] = (known | todo, true, false, unknown)
        return true, false, unknown

    def each(self, leaf: int, node: Any, look: int) -> tuple[int, int, int]:
        """A leaf computed event by event."""
        program = self._batch.program
        began = perf_counter()
        condition = program.condition(node)
        true = false = unknown = 0
        for at in positions(look):
            value = self.frame(at).ask(condition)
            if value is True:
                true |= 1 << at
            elif value is False:
                false |= 1 << at
            elif value is UNKNOWN:
                unknown |= 1 << at
        took = perf_counter() - began
        for measure in (self.spent.setdefault(leaf, Measure()), program.measure(leaf)):
            measure.add(look.bit_count(), true.bit_count(), took)
        return true, false, unknown
