"""How fast a picture is hashed, looked at and found again among a million, beside comparing with every one of them."""

import argparse
import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trustdesk.bench import Report, middle


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hashes", type=int, default=1_000_000, help="hashes of the index (default 1,000,000)")
    parser.add_argument("--searches", type=int, default=40, help="searches of each kind (default 40)")
    parser.add_argument("--seed", type=int, default=1, help="hashes and pictures are made from it (default 1)")


def run(options: argparse.Namespace) -> Report:
    """One process, one thread, no database. The floor of the search is comparing with every hash: by faiss where it is
    installed (developers only), else by NumPy."""
    setting = {"seed": options.seed, "hashes": options.hashes, "searches": options.searches}
    report = Report("images", setting=setting)
    chance = np.random.default_rng(options.seed)
    _search(report, chance, options)
    _picture(report, chance)
    return report


def _search(report: Report, chance: np.random.Generator, options: argparse.Namespace) -> None:
    from trustdesk.signals.images.index import HashIndex
    from trustdesk.signals.images.pdq import SAME

    hashes = chance.integers(0, 2**64, (options.hashes, 4), dtype=np.uint64)
    index: HashIndex[int] = HashIndex()
    began = time.perf_counter()
    index.add(range(len(hashes)), hashes)
    index.search(hashes[0])
    report.add("build_seconds", time.perf_counter() - began, "s", says="put in and laid out")
    name, compare = _all_of_them(hashes)
    mine: list[float] = []
    theirs: list[float] = []
    found: list[tuple[int, int]] = []
    for at in chance.integers(0, len(hashes), options.searches):
        wanted = hashes[at] ^ (np.uint64(1) << chance.integers(0, 64, 4, dtype=np.uint64))
        mine.append(_seconds(lambda wanted=wanted: found.extend(index.search(wanted))))  # type: ignore[misc]
        theirs.append(_seconds(lambda wanted=wanted: compare(wanted, SAME)))  # type: ignore[misc]
    if len(found) < options.searches:
        raise RuntimeError("the index did not find what was put in")  # a benchmark of wrong answers is none
    report.add("search_milliseconds", middle(mine) * 1000, "ms", says=f"one hash among {len(hashes):,}, within {SAME}")
    report.add("compare_all_milliseconds", middle(theirs) * 1000, "ms", says=name)
    report.add(
        "ratio_search", middle(theirs) / middle(mine), aim=("≥", 0.5 if name == "faiss" else 5), says=f"to {name}"
    )
    began = time.perf_counter()
    index.add(range(-1, -11, -1), ~hashes[:10])
    if not index.search(~hashes[3]):
        raise RuntimeError("an added hash was not found")
    report.add("add_milliseconds", (time.perf_counter() - began) * 1000, "ms", says="ten hashes added, one found")


def _all_of_them(hashes: NDArray[np.uint64]) -> tuple[str, Callable[[NDArray[np.uint64], int], object]]:
    try:
        faiss: Any = importlib.import_module("faiss")
    except ImportError:
        return "NumPy", lambda wanted, distance: np.flatnonzero(
            np.bitwise_count(hashes ^ wanted).sum(axis=1, dtype=np.uint16) <= distance
        )
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes.view(np.uint8).reshape(-1, 32))
    return "faiss", lambda wanted, distance: flat.range_search(wanted.view(np.uint8).reshape(1, 32), distance + 1)


def _picture(report: Report, chance: np.random.Generator) -> None:
    """A photo of 1.2 megapixels, as people send them, packed as JPEG; its look without reading texts."""
    import cv2

    from trustdesk.signals.images import neardup, pdq
    from trustdesk.signals.images.looking import QUICK, look

    coarse = chance.integers(0, 256, (30, 40, 3)).astype(np.uint8)
    rgb = np.asarray(cv2.resize(coarse, (1_280, 960), interpolation=cv2.INTER_CUBIC), np.uint8)
    rgb = np.clip(rgb + chance.normal(0, 8, rgb.shape), 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()
    look(packed, want=QUICK)  # loads the models, starts the child that decodes
    rounds = 7
    before = _processor()
    looks = [look(packed, want=QUICK) for _ in range(rounds)]
    whole = (_processor() - before) / rounds * 1000
    for step in ("decode", "hash", "adult", "codes"):
        report.add(f"{step}_milliseconds", middle([one.milliseconds[step] for one in looks]), "ms", says="by the clock")
    says = "the processor's, all but texts and faces; 1.2 megapixels"
    report.add("look_milliseconds", whole, "ms", aim=("≤", 150), says=says)
    small = np.asarray(cv2.resize(rgb, (512, 384), interpolation=cv2.INTER_AREA), np.uint8)
    one, other = neardup.signature(small), neardup.signature(np.ascontiguousarray(small[:, ::-1]))
    for name, aim, works in (
        ("pdq", 12, lambda: pdq.hash_picture(small)),
        ("signature", None, lambda: neardup.signature(small)),
        ("alike", None, lambda: neardup.alike(one, other)),
    ):
        works()
        before = _processor()
        for _ in range(15):
            works()
        took = (_processor() - before) / 15 * 1000
        report.add(
            f"{name}_milliseconds", took, "ms", aim=("≤", aim) if aim else None, says="the processor's; 512 × 384"
        )


def _processor() -> float:
    """Seconds that this process and the children that decode for it have had of a processor: other work on the machine
    does not count."""
    import psutil

    mine = psutil.Process()
    times = [mine.cpu_times(), *(child.cpu_times() for child in mine.children())]
    return float(sum(each.user + each.system for each in times))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
