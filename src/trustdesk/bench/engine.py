"""How fast the rule engine judges, as rules grow from ten to five hundred, against the same rules written by hand."""

import argparse
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from trustdesk.bench import Report, middle

SIZES = (10, 100, 500)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
DAY = 86_400.0

Event = Mapping[str, Any]
ByHand = Callable[[Event, str], bool]  # the event, and its words in small letters with single spaces around


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--items", type=int, default=300, help="events of one round (default 300)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each kind (default 5)")
    parser.add_argument(
        "--rules", type=int, nargs="+", default=list(SIZES), metavar="N", help="rules to measure with (10 100 500)"
    )


def run(options: argparse.Namespace) -> Report:
    """Judge the sample desk's texts as events of twenty fields. One process, one thread, no database.

    The floor is what a programmer would write instead: a closure a rule, over words folded once an event. It finds no
    disguised words, gives no evidence, knows no missing values and keeps no inputs.
    """
    from trustdesk import engine

    report = Report("engine", setting={"items": options.items, "rounds": options.rounds, "fields": 20})
    events = _events(options.items)
    words = _words(events)
    for size in options.rules:
        rules = [_rule(number, words) for number in range(size)]
        began = time.perf_counter()
        plan = engine.compile(_policies([rule for rule, _ in rules]), _SCHEMA, {})
        compiled = time.perf_counter() - began
        by_hand = [closure for _, closure in rules]
        verdicts = plan.run(events)  # warm: the program of each kind and market is laid out
        found = [_judged(event, by_hand) for event in events]
        took: dict[str, list[float]] = {"engine": [], "by_hand": []}
        for _ in range(options.rounds):
            began = time.perf_counter()
            plan.run(events)
            took["engine"].append(time.perf_counter() - began)
            began = time.perf_counter()
            for event in events:
                _judged(event, by_hand)
            took["by_hand"].append(time.perf_counter() - began)
        judged, hand = middle(took["engine"]), middle(took["by_hand"])
        report.add(f"items_per_second_{size}", len(events) / judged, "items/s", says=f"{size} rules")
        report.add(f"items_per_second_{size}_by_hand", len(events) / hand, "items/s", says="plain closures")
        report.add(f"ratio_{size}", hand / judged, says="engine to closures")
        report.add(f"compile_seconds_{size}", compiled, "s")
        # The same items are hit by as many rules: the floor does the same work. Disguises make the difference.
        same = sum(len(verdict.hits) == hits for verdict, hits in zip(verdicts, found, strict=True))
        report.add(f"share_same_hits_{size}", same / len(events))
    return report


def _judged(event: Event, rules: Sequence[ByHand]) -> int:
    text = f" {_spaces.sub(' ', event['item']['text'].casefold()).strip()} "
    return sum(rule(event, text) for rule in rules)


_spaces = re.compile(r"[\W_]+")


def _events(count: int) -> list[dict[str, Any]]:
    """Sample items as events of twenty fields, one after the other, as often as needed."""
    from trustdesk.sample import catalog

    chance = random.Random(7)
    sample = catalog.items(NOW)
    events = []
    for number in range(count):
        item = sample[number % len(sample)]
        fields, account = item["fields"], item["account"]
        title, body = str(fields.get("title") or ""), str(fields.get("body") or "")
        events.append(
            {
                "item": {
                    "id": str(number),
                    "kind": item["kind"],
                    "title": title,
                    "body": body,
                    "text": f"{title}\n{body}",
                    "price": float(fields.get("price") or 0),
                    "currency": fields.get("currency") or "IDR",
                    "category": fields.get("category") or "other",
                    "language": item["language"],
                    "market": item["market"],
                    "media": chance.randrange(5),
                },
                "account": {
                    "id": account["external_id"],
                    "age": chance.random() * 400 * DAY,
                    "strikes": chance.choice([0, 0, 0, 1, 2]),
                    "verified": bool(account["verified"]),
                    "country": account["country"],
                    "language": account["language"],
                    "followers": int(account["followers"]),
                    "items_posted": chance.randrange(200),
                    "kind": account["kind"],
                },
                "now": NOW,
            }
        )
    return events


