"""How quickly things are found: the lists of ten thousand items against those of a million, the same statements."""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, connections

from trustdesk.bench import Report, middle
from trustdesk.bench.claim import _at, _copy_of, _desk

FEW = 10_000
AIM = 2.0
# What is asked of the lists: (name, tab, filters as in the address, how many pages deep).
QUESTIONS: tuple[tuple[str, str, dict[str, list[str]], int], ...] = (
    ("newest", "items", {}, 1),
    ("deep_page", "items", {}, 40),
    ("status", "items", {"status": ["rejected"]}, 1),
    ("status_kind_market", "items", {"status": ["in_review"], "kind": ["ad"], "market": ["ID"]}, 1),
    ("two_states", "items", {"status": ["held", "limited"]}, 1),
    ("language_deep", "items", {"language": ["th"]}, 10),
    ("label", "items", {"label": ["fraud.advance_fee"]}, 1),
    ("label_market", "items", {"label": ["fraud.advance_fee"], "market": ["PH"]}, 1),
    ("rule", "items", {"rule": ["scams/rule-7"]}, 1),
    ("who", "items", {"who": ["staff:00000000-0000-0000-0000-000000000005"]}, 1),
    ("category_price", "items", {"category": ["c17"], "price_from": ["100"], "price_to": ["500"]}, 1),
    ("price", "items", {"price_from": ["100"], "price_to": ["130"]}, 1),
    ("dates", "items", {"status": ["live"], "since": ["@20"], "until": ["@10"]}, 1),
    ("account", "items", {"account": ["@account"]}, 1),
    ("word_frequent", "items", {"q": ["w000"]}, 1),
    ("word_usual", "items", {"q": ["w400"]}, 1),
    ("word_rare", "items", {"q": ["w40000"]}, 1),
    ("words_prefix", "items", {"q": ["w012 w003 w00"]}, 1),
    ("word_filter", "items", {"q": ["w150"], "status": ["live"], "market": ["ID"]}, 1),
    ("nothing", "items", {"q": ["nowhere"]}, 1),
    ("platform_id", "items", {"q": ["ad-4711"]}, 1),
    ("accounts_name", "accounts", {"q": ["shop77"]}, 1),
    ("accounts_restricted", "accounts", {"standing": ["restricted"]}, 1),
    ("decisions_rule", "decisions", {"outcome": ["remove"], "by": ["rule"]}, 1),
    ("decisions_clause", "decisions", {"clause": ["scams 3.2"]}, 1),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--items", type=int, default=1_000_000, help="items of the large desk (default 1,000,000)")
    parser.add_argument("--rounds", type=int, default=15, help="times that each question is asked (default 15)")
    parser.add_argument("--behind", type=int, default=600, help="items read again to see what that costs (default 600)")


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database and in a copy of it that is filled further, question by question in turns.

    A question is a page of fifty with its bounded count and all that its rows show, as the page asks them; the drawing of
    the page is left out. `ratio_1m_to_10k` is the median over the questions of large against small; the largest of them
    is told beside it. Each question costs the same number of statements on both, or the run fails.
    """
    name = str(connections["default"].settings_dict["NAME"])
    bench = _Bench(datetime.now(UTC))
    bench.fill(0, FEW)
    with _copy_of(name) as copy:
        desks = {"few": _desk(name), "many": _desk(copy)}
        began = time.perf_counter()
        with _at(desks["many"]):
            bench.fill(FEW, options.items)
        filled = time.perf_counter() - began
        took, statements = bench.measure(desks, rounds=options.rounds)
        ways = {}
        with _at(desks["many"]):
            for one in QUESTIONS:
                ways[one[0]] = bench.index_of(one)
        behind = bench.behind(options.behind)
    report = Report("search", setting={"items": options.items, "rounds": options.rounds, "fill_s": round(filled)})
    ratios = []
    for question, _tab, _filters, _deep in QUESTIONS:
        few, many = took[question, "few"], took[question, "many"]
        ratios.append(many / few)
        report.add(f"ms_{question}_10k", few * 1000, "ms")
        report.add(f"ms_{question}_1m", many * 1000, "ms", says=f"{many / few:.2f} ×, by {ways[question]}")
    pairs = [(statements[one[0], "few"], statements[one[0], "many"]) for one in QUESTIONS]
    same = all(few == many for few, many in pairs if few and many)
    report.add("ratio_1m_to_10k", middle(ratios), aim=("≤", AIM), says="median of the questions")
    report.add("ratio_1m_to_10k_worst", max(ratios), says=QUESTIONS[ratios.index(max(ratios))][0])
    report.add(
        "same_statements", float(same), aim=("≥", 1), says="as many statements among a million as among ten thousand"
    )
    report.add("statements_most", max(statements.values()))
    report.add("ms_read_again_an_item", behind * 1000, "ms", says="of the worker, a moment after an item came in")
    return report


class _Bench:
    """A desk of items that nobody wrote, spread over the last hundred days."""

    def __init__(self, now: datetime) -> None:
        from trustdesk.kernel.people.actor import SYSTEM
        from trustdesk.kernel.people.models import Market, Source

        self.now = now
        self.actor = SYSTEM
        for code in ("ID", "MY", "TH", "VN", "PH"):
            Market.objects.create(code=code, name=code, time_zone="UTC", currency="USD", languages=["en"])
        self.source = Source.objects.create(code="bench", name="Bench", kinds=["ad", "listing", "product"]).id

    def fill(self, first: int, last: int) -> None:
        """Items number `first` to `last` with accounts, decisions and entries; then statistics."""
        with connection.cursor() as cursor:
            # Foreign keys and triggers are asked of millions of rows for nothing; the rows are right.
            cursor.execute("SET session_replication_role = replica")
            indexes = _without_gin(cursor) if last - first > FEW else []
            for statement in _FILL:
                cursor.execute(statement, {"first": first, "last": last, "now": self.now, "source": self.source})
            for definition in indexes:
                cursor.execute(definition)
            cursor.execute("SET session_replication_role = DEFAULT")
            for table in _TABLES:
                cursor.execute(f"VACUUM (ANALYZE) {table}")

    def measure(
        self, desks: dict[str, Any], *, rounds: int
    ) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], int]]:
        """Median seconds and statements of each question on each desk; they take turns."""
        took: dict[tuple[str, str], list[float]] = {}
        statements: dict[tuple[str, str], int] = {}
        for round_ in range(rounds + 1):
            for question in QUESTIONS:
                for which in ("few", "many") if round_ % 2 else ("many", "few"):
                    with _at(desks[which]), _counted() as count:
                        marks = self._deep(question)
                        count.clear()
                        began = time.perf_counter()
                        shown = self.ask(question, after=marks)
                        seconds = time.perf_counter() - began
                    if round_:  # the first one warms
                        took.setdefault((question[0], which), []).append(seconds)
                    # Sources and markets are kept for ten seconds; an empty page asks for less.
                    kept = [sql for sql in count if "people_source" not in sql and "people_market" not in sql]
                    statements[question[0], which] = len(kept) if shown else 0
        return {key: middle(values) for key, values in took.items()}, statements

    def ask(self, question: tuple[str, str, dict[str, list[str]], int], *, after: str | None) -> int:
        """One page as the page asks for it; how many rows it shows."""
        from trustdesk.search import finding, listing

        asked = self._asked(question)
        found = finding.page(asked, after=after, before=None, limit=50)
        finding.count(asked)
        return len(listing.rows(asked, found.ids, now=self.now))

    def index_of(self, question: tuple[str, str, dict[str, list[str]], int]) -> str:
        """By which index a page is found; the run fails where that is none, among more than a few."""
        from trustdesk.search import finding

        plan: list[str] = []

        def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if "ORDER BY at" in sql and not sql.startswith("EXPLAIN"):
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", params)
                    plan.extend(row[0] for row in cursor.fetchall())
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explain):
            finding.page(self._asked(question), after=None, before=None, limit=50)
        # What was planned for a case that did not come, and was not begun, does not count.
        done = [line for line in plan if "never executed" not in line]
        named = {
            line.split(" on " if "Bitmap Index" in line else " using ", 1)[1].split()[0]
            for line in done
            if "Index Scan" in line or "Index Only Scan" in line
        }
        if any("Seq Scan" in line for line in done) or not named:
            raise RuntimeError(f"{question[0]} is not served by an index:\n" + "\n".join(plan))
        return " and ".join(sorted(named))

    def behind(self, count: int) -> float:
        """Seconds an item costs the loop that reads again; in the small desk, rolled back."""
        from django.db import transaction

        from trustdesk.content.models import Item
        from trustdesk.search.indexing import read_again

        ids = list(Item.objects.order_by("-id").values_list("id", flat=True)[:count])
        with transaction.atomic():
            began = time.perf_counter()
            for at in range(0, len(ids), 300):
                read_again(ids[at : at + 300], now=self.now)
            seconds = time.perf_counter() - began
            transaction.set_rollback(True)
        return seconds / max(1, len(ids))

    def _deep(self, question: tuple[str, str, dict[str, list[str]], int]) -> str | None:
        from trustdesk.search import finding

        mark = None
        for _ in range(question[3] - 1):
            found = finding.page(self._asked(question), after=mark, before=None, limit=50)
            if found.next is None:
                break
            mark = found.next
        return mark

    def _asked(self, question: tuple[str, str, dict[str, list[str]], int]) -> Any:
        from trustdesk.search.asking import ask

        account = str(UUID(int=(0x7 << 76) | (0b10 << 62) | 77))
        told = {
            name: [
                account
                if value == "@account"
                else (self.now - timedelta(days=int(value[1:]))).date().isoformat()
                if value.startswith("@")
                else value
                for value in values
            ]
            for name, values in question[2].items()
        }
        return ask(question[1], told, actor=self.actor)


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements of a block."""
    said: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield said


def _without_gin(cursor: Any) -> list[str]:
    """Take the inverted indexes away for a large fill; returns how they are made again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef LIKE '%% USING gin %%'",
        [list(_TABLES)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


_TABLES = (
    "content_account",
    "content_item",
    "decisions_decision",
    "search_itementry",
    "search_accountentry",
    "search_decisionentry",
)
_ID = "(lpad(to_hex(%s), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_ITEM, _DECISION = _ID % "1", _ID % "2"
_ACCOUNT = "('00000000-0000-7000-8000-' || lpad(to_hex({}), 12, '0'))::uuid".format("(n / 10)")
_AT = "%(now)s::timestamptz - interval '100 days' * (1 - (n - %(first)s + 1.0) / (%(last)s - %(first)s))"
# Seven of a hundred are not live, two fifths are ads: frequent, usual and rare values, drawn by the number of the item.
_STATUS = "(ARRAY['live','rejected','in_review','held','limited','pending'])[CASE WHEN n %% 20 > 2 THEN 1 ELSE 2 + (n / 20) %% 5 END]"
_KIND = "(ARRAY['ad','ad','listing','product','product'])[1 + n %% 5]"
_MARKET = "(ARRAY['ID','ID','ID','MY','MY','TH','VN','PH'])[1 + (n * 7) %% 8]"
_LANGUAGE = "(ARRAY['en','id','id','ms','th','vi','tl'])[1 + (n * 3) %% 7]"
# A vocabulary of fifty thousand in which the first words are frequent; lengths differ so that prefixes do.
_WORDS = (
    "array_to_tsvector((SELECT array_agg(DISTINCT 'w' || lpad((floor(power(random(), 4) * 50000))::int::text, 3, '0')) "
    "FROM generate_series(1, 14 + 0 * n)) || ARRAY['=ad-' || n])"
)
_DECIDED = "n %% 5 = 0"
_GROUND = (
    "CASE WHEN n %% 5 = 0 THEN ARRAY['policy:scams', 'clause:scams 3.' || (n / 5) %% 9, 'rule:scams/rule-' || (n / 5) %% 40, "
    "'label:fraud.' || (ARRAY['advance_fee','fake_goods','fake_job','other','other'])[1 + (n / 5) %% 5]] ELSE ARRAY[]::text[] END"
)
_MAKER = (
    "CASE WHEN n %% 5 > 0 THEN ARRAY['by:nobody'] WHEN n %% 3 = 0 THEN ARRAY['by:person', 'outcome:' || "
    "(ARRAY['approve','remove'])[1 + (n / 15) %% 2], 'who:staff:00000000-0000-0000-0000-' || lpad(((n / 15) %% 50)::text, 12, '0')] "
    "ELSE ARRAY['by:rule', 'outcome:remove', 'who:rule:scams/rule-' || (n / 5) %% 40] END"
)
_SERIES = "generate_series(%(first)s::int, %(last)s::int - 1) AS n"
_FILL = (
    f"""INSERT INTO content_account (id, source_id, external_id, name, kind, email, language, country, first_seen_at, items_posted)
    SELECT {_ACCOUNT}, %(source)s, 'acc-' || n / 10, 'shop' || n / 10, '', '', 'en', 'ID', {_AT}, 10
    FROM {_SERIES} WHERE n %% 10 = 0""",
    f"""INSERT INTO content_item (id, source_id, external_id, kind, account_id, market, language, status, verdict, hidden, title,
        version, url, received_at, changed_at, withdrawn_reason)
    SELECT {_ITEM}, %(source)s, 'ad-' || n, {_KIND}, {_ACCOUNT}, {_MARKET}, {_LANGUAGE}, {_STATUS}, 'approve', false,
        'A thing to be found, number ' || n, 1, '', {_AT}, {_AT}, '' FROM {_SERIES}""",
    f"""INSERT INTO decisions_decision (id, item_id, version_id, version_no, account_id, outcome, clauses, labels, gravity, ground,
        legal_ground, rationale, author_note, made_by, actor, automated_detection, automated_decision, imported, evidence,
        evidence_hash, facts, made_at, effective_at)
    SELECT {_DECISION}, {_ITEM}, {_ITEM}, 1, {_ACCOUNT}, CASE WHEN n %% 30 = 15 THEN 'remove' WHEN n %% 3 = 0 THEN 'approve' ELSE 'remove' END,
        '[{{"policy": "scams", "version": 1, "clause": "3.2", "rule": "rule-7", "title": "Scams"}}]', '{{}}', 1, 'terms', '', '', '',
        CASE WHEN n %% 3 = 0 THEN 'person' ELSE 'rule' END, 'rule:scams/rule-7', true, n %% 3 > 0, false, '[]', '', '{{}}', {_AT}, {_AT}
    FROM {_SERIES} WHERE {_DECIDED}""",
    f"""INSERT INTO search_itementry (id, at, account, price, terms, words)
    SELECT {_ITEM}, {_AT}, {_ACCOUNT}, CASE WHEN n %% 4 = 0 THEN NULL ELSE (n * 37) %% 5000 END,
        ARRAY['status:' || {_STATUS}, 'kind:' || {_KIND}, 'market:' || {_MARKET}, 'language:' || {_LANGUAGE}, 'source:bench',
              'category:c' || (n * 11) %% 60, 'currency:usd', 'verdict:approve'] || {_GROUND} || {_MAKER}, {_WORDS}
    FROM {_SERIES}""",
    f"""INSERT INTO search_accountentry (id, at, terms, words)
    SELECT {_ACCOUNT}, {_AT}, ARRAY['source:bench', 'verified:unknown', 'country:id', 'language:en',
        'standing:' || CASE WHEN n %% 200 = 0 THEN 'restricted' ELSE 'clean' END],
        array_to_tsvector(ARRAY['shop' || n / 10, 'acc', (n / 10)::text, '=acc-' || n / 10]) FROM {_SERIES} WHERE n %% 10 = 0""",
    f"""INSERT INTO search_decisionentry (id, at, item, account, terms, words)
    SELECT {_DECISION}, {_AT}, {_ITEM}, {_ACCOUNT}, ARRAY['state:effective', 'kind:' || {_KIND}, 'market:' || {_MARKET},
        'language:' || {_LANGUAGE}, 'source:bench'] || {_GROUND} || {_MAKER}, {_WORDS} FROM {_SERIES} WHERE {_DECIDED}""",
)
