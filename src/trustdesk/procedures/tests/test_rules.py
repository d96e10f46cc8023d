"""What a procedure may say, and that whoever follows it comes to an end."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.procedures import rules
from trustdesk.procedures.tests.makers import SHORT


def changed(**given):
    found = yaml.safe_load(SHORT)
    for name, value in given.items():
        if name.startswith("step_"):
            place, _, key = name.removeprefix("step_").partition("_")
            found["steps"][int(place)][key] = value
        else:
            found[name] = value
    return found


def wrong(**given):
    with pytest.raises(rules.Unreadable) as refused:
        rules.checked(changed(**given))
    return refused.value.where, refused.value.why


def test_those_that_come_with_trustdesk_are_whole_in_both_languages():
    from importlib import resources

    found = {}
    for file in resources.files("trustdesk.procedures.shipped").iterdir():
        if file.name.endswith(".yaml"):
            one = rules.read(file.read_text())
            found[one.code] = one
            for step in one.steps:
                for texts in (step.title, step.agent, step.requester, step.check):
                    assert not texts or {"en", "id"} <= texts.keys(), (one.code, step.code)
            assert one.never
            assert {step.outcome for step in one.steps if step.kind == "end"}
    assert set(found) == {"identity", "recovery", "hacked", "safety"}


def test_mistakes_are_named_by_their_place():
    assert wrong(code="Two words")[0] == "code"
    assert wrong(keep_days=31)[0] == "keep_days"
    assert wrong(keep_days=True)[0] == "keep_days"
    assert wrong(title={"id": "Tanpa"})[0] == "title"
    assert wrong(extra=1)[1] == "Nothing is called “extra” here."
    assert wrong(steps=[])[1] == "There are none."
    assert wrong(step_0_kind="dance")[0] == "steps[0].kind"
    assert wrong(step_0_code="more")[1] == "Two steps have the same code."
    assert wrong(step_3_yes="look")[1] == "It must lead to a later step."
    assert wrong(step_3_yes="fits")[1] == "It must lead to a later step."
    assert wrong(step_3_no="good")[1] == "Nothing leads to “bad”."
    assert wrong(step_2_required=False)[1] == "Only a step that is done can be left out."
    assert wrong(step_4_outcome="maybe")[0] == "steps[4].outcome"
    assert wrong(step_4_then="bad")[1] == "Nothing comes after an end."
    assert wrong(step_0_title={"en": "Only English"}) == ("steps[0].title", "The language id is missing.")
    assert wrong(step_0_agent={"en": "x" * 4001, "id": "y"})[0] == "steps[0].agent.en"


@pytest.mark.parametrize(
    "text",
    [
        "Please send us your password.",
        "Tell me the OTP",
        "Kirim kata sandi Anda",
        "What is your PIN?",
        "the one-time code",
    ],
)
def test_nobody_is_asked_for_a_secret(text):
    assert rules.asks_for_secrets(text)
    assert wrong(step_2_requester={"en": text, "id": "Kirim."})[1].startswith("It asks for a secret")


@pytest.mark.parametrize(
    "text",
    ["Never send us your password.", "Choose a new password.", "Jangan kirim kode OTP.", "Open the pinned page."],
)
def test_warnings_are_no_questions(text):
    assert not rules.asks_for_secrets(text)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "- 1",
        "a: &x [1]\nb: *x",
        "[" * 3000,
        "code: !!python/object:os.system x",
        "x" * 60_001,
        "a: \x07",
        "{a: {b: ",
        "null",
    ],
)
def test_hostile_sources_are_refused(source):
    with pytest.raises(rules.Unreadable):
        rules.read(source)


def test_yes_and_no_are_names_here():
    assert rules.read(SHORT).step("fits").yes == "good"


@given(st.text(max_size=400))
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        rules.read(text)
    except rules.Unreadable as refused:
        assert refused.why  # noqa: PT017


@pytest.mark.parametrize("text", ["3171 2345 6789 0001", "No. 123456", "A 12-34-56"])
def test_numbers_of_documents_are_seen(text):
    assert rules.holds_a_number(text)


@pytest.mark.parametrize("text", ["born 1990", "name fits, 1990 or 1991", "3 of 5 letters"])
def test_years_are_no_such_numbers(text):
    assert not rules.holds_a_number(text)


def test_every_way_through_ends():
    whole = rules.read(SHORT)
    todo, ends = [whole.first], set()
    for _ in range(200):
        if not todo:
            break
        step = whole.step(todo.pop())
        if step.kind == "end":
            ends.add(step.code)
            continue
        todo += [step.leads(answer) for answer in step.answers()]
    assert not todo
    assert ends == {"good", "bad"}
