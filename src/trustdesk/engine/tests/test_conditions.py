"""What conditions say about an event."""

import json

import pytest

from trustdesk.engine import MISSING, UNKNOWN, PolicyError, Signal, Verdict
from trustdesk.engine import compile as compile_rules

from .makers import LISTS, SCHEMA, event, found, holds, plan, policy


@pytest.mark.parametrize(
    "condition",
    [
        'has(item.text, "garden chairs")',
        'has(item.text, "GARDEN-chairs!")',
        'has_any(item.text, ["sofa", "chairs"])',
        'not has_any(item.text, list("weapons"))',
        'count(item.text, "chairs") == 2',
        'count(item.text, "chairs")',
        'near(item.text, "garden", "four", within=1)',
        'near(item.text, "four", "garden", within=1)',
        'not near(item.text, "garden", "four", within=0)',
        'starts(item.text, "Garden")',
        'not starts(item.text, "garden")',
        'ends(item.text, "used.")',
        'matches(item.text, r"[Cc]hairs\\b")',
        'not matches(item.text, r"CHAIRS")',
        'matches(item.text, r"(?i)CHAIRS")',
        'matches(item.text, r"chairs four", folded=True)',
        "item.price == 40",
        "10 < item.price <= 40",
        "not (10 < item.price < 40)",
        "item.price * 2 + 1 == 81",
        "item.price / 0 == 1 or item.price > 1",
        "-item.price < 0",
        'item.kind in ["ad", "review"]',
        'item.kind not in ["listing"]',
        'item.category in ["garden", "home"]',
        "account.age > days(9) and account.age < days(11)",
        "account.age == hours(240)",
        "now - item.posted_at == days(1)",
        "item.posted_at + days(2) > now",
        'item.posted_at > time("2026-11-01")',
        'item.price < money(100, "USD")',
        'money(item.price, item.currency) * 2 == money(80, "USD")',
        "item.used",
        "item.used == True",
        "account.verified and account.strikes == 0",
        "missing(notice)",
        "missing(notice.reason) and not missing(item.price)",
        "length(item.urls) == 0",
        "words(item.title) == 2",
        "upper_share(item.title) < 0.1",
        "longest_run(item.title) == 1",
        "min(item.price, 7, 9) == 7",
        "item.media >= 2 and\n  # the comment is read over\n  item.price < 50",
    ],
)
def test_true_of_the_garden_chairs(condition):
    assert holds(condition) is True


def test_a_different_currency_is_missing_not_a_guess():
    given = event(currency="IDR")
    assert holds('item.price < money(100, "USD")', given) is False
    assert holds('not (item.price < money(100, "USD"))', given) is False
    assert holds('missing(money(item.price, item.currency) + money(1, "USD"))', given) is True


def test_missing_does_not_fire_and_neither_does_its_opposite():
    given = event(price=None)
    assert holds("item.price > 5", given) is False
    assert holds("not (item.price > 5)", given) is False
    assert holds("item.price != 5", given) is False
    assert holds("item.price > 5 or item.media == 2", given) is True
    assert holds("missing(item.price)", given) is True
    assert holds("(item.price or 0) == 0", given) is True
    assert holds('(item.category or "none") == "garden"', given) is True
    assert holds("missing(item.price > 5)", given) is True


def test_a_value_of_the_wrong_type_is_missing():
    for wrong in ("40", [40], {"a": 1}, float("nan"), float("inf"), True):
        assert holds("missing(item.price)", event(price=wrong)) is True
        assert holds("item.price >= 0 or not (item.price >= 0)", event(price=wrong)) is False


def test_unknown_is_undecided_and_names_its_signal():
    rules = policy(
        ('rate("ads", by=account, per=hours(1)) > 10', "hold(until=days(1))", {"if_unknown": "hold", "patience": 60}),
        version=7,
    )
    made = compile_rules([rules], SCHEMA, LISTS)
    verdict = made.run([event()])[0]
    assert verdict.outcome == "approve"
    assert not verdict.settled
    (rest,) = verdict.undecided
    assert (rest.signal, rest.if_unknown, rest.patience, rest.version) == ("rate", "hold", 60.0, 7)


def test_needs_tells_what_to_ask_and_run_takes_the_answer():
    made = plan('rate("ads", by=account, per=hours(1)) > 10 and item.price < 100')
    requests = made.needs([event(), event(price=500), event()])
    assert [(request.event, request.name, request.cost) for request in requests] == [
        (0, "rate", "lookup"),
        (2, "rate", "lookup"),
    ]
    assert requests[0].arguments["by"]["id"] == "budi"
    assert requests[0].arguments["per"] == 3600
    verdicts = made.run([event(), event(price=500), event()], {requests[0]: 11, requests[1]: 3})
    assert [verdict.outcome for verdict in verdicts] == ["reject", "approve", "approve"]
    assert made.run([event()], {requests[0].key: UNKNOWN})[0].undecided
    assert not made.run([event()], {requests[0].key: MISSING})[0].undecided
    assert made.run([event()], {requests[0].key: "eleven"})[0].undecided


