"""The laws of missing and unknown, stated on conditions; they make reordering sound."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import UNKNOWN

from .makers import event, plan

# A condition for each of the four values, and how the plan shows it: fires, does not, is undecided.
TRUE, FALSE, MISS, UNKN = "item.media == 2", "item.media == 3", "item.price > 0", "item.posted_at > time('2020-01-01')"
GIVEN = event(price=None, posted_at=UNKNOWN)
ORDER = {FALSE: 0, MISS: 1, UNKN: 2, TRUE: 3}


def outcome(condition):
    """ "true", "missing", "unknown" or "false"."""
    first, second, third = (
        plan(source).run([GIVEN])[0] for source in (condition, f"not ({condition})", f"missing({condition})")
    )
    if first.undecided:
        assert second.undecided
        assert third.undecided
        return "unknown"
    if third.hits:
        assert not first.hits
        assert not second.hits
        return "missing"
    assert bool(first.hits) != bool(second.hits)
    return "true" if first.hits else "false"


def both(left, right):
    if "false" in (left, right):
        return "false"
    return "unknown" if "unknown" in (left, right) else "missing" if "missing" in (left, right) else "true"


NAMES = {TRUE: "true", FALSE: "false", MISS: "missing", UNKN: "unknown"}
NOT = {"true": "false", "false": "true", "missing": "missing", "unknown": "unknown"}


@pytest.mark.parametrize("value", list(NAMES))
def test_the_four_values(value):
    assert outcome(value) == NAMES[value]


@pytest.mark.parametrize(("left", "right"), list(itertools.product(NAMES, repeat=2)))
def test_and_or_in_both_orders(left, right):
    expected = both(NAMES[left], NAMES[right])
    assert outcome(f"({left}) and ({right})") == expected
    dual = NOT[both(NOT[NAMES[left]], NOT[NAMES[right]])]
    assert outcome(f"({left}) or ({right})") == dual
    assert outcome(f"not (not ({left}) and not ({right}))") == dual


trees = st.recursive(
    st.sampled_from(list(NAMES)).map(lambda source: f"({source})"),
    lambda below: st.one_of(
        st.builds("({} and {})".format, below, below),
        st.builds("({} or {})".format, below, below),
        st.builds("(not {})".format, below),
    ),
    max_leaves=5,
)


@given(trees, trees, trees)
def test_laws(a, b, c):
    """Commutative, associative, distributive, De Morgan, double negation, absorption: all hold in Kleene's logic."""
    equal = [
        (f"{a} and {b}", f"{b} and {a}"),
        (f"{a} or {b}", f"{b} or {a}"),
        (f"({a} and {b}) and {c}", f"{a} and ({b} and {c})"),
        (f"not ({a} and {b})", f"(not {a}) or (not {b})"),
        (f"not (not {a})", a),
        (f"True or {a}", "True"),
        (f"False and {a}", "False"),
        (f"True and {a}", a),
        (f"False or {a}", a),
    ]
    rules = [source for pair in equal for source in pair]
    verdict = plan(*rules).run([GIVEN])[0]
    hits = {hit.rule for hit in verdict.hits}
    undecided = {rest.rule for rest in verdict.undecided}
    for at, (left, right) in enumerate(equal):
        names = f"rule-{2 * at + 1}", f"rule-{2 * at + 2}"
        assert len({names[0] in hits, names[1] in hits}) == 1, (left, right)
        assert len({names[0] in undecided, names[1] in undecided}) == 1, (left, right)


@pytest.mark.parametrize("op", ["+", "-", "*", "/"])
def test_arithmetic_carries_absence(op):
    assert outcome(f"(item.price {op} item.media) > 0") == "missing"
    assert outcome(f"(item.media {op} item.price) > 0") == "missing"
    assert (
        outcome(f"(now - item.posted_at) {op} days(1) > days(0)" if op in "+-" else "now > item.posted_at") == "unknown"
    )
    assert outcome("item.price + (1 / 0) > 0") == "missing"


def test_defaults_are_for_what_is_missing_only():
    assert outcome("(item.price or 3) == 3") == "true"
    assert outcome("(item.posted_at or now) == now") == "unknown"
    assert outcome("default(item.price > 0, True)") == "true"


def test_text_predicates_on_absent_texts():
    absent = event(category=None, language=UNKNOWN)
    for predicate in (
        'has({}, "a")',
        'near({}, "a", "b", within=3)',
        'matches({}, "a")',
        'starts({}, "a")',
        "phones({})",
        'count({}, "a") > 0',
    ):
        missing, unknown = predicate.format("item.category"), predicate.format("item.language")
        verdict = plan(missing, f"not {missing}", f"missing({missing})", unknown, f"not {unknown}").run([absent])[0]
        assert [hit.rule for hit in verdict.hits] == ["rule-3"]
        assert [(rest.rule, rest.signal) for rest in verdict.undecided] == [
            ("rule-4", "item.language"),
            ("rule-5", "item.language"),
        ]
