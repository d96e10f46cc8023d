"""Many events at once are judged as one by one: columns and masks never change a verdict."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import UNKNOWN, Meter
from trustdesk.engine import compile as compile_rules
from trustdesk.engine.batching import MANY
from trustdesk.engine.columns import masks, positions

from .authors import CONSTANTS, SIGNALS
from .authors import LISTS as REFERENCE_LISTS
from .makers import LISTS, event, plan
from .test_reference import SEEDS, cases_of


@given(SEEDS, st.integers(0, 30))
def test_a_batch_says_what_single_events_say(seed, more):
    for schema, policies, events, _, answers, _ in islice(cases_of(seed), 3):
        made = compile_rules(policies, schema, REFERENCE_LISTS, constants=CONSTANTS, signals=SIGNALS)
        batch = [events[at % len(events)] for at in range(MANY + more)]
        alone = [made.run([each], answers)[0] for each in events]
        for at, verdict in enumerate(made.run(batch, answers)):
            assert verdict == alone[at % len(events)]
        wanted = {(request.event, request.key): request.arguments for request in made.needs(events, answers)}
        for request in made.needs(batch, answers):
            assert request.arguments == wanted[request.event % len(events), request.key]


ODD = [None, UNKNOWN, True, "12", float("nan"), float("inf"), 10**400, -(10**17), 10**17 + 1, Decimal("12.50"), {}, [1]]
CONDITIONS = [
    "item.price > 10",
    "item.price <= 12.5",
    "item.price == 999999999999999",
    "item.price != 12",
    "item.price in [12, 13]",
    "item.price not in [1, 2, 3]",
    "item.price * 2 > account.strikes + 20",
    "item.price * item.price * item.price > 1e15",
    "(item.price or 11) > 10",
    "missing(item.price) or item.price > 1",
    "account.age < days(30)",
    "now - item.posted_at > days(3)",
    'item.category == "tools"',
    'item.category not in ["tools", "toys"]',
    'item.kind != "ad"',
    "account.verified",
    "not account.verified and item.price > 1",
    'has(item.text, "chairs") or item.price > 90',
    'count(item.text, "chairs") >= 2',
    "phones(item.text) and item.price < 100",
    'matches(item.text, r"\\bch\\w+s\\b") and not has(item.body, "garden")',
    "words(item.text) > 4 and upper_share(item.text) < 0.5",
    'rate("ads", by=account, per=hours(1)) > 3 and item.price > 1',
    'rate("ads", by=account, per=hours(1)) > 3 or item.price > 1',
    'money(item.price, item.currency) > money(11, "USD")',
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_odd_values_in_a_column(condition):
    made = plan(condition)
    events = [event("chairs and chairs +62 812 3456 7890")]
    for odd in [*ODD, 0, 12, 12.5, 13, 40.0, -0.0]:
        for group, name in (("item", "price"), ("item", "category"), ("account", "age"), ("account", "verified")):
            given_event = event("garden chairs")
            given_event[group][name] = odd
            events.append(given_event)
    for odd in ODD:
        given_event = event("chairs")
        given_event["item"]["text"] = odd
        given_event["account"] = odd
        given_event["now"] = odd
        events.append(given_event)
    answers = {(at, 'rate("ads", by=account, per=hours(1))'): at % 7 for at in range(0, len(events), 2)}
    together = made.run(events, answers)
    for at, (each, verdict) in enumerate(zip(events, together, strict=True)):
        mine = {key: value for (place, key), value in answers.items() if place == at}
        assert verdict == made.run([each], mine)[0], each


def test_each_event_is_judged_by_the_rules_of_its_kind():
    policies = [
        {"code": "ads", "applies_to": ["ad"], "rules": [{"name": "all", "when": "item.price > 1", "then": "reject"}]},
        {"code": "id", "markets": ["ID"], "rules": [{"name": "all", "when": "item.price > 1", "then": "hold()"}]},
    ]
    from .makers import SCHEMA

    made = compile_rules(policies, SCHEMA, LISTS)
    events = []
    for at in range(60):
        each = event("x")
        each["item"] |= {"kind": ["ad", "listing", "review"][at % 3], "market": ["ID", "SG"][at % 2]}
        events.append(each)
    outcomes = [verdict.outcome for verdict in made.run(events)]
    assert outcomes == ["reject" if at % 3 == 0 else "hold" if at % 2 == 0 else "approve" for at in range(len(events))]


def test_a_verdict_can_be_kept_copied_and_compared_before_it_is_read():
    made = plan('has(item.text, "chairs") and item.price > 1')
    verdicts = made.run([event("garden chairs")] * 20)
    assert pickle.loads(pickle.dumps(verdicts[3])) == verdicts[4]
    assert verdicts[0].hits[0].evidence[0].text == "chairs"
    with pytest.raises(AttributeError, match="Verdict has no attribute label"):
        verdicts[0].label  # noqa: B018


def test_answers_given_later_leave_earlier_verdicts_alone():
    made = plan('rate("ads", by=account, per=hours(1)) > 3 and has(item.text, "chairs")')
    for size in (1, 40):
        read = made.read([event("chairs")] * size)
        before = read.run()
        after = read.run({'rate("ads", by=account, per=hours(1))': 9})
        assert [len(before[0].undecided), len(before[0].hits)] == [1, 0]
        assert [len(after[0].undecided), len(after[0].hits)] == [0, 1]
        assert before[0].inputs['rate("ads", by=account, per=hours(1))'] == {"unknown": True}


def test_the_meter_adds_up_what_each_rule_saw_and_did():
    made = plan("item.price > 10", "phones(item.text) and item.price > 10")
    meter = Meter()
    made.run([event("call +62 812 3456 7890")] * 30, meter=meter)
    made.run([event("chairs")], meter=meter)
    first, second = meter.rules["test", "rule-1"], meter.rules["test", "rule-2"]
    assert (first.seen, first.fired) == (31, 31)
    assert (second.seen, second.fired) == (31, 30)
    assert second.seconds > first.seconds > 0


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1), st.integers(0, 2**70))
def test_masks_and_positions(rows, number):
    import numpy as np

    made = masks(np.array(rows, dtype=np.bool_))
    assert [[bool(mask >> at & 1) for at in range(5)] for mask in made] == rows
    assert sum(1 << at for at in positions(number)) == number


def test_times_of_every_make_compare_alike():
    made = plan("now - item.posted_at > days(3)")
    stamp = datetime(2026, 1, 1, tzinfo=UTC)
    events = []
    for odd in [stamp, stamp.isoformat(), stamp.replace(tzinfo=None), "yesterday", 12, datetime.max, datetime.min]:
        each = event("x")
        each["item"]["posted_at"] = odd
        events.append(each)
    together = [verdict.outcome for verdict in made.run(events * 3)]
    assert together == [made.run([each])[0].outcome for each in events] * 3
