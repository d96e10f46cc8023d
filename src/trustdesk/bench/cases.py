"""How the inbox of cases bears size: lists and full-text search among ten thousand cases and among a million."""

import argparse
import threading
import time
from datetime import UTC, datetime
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from trustdesk.bench import Report, middle
from trustdesk.bench.claim import _at, _copy_of, _desk
from trustdesk.bench.search import _counted

FEW, BULK = 10_000, 500
AIM = 2.0
# What is asked of the inbox: (name, its address, how many pages deep).
QUESTIONS: tuple[tuple[str, str, int], ...] = (
    ("unended", "", 1),
    ("unended_deep", "", 8),
    ("all", "status=all", 1),
    ("all_deep", "status=all", 60),
    ("pending", "status=pending", 1),
    ("closed_deep", "status=closed", 20),
    ("mine", "mine=yes", 1),
    ("urgent", "priority=urgent", 1),
    ("urgent_of_all", "status=all&priority=urgent", 1),
    ("channel", "channel=chat", 1),
    ("tag", "status=all&tag=refund", 1),
    ("tag_rare", "status=all&tag=rare", 1),
    ("word_frequent", "status=all&q=w000", 1),
    ("word_usual", "status=all&q=w400", 1),
    ("word_rare", "status=all&q=w40000", 1),
    ("word_unended", "q=w400", 1),
    ("two_words", "status=all&q=w012+w003", 1),
    ("words_prefix", "status=all&q=w012+w30%2A", 1),
    ("phrase", "status=all&q=%22w012+w003%22", 1),
    ("word_without", "status=all&q=w400+-w000", 1),
    ("either_word", "status=all&q=w401+OR+w402", 1),
    ("word_and_status", "q=w150+status%3Apending", 1),
    ("note", "status=all&q=note%3Aw400", 1),
    ("nothing", "status=all&q=nowhere", 1),
    ("address", "status=all&q=from%3Ap77%40example.com", 1),
    ("number", "status=all&q=%23777", 1),
    ("overdue", "q=is%3Aoverdue", 1),
    ("waiting", "q=is%3Awaiting", 1),
    ("category", "status=all&q=category%3Ac17", 1),
    ("market_language", "status=all&q=market%3APH+language%3Ath", 1),
    ("queue", "q=queue%3Abench", 1),
    ("a_day", "status=all&q=opened%3A2026-01-15", 1),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases of the large desk (default 1,000,000)")
    parser.add_argument("--rounds", type=int, default=15, help="times that each question is asked (default 15)")


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database and in a copy of it that is filled further, question by question in turns.

    A question is a page of the inbox as its page asks for it, with the excerpts that its rows show, and beside it the
    bounded count that a saved view shows; the drawing of the page is left out. `ratio_1m_to_10k` is the median over the
    questions of large against small; the largest is told beside it. Three of a hundred cases go on, of both desks. The
    whole page is asked for through the front door, too: its statements are counted on both desks.
    """
    name = str(connections["default"].settings_dict["NAME"])
    bench = _Bench(datetime(2026, 3, 1, 9, tzinfo=UTC))
    bench.fill(0, FEW)
    with _copy_of(name) as copy:
        desks = {"few": _desk(name), "many": _desk(copy)}
        began = time.perf_counter()
        with _at(desks["many"]):
            bench.fill(FEW, options.cases)
        filled = time.perf_counter() - began
        took, statements = bench.measure(desks, rounds=options.rounds)
        bulks = {}
        for which, desk in desks.items():
            with _at(desk):
                bulks[which] = bench.bulk(str(desk.settings_dict["NAME"]))
    report = Report("cases", setting={"cases": options.cases, "rounds": options.rounds, "fill_s": round(filled)})
    ratios: dict[str, float] = {}
    for what in ("list", "count"):
        for question, _address, _deep in QUESTIONS:
            few, many = took[what, question, "few"], took[what, question, "many"]
            ratios[f"{what}_{question}"] = many / few
            report.add(f"ms_{what}_{question}_10k", few * 1000, "ms")
            report.add(f"ms_{what}_{question}_1m", many * 1000, "ms", says=f"{many / few:.2f} ×")
    lists = {name: ratio for name, ratio in ratios.items() if name.startswith("list_")}
    counts = {name: ratio for name, ratio in ratios.items() if name.startswith("count_")}
    report.add("ratio_1m_to_10k", middle(list(lists.values())), aim=("≤", AIM), says="median of the lists")
    report.add("ratio_1m_to_10k_worst", max(lists.values()), says=max(lists, key=lists.__getitem__))
    report.add("ratio_counts_1m_to_10k", middle(list(counts.values())), says="median of the counts of saved views")
    report.add("ratio_counts_1m_to_10k_worst", max(counts.values()), says=max(counts, key=counts.__getitem__))
    others = sorted({key for key, _ in statements if statements[key, "few"] != statements[key, "many"]})
    says = f"not {', '.join(others)}" if others else "of each list and of the whole page, on both desks"
    report.add("same_statements", float(not others), aim=("≥", 1), says=says)
    report.add("statements_most", max(statements.values()))
    for which, (seconds, alone, beside) in bulks.items():
        size = {"few": "10k", "many": "1m"}[which]
        report.add(
            f"ms_bulk_a_case_{size}", seconds * 1000 / BULK, "ms", says=f"{BULK} cases changed in {seconds:.1f} s"
        )
        report.add(
            f"ratio_list_beside_bulk_{size}", beside / alone, says="a page of the inbox while they are, to alone"
        )
    report.add("ratio_bulk_1m_to_10k", bulks["many"][0] / bulks["few"][0], aim=("≤", AIM), says=f"{BULK} cases changed")
    return report


class _Bench:
    """A desk of cases that nobody wrote, spread over a year; its words follow a vocabulary of fifty thousand."""

    def __init__(self, now: datetime) -> None:
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.kernel.people.models import Grant, Market, Role, Staff
        from trustdesk.kernel.people.queries import actor_for
        from trustdesk.kernel.work import actions
        from trustdesk.kernel.work.models import Pool

        self.now = now
        for code in ("ID", "MY", "TH", "VN", "PH"):
            Market.objects.create(code=code, name=code, time_zone="UTC", currency="USD", languages=["en"])
        actions.set_queue(actor=SYSTEM, code="bench", name="Bench", right="support.answer", now=now)
        actions.open_work(actor=SYSTEM, kind="case", queue="bench", lane=5, score=0, now=now)
        self.pool = Pool.objects.get(queue__code="bench")
        self.person = Staff(email="sari@example.com", name="Sari", handle="Bench-1", joined_at=now, password="!")
        self.person.save(force_insert=True)
        role = Role.objects.create(
            code="bench", name="Bench", rights=["support.read", "support.answer", "support.write"]
        )
        Grant.objects.create(staff=self.person, role=role)
        self.actor = actor_for(self.person)

    def fill(self, first: int, last: int) -> None:
        """Cases number `first` + 1 to `last`, with what was said in them; then statistics."""
        known: dict[str, Any] = {
            "first": first,
            "last": last,
            "now": self.now,
            "pool": self.pool.id,
            "queue": self.pool.queue_id,
            "staff": self.person.id,
        }
        with connection.cursor() as cursor:
            # Foreign keys and triggers are asked of millions of rows for nothing; the rows are right.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DROP INDEX IF EXISTS case_words_found")
            for statement in _FILL:
                cursor.execute(statement, known)
            cursor.execute("CREATE INDEX case_words_found ON support_casewords USING gin (words)")
            cursor.execute("SET session_replication_role = DEFAULT")
            for table in _TABLES:
                cursor.execute(f"VACUUM (ANALYZE) {table}")
            cursor.execute("CHECKPOINT")

    def measure(
        self, desks: dict[str, BaseDatabaseWrapper], *, rounds: int
    ) -> tuple[dict[tuple[str, str, str], float], dict[tuple[str, str], int]]:
        """Median seconds of each list and count, and statements of each list, on each desk; they take turns."""
        took: dict[tuple[str, str, str], list[float]] = {}
        statements: dict[tuple[str, str], int] = {}
        for round_ in range(rounds + 1):
            for question in QUESTIONS:
                for which in ("few", "many") if round_ % 2 else ("many", "few"):
                    with _at(desks[which]):
                        mark = self._deep(question)
                        for what, ask in (("list", self._list), ("count", self._count)):
                            with _counted() as said:
                                began = time.perf_counter()
                                ask(question, mark)
                                seconds = time.perf_counter() - began
                            if round_:  # the first one warms
                                took.setdefault((what, question[0], which), []).append(seconds)
                            if what == "list":
                                statements[question[0], which] = len(said)
        for which, desk in desks.items():
            with _at(desk):
                statements["the whole page", which] = self._page()
        return {key: middle(values) for key, values in took.items()}, statements

    def _wanted(self, question: tuple[str, str, int]) -> Any:
        from django.http import QueryDict

        from trustdesk.support import saving

        return saving.wanted_of(QueryDict(question[1]))

    def _list(self, question: tuple[str, str, int], mark: Any) -> Any:
        from trustdesk.support import queries

        return queries.listed(actor=self.actor, wanted=self._wanted(question), after=mark, now=self.now)

    def _count(self, question: tuple[str, str, int], _mark: Any) -> None:
        from trustdesk.support import queries

        queries.count(actor=self.actor, wanted=self._wanted(question), now=self.now)

    def _deep(self, question: tuple[str, str, int]) -> Any:
        mark = None
        for _ in range(question[2] - 1):
            found = self._list(question, mark)
            if found.next is None:
                break
            mark = found.next
        return mark

    def bulk(self, database: str) -> tuple[float, float, float]:
        """Seconds that a bulk change of many cases takes, and that a page of the inbox takes before and beside it."""
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.support import bulking
        from trustdesk.support.actions import begin_bulk, open_case
        from trustdesk.support.bulking import Chosen
        from trustdesk.support.models import BulkTurn, Case
        from trustdesk.support.rules import Changes

        clock = lambda: self.now  # noqa: E731
        alone = middle([self._seconds() for _ in range(9)])
        ids = [
            open_case(actor=SYSTEM, channel="mail", subject="A parcel", text="Where is it?", now=self.now).id
            for _ in range(BULK)
        ]
        rows = Case.objects.filter(id__in=ids)
        chosen = [Chosen(row.id, row.version, row.messages) for row in rows]
        changes = Changes(add_tags=("bulk",), priority="low")
        made = begin_bulk(actor=self.actor, chosen=chosen, changes=changes, now=self.now)
        beside: list[float] = []
        over = threading.Event()

        def look() -> None:
            desk = _desk(database)  # a connection of this thread's own
            with _at(desk):
                while not over.is_set():
                    beside.append(self._seconds())
                    time.sleep(0.05)
            desk.close()

        reader = threading.Thread(target=look)
        reader.start()
        began = time.perf_counter()
        bulking.run(bulk_id=made, clock=clock)
        seconds = time.perf_counter() - began
        over.set()
        reader.join(60)
        left = BulkTurn.objects.filter(bulk_id=made).exclude(state="done").values_list("message", flat=True)
        if left:
            raise RuntimeError(f"{len(left)} of the bulk were not changed: {left[0]}")
        return seconds, alone, middle(beside)

    def _seconds(self) -> float:
        began = time.perf_counter()
        self._list(QUESTIONS[0], None)
        return time.perf_counter() - began

    def _page(self) -> int:
        """Statements of the inbox as a browser asks for it, signed in."""
        from django.test import Client

        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(self.person)
        browser.get("/cases/")  # what is kept for a while is asked once
        with _counted() as said:
            answer = browser.get("/cases/?status=all&q=w400")
        if answer.status_code != 200:
            raise RuntimeError(f"the inbox answers {answer.status_code}")
        return len(said)


_TABLES = ("work_workitem", "support_case", "support_participant", "support_message", "support_casewords")
_ID = "(lpad(to_hex(%s), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_WORK, _CASE, _ASKED, _NOTED = _ID % "1", _ID % "2", _ID % "3", _ID % "4"
_SERIES = "generate_series(%(first)s::int + 1, %(last)s::int) AS n"
_AT = "(%(now)s::timestamptz - interval '365 days' * (1 - (n - %(first)s + 0.0) / (%(last)s - %(first)s)))"
# Three of a hundred go on; whoever works here has a few of the oldest in hand, as many on both desks.
_DRAWN = "(hashint4(n + {}) & 2147483647)"
_GOES_ON = f"{_DRAWN.format(1)} %% 100 < 3"
_STATUS = (
    f"CASE WHEN NOT {_GOES_ON} THEN (ARRAY['closed','closed','closed','resolved'])[1 + {_DRAWN.format(3)} %% 4] "
    f"ELSE (ARRAY['new','open','open','pending','on_hold'])[1 + {_DRAWN.format(2)} %% 5] END"
)
_IN_HAND = f"{_GOES_ON} AND n < 1500"
_PRIORITY = f"(ARRAY['urgent','high','normal','normal','normal','normal','low'])[1 + {_DRAWN.format(4)} %% 7]"
_CHANNEL = f"(ARRAY['mail','mail','mail','form','api','chat','phone'])[1 + {_DRAWN.format(5)} %% 7]"
_MARKET = f"(ARRAY['ID','ID','ID','MY','MY','TH','VN','PH'])[1 + {_DRAWN.format(6)} %% 8]"
_LANGUAGE = f"(ARRAY['en','id','id','ms','th','vi','tl'])[1 + {_DRAWN.format(7)} %% 7]"
_TAGS = (
    "CASE WHEN n %% 9000 = 7 THEN ARRAY['rare'] WHEN n %% 25 = 1 THEN ARRAY['refund', 'seller'] "
    "WHEN n %% 3 = 0 THEN ARRAY['seller'] ELSE ARRAY[]::text[] END"
)
# The first words of the vocabulary are frequent.
_TEXT = (
    "(SELECT string_agg('w' || lpad((floor(power(random(), 4) * 50000))::int::text, 3, '0'), ' ') "
    "FROM generate_series(1, {} + 0 * n))"
)
_FILL = (
    f"""INSERT INTO work_workitem (id, kind, queue_id, pool_id, state, lane, score, rank, score_parts, holder_id, subject_line,
        category, language, market, tags, opened_at, due_at, changed_at, ended_at, version)
    SELECT {_WORK}, 'case', %(queue)s, %(pool)s, CASE WHEN NOT {_GOES_ON} THEN 'done' WHEN {_IN_HAND} THEN 'claimed' ELSE 'open' END,
        5, 0, n, '[]', CASE WHEN {_IN_HAND} THEN %(staff)s::uuid END, '', '', {_LANGUAGE}, {_MARKET}, '{{}}', {_AT},
        CASE WHEN {_GOES_ON} THEN %(now)s::timestamptz + interval '1 hour' * (n %% 24 - 6) END, {_AT},
        CASE WHEN NOT {_GOES_ON} THEN {_AT} END, 1 FROM {_SERIES}""",
    f"""INSERT INTO support_case (id, work_id, number, subject, name, address, language, market, channel, mailbox, category, intent,
        priority, status, tags, fields, messages, waiting_since, opened_at, changed_at, ended_at, version, live)
    SELECT {_CASE}, {_WORK}, n, 'Something somebody asks, number ' || n, 'Person ' || n / 4, 'p' || n / 4 || '@example.com',
        {_LANGUAGE}, {_MARKET}, {_CHANNEL}, '', 'c' || n %% 60, '', {_PRIORITY}, {_STATUS}, {_TAGS}, '{{}}', 2,
        CASE WHEN {_GOES_ON} AND n %% 2 = 0 THEN {_AT} END, {_AT}, {_AT}, CASE WHEN NOT {_GOES_ON} THEN {_AT} END, 1, false
    FROM {_SERIES}""",
    f"""INSERT INTO support_participant (id, case_id, address, name)
    SELECT {_CASE}, {_CASE}, 'p' || n / 4 || '@example.com', '' FROM {_SERIES}""",
    f"""INSERT INTO support_message (id, case_id, no, direction, state, author_name, address, text, quoted, files, attached, channel,
        external_id, automatic, at, then_status, why)
    SELECT {_ASKED}, {_CASE}, 1, 'in', 'received', '', '', {_TEXT.format(40)}, '', '{{}}', '[]', {_CHANNEL}, '', false, {_AT}, '', ''
    FROM {_SERIES}""",
    f"""INSERT INTO support_message (id, case_id, no, direction, state, author_name, address, text, quoted, files, attached, channel,
        external_id, automatic, at, then_status, why)
    SELECT {_NOTED}, {_CASE}, 2, 'note', 'noted', '', '', {_TEXT.format(12)}, '', '{{}}', '[]', 'desk', '', true, {_AT}, '', ''
    FROM {_SERIES}""",
    f"""INSERT INTO support_casewords (case_id, words)
    SELECT {_CASE}, setweight(to_tsvector('simple', c.subject || ' ' || n), 'A') || setweight(to_tsvector('simple', a.text), 'C')
        || setweight(to_tsvector('simple', b.text), 'D')
    FROM {_SERIES} JOIN support_case c ON c.id = {_CASE} JOIN support_message a ON a.id = {_ASKED}
        JOIN support_message b ON b.id = {_NOTED}""",
    "SELECT setval('support_case_number', %(last)s + 2000)",
    "INSERT INTO support_wordsread (id, done, edition) VALUES (1, true, 1) ON CONFLICT (id) DO UPDATE SET done = true, edition = 1",
)
