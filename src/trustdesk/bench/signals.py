"""What the signals of texts and pictures cost: one item alone, and items in batches, on one core."""

import argparse
import os
import resource
import time
from collections.abc import Sequence

from trustdesk.bench import Report, middle
from trustdesk.signals.text.columns import SIGNALS, TextSignal

BATCH = 64

# A message, a listing, a comment, a question: what desks see, in the languages they see it in.
TEXTS = (
    "Hi, is this still available? I can pick it up tomorrow evening near the station and pay in cash.",
    "Dijual cepat motor matic tahun 2019, pajak hidup, mesin halus, nego tipis di tempat. Hubungi lewat chat saja.",
    "You have won a prize! Send your card number and a fee of 49.99 to claim it today: http://win.example/claim?id=7781",
    "I ordered two weeks ago and nothing has arrived. The seller does not answer and the tracking page shows nothing new.",
    "Why was my video removed? It shows how my grandmother bakes bread, nothing else. Please have somebody look again.",
    "Verkaufe gut erhaltenes Fahrrad, 28 Zoll, neue Reifen, kleine Kratzer am Rahmen. Nur Abholung, kein Versand.",
    "People like you should be ashamed. Nobody wants you here, go back to where you came from.",
    "El piso tiene dos habitaciones, cocina equipada y balcón. Está a cinco minutos del metro, disponible desde enero.",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=int, default=256, help="texts of a run (default 256)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median (default 5)")


def run(options: argparse.Namespace) -> Report:
    """All text signals together, single and in batches of 64, in processor time of this process on one thread.

    The ratios are taken to the aims in milliseconds an item of docs/models: at most 10 alone, at most 4 in a batch. What
    is kept between questions (embeddings of texts just seen) never answers twice: every text of every round is new.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from threadpoolctl import threadpool_limits

    report = Report("signals", setting={"texts": options.texts, "rounds": options.rounds})
    fresh = _Fresh()
    with threadpool_limits(1):
        began, before = time.perf_counter(), _memory()
        for signal in SIGNALS:
            signal.ask(fresh.texts(8), None)
        report.add("load_seconds", time.perf_counter() - began, "s", says="all models, once a process")
        report.add("memory_mb", _memory() - before, "MB", says="what they add to the process")
        for signal in SIGNALS:
            report.add(f"ms_alone_{signal.name}", _each([signal], fresh, options.rounds, many=32, batch=1), "ms")
            batched = _each([signal], fresh, options.rounds, many=options.texts, batch=BATCH)
            report.add(f"ms_batched_{signal.name}", batched, "ms")
        together = _each(SIGNALS, fresh, options.rounds, many=32, batch=1)
        in_batches = _each(SIGNALS, fresh, options.rounds, many=options.texts, batch=BATCH)
    report.add("ms_alone", together, "ms", says="all of them, the embedding computed once")
    report.add("ms_batched", in_batches, "ms", says="the same in batches of 64")
    report.add("ratio_alone", together / 10, aim=("≤", 1), says="to 10 ms of processor time an item")
    report.add("ratio_batched", in_batches / 4, aim=("≤", 1), says="to 4 ms of processor time an item")
    return report


class _Fresh:
    """Texts that nobody has asked about yet."""

    def __init__(self) -> None:
        self.count = 0

    def texts(self, many: int) -> list[str]:
        made = []
        for _ in range(many):
            self.count += 1
            made.append(f"{TEXTS[self.count % len(TEXTS)]} ({self.count})")
        return made


def _each(signals: Sequence[TextSignal], fresh: _Fresh, rounds: int, *, many: int, batch: int) -> float:
    """Milliseconds of processor time an item: the median of the rounds."""
    took = []
    for _ in range(rounds):
        texts = fresh.texts(many)
        began = time.process_time()
        for start in range(0, many, batch):
            for signal in signals:
                signal.ask(texts[start : start + batch], None)
        took.append((time.process_time() - began) * 1_000 / many)
    return middle(took)


def _memory() -> float:
    """The most this process has held so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
