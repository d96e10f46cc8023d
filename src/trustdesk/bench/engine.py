"""How fast the rule engine judges, what more rules and longer lists cost, and what a plan weighs."""

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from trustdesk.bench import Report, middle
from trustdesk.bench.rulebook import Event, Rulebook, Ruled, policies, schema

MEGABYTE = 1 << 20


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1, help="policies and events are made from it (default 1)")
    parser.add_argument("--events", type=int, default=1_000, help="events of a batch (default 1,000)")
    parser.add_argument("--rules", type=int, default=500, help="rules to begin with (default 500)")
    parser.add_argument("--entries", type=int, default=10_000, help="entries of a long list (default 10,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each kind, of which the median (default 5)")


def run(options: argparse.Namespace) -> Report:
    """Rules over events of twenty fields with texts of thirty words. One process, one thread, no database.

    The floor is a bare evaluator: one closure a rule, compiled from the same condition with its regular expressions and
    sets made beforehand. It knows no missing values, gives no evidence and keeps no inputs.
    """
    setting = {"seed": options.seed, "events": options.events, "rules": options.rules, "rounds": options.rounds}
    report = Report("engine", setting=setting)
    book = Rulebook(options.seed)
    rules = [book.rule() for _ in range(options.rules)]
    events = book.events(options.events)
    _compile(report, book, events, 10 * options.rules)  # first: what it weighs is what the process grows by
    _against_closures(report, rules, events, options.rounds)
    _more_rules(report, book, rules, events, options.rounds)
    _longer_lists(report, book, events, options)
    return report


