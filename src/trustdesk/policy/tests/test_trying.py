"""Trying a policy: each rule's answer, and the part of its condition that made it so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import UNKNOWN
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.policy import folders
from trustdesk.policy.beside import Others
from trustdesk.policy.documents import parse
from trustdesk.policy.marking import cut
from trustdesk.policy.queries.trials import Sample, sample_event
from trustdesk.policy.rulesets import Entry
from trustdesk.policy.samples import further
from trustdesk.policy.tests.makers import CONTACT, make_folder
from trustdesk.policy.trying import ABSENT, ELSEWHERE, FALSE, FIRED, UNDECIDED, Bench

AT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return folders.read_folder(make_folder(tmp_path_factory.mktemp("pack"))).content


def document(*rules):
    lines = "".join(f"  - name: r{at}\n    when: '{when}'\n    then: reject\n" for at, when in enumerate(rules))
    head, _, tail = CONTACT.partition("rules:\n")
    return head + "rules:\n" + lines + tail[tail.index("examples:") :].replace("    rule: phone-number\n", "")


def bench(content, *rules):
    parsed = parse(document(*rules))
    assert not parsed.errors, parsed.errors
    return Bench(Others(content, "contact"), Entry(parsed.document, 2))


def trial(content, *rules, answer=0, **given_):
    made = bench(content, *rules)
    event = sample_event(Sample(**{"text": "", **given_}), made.entry.document, content, AT)
    return made.try_on(event, lambda request: answer)


def leaves(told):
    return [(leaf.source, leaf.state) for leaf in told.part.decisive]


def test_what_fires_and_what_it_saw(content):
    told = trial(
        content, 'has(item.text, "call me") and account.age < days(30)', text="Please CALL me", account_age=86_400.0
    )
    (rule,) = told.rules
    assert (told.outcome, rule.state, told.decided_by.rule) == ("reject", FIRED, "r0")
    assert [(leaf.state, leaf.found) for leaf in rule.part.decisive] == [(FIRED, ("CALL me",)), (FIRED, ())]
    assert rule.part.decisive[1].values[0].value == 86_400.0


def test_of_an_and_that_fails_only_the_failing_part_is_told(content):
    told = trial(content, 'has(item.text, "call") and has(item.text, "never") and item.price > 5', text="call", price=9)
    assert leaves(told.rules[0]) == [('has(item.text, "never")', FALSE)]


def test_missing_is_told_apart_from_false(content):
    told = trial(content, "item.price > 5", 'item.price > 5 and has(item.text, "x")', text="hello")
    assert [rule.state for rule in told.rules] == [ABSENT, FALSE]
    assert leaves(told.rules[0]) == [("item.price > 5", ABSENT)]


def test_undecided_names_what_it_waits_for(content):
    told = trial(content, 'rate("items", by=account, per=hours(1)) > 10', answer=UNKNOWN)
    (rule,) = told.rules
    assert (rule.state, rule.asked) == (UNDECIDED, ('rate("items", by=account, per=hours(1))',))
    assert [question.answer for question in told.questions] == [None]
    told = trial(content, 'rate("items", by=account, per=hours(1)) > 10', answer=12)
    assert (told.rules[0].state, told.questions[0].answer) == (FIRED, 12)


def test_a_rule_for_another_kind_says_so(content):
    assert trial(content, "item.media == 0", kind="message").rules[0].state == ELSEWHERE


def test_a_negation_points_at_what_holds(content):
    told = trial(content, 'not (has(item.text, "toy") or has(item.text, "tin"))', text="a toy")
    assert leaves(told.rules[0]) == [('has(item.text, "toy")', FIRED)]


def test_other_policies_have_their_say(content):
    told = trial(content, 'has(item.text, "nothing")', text="Old revolver")
    assert (told.outcome, told.decided_by.policy) == ("review", "weapons")
    assert [rule.state for rule in told.rules] == [FALSE]


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            'has(item.text, "call")',
            "item.price > 5",
            "account.age < days(3)",
            "account.verified",
            "missing(item.category)",
            "phones(item.text)",
            'rate("items", by=account, per=hours(1)) > 3',
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda three: f"({three[0]} {three[1]} {three[2]})"
        ),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=6,
)


@given(
    when=CONDITIONS,
    text=st.sampled_from(["", "call 0812-3456-7890", "nothing"]),
    price=st.sampled_from([None, 1.0, 9.0]),
    age=st.sampled_from([None, 60.0, 1e9]),
    rate=st.sampled_from([0, 9, UNKNOWN]),
)
def test_the_parts_never_contradict_the_whole(content, when, text, price, age, rate):
    told = trial(content, when, answer=rate, text=text, price=price, account_age=age)
    (rule,) = told.rules
    assert rule.part is not None
    assert (rule.state == FIRED) == (rule.part.state == FIRED)
    assert (rule.state == UNDECIDED) == (rule.part.state == UNDECIDED)
    assert rule.part.decisive, "there is always something to point at"


class TestSamples:
    def test_further_fields(self):
        text = (
            'item.condition: new\naccount.verified: true\naccount.age: 2 days\nrate: 12\nrate("items", by=account): 3\n'
        )
        assert further(text) == (
            {"item.condition": "new", "account.verified": True, "account.age": 172_800},
            {"rate": 12, 'rate("items", by=account)': 3},
            "",
        )

    @pytest.mark.parametrize("text", ["nonsense", "item.x:", ": 3", "rate: many", "item.a: *x", "a: 1\n" * 100])
    def test_what_cannot_be_read_is_said(self, text):
        assert further(text)[2]

    def test_unknown_names_are_refused_with_the_nearest(self, content):
        made = bench(content, "item.media == 0")
        with pytest.raises(Invalid) as refusal:
            sample_event(Sample(text="", more={"item.conditon": 1}), made.entry.document, content, AT)
        assert "did you mean item.condition?" in refusal.value.fields["more"]
        with pytest.raises(Invalid):
            sample_event(Sample(text="", kind="spaceship"), made.entry.document, content, AT)
        with pytest.raises(Invalid):
            sample_event(Sample(text="", market="XX"), made.entry.document, content, AT)


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40), st.integers(1, 9), st.just("reject"))),
)
def test_marking_never_loses_a_letter(text, spans):
    assert "".join(piece.text for piece in cut(text, spans)) == text