def _words(events: Sequence[Event]) -> list[str]:
    """Phrases of one and two words that occur in the texts, and as many that do not."""
    chance = random.Random(11)
    found: dict[str, None] = {}
    for event in events:
        words = re.findall(r"[a-z]{4,}", event["item"]["text"].lower())
        for _ in range(4):
            if len(words) > 2:
                at = chance.randrange(len(words) - 1)
                found[words[at]] = None
                found[f"{words[at][::-1]} {words[at + 1]}"] = None
    return list(found)


def _rule(number: int, words: Sequence[str]) -> tuple[dict[str, Any], ByHand]:
    """Rule `number` in the language and by hand, in one of the five shapes that policies are made of."""
    chance = random.Random(number)
    many, few = chance.sample(words, 12), chance.sample(words, 4)
    one, price, days = chance.choice(words), chance.choice([100_000, 500_000, 2_000_000]), chance.choice([7, 30, 90])
    padded, rare = [f" {word} " for word in many], [f" {word} " for word in few]
    match number % 5:
        case 0:
            when = f"has_any(item.text, {_list(many)}) and item.price < {price}"
            hand: ByHand = lambda e, t: any(word in t for word in padded) and e["item"]["price"] < price  # noqa: E731
        case 1:
            when = f"has_any(item.text, {_list(few)}) and account.age < days({days}) and not account.verified"
            hand = lambda e, t: (  # noqa: E731
                any(word in t for word in rare) and e["account"]["age"] < days * DAY and not e["account"]["verified"]
            )
        case 2:
            when = f'has(item.text, "{one}") and not has_any(item.text, {_list(few)})'
            hand = lambda _, t: f" {one} " in t and not any(word in t for word in rare)  # noqa: E731
        case 3:
            when = f'account.strikes >= 2 and item.media == {number % 4} and account.country == "ID"'
            hand = lambda e, _: (  # noqa: E731
                e["account"]["strikes"] >= 2 and e["item"]["media"] == number % 4 and e["account"]["country"] == "ID"
            )
        case _:
            when = (
                f"(has_any(item.text, {_list(many)}) or account.followers < {number % 7})"
                f" and account.items_posted > {number % 150}"
            )
            hand = lambda e, t: (  # noqa: E731
                (any(word in t for word in padded) or e["account"]["followers"] < number % 7)
                and e["account"]["items_posted"] > number % 150
            )
    return {"name": f"rule-{number}", "when": when, "then": "review"}, hand


def _list(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _policies(rules: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ten rules a policy, as packs have them."""
    return [
        {
            "code": f"policy-{at // 10}",
            "version": 1,
            "labels": ["spam.repeated"],
            "applies_to": [],
            "markets": [],
            "gravity": 1 + at // 10 % 5,
            "rules": list(rules[at : at + 10]),
        }
        for at in range(0, len(rules), 10)
    ]


_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_SCHEMA = {
    "type": "object",
    "properties": {
        "item": {
            "type": "object",
            "properties": {
                **dict.fromkeys(
                    ("id", "kind", "title", "body", "text", "currency", "category", "language", "market"), _TEXT
                ),
                "price": _NUMBER,
                "media": {"type": "integer"},
            },
        },
        "account": {
            "type": "object",
            "properties": {
                **dict.fromkeys(("id", "country", "language", "kind"), _TEXT),
                "age": {"type": "number", "format": "duration"},
                "strikes": {"type": "integer"},
                "verified": {"type": "boolean"},
                "followers": {"type": "integer"},
                "items_posted": {"type": "integer"},
            },
        },
        "now": {"type": "string", "format": "date-time"},
    },
}
