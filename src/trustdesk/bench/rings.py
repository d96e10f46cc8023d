"""How well clusters find campaigns, and what likeness and links cost an item: in intake where rules ask, behind it where
none does."""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from trustdesk.bench import Report, middle
from trustdesk.bench.campaigns import foreign, moved, noisy, swapped, words

Way = Callable[[random.Random, list[str]], list[str]]

# How each campaign varies its text: name → one variant of it. The last are none: nobody should find them.
WAYS: dict[str, Way] = {
    "swap_05": lambda drawn, text: swapped(drawn, text, 0.05),
    "swap_10": lambda drawn, text: swapped(drawn, text, 0.10),
    "swap_20": lambda drawn, text: swapped(drawn, text, 0.20),
    "swap_30": lambda drawn, text: swapped(drawn, text, 0.30),
    "noise_25": lambda drawn, text: noisy(drawn, text, 0.25),
    "noise_50": lambda drawn, text: noisy(drawn, text, 0.50),
    "noise_100": lambda drawn, text: noisy(drawn, text, 1.00),
    "moved": moved,
    "translated": lambda _drawn, text: foreign(text),
}
FOUND = ("swap_05", "swap_10", "noise_25", "noise_50", "moved")  # what the aim of recall is about


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--campaigns", type=int, default=12, help="campaigns of each kind (default 12)")
    parser.add_argument("--size", type=int, default=12, help="texts of a campaign (default 12)")
    parser.add_argument("--others", type=int, default=2_000, help="texts of nobody's campaign (default 2,000)")
    parser.add_argument("--batch", type=int, default=250, help="items in a call of intake (default 250)")
    parser.add_argument("--rounds", type=int, default=6, help="calls to measure (default 6)")


def run(options: argparse.Namespace) -> Report:
    """Campaigns of 25 to 60 words among unrelated texts, a quarter of which share a footer of 15 words; then the
    batch API with and without rules that ask, in turns."""
    report = Report("rings", setting={"campaigns": options.campaigns, "size": options.size, "batch": options.batch})
    _quality(report, campaigns=options.campaigns, size=options.size, others=options.others)
    _cost(report, batch=options.batch, rounds=options.rounds)
    return report


def _quality(report: Report, *, campaigns: int, size: int, others: int) -> None:
    from trustdesk.signals import actions, queries
    from trustdesk.signals.actions import Sketched
    from trustdesk.signals.queries import text_sketch

    drawn = random.Random(20261122)
    at = datetime.now(UTC)
    texts: list[tuple[str, str]] = []  # (whose campaign, text)
    for way, vary in WAYS.items():
        for n in range(campaigns):
            first = words(drawn, drawn.randint(25, 60))
            variants = [first, *(vary(drawn, first) for _ in range(size - 1))]
            texts += [(f"{way}/{n}", " ".join(variant)) for variant in variants]
    footer = words(drawn, 15)
    for n in range(others):
        own = words(drawn, drawn.randint(25, 60))
        texts.append((f"alone/{n}", " ".join([*own, *footer] if n % 4 == 0 else own)))
    drawn.shuffle(texts)
    began = time.process_time()
    contents = [
        Sketched(f"{whose}/{n}", f"account-{n}", sketch, at)
        for n, (whose, text) in enumerate(texts)
        if (sketch := text_sketch(text)) is not None
    ]
    report.add(
        "sketch_ms", (time.process_time() - began) / len(texts) * 1e3, "ms", says="one text to its sketch, processor"
    )
    began = time.perf_counter()
    for first_of in range(0, len(contents), 200):
        actions.sketch(contents=contents[first_of : first_of + 200])
    report.add("keep_ms", (time.perf_counter() - began) / len(texts) * 1e3, "ms", says="keep a sketch, batches of 200")
    began = time.perf_counter()
    while actions.grow_clusters(now=at):
        pass
    report.add("grow_ms", (time.perf_counter() - began) / len(texts) * 1e3, "ms", says="find its place in a cluster")

    cluster_of = {owner: found[0].id for owner, found in queries.clusters_of([each.owner for each in contents]).items()}
    found: dict[str, list[float]] = defaultdict(list)
    inside: dict[object, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in contents:
        whose = each.owner.rpartition("/")[0]
        if each.owner in cluster_of:
            inside[cluster_of[each.owner]][whose] += 1
    for way in WAYS:
        for n in range(campaigns):
            whose = f"{way}/{n}"
            biggest = max((tally[whose] for tally in inside.values()), default=0)
            if way == "translated":  # all translations are one text: is the first of the campaign among them?
                biggest = size if biggest == size else 0
            clusters = sum(tally[whose] > 1 for tally in inside.values())
            found[way].append(biggest / size if biggest > 1 else 0.0)
            found["clusters"].append(clusters if way in FOUND else 1)
    right = sum(n * (n - 1) for tally in inside.values() for whose, n in tally.items() if not whose.startswith("alone"))
    pairs = sum(sum(tally.values()) * (sum(tally.values()) - 1) for tally in inside.values())
    for way in WAYS:
        says = "found though no word is the same" if way == "translated" else "of a campaign in one cluster"
        report.add(f"recall_{way}", sum(found[way]) / campaigns, says=says)
    recall = sum(sum(found[way]) for way in FOUND) / (campaigns * len(FOUND))
    report.add("ratio_recall", recall, aim=("≥", 0.95), says="swaps to a tenth, noise to a half, sentences moved")
    report.add(
        "ratio_precision", right / pairs if pairs else 1.0, aim=("≥", 0.99), says="pairs that are of one campaign"
    )
    report.add("clusters_per_campaign", sum(found["clusters"]) / len(found["clusters"]))


def _cost(report: Report, *, batch: int, rounds: int) -> None:
    from trustdesk.bench.intake import _Bench
    from trustdesk.screening import likening
    from trustdesk.signals import queries

    bench = _Bench(batch=batch)
    bench.call()
    took: dict[str, list[float]] = {"plain": [], "asked": [], "lookups": []}
    for _ in range(rounds):
        took["plain"].append(bench.call())
        with _asked() as left:
            took["asked"].append(bench.call())
        began = time.perf_counter()
        queries.sizes(
            [
                queries.SizeQuestion((sketch,), one.owner, at=bench.now)
                for one in left
                if (sketch := likening._sketch(one.text)) is not None
            ]
        )
        queries.linked([queries.LinkedQuestion(one.account_key) for one in left])
        took["lookups"].append(time.perf_counter() - began)
    plain, asked, lookups = (middle(took[name]) for name in ("plain", "asked", "lookups"))
    report.add("intake_ms", plain / batch * 1e3, "ms", says="an item through the batch API, no rule asks")
    report.add(
        "left_ms", (asked - plain) / batch * 1e3, "ms", says="more where rules ask: sketch, marks, committed first"
    )
    report.add("lookups_ms", lookups / batch * 1e3, "ms", says="cluster_size and linked_accounts answered")
    report.add("ratio_intake", plain / (asked + lookups), aim=("≥", 0.5), says="rules that ask both, against none")


@contextmanager
def _asked() -> Iterator[list[Any]]:
    """As if a rule of the plan asked both; what came meanwhile."""
    from trustdesk.screening import likening

    before, leave = likening.asked_by, likening.leave
    seen: list[Any] = []

    def noting(prepared: Any, *, plan: Any, now: datetime) -> None:
        seen.extend(prepared)
        leave(prepared, plan=plan, now=now)

    likening.asked_by, likening.leave = (lambda _plan: likening.LOOKUPS), noting  # type: ignore[assignment]
    try:
        yield seen
    finally:
        likening.asked_by, likening.leave = before, leave
