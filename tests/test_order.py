"""Tests of one file meet in one process, and the longest files go first."""

import re
from pathlib import Path
from types import SimpleNamespace

from tests.order import LONG, PRODUCT, ByFile, unit_of

ROOT = Path(__file__).parents[1]


class Worker:
    """What a scheduler wants of a worker."""

    gateway = SimpleNamespace(id="gw")

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self.ran: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: list[int]) -> None:
        self.waiting += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def test_a_file_stays_on_one_worker_and_long_ones_go_first():
    short = [f"tests/test_{name}.py::test_{n}[a@b::c]" for name in "abc" for n in range(3)]
    mates = [f"{file}::test_{n}" for file in (PRODUCT[3], PRODUCT[0]) for n in range(2)]
    long = [f"{LONG[0]}::Test::test_{n}" for n in range(4)]
    tests = [short[0], mates[0], long[0], *short[1:], *mates[1:], *long[1:]]
    told = {"tx": ["2*popen"]}
    scheduler = ByFile(SimpleNamespace(getvalue=told.get, option=SimpleNamespace(loadscopereorder=True)))
    workers = [Worker(), Worker()]
    for worker in workers:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, tests)
    scheduler.schedule()
    while any(worker.waiting for worker in workers):
        for worker in workers:
            if worker.waiting:
                worker.ran.append(worker.waiting.pop(0))
                scheduler.mark_test_complete(worker, worker.ran[-1])
    first, second = ([tests[index] for index in worker.ran] for worker in workers)
    assert sorted(first + second) == sorted(tests)
    assert not {unit_of(test) for test in first} & {unit_of(test) for test in second}
    assert first[:4] == long
    assert set(second[-4:]) == set(mates), "with the product comes a browser, and browsers come last"


def test_what_is_named_is_there():
    assert [file for file in LONG if not (ROOT / file).is_file()] == []


def test_whoever_uses_the_started_product_is_named():
    takes = re.compile(r"^\s*def \w+\([^)]*\bproduct\b", re.MULTILINE)
    files = [*(ROOT / "src").rglob("tests/test_*.py"), *(ROOT / "tests").rglob("test_*.py")]
    assert {str(file.relative_to(ROOT)) for file in files if takes.search(file.read_text())} == {*PRODUCT}
