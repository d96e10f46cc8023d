"""How fast work is dealt: the action against its bare statement, and a million open items against ten thousand."""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from trustdesk.bench import Report, middle

LANGUAGES = ("en", "id", "ms", "th", "vi", "tl", "de", "fr")
MARKETS = ("ID", "MY", "TH", "VN", "PH")
FEW = 10_000


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--open", type=int, default=1_000_000, help="open items of the large desk (default 1,000,000)")
    parser.add_argument("--claims", type=int, default=600, help="claims of each kind to measure (default 600)")


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database and in a copy of it that is filled further.

    Forty pools; the claimer may take from fifteen of them. The small and the large desk take turns, block by block, as do
    statement and verb: whatever else the machine does meanwhile slows all of them alike.
    """
    name = str(connections["default"].settings_dict["NAME"])
    bench = _Bench(now=datetime.now(UTC))
    bench.fill(FEW)
    with _copy_of(name) as copy:
        desks = {"few": _desk(name), "many": _desk(copy)}
        with _at(desks["many"]):
            bench.fill(options.open)
        seconds = bench.measure(desks, claims=options.claims)

    report = Report("claim", setting={"open": options.open, "claims": options.claims, "pools": len(bench.pools)})
    bare, verb = seconds["many", "statement"], seconds["many", "action"]
    report.add("claims_per_second_bare", 1 / bare, "claims/s", says="the claim statement alone, committed")
    report.add("claims_per_second_action", 1 / verb, "claims/s", says="the whole verb, with its fact")
    report.add("ratio_action_to_statement", bare / verb, aim=("≥", 0.5))
    for (desk, kind), taken in seconds.items():
        report.add(f"ms_{kind}_{desk}", taken * 1000, "ms", says="median")
    report.add("ratio_cost_many_to_few", bare / seconds["few", "statement"], aim=("≤", 1.3), says="statement")
    report.add("ratio_action_cost_many_to_few", verb / seconds["few", "action"], aim=("≤", 1.3), says="verb")
    return report


def _desk(database: str) -> BaseDatabaseWrapper:
    """A connection to one of the two databases, to be made the default for a while."""
    made = connections.create_connection("default")
    made.settings_dict = {**made.settings_dict, "NAME": database}
    return made


@contextmanager
def _at(desk: BaseDatabaseWrapper) -> Iterator[None]:
    before = connections["default"]
    connections["default"] = desk
    try:
        yield
    finally:
        connections["default"] = before


@contextmanager
def _copy_of(name: str) -> Iterator[str]:
    """A copy of the database, gone afterwards."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    params = connections["default"].get_connection_params()
    target = {key: params[key] for key in ("host", "port", "user", "password") if params.get(key)}
    connections["default"].close()  # a database in use cannot be copied
    copy = f"{name}_many"
    with psycopg.connect(**target, dbname="postgres", autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(copy), Identifier(name)))
        try:
            yield copy
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(copy)))


class _Bench:
    """A desk with one queue in forty pools and one claimer who reads three of the languages."""

    def __init__(self, *, now: datetime) -> None:
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.kernel.people.models import Grant, Role, Skill, Staff
        from trustdesk.kernel.people.queries import actor_for
        from trustdesk.kernel.work import actions
        from trustdesk.kernel.work.models import Pool
        from trustdesk.kernel.work.queries.standing import claimable_pools

        self.now = now
        self.bare = {"few": 0, "many": 0}  # claims by the bare statement so far
        actions.set_queue(
            actor=SYSTEM, code="bench", name="Bench", right="review.decide", now=now, lease_seconds=86_400
        )
        for language in LANGUAGES:
            for market in MARKETS:
                actions.open_work(
                    actor=SYSTEM,
                    kind="review",
                    queue="bench",
                    lane=5,
                    score=0,
                    now=now,
                    language=language,
                    market=market,
                )
        self.pools = list(Pool.objects.order_by("id").values_list("id", flat=True))
        person = Staff(email="sari@example.com", name="Sari", handle="Bench-1", joined_at=now, password="!")
        person.save(force_insert=True)
        role = Role.objects.create(code="bench", name="Bench", rights=["review.decide", "work.read"])
        Grant.objects.create(staff=person, role=role)
        Skill.objects.bulk_create(Skill(staff=person, kind="language", value=value) for value in LANGUAGES[:3])
        self.sari = actor_for(person)
        self.allowed = [pool.id for pool in claimable_pools(self.sari)]

    def fill(self, count: int) -> None:
        """Bring the open items up to `count`, spread over pools, lanes, scores and the last thirty days."""
        from django.db import connection

        from trustdesk.kernel.work.rules.priority import AGEING_PER_SECOND

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM work_workitem WHERE state = 'open'")
            missing = count - int(cursor.fetchone()[0])
            # Ids as the desk makes them: a time in front, so that the key index grows at its end.
            cursor.execute(
                """
                INSERT INTO work_workitem (id, kind, queue_id, pool_id, state, lane, score, rank, score_parts, subject_line,
                    category, language, market, tags, opened_at, due_at, changed_at, version)
                SELECT (lpad(to_hex((extract(epoch FROM r.opened) * 1000)::bigint), 12, '0') || '7' ||
                        substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
                    'review', p.queue_id, p.id, 'open', r.lane, r.score,
                    r.score - %(ageing)s * extract(epoch FROM r.opened), '[]', 'A phone, hardly used', 'phones',
                    p.language, p.market, '{}', r.opened, r.opened + interval '2 days', r.opened, 1
                FROM (SELECT n, %(now)s::timestamptz - random() * interval '30 days' AS opened, random() * 30 AS score,
                             2 + floor(random() * 4)::int AS lane
                      FROM generate_series(1, %(missing)s) AS n) AS r
                JOIN work_pool p ON p.id = (%(pools)s::int[])[1 + r.n %% array_length(%(pools)s::int[], 1)]
                """,
                {"now": self.now, "missing": missing, "pools": self.pools, "ageing": AGEING_PER_SECOND},
            )
            cursor.execute("VACUUM (ANALYZE) work_workitem")
            cursor.execute("VACUUM (ANALYZE) work_claim")
            cursor.execute("CHECKPOINT")

    def measure(self, desks: dict[str, BaseDatabaseWrapper], *, claims: int) -> dict[tuple[str, str], float]:
        """Median seconds of the bare statement and of the verb, at each desk."""
        from trustdesk.kernel.work import actions

        block = 10
        kinds: dict[str, Callable[[str], Any]] = {
            "statement": self._bare,
            "action": lambda _: actions.claim_next(actor=self.sari, now=self.now),
        }
        seconds: dict[tuple[str, str], list[float]] = {(desk, kind): [] for desk in desks for kind in kinds}
        for turn in range(2 + max(1, claims // block)):
            for desk, wrapper in desks.items():
                with _at(wrapper):
                    for kind, claim in kinds.items():
                        for _ in range(block):
                            begun = time.perf_counter()
                            claim(desk)
                            if turn > 1:  # the first turns warm connection, caches and hint bits
                                seconds[desk, kind].append(time.perf_counter() - begun)
        for wrapper in desks.values():
            wrapper.close()
        return {key: middle(taken) for key, taken in seconds.items()}

    def _bare(self, desk: str) -> None:
        from trustdesk.kernel.base.ids import uuid7
        from trustdesk.kernel.work.actions.deal import deal

        taken = deal(
            staff=UUID(self.sari.id),
            pools=self.allowed,
            asked="bare",
            taken=self.bare[desk],
            claim=uuid7(),
            now=self.now,
        )
        assert taken is not None, "the bench ran out of work"
        self.bare[desk] += 1
