"""Patterns found by their literals are the patterns that match: RE2 alone has the last word."""

import sys

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine.literals import fold_case, required
from trustdesk.engine.patterns import PatternSet, regex_problem

PIECES = [
    "a",
    "ab",
    "Ab",
    "free",
    "FREE",
    "ß",
    "ſ",
    "K",
    "ı",
    "é",
    r"\s+",
    r"\w*",
    ".",
    ".*",
    r"\b",
    "^",
    "$",
    "[ab]",
    "[^a]",
]
PIECES += [
    "(ab|free)",
    "(?:a|b|)",
    "(free)?",
    "(?i:free)",
    "a{2}",
    "(ab)+",
    "a{0,2}",
    r"\.",
    r"\d",
    "[Ff]ree",
    "(?P<n>ab)",
    "x|y",
]
WORDS = [
    "a",
    "ab",
    "AB",
    "aab",
    "free",
    "Free",
    "freely",
    "ß",
    "SS",
    "ss",
    "ſ",
    "K",
    "k",
    "I",
    "ı",
    "é",
    "É",
    "x",
    ".",
    "7",
    "\n",
    "_",
]


@pytest.mark.parametrize(
    ("regex", "first"),
    [
        (r"\bfoo\b", {"foo"}),
        (r"(?i)\b(Foo|BAR)\b", {"foo", "bar"}),
        (r"cheap\s+money", {"cheap"}),
        (r"a.*barx", {"barx"}),
        (r"w[a4]p", {"wap", "w4p"}),
        (r"https?://\S+\.ru", {"http"}),
        (r"(foo)?bar", {"bar"}),
        (r"(ab){2,}", {"ab"}),
        ("straße", {"strasse"}),
    ],
)
def test_what_a_text_must_hold(regex, first):
    found = required(regex)
    assert found is not None
    assert found.first == first


@pytest.mark.parametrize(
    ("regex", "borders"),
    [
        (r"\bfoo\s+bar", (True, True)),
        (r"foo\b.*x", (False, True)),
        (r"(?i)\bFOO, \w+", (True, False)),
        (r"\bfoo\s*bar", (True, False)),
        (r"\bfoo[\s_]bar", (True, False)),
        (r"a\bfoo\b", (False, False)),
        (r"\b\.foo\b.", (False, True)),
    ],
)
def test_borders_of_the_literal(regex, borders):
    found = required(regex)
    assert found is not None
    assert (found.left, found.right) == borders


@pytest.mark.parametrize(
    "regex",
    [
        r"\d+",
        "a",
        "foo|",
        "(foo)?",
        "[a-z]{3}",
        "[[:alpha:]]foo",
        r"\Qa.b\E",
        r"\pLfoo",
        r"\x66oo",
        "(?U)foo+",
        "foo{,2}x",
    ],
)
def test_patterns_without_certain_literals_are_always_run(regex):
    assert required(regex) is None


@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), min_size=1, max_size=6),
    st.lists(st.sampled_from(WORDS), max_size=6),
    st.sampled_from(["", " "]),
    st.booleans(),
)
def test_every_pattern_that_matches_is_found(patterns, words, gap, folding):
    regexes = [("(?i)" if folding else "") + "".join(pieces) for pieces in patterns]
    regexes = list(dict.fromkeys(regex for regex in regexes if not regex_problem(regex)))
    text = gap.join(words)
    view = PatternSet(regexes).view({at: at for at in range(len(regexes))})
    assert set(view.match(text)) == {at for at, regex in enumerate(regexes) if re2.search(regex, text)}
    half = PatternSet(regexes).view({at: at + 7 for at in range(0, len(regexes), 2)})
    assert set(half.match(text)) == {at + 7 for at in range(0, len(regexes), 2) if re2.search(regexes[at], text)}


def test_what_re2_takes_for_the_same_letter_is_folded_alike():
    """(?i) by RE2's tables, casefold by Python's: literals would be missed where they part."""
    options = re2.Options()
    options.case_sensitive = False
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        others = {letter.lower(), letter.upper(), letter.title(), letter.casefold(), letter.swapcase()} - {letter}
        for other in others:
            if len(other) == 1 and not 0xD800 <= code < 0xE000 and re2.fullmatch(re2.escape(letter), other, options):
                assert fold_case(letter) == fold_case(other), hex(code)


def test_a_shard_that_would_be_too_large_is_split_and_still_finds():
    regexes = [rf"[a-f]{{{count}}}\d{{{count % 50 + 1}}}" for count in range(40, 240)]
    view = PatternSet(regexes).view({at: at for at in range(len(regexes))})
    text = "a" * 240 + "1" * 60
    assert set(view.match(text)) == {at for at, regex in enumerate(regexes) if re2.search(regex, text)}
