"""The formatter changes how a condition looks and never what it says."""

import ast
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import format_condition
from trustdesk.engine.syntax import MAX_CHARS, Refused, parse

from .authors import drawn, seeded


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("item.price>5", "item.price > 5"),
        ("  item.price  >\t5 ", "item.price > 5"),
        ("-item.price<-5-  3", "-item.price < -5 - 3"),
        ("has( item.text , 'a' )", "has(item.text, 'a')"),
        ("near(item.text,'a','b',within = 3,)", "near(item.text, 'a', 'b', within=3)"),
        ("not(item.used)and(item.price>1)", "not (item.used) and (item.price > 1)"),
        ("item.kind in['ad','listing',]", "item.kind in ['ad', 'listing']"),
        ("item . price > 1", "item.price > 1"),
        ('matches(item.text,r"a  b")', 'matches(item.text, r"a  b")'),
        ('has(item.text,"a" "b")', 'has(item.text, "a" "b")'),
        ("item.price>1\nand item.used", "item.price > 1 and item.used"),
        ("(\nitem.used\n)", "(item.used)"),
        ("hold(until = days( 3 ))", "hold(until=days(3))"),
        ("item.price > 1 # dear", "# dear\nitem.price > 1"),
        ("item.used  # once\nand\n# or never\nitem.price>1", "# once\nitem.used\n# or never\nand item.price > 1"),
        ("item.used and item.price > 1 # end", "item.used\n# end\nand item.price > 1"),
    ],
)
def test_layout(written, canonical):
    assert format_condition(written) == canonical
    assert format_condition(canonical) == canonical


LONG = (
    'phones(item.text) and account.age < days(30) and (has_any(item.text, list("messenger-names"), ["call me", "text me"])'
    ' or near(item.text, list("messenger-names"), list("contact-words"), within=4)) or item.category in'
    ' ["antiques", "books", "cameras", "furniture", "games", "garden", "instruments", "jewellery", "kitchen", "phones"]'
)


def test_what_does_not_fit_is_one_part_a_line():
    assert format_condition(LONG) == (
        "phones(item.text)\n"
        "and account.age < days(30)\n"
        "and (\n"
        '    has_any(item.text, list("messenger-names"), ["call me", "text me"])\n'
        '    or near(item.text, list("messenger-names"), list("contact-words"), within=4)\n'
        ")\n"
        "or item.category in [\n"
        '    "antiques", "books", "cameras", "furniture", "games", "garden", "instruments", "jewellery",\n'
        '    "kitchen", "phones",\n'
        "]"
    )


def test_what_is_not_in_the_language_is_refused():
    with pytest.raises(Refused, match="lambda is not part of the language"):
        format_condition("lambda: 1")


def test_a_condition_that_would_grow_too_long_stays_as_it_is():
    tight = f"item.price in [{','.join('1' * 5)}]" + " " * (MAX_CHARS - 40)
    assert format_condition(tight) == "item.price in [1, 1, 1, 1, 1]"
    full = "item.kind in ['" + "a" * (MAX_CHARS - 24) + "','b']"
    assert format_condition(full) == full


def keeps(source):
    made = format_condition(source)
    assert ast.dump(parse(made)) == ast.dump(parse(source))
    assert format_condition(made) == made
    return made


def spread(source, chance):
    """The same tokens with other blanks, line breaks and comments between them."""
    blanks = [" ", "  ", "\n", " # why\n", "\n# because\n", "\t"]
    return "".join(
        mark + chance.choice(blanks) if mark in " (,[" and chance.random() < 0.3 else mark for mark in source
    )


@given(st.integers(0, 2**32))
def test_it_never_changes_what_is_said(seed):
    chance = Random(seed)
    author = seeded(chance)
    author.schema()
    for _ in range(4):
        source = author.condition(depth=chance.randrange(5))
        try:
            parse(source)
        except Refused:
            continue  # larger than a condition may be
        made = keeps(source)
        assert all(len(line) <= 120 or '"' in line or line.count(" ") < 12 for line in made.split("\n"))
        changed = spread(source, chance)
        try:
            same = ast.dump(parse(changed)) == ast.dump(parse(source))
        except Refused:
            continue
        if same:
            told = keeps(changed)
            assert sorted(line.strip() for line in told.split("\n") if line.strip().startswith("#")) == sorted(
                part.split("\n")[0].strip() for part in changed.replace("#", "\0#").split("\0") if part.startswith("#")
            )


@st.composite
def conditions(draw):
    author = drawn(draw)
    author.schema()
    return author.condition()


@given(conditions())
def test_drawn_conditions_too(source):
    keeps(source)


TOKENS = [
    "item.text",
    "item.price",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "+",
    "-",
    "*",
    "<",
    "==",
    "and",
    "or",
    "not",
    "in",
    "'a'",
    '"b"',
    "1",
    "0.5",
    "True",
    "=",
    "x",
    "#",
    "\n",
    "é",
    "r''",
    "1.",
    ".5",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=20).map(" ".join) | st.text(max_size=60))
def test_any_text_is_formatted_or_refused(source):
    try:
        made = format_condition(source)
    except Refused:
        return
    assert ast.dump(parse(made)) == ast.dump(parse(source))
    assert format_condition(made) == made


def test_it_needs_no_schema():
    assert format_condition("who.ever>3") == "who.ever > 3"
