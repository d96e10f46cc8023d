"""Rules that need a hit are left out without one, and nobody else is."""

import pytest

from trustdesk.engine import UNKNOWN
from trustdesk.engine.gating import gate

from .makers import event, plan


@pytest.mark.parametrize(
    ("condition", "gated"),
    [
        ('has(item.text, "gun")', True),
        ('has(item.text, "gun") and item.price > 1', True),
        ('item.price > 1 and (has(item.text, "gun") or near(item.text, "a", "b", within=1))', True),
        ('matches(item.text, "gun")', True),
        ('count(item.text, "gun")', True),
        ('count(item.text, "gun") >= 1', True),
        ('count(item.text, "gun") == 2', True),
        ('count(item.text, "gun") >= 0', False),
        ('count(item.text, "gun") > -1', False),
        ('count(item.text, "gun") < 2', False),
        ('count(item.text, "gun") == 0', False),
        ('count(item.text, "gun") != 1', False),
        ('has(item.text, "gun") or item.price > 1', False),
        ('not has(item.text, "gun")', False),
        ('missing(has(item.text, "gun"))', False),
        ('default(has(item.category, "gun"), True)', False),
        ("item.price > 1", False),
        ('starts(item.text, "Four")', False),
    ],
)
def test_who_has_a_gate(condition, gated):
    (rule,) = plan(condition).rules
    assert (gate(rule.tree) is not None) == gated


@pytest.mark.parametrize("text", ["a gun", "gun gun", "garden chairs", "", None, UNKNOWN])
def test_a_gate_changes_no_verdict(text):
    conditions = [
        'has(item.text, "gun") and item.price > 1',
        'count(item.text, "gun") < 2',
        'count(item.text, "gun") == 0',
        'count(item.text, "gun") > 1 or has(item.text, "chairs")',
        'not (has(item.text, "gun") and item.price > 1)',
        'has(item.text, "gun") and rate("ads", by=account, per=days(1)) > 3',
    ]
    given = event("x")
    given["item"]["text"] = text
    verdict = plan(*conditions).run([given])[0]
    hits = {hit.rule for hit in verdict.hits}
    undecided = {rest.rule for rest in verdict.undecided}
    guns = text.count("gun") if isinstance(text, str) else None
    if guns is None:
        assert hits == set()
        assert undecided == ({f"rule-{at}" for at in range(1, 7)} if text is UNKNOWN else {"rule-6"})
        return
    expected = [guns > 0, guns < 2, guns == 0, guns > 1 or "chairs" in text, guns == 0]
    assert hits == {f"rule-{at}" for at, holds in enumerate(expected, 1) if holds}
    assert undecided == ({"rule-6"} if guns else set())
