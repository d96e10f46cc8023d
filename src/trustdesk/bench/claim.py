"""How fast work is dealt: the action against its bare statement, and a million open items against ten thousand."""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from trustdesk.bench import Report, middle

LANGUAGES = ("en", "id", "ms", "th", "vi", "tl", "de", "fr")
MARKETS = ("ID", "MY", "TH", "VN", "PH")
FEW = 10_000


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--open", type=int, default=1_000_000, help="open items of the large desk (default 1,000,000)")
    parser.add_argument("--claims", type=int, default=600, help="claims of each kind to measure (default 600)")


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database. Forty pools; the claimer may take from fifteen of them."""
    from trustdesk.kernel.work import actions

    bench = _Bench(now=datetime.now(UTC))
    report = Report("claim", setting={"open": options.open, "claims": options.claims, "pools": len(bench.pools)})

    bench.fill(FEW)
    few = bench.measure(options.claims)
    bench.fill(options.open)
    many = bench.measure(options.claims)

    report.add("claims_per_second_bare", 1 / many["statement"], "claims/s", says="the claim statement alone, committed")
    report.add("claims_per_second_action", 1 / many["action"], "claims/s", says="the whole verb, with its fact")
    report.add("ratio_action_to_statement", many["statement"] / many["action"], aim=("≥", 0.5))
    for name, seconds in (("few", few), ("many", many)):
        report.add(f"ms_statement_{name}", seconds["statement"] * 1000, "ms", says="median")
        report.add(f"ms_action_{name}", seconds["action"] * 1000, "ms", says="median")
    report.add("ratio_cost_many_to_few", many["statement"] / few["statement"], aim=("≤", 1.3), says="statement")
    report.add("ratio_action_cost_many_to_few", many["action"] / few["action"], aim=("≤", 1.3), says="verb")
    assert actions.lapse_claims(now=bench.now) == 0, "leases must not run out during the run"
    return report


class _Bench:
    """A desk with one queue in forty pools and one claimer who reads three of the languages."""

    def __init__(self, *, now: datetime) -> None:
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.kernel.people.models import Grant, Role, Skill, Staff
        from trustdesk.kernel.people.queries import actor_for
        from trustdesk.kernel.work import actions
        from trustdesk.kernel.work.models import Pool
        from trustdesk.kernel.work.queries import claimable_pools

        self.now = now
        self.bare = 0  # claims by the bare statement so far
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

    def measure(self, claims: int) -> dict[str, float]:
        """Median seconds of the bare statement and of the verb, taken in turns so that both see the same machine."""
        from trustdesk.kernel.work import actions

        block = 20
        seconds: dict[str, list[float]] = {"statement": [], "action": []}
        kinds: dict[str, Callable[[], Any]] = {
            "statement": self._bare,
            "action": lambda: actions.claim_next(actor=self.sari, now=self.now),
        }
        for kind in kinds.values():  # warm: connection, caches, hint bits
            for _ in range(block):
                kind()
        for _ in range(max(1, claims // block)):
            for name, claim in kinds.items():
                for _ in range(block):
                    begun = time.perf_counter()
                    claim()
                    seconds[name].append(time.perf_counter() - begun)
        return {name: middle(taken) for name, taken in seconds.items()}

    def _bare(self) -> None:
        from trustdesk.kernel.base.ids import uuid7
        from trustdesk.kernel.work.actions.deal import deal

        taken = deal(
            staff=UUID(self.sari.id), pools=self.allowed, asked="bare", taken=self.bare, claim=uuid7(), now=self.now
        )
        assert taken is not None, "the bench ran out of work"
        self.bare += 1