def _against_closures(report: Report, rules: Sequence[Ruled], events: Sequence[Event], rounds: int) -> None:
    from trustdesk import engine
    from trustdesk.bench.reference import Reference

    made = policies([rule.when for rule in rules])
    plan = engine.compile(made, schema(), {})
    by_hand = [rule.by_hand for rule in rules]
    few = events[: max(1, len(events) // 10)]
    _same_hits(plan.run(events), few, by_hand)
    for event in few:  # warm: conditions of single events are compiled when they are first needed
        plan.run([event])
    took = _interleaved(
        {
            "batch": lambda: plan.run(events),
            "batch_read": lambda: [[hit.rule for hit in verdict.hits] for verdict in plan.run(events)],
            "single": lambda: [plan.run([event]) for event in few],
            "closures": lambda: [[judge(event) for judge in by_hand] for event in few],
        },
        rounds,
    )
    slow = Reference(made, schema(), {})
    reference = _seconds(lambda: [slow.judge(event) for event in events[:3]])
    per = {"batch": len(events), "batch_read": len(events), "single": len(few), "closures": len(few)}
    each = {name: took[name] / per[name] for name in per} | {"reference": reference / 3}
    says = {
        "batch": "the whole batch at once, every hit recorded",
        "batch_read": "and the name of every hit read",
        "single": "one event at a time",
        "closures": "bare compiled closures, one event at a time",
        "reference": "the slow interpreter that the tests compare with",
    }
    for name, seconds in each.items():
        report.add(f"events_per_second_{name}", 1 / seconds, "events/s", says=says[name])
    report.add("ratio_batch", each["closures"] / each["batch"], aim=("≥", 30), says="batch to closures")
    report.add("ratio_batch_read", each["closures"] / each["batch_read"], says="batch with its hits read to closures")
    report.add("ratio_single", each["closures"] / each["single"], aim=("≥", 3), says="one at a time to closures")


def _same_hits(verdicts: Sequence[Any], events: Sequence[Event], by_hand: Sequence[Callable[[Event], bool]]) -> None:
    """A benchmark of wrong answers is none."""
    for event, verdict in zip(events, verdicts, strict=False):
        found = {f"rule-{at}" for at, judge in enumerate(by_hand) if judge(event)}
        if {hit.rule for hit in verdict.hits} != found:
            raise RuntimeError("the engine and the closures disagree")


def _more_rules(report: Report, book: Rulebook, rules: Sequence[Ruled], events: Sequence[Event], rounds: int) -> None:
    from trustdesk import engine

    few = [rule.when for rule in rules]
    more = few + [book.rule().when for _ in range(9 * len(few))]
    made = {name: policies(whens, kinds=["ad"], markets=["ID"]) for name, whens in (("few", few), ("many", more))}
    plans = {
        "few": engine.compile(made["few"], schema(), {}),
        "many": engine.compile(made["many"], schema(), {}),
        "elsewhere": engine.compile(
            made["few"]
            + policies(more[len(few) : 5 * len(few)], kinds=["listing"], code="listing")
            + policies(more[5 * len(few) :], markets=["SG"], code="sg"),
            schema(),
            {},
        ),
    }
    hits = {name: sum(len(verdict.hits) for verdict in plan.run(events)) for name, plan in plans.items()}
    took = _interleaved({name: lambda plan=plan: plan.run(events) for name, plan in plans.items()}, rounds)  # type: ignore[misc]
    report.add("hits_growth", hits["many"] / hits["few"], says="hits of ten times the rules")
    report.add("ratio_ten_times_the_rules", took["many"] / took["few"], aim=("≤", 6), says="time, hits growing too")
    report.add("ratio_rules_elsewhere", took["elsewhere"] / took["few"], aim=("≤", 1.5), says="of other kinds, markets")


def _longer_lists(report: Report, book: Rulebook, events: Sequence[Event], options: argparse.Namespace) -> None:
    """Ten lists of a hundred phrases against ten of thousands: as many of each occur in the texts."""
    from trustdesk import engine

    chance = book.chance
    rules = [f'has_any(item.text, list("list-{at % 10}")) and {book.comparison()}' for at in range(10 * options.rules)]
    known = [chance.sample(book.words, 20) for _ in range(10)]
    took: dict[str, float] = {}
    plans = {}
    for size in (100, options.entries):
        lists = {f"list-{at}": [*words, *_unheard(book, size - len(words))] for at, words in enumerate(known)}
        made = policies(rules if size > 100 else rules[: options.rules])
        gc.collect()
        before = psutil.Process().memory_info().rss
        began = time.perf_counter()
        plan = engine.compile(made, schema(), lists)
        compiled = time.perf_counter() - began
        plan.run(events)
        first = time.perf_counter() - began - compiled
        if size > 100:
            report.add("compile_seconds_lists", compiled, "s", says=f"{len(rules)} rules, ten lists of {size:,}")
            report.add("first_batch_seconds_lists", first, "s", says="with what is laid out when it is first needed")
            report.add("plan_megabytes_lists", (psutil.Process().memory_info().rss - before) / MEGABYTE, "MB")
        plans[size] = engine.compile(policies(rules[: options.rules]), schema(), lists)
    took = _interleaved({str(size): lambda plan=plan: plan.run(events) for size, plan in plans.items()}, options.rounds)  # type: ignore[misc]
    report.add(
        "ratio_longer_lists",
        took[str(options.entries)] / took["100"],
        aim=("≤", 1.3),
        says=f"{options.entries:,} entries against 100",
    )


def _compile(report: Report, book: Rulebook, events: Sequence[Event], count: int) -> None:
    """A large policy from text to its first verdicts: one rule in five has a pattern, the others look for phrases."""
    from trustdesk import engine

    chance, whens, literals = book.chance, [], 0
    for at in range(count):
        if at % 5:
            phrases = [f'"{" ".join(chance.sample(book.words, 2))}"' for _ in range(2 + at % 2)]
            literals += len(phrases)
            whens.append(f"has_any(item.text, [{', '.join(phrases)}]) and {book.comparison()}")
        else:
            whens.append(f"{book.pattern()} and {book.comparison()}")
    made = policies(whens)
    gc.collect()
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    plan = engine.compile(made, schema(), {})
    compiled = time.perf_counter() - began
    plan.run(events)
    says = f"{count:,} rules with {literals:,} phrases and {(count + 4) // 5:,} patterns"
    report.add("compile_seconds_rules", compiled, "s", says=says)
    report.add(
        "first_batch_seconds_rules", time.perf_counter() - began - compiled, "s", says="with what is laid out then"
    )
    report.add("plan_megabytes_rules", (psutil.Process().memory_info().rss - before) / MEGABYTE, "MB")


def _unheard(book: Rulebook, count: int) -> list[str]:
    """Phrases of known letters that no text holds."""
    return [f"{''.join(book.chance.choices('aeioubdgklmnprst', k=9))} {at}x" for at in range(count)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _interleaved(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median of each, measured in turn so that a slow moment of the machine falls on all of them."""
    for work in works.values():
        work()
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            took[name].append(_seconds(work))
    return {name: middle(values) for name, values in took.items()}
