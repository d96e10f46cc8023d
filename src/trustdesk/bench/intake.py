"""How fast content comes in: the batch API, end to end, against plain INSERTs of the very rows it wrote."""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from trustdesk.bench import Report, middle

# Where one item leaves its rows, parents before children.
TABLES = (
    "content_account",
    "content_item",
    "content_itemversion",
    "signals_counter",
    "signals_counterbucket",
    "signals_seentext",
    "screening_verdict",
    "ledger_fact",
    "ledger_delivery",
    "ledger_personalvalue",
    "decisions_decision",
    "decisions_restriction",
    "decisions_statement",
    "post_letter",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=int, default=500, help="items in a call (default 500, at most 1,000)")
    parser.add_argument("--rounds", type=int, default=8, help="calls to measure (default 8)")


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database, with the classifieds pack, on the sample desk's texts.

    `POST /api/v1/items/batch` is called in this process through Django's test client: middleware, key, parsing, pass 1,
    one transaction, answer; no socket. After each call its rows are written once more, to bare copies of the tables
    with the same indexes and checks, by one multi-row INSERT a table in one transaction.
    """
    bench = _Bench(batch=options.batch)
    bench.call()  # warm: the ruleset is compiled, connections and caches stand
    bench.rewrite()
    took: dict[str, list[float]] = {"intake": [], "insert": []}
    rows = 0
    for _ in range(options.rounds):
        took["intake"].append(bench.call())
        seconds, written = bench.rewrite()
        took["insert"].append(seconds)
        rows += written
    report = Report(
        "intake", setting={"path": "in-process test client", "batch": options.batch, "rounds": options.rounds}
    )
    intake, insert = middle(took["intake"]), middle(took["insert"])
    report.add("items_per_second", options.batch / intake, "items/s", says="POST /api/v1/items/batch, committed")
    report.add("items_per_second_insert", options.batch / insert, "items/s", says="the same rows by multi-row INSERT")
    report.add("rows_per_item", rows / (options.batch * options.rounds), "rows")
    report.add("ratio_intake", insert / intake, aim=("≥", 0.15))
    for outcome, count in sorted(bench.outcomes.items()):
        report.add(f"share_{outcome}", count / bench.sent, says="of all items sent")
    return report


class _Bench:
    """A desk with the pack in force, a key, and more sample texts than anybody reads."""

    def __init__(self, *, batch: int) -> None:
        import yaml
        from django.conf import settings
        from django.test import Client

        from trustdesk.kernel.people import actions as people
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.policy.actions import import_pack

        self.now = datetime.now(UTC)
        pack = yaml.safe_load((settings.PACK / "pack.yaml").read_text(encoding="utf-8"))
        people.load_ground(
            actor=SYSTEM, pack=pack["code"], markets=pack["markets"], sources=pack["sources"], now=self.now
        )
        import_pack(actor=SYSTEM, path=settings.PACK, now=self.now)
        key = people.make_key(actor=SYSTEM, name="bench", scopes=["items:write"], source="pasar", now=self.now).secret
        self.headers = {"Authorization": f"Bearer {key}"}
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.batch = batch
        self.items = _items(self.now)
        self.sent = 0
        self.outcomes: dict[str, int] = {}
        self.marks = self._marks()
        self._copies()

    def call(self) -> float:
        """Send one batch; seconds from the call to the committed answer."""
        body = json.dumps([next(self.items) for _ in range(self.batch)])
        began = time.perf_counter()
        answer = self.client.post("/api/v1/items/batch", body, content_type="application/json", headers=self.headers)
        seconds = time.perf_counter() - began
        results = answer.json()["results"]
        assert all(result["status"] == 201 for result in results), results[0]
        for result in results:
            outcome = result["item"]["verdict"]["outcome"]
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.sent += len(results)
        return seconds

    def rewrite(self) -> tuple[float, int]:
        """Write the rows of the last call to the bare copies; seconds, and how many rows."""
        from django.db import connection, transaction

        statements = []
        count = 0
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT * FROM {table} WHERE id > %s ORDER BY id", [self.marks[table]])
                rows = cursor.fetchall()  # JSON comes as text, as Django reads it
                if not rows:
                    continue
                count += len(rows)
                one = f"({', '.join(['%s'] * len(rows[0]))})"
                statements.append(
                    (
                        f"INSERT INTO bare_{table} VALUES {', '.join([one] * len(rows))}",
                        [value for row in rows for value in row],
                    )
                )
            began = time.perf_counter()
            with transaction.atomic():
                for statement, values in statements:
                    cursor.execute(statement, values)
            seconds = time.perf_counter() - began
        self.marks = self._marks()
        return seconds, count

    def _marks(self) -> dict[str, Any]:
        """The newest id of each table: ids grow."""
        from django.db import connection

        marks = {}
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 1")
                found = cursor.fetchone()
                if found is None:
                    cursor.execute(
                        "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = 'id'",
                        [table],
                    )
                    found = (0 if cursor.fetchone()[0] == "bigint" else "00000000-0000-0000-0000-000000000000",)
                marks[table] = found[0]
        return marks

    def _copies(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")


def _items(now: datetime) -> Iterator[dict[str, Any]]:
    """Sample items for ever: each round under new ids and accounts, a sentence of another item added, so that no two
    texts are the same and nobody posts faster than people do."""
    from trustdesk.sample import catalog

    sample = catalog.items(now)
    turn = 0
    while True:
        turn += 1
        for place, item in enumerate(sample):
            other = sample[(place + 7 * turn) % len(sample)]["fields"].get("body") or ""
            sentence = other.split(". ")[0][:120]
            fields = dict(item["fields"])
            if turn > 1 and "body" in fields:
                fields["body"] = f"{fields['body']}\n{sentence} ({turn})"
            yield {
                **item,
                "external_id": f"{item['external_id']}-{turn}",
                "account": {**item["account"], "external_id": f"{item['account']['external_id']}-{turn}-{place // 3}"},
                "fields": fields,
                "posted_at": (now - timedelta(minutes=5)).isoformat(),
            }
