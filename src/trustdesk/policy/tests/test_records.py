"""The record of rules: exact counts, what they say, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.engine import Measure, Meter
from trustdesk.kernel.base.ids import uuid7
from trustdesk.policy import actions, queries
from trustdesk.policy.actions import fold_tallies, recording
from trustdesk.policy.models import RuleDay, RuleTerm, Tally, Traffic
from trustdesk.policy.records import Record, spark, wilson
from trustdesk.policy.rulesets import compile_content
from trustdesk.policy.tests.makers import CONTACT
from trustdesk.policy.tests.test_probation import ZORK, batch, bring, desk, store  # noqa: F401  the desk with small figures

TWO = ZORK + '  - name: coins\n    when: has(item.text, "zorkmid")\n    then: flag\n'
WITH_TWO = CONTACT.replace("rules:\n", f"rules:\n{TWO}", 1)


@pytest.fixture
def busy(dewi, jonas, now):
    """Two rules that hit the same, one of them braked."""
    bring(WITH_TWO, dewi, jonas, now)
    store(20, 480, now=now)
    store(60, 340, now=now)
    fold_tallies(now=now)


def record(name, days=1, *, now):
    return next(each for each in queries.records(days=days, now=now) if each.rule == name)


class TestCounts:
    def test_seen_hits_acted_alone_braked(self, busy, now):
        zork, coins = record("zorkmids", now=now), record("coins", now=now)
        assert (zork.seen, zork.hits, zork.acted, zork.alone, zork.braked) == (900, 80, 45, 45, 35)
        assert zork.share_hit == pytest.approx(80 / 900)
        assert (coins.hits, coins.acted, coins.alone) == (80, 35, 0), "a flag beside a rejection is not carried out"
        assert zork.decided == 45
        assert coins.decided == 0
        assert record("phone-number", now=now).seen == 900, "in force longer, and in the same scope"
        assert record("named", now=now).hits == 0

    def test_days(self, busy, now):
        later = now + timedelta(days=2)
        store(5, 100, now=later)
        fold_tallies(now=later)
        assert record("zorkmids", 1, now=later).hits == 5
        assert record("zorkmids", 7, now=later).hits == 85
        identity = record("zorkmids", now=later).identity
        assert queries.hits_by_day([identity], days=4, now=later) == {identity: (0, 80, 0, 5)}
        assert record("zorkmids", 7, now=now + timedelta(days=8)).hits == 5
        assert record("zorkmids", 30, now=now + timedelta(days=40)).hits == 0

    def test_a_rule_counts_what_was_seen_while_it_was_in_force(self, dewi, jonas, now):
        store(0, 70, now=now)
        bring(CONTACT.replace("rules:\n", f"rules:\n{ZORK}", 1), dewi, jonas, now)
        store(1, 29, now=now)
        fold_tallies(now=now)
        assert (record("zorkmids", now=now).seen, record("phone-number", now=now).seen) == (30, 100)
        actions.roll_back(actor=jonas, code="contact", reason="Not now", now=now)
        store(0, 50, now=now)
        fold_tallies(now=now)
        entry = next(entry for entry in queries.live_content().policies if entry.code == "contact")
        assert queries.records_of(entry, days=1, now=now).keys() == {"phone-number"}
        assert [term.until for term in RuleTerm.objects.filter(rule="zorkmids")] == [3]

    def test_each_tally_counts_once_whatever_happens(self, busy, now, monkeypatch):
        store(3, 7, now=now)
        fold = recording._fold

        def torn(cursor, rows):
            fold(cursor, rows)
            raise RuntimeError("the worker is gone")

        monkeypatch.setattr(recording, "_fold", torn)
        with pytest.raises(RuntimeError):
            fold_tallies(now=now)
        assert Tally.objects.count() == 1
        monkeypatch.undo()
        fold_tallies(now=now)
        assert record("zorkmids", now=now).hits == 83
        assert not Tally.objects.exists()
        assert Traffic.objects.filter(span="day").count() == 1

    def test_reversals_count_once_and_against_the_rule_as_it_was(self, busy, dewi, jonas, now):
        before = record("zorkmids", now=now).identity
        decision, later = uuid7(), now + timedelta(hours=2)
        bring(WITH_TWO.replace('"zorkmid")\n    then: reject', '"zorkmids")\n    then: reject'), dewi, jonas, later)
        for _ in range(2):
            actions.note_reversal(decision=decision, rules=[("contact", "zorkmids")], decided_at=now, now=later)
        assert record("zorkmids", now=later).reversed == 0
        assert record("zorkmids", now=later).identity != before
        actions.roll_back(actor=jonas, code="contact", reason="Too narrow", now=later)
        again = record("zorkmids", now=later)
        assert (again.reversed, again.identity) == (1, before)
        assert again.share_reversed == pytest.approx(1 / 45)
        low, high = again.interval
        assert 0 < low < 1 / 45 < high < 0.13

    def test_an_item_judged_again_counts_once(self, busy, now):
        plan, judged = batch(1)
        held = actions.hold_back(ruleset=plan, judged=judged, now=now)
        held.finish([held.ruled[0].verdict], again={("contact", "coins")})
        fold_tallies(now=now)
        zork, coins = record("zorkmids", now=now), record("coins", now=now)
        assert (zork.hits, coins.hits, zork.seen) == (81, 80, 900)

    def test_cost(self, busy, now):
        plan, judged = batch(3, 7)
        meter = Meter()
        meter.add("contact", "zorkmids", 10, 3, 0.00012)
        held = actions.hold_back(ruleset=plan, judged=judged, now=now)
        held.finish([ruled.verdict for ruled in held.ruled], meter=meter)
        store(3, 7, now=now)
        fold_tallies(now=now)
        assert record("zorkmids", now=now).cost == pytest.approx(12)
        assert record("coins", now=now).cost is None

    def test_cost_is_sampled(self):
        sampling = recording._Sampling(every=60)
        assert [sampling.meter() is not None for _ in range(3)] == [True, False, False]


class TestParts:
    """What parts of conditions cost and how often they hold, by which the planner orders them."""

    def measure(self, now, **parts):
        plan, judged = batch(0, 1)
        meter = Meter()
        for name, (seen, true, seconds) in parts.items():
            meter.add_part(name, Measure(seen, true, seconds))
        held = actions.hold_back(ruleset=plan, judged=judged, now=now)
        held.finish([held.ruled[0].verdict], meter=meter)
        fold_tallies(now=now)

    def test_sums_add_up_and_old_traffic_fades(self, busy, now):
        self.measure(now, cheap=(100, 50, 0.001), dear=(10, 1, 0.5))
        self.measure(now, cheap=(300, 50, 0.003))
        told = queries.measured().parts
        assert (told["cheap"].seen, told["cheap"].true, told["cheap"].seconds) == (400, 100, pytest.approx(0.004))
        self.measure(now, cheap=(999_999, 999_998, 1.0))
        told = queries.measured().parts["cheap"]
        assert (told.seen, told.true) == (500_199, 500_049)
        assert told.seconds == pytest.approx(0.502)

    def test_traffic_is_measured_and_the_next_plan_knows_it(self, busy, dewi, jonas, now):
        meter = Meter()
        plan, judged = batch(30, 300)
        events = [
            {
                "item": {
                    "id": str(at),
                    "kind": "listing",
                    "text": "call me +62 812 3456 7890",
                    "market": "ID",
                    "media": 0,
                },
                "account": {"id": "budi", "age": 86400.0 * at},
                "now": "2026-03-10T09:00:00Z",
            }
            for at in range(330)
        ]
        plan.plan.run(events, meter=meter)
        assert meter.parts, "nothing is computed event by event here any more"
        held = actions.hold_back(ruleset=plan, judged=judged, now=now)
        held.finish([ruled.verdict for ruled in held.ruled], meter=meter)
        fold_tallies(now=now)
        assert queries.measured().parts.keys() == meter.parts.keys()
        bring(WITH_TWO.replace("days(30)", "days(29)"), dewi, jonas, now)
        fresh = queries.live_plan().plan
        assert fresh.measured.parts.keys() == meter.parts.keys()
        assert "measured" in fresh.explain()
        assert fresh.hash == compile_content(queries.live_content()).plan.hash, "it orders work, no more"


class TestWhatItSays:
    def test_braked_on_probation_or_nothing(self, busy, now):
        zork = record("zorkmids", now=now)
        assert zork.states[0] == "braked"
        assert (zork.brake.acted, zork.brake.seen, zork.brake.owner_name) == (80, 900, "Dewi")
        assert record("coins", now=now).states[0] == "probation"
        assert record("named", now=now).states == ("trusted",)
        assert [(each.rule, each.title) for each in queries.braked_rules()] == [
            ("zorkmids", "Contact details in listings")
        ]

    def test_company(self, busy, now):
        zork, coins = record("zorkmids", now=now), record("coins", now=now)
        assert [(each.rule, each.both, each.share) for each in zork.overlaps] == [("coins", 80, 1.0)]
        assert [each.rule for each in coins.overlaps] == ["zorkmids"]
        assert "overlapping" in coins.states
        assert not zork.never_alone
        assert not coins.never_alone, "a flag makes no outcome, alone or not"

    def test_dead(self, desk, now):  # noqa: F811
        later = now + timedelta(days=31)
        assert not record("named", now=later).dead, "it saw nothing"
        for _ in range(3):
            store(0, 400, now=later)
        fold_tallies(now=later)
        assert record("named", now=later).states == ("dead",)
        assert record("named", 1, now=later).dead
        RuleTerm.objects.update(began_at=later - timedelta(days=29))
        assert not record("named", now=later).dead, "it is young"

    def test_never_alone(self, desk, now):  # noqa: F811
        identity = record("phone-number", now=now).identity
        RuleDay.objects.create(day=now.date(), identity=identity, hits=30, acted=30, alone=0)
        assert record("phone-number", now=now).never_alone
        RuleDay.objects.update(alone=1)
        assert not record("phone-number", now=now).never_alone


def test_the_cost_of_asking_does_not_grow_with_the_rules(busy, dewi, jonas, now):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as told:
            queries.records(days=30, now=now)
        return len(told)

    queries.records(days=30, now=now)
    few = asked()
    rules = "".join(ZORK.replace("zorkmids", f"zork-{n}").replace('"zorkmid"', f'"zork {n}"') for n in range(40))
    bring(WITH_TWO.replace("rules:\n", f"rules:\n{rules}", 1), dewi, jonas, now)
    store(10, 10, now=now)
    fold_tallies(now=now)
    queries.records(days=30, now=now)
    assert asked() <= few


def test_wilson_is_honest_about_few():
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 10)
    assert low == 0
    assert 0.2 < high < 0.3
    assert wilson(5, 100) == pytest.approx((0.0215, 0.1118), abs=1e-3)
    assert wilson(10, 10)[1] == 1.0


def test_a_spark_reaches_from_floor_to_top():
    assert spark((0, 5, 10)) == "M0.0 24.0 L60.0 13.0 L120.0 2.0"
    assert spark(()) == ""
    assert Record("p", "P", "r", 1, "i", "reject", None).share_reversed is None
