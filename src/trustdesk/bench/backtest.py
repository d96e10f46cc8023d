"""How fast a version is rehearsed on stored items: in one process and in two, against reading the same rows bare."""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.bench import Report, middle

CODE = "off-platform-contact"  # the dearest policy of the pack: telephone numbers, addresses, near
CHANGE = ("account.age < days(30)", "account.age < days(14)")
STEP = 2_000
BARE = """
SELECT v.id, v.version_id, v.version_no, v.outcome, v.plan, v.ruleset, v.hits, v.undecided, v.inputs, c.item_id, i.kind,
    i.source_id, i.external_id, c.no, c.market, c.language, c.url, c.title, c.body, c.price, c.currency, c.category, c.fields
FROM screening_verdict v JOIN content_itemversion c ON c.id = v.version_id JOIN content_item i ON i.id = c.item_id
ORDER BY v.id
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--items", type=int, default=100_000, help="stored items (default 100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind (default 3)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other items (default 1)")
    parser.add_argument("--whole", action="store_true", help="also judge everything again, as after new settings")


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database, with the classifieds pack and items made of the sample desk's texts.

    A draft of one policy is rehearsed; the others' hits are read from the stored verdicts. Runs in one process and in
    two take turns; each starts its processes anew, and its seconds are those from the first look to the stored report.
    The floor reads the same rows, joined, by one server-side cursor, and makes nothing of them.
    """
    bench = _Bench(items=options.items, seed=options.seed)
    took: dict[str, list[float]] = {"one": [], "two": [], "bare": []}
    used: dict[str, list[float]] = {"one": [], "two": []}
    for round_ in range(options.rounds):
        order = ("one", "two") if round_ % 2 == 0 else ("two", "one")
        for name in order:
            seconds, cpu = bench.backtest(1 if name == "one" else 2)
            took[name].append(seconds)
            used[name].append(cpu)
        took["bare"].append(bench.bare())
    one, two, bare = (middle(took[name]) for name in ("one", "two", "bare"))
    cpu_one, cpu_two = middle(used["one"]), middle(used["two"])
    report = Report(
        "backtest", setting={"items": options.items, "rounds": options.rounds, "seed": options.seed, "policy": CODE}
    )
    report.add("items_per_second_1", options.items / one, "items/s", says="one process, its start included")
    report.add("items_per_second_2", options.items / two, "items/s", says="two processes")
    report.add("items_per_second_bare", options.items / bare, "items/s", says="the same rows, read and thrown away")
    report.add("seconds_1", one, "s")
    report.add("seconds_2", two, "s")
    report.add("cpu_seconds_1", cpu_one, "s", says="of the process, the database's own not counted")
    report.add("cpu_seconds_2", cpu_two, "s", says="of both together: as much again is what sharing costs")
    report.add("ratio_processes", one / two, aim=("≥", 1.7))
    report.add("ratio_bare", bare / one, aim=("≥", 0.3), says="one process against the bare reading")
    report.add("ratio_bare_2", bare / two, says="two processes against it")
    report.add("changed", bench.changed, "items")
    if options.whole:
        report.add(
            "items_per_second_whole", options.items / bench.whole(2), "items/s", says="all policies, 2 processes"
        )
    report.add("seconds_to_fill", bench.filled, "s", says="making and storing the items")
    return report


