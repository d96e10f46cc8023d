"""A trace comes to what the plan says, and shows the value of each part."""

from itertools import islice

from hypothesis import given

from trustdesk.engine import UNKNOWN, trace
from trustdesk.engine import compile as compile_rules

from .authors import CONSTANTS, SIGNALS
from .authors import LISTS as WORDS
from .makers import LISTS, SCHEMA, event, policy
from .test_reference import SEEDS, cases_of


@given(SEEDS)
def test_the_trace_agrees_with_the_plan(seed):
    for schema, policies, events, _, answers, _ in islice(cases_of(seed), 3):
        plan = compile_rules(policies, schema, WORDS, constants=CONSTANTS, signals=SIGNALS)
        for one, verdict in zip(events, plan.run(events, answers), strict=True):
            told = trace(plan, one, answers)
            hits = [(hit.policy, hit.rule) for hit in verdict.hits]
            assert told.agrees(hits, {(rest.policy, rest.rule) for rest in verdict.undecided}), told


def test_each_part_has_its_value_and_its_place():
    when = 'has(item.text, "garden") and item.price > 10 and not account.verified'
    plan = compile_rules([policy((when, "reject"))], SCHEMA, LISTS)
    given_event = event("A garden bench", price=None)
    [rule] = trace(plan, given_event).rules
    told = rule.to_json()
    assert told["state"] == "false"
    by_text = {part["text"]: part for part in told["condition"]["parts"]}
    found = next(part for text, part in by_text.items() if text.startswith("has_any"))
    assert (found["state"], found["spans"]) == ("true", [[2, 8]])
    assert by_text["item.price > 10"]["state"] == "missing"
    assert by_text["item.price > 10"]["parts"] == [{"text": "item.price", "state": "missing"}]
    assert by_text["not account.verified"] == {
        "text": "not account.verified",
        "state": "false",
        "parts": [{"text": "account.verified", "state": "true"}],
    }


def test_a_rule_of_another_market_is_out_of_scope_and_an_unasked_signal_unknown():
    rules = policy(('rate("ads", by=account, per=hours(1)) > 3', "reject"))
    plan = compile_rules([{**rules, "markets": ["SG"]}, {**rules, "code": "here"}], SCHEMA, LISTS)
    away, here = trace(plan, event()).rules
    assert (away.state, away.out_of_scope) == ("out of scope", "item.market")
    assert here.state == "unknown"
    assert trace(plan, event(), {plan.needs([event()])[0].key: 7}).rules[1].state == "true"
    assert trace(plan, {**event(), "account": UNKNOWN}).rules[1].state == "unknown"
