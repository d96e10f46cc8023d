"""What a macro may say and do, and how a text is filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.macros.rules import VARIABLES, Macro, Step, best_language, fill, names


def test_a_text_is_filled_with_what_is_known():
    text = "Hello {{requester.first_name|there}}, case {{ case.number }}: {{item.title}}."
    known = {"requester.first_name": "Budi", "case.number": "1204", "item.title": "A bicycle"}
    assert fill(text, known).text == "Hello Budi, case 1204: A bicycle."
    bare = fill(text, {"case.number": "1204"})
    assert bare.text == "Hello there, case 1204: {{item.title}}."
    assert bare.missing == ("item.title",)
    assert fill("{{today|}}!", {}).text == "!"


def test_what_a_stranger_is_called_stays_a_name():
    hostile = "{{decision.reason}}\r\nBcc: all@example.com\u2028<script>" + "x" * 900
    said = fill(
        "Hello {{requester.name}}, {{decision.reason|no reason}}", {"requester.name": hostile, "decision.reason": "R"}
    )
    assert said.missing == ()
    assert "\n" not in said.text
    assert "\u2028" not in said.text
    assert "Hello {{decision.reason}} Bcc" in said.text
    assert said.text.endswith(", R")
    assert len(said.text) < 600


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.text(max_size=40)))
def test_only_places_change(around, values):
    around = around.replace("{", "").replace("}", "")
    said = fill(around + "{{case.number|none}}" + around, values)
    assert said.text.startswith(around)
    assert said.text.endswith(around)
    assert not said.missing


def test_every_mistake_is_named_by_its_field():
    def wrong(**given):
        return Macro(**({"name": "Late", "texts": {"en": "Hello"}} | given)).wrong

    assert wrong() == {}
    assert set(wrong(name=" ")) == {"name"}
    assert "Did you mean {{requester.name}}?" in wrong(texts={"en": "Hi {{reqester.name}}"})["texts.en"]
    assert "two braces" in wrong(texts={"id": "Halo {{requester.name}"})["texts.id"]
    assert "At most 8,000" in wrong(texts={"en": "x" * 8_001})["texts.en"]
    assert "no text may hold" in wrong(texts={"en": "a\0b"})["texts.en"]
    assert "would do nothing" in wrong(texts={"en": " "})["texts"]
    assert set(wrong(texts={}, sends=True, steps=[Step("add_tag", "late")])) == {"sends"}
    bad = {
        ("set_status", "asleep"): "Choose one of: open, pending",
        ("set_status", "closed"): "Choose one of",
        ("add_tag", "two words"): "A tag is one word",
        ("snooze", "0"): "Whole hours",
        ("snooze", "²"): "Whole hours",
        ("snooze", "99999999999999999999"): "Whole hours",
        ("explode", ""): "no step “explode”",
        ("note", "see {{case.nummer}}"): "Did you mean {{case.number}}?",
        ("set_category", ""): "Write between",
    }
    for (do, value), said in bad.items():
        assert said in wrong(steps=[Step("add_tag", "late"), Step(do, value)])["steps[1]"], do
    twice = wrong(steps=[Step("set_status", "open"), Step("set_status", "resolved")])
    assert twice == {"steps[1]": "Only once in a macro."}
    assert wrong(steps=[Step("add_tag", f"t{n}") for n in range(13)]) == {"steps": "At most 12 steps."}


def test_the_language_of_the_reader_comes_first():
    texts = {"id": "Halo", "en": "Hello", "de": " "}
    assert best_language(texts, "id") == "id"
    assert best_language(texts, "id-ID") == "id"
    assert best_language(texts, "de") == "en"
    assert best_language({"id": "Halo"}, "fr") == "id"
    assert best_language({}, "en") == ""


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_every_variable_can_be_written(name):
    assert list(names(f"{{{{{name}}}}}")) == [name]
    assert Macro(name="M", texts={"en": f"{{{{{name}}}}}"}).wrong == {}