class _Bench:
    """A desk with the pack, a draft, and so many stored items."""

    def __init__(self, *, items: int, seed: int) -> None:
        from django.conf import settings

        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.policy import actions, queries

        self.now = datetime.now(UTC)
        actions.import_pack(actor=SYSTEM, path=settings.PACK, now=self.now)
        live = queries.live_plan()
        _, text, translations = queries.source_of(CODE)
        assert CHANGE[0] in text
        self.draft = actions.draft(actor=SYSTEM, text=text.replace(*CHANGE), translations=translations, now=self.now).id
        began = time.perf_counter()
        _fill(live, items=items, seed=seed, now=self.now)
        self.filled = time.perf_counter() - began
        self.items, self.changed = items, 0

    def backtest(self, processes: int) -> tuple[float, float]:
        """Seconds of one backtest, cut into parts beforehand, and the processor's seconds of its processes."""
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.rehearsal import actions, queries, running

        made = actions.start_backtest(
            actor=SYSTEM, version_id=self.draft, back=timedelta(days=31), now=self.now, runner="command"
        )
        began, used = time.perf_counter(), _of_children()
        state = running.run(made.id, processes=processes)
        seconds, used = time.perf_counter() - began, _of_children() - used
        view = queries.by_id(made.id)
        assert (state, view.done) == ("done", self.items), view
        self.changed = view.changed
        return seconds, used

    def whole(self, processes: int) -> float:
        """The same where no stored verdict counts: their plan is another's."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("UPDATE screening_verdict SET plan = 'of another engine'")
            cursor.execute("SET session_replication_role = origin")
        return self.backtest(processes)[0]

    def bare(self) -> float:
        """Seconds to read the rows that a backtest judges, and nothing more."""
        from django.db import connection, transaction

        began, count = time.perf_counter(), 0
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(BARE)
            while rows := cursor.fetchmany(STEP):
                count += len(rows)
        seconds = time.perf_counter() - began
        assert count == self.items
        return seconds


def _of_children() -> float:
    """The processor's seconds of processes that ended."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def _fill(live: Any, *, items: int, seed: int, now: datetime) -> None:
    """Accounts, items, versions and verdicts of thirty days: each a sample item with other words added, under the verdict
    that the sample item gets."""
    from django.db import connection

    from trustdesk.content.models import Account, Item, ItemVersion
    from trustdesk.kernel.base.ids import uuid7
    from trustdesk.kernel.base.rows import insert_objects
    from trustdesk.kernel.people.queries import sources
    from trustdesk.screening.models import Verdict

    source = next(each.id for each in sources().values() if each.code == "pasar")
    chance = random.Random(seed)
    made = _stories(live, source, now)
    words = _words(made)
    span = timedelta(days=30) / items
    for first in range(0, items, STEP):
        rows: dict[Any, list[Any]] = {Account: [], Item: [], ItemVersion: [], Verdict: []}
        for number in range(first, min(items, first + STEP)):
            at = now - timedelta(days=30) + number * span
            story = chance.choice(made)
            body = f"{story['body']}\n{' '.join(chance.choices(words, k=12))}"
            account, item, version = uuid7(), uuid7(), uuid7()
            rows[Account].append(
                Account(id=account, source_id=source, external_id=f"b-{number}", first_seen_at=at, items_posted=1)
            )
            shared = {"market": story["market"], "language": story["language"]}
            rows[Item].append(
                Item(
                    id=item,
                    source_id=source,
                    external_id=f"b-{number}",
                    kind=story["kind"],
                    account_id=account,
                    **shared,
                    status="live",
                    verdict=story["outcome"],
                    title=story["title"],
                    version=1,
                    received_at=at,
                    changed_at=at,
                )
            )
            told = {name: story[name] for name in ("title", "price", "currency", "category", "fields")}
            rows[ItemVersion].append(
                ItemVersion(id=version, item_id=item, no=1, **shared, **told, body=body, received_at=at)
            )
            rows[Verdict].append(
                Verdict(
                    id=_id_at(at, number),
                    item_id=item,
                    version_id=version,
                    version_no=1,
                    state="final",
                    outcome=story["outcome"],
                    ruleset=live.hash,
                    plan=live.plan.hash,
                    hits=story["hits"],
                    inputs=story["inputs"] | {"now": at.isoformat()},
                    made_at=at,
                    decided_at=at,
                )
            )
        for model, some in rows.items():
            insert_objects(model, some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _id_at(at: datetime, number: int) -> UUID:
    """An id of that time, in the order of the items."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (0x7 << 76) | (0b10 << 62) | number)


def _stories(live: Any, source: UUID, now: datetime) -> list[dict[str, Any]]:
    """The sample items, each judged once by the whole pack; every count is answered by 1, every resemblance by 0."""
    from trustdesk.sample import catalog
    from trustdesk.screening.rules import all_words, back_to_fields, item_values

    owners = catalog.accounts()
    found: list[dict[str, Any]] = []
    for item in catalog.collection():
        fields = dict(item.fields)
        title, body = str(fields.pop("title", "")), str(fields.pop("body", ""))
        price, currency, category = fields.pop("price", None), fields.pop("currency", ""), fields.pop("category", "")
        age = float(owners[item.account].days_ago * 86_400)
        text, segments = all_words(title, body, fields)
        values = item_values(
            owner=f"{source}/{item.kind}/{item.external_id}",
            kind=item.kind,
            market=item.market,
            language=item.language,
            url="",
            title=title,
            body=body,
            text=text,
            price=price,
            currency=currency or "",
            category=category or "",
            media=0,
            declared=fields,
        )
        account = {"id": f"{source}/{item.account}", "age": age, "items_posted": 4, "country": item.market}
        amounts = live.pack.constants.get(item.market, {})
        event = {"item": values, "account": account, "now": now, "market": amounts}
        read = live.plan.read([event])
        [said] = read.run({request: 1 if request.name == "rate" else 0 for request in read.needs()})
        inputs = {name: value for name, value in said.inputs.items() if not name.startswith("item.")}
        found.append(
            {
                "kind": item.kind,
                "market": item.market,
                "language": item.language,
                "title": title,
                "body": body,
                "price": price,
                "currency": currency or "",
                "category": category or "",
                "fields": fields,
                "outcome": said.outcome,
                "hits": [
                    hit.to_json()
                    | {
                        "clause": "",
                        "evidence": [
                            span for piece in hit.evidence for span in back_to_fields(piece.to_json(), segments, text)
                        ],
                    }
                    for hit in said.hits
                ],
                "inputs": inputs | {f"account.{name}": value for name, value in account.items()},
            }
        )
    return found


def _words(stories: list[dict[str, Any]]) -> list[str]:
    """Harmless words: those of approved items, without digits."""
    return sorted(set(_harmless(stories)))


def _harmless(stories: list[dict[str, Any]]) -> Iterator[str]:
    for story in stories:
        if story["outcome"] == "approve" and not story["hits"]:
            yield from (word for word in story["body"].split() if word.isalpha())