def test_the_worst_outcome_wins_and_every_hit_is_kept():
    first = policy(
        ('has(item.text, "chairs")', 'review(lane="severe")'), ("item.price > 1", "flag"), code="a", gravity=2
    )
    second = policy(("item.price > 1", "reject"), code="b", gravity=1)
    third = policy(("item.price > 1", "reject"), ("item.price > 1", "limit(kind=demote)"), code="c", gravity=5)
    verdict = compile_rules([first, second, third], SCHEMA, LISTS).run([event()])[0]
    assert verdict.outcome == "reject"
    assert [(hit.policy, hit.then.verb) for hit in verdict.hits] == [
        ("c", "reject"),
        ("b", "reject"),
        ("a", "review"),
        ("c", "limit"),
        ("a", "flag"),
    ]


def test_side_effects_alone_leave_the_item_approved():
    verdict = compile_rules([policy(("item.price > 1", "warn"), ("item.price > 1", "educate"))], SCHEMA, LISTS).run(
        [event()]
    )[0]
    assert verdict.outcome == "approve"
    assert len(verdict.hits) == 2


def test_rules_concern_their_kinds_and_markets_only():
    made = compile_rules(
        [
            policy(("True", "reject"), code="a", applies_to=["listing"], markets=["all"]),
            policy(("True", "hold"), code="b", applies_to=["ad"], markets=["SG"]),
            policy(("True", "flag"), code="c", applies_to=["ad"], markets=["ID", "SG"]),
        ],
        SCHEMA,
        LISTS,
    )
    said = [
        [hit.policy for hit in verdict.hits]
        for verdict in made.run([event(), event(market="SG"), event(kind="listing"), event(market=None)])
    ]
    assert said == [["c"], ["b", "c"], ["a"], []]


def test_evidence_is_what_held_and_nothing_else():
    assert found('has(item.text, "rifle") and item.price > 1000 or has(item.text, "pistol")', "Pistol, rifle") == [
        "Pistol"
    ]
    assert found('not has(item.text, "knife")', "Pistol") == []
    assert found('count(item.text, "pistol") > 1', "Pistol, pistol! PISTOL") == ["Pistol", "pistol", "PISTOL"]
    assert found('near(item.text, list("messenger-names"), list("contact-words"), within=3)', "call me on my WA") == [
        "call",
        "WA",
    ]


def test_a_verdict_goes_to_json_and_back_and_can_be_replayed():
    made = plan(
        'has(item.text, "chairs") and rate("ads", by=account, per=hours(1)) >= 0 and not missing(account) and now > time("2020-01-01")'
    )
    verdict = made.run([event()], {made.needs([event()])[0]: 3})[0]
    assert verdict.outcome == "reject"
    told = json.loads(json.dumps(verdict.to_json()))
    assert Verdict.from_json(told) == verdict
    assert made.replay(told["inputs"]) == verdict
    assert verdict.inputs['rate("ads", by=account, per=hours(1))'] == 3
    assert verdict.inputs["item.kind"] == "ad"
    assert verdict.plan == made.hash


def test_the_hash_changes_with_what_can_change_a_verdict_and_with_nothing_else():
    base = plan("item.price > 1")
    assert base.hash == plan("item.price > 1", title="Another title", reason="Another reason").hash
    assert base.hash != plan("item.price > 2").hash
    assert base.hash != plan("item.price > 1", version=2).hash
    assert base.hash != plan("item.price > 1", constants={"most": 5}).hash
    assert base.hash == plan("item.price > 1", signals=[Signal("score")]).hash


def test_constants_have_names():
    assert holds("item.price < limits.price", constants={"limits.price": 50}) is True
    with pytest.raises(PolicyError, match=r"no field named limit\.price; did you mean limits\.price\?"):
        plan("item.price < limit.price", constants={"limits.price": 50})


def test_a_lookup_about_nothing_is_missing_and_not_asked():
    made = plan("seen(item.category, within=days(7)) or missing(seen(item.category, within=days(7)))")
    assert made.needs([event(category=None)]) == []
    assert made.run([event(category=None)])[0].hits
    assert [request.arguments["value"] for request in made.needs([event()])] == ["garden"]
    verdict = made.run([event(category=UNKNOWN)])[0]
    assert made.needs([event(category=UNKNOWN)]) == []
    assert [rest.signal for rest in verdict.undecided] == ["item.category"]


def test_a_lookup_may_be_asked_about_what_is_computed():
    made = plan('seen(item.category or item.kind, within=days(3) * 2) or rate("ads", by=account.id, per=hours(1)) > 3')
    first, second = made.needs([event(category=None)])
    assert first.arguments == {"value": "ad", "within": 6 * 86400}
    assert second.arguments == {"counter": "ads", "by": "budi", "per": 3600}
    assert first.key == "seen(default(item.category, item.kind), within=days(3) * 2)"
