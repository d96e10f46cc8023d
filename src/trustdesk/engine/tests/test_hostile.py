"""Input nobody means well with: nothing crashes, hangs, or gets out; work grows with the length of a text, no more."""

import ast
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trustdesk.engine import PolicyError, check
from trustdesk.engine import compile as compile_rules

from .makers import LISTS, SCHEMA, event, plan, policy

TOKENS = (
    "item.text item.price account.age now has has_any near count matches list days money missing ( ) [ ] , . + - * / < > == != "
    "and or not in is lambda if else for = := ** % @ \" ' r' 'a' \"b\" 1 0.5 1e9 True None __import__ __class__ eval exec "
    "item.__class__ { } : ; \\ \n # ~ ` $ within= folded=True \u202e \u200b é 武 \x00 \ud800"
)
tokens = st.lists(st.sampled_from(TOKENS.split(" ")), max_size=25).map(" ".join)


@given(tokens | st.text(max_size=80) | tokens.map(lambda source: f"has(item.text, {source})"))
@example("a" * 3_999)
@example("(" * 3_999)
@example("-" * 3_999 + "1")
@example("not " * 999 + "True")
@example("[" * 200 + "]" * 200)
@example("1" * 3_999)
@example("item" + ".a" * 1_900)
@example("a(" * 900 + ")" * 900)
@example("True and " * 440 + "True")
@example("{[(" * 500)
@example('"' * 1_000)
@example("\\" * 1_000)
@example("0x" + "f" * 3_000)
@example("#" * 100)
@example("True\n)\n(\nTrue")
def test_any_text_is_a_condition_or_a_list_of_problems(source):
    problems = check([policy((source, source))], SCHEMA, LISTS)
    if any(problem.severity == "error" for problem in problems):
        for problem in problems:
            assert problem.message
            assert str(problem).isprintable() or "\n" in str(problem)
            assert problem.line <= source.count("\n") + 1
        with pytest.raises(PolicyError):
            compile_rules([policy((source, source))], SCHEMA, LISTS)


@given(tokens | st.text(max_size=60))
def test_what_compiles_also_runs(source):
    try:
        made = plan(source)
    except PolicyError:
        return
    made.run([event(), event(price=None), {}, {"item": None, "account": 3, "now": []}])


def test_nothing_of_a_policy_is_ever_run_as_python():
    ran = []
    builtins = {"open": ran.append, "print": ran.append}
    for source in (
        "__import__('os').system('true')",
        "open('x')",
        "print(item.text)",
        "().__class__.__bases__",
        "item.text.__class__",
        "[].append(1)",
        "globals()",
        "has.__globals__",
        "(lambda: 1)()",
        "getattr(item, 'text')",
    ):
        assert any(problem.severity == "error" for problem in check([policy((source, "reject"))], SCHEMA, LISTS)), (
            source
        )
    assert builtins
    assert ran == []


def test_the_compiled_code_holds_no_text_of_the_policy(monkeypatch):
    """Texts and names of a policy are bound as constants; the source we compile is made of our own words."""
    from trustdesk.engine import emitting

    seen = []
    real = compile

    def record(source, *args):
        seen.append(source)
        return real(source, *args)

    monkeypatch.setattr(emitting, "compile", record, raising=False)
    plan(
        'has(item.text, "evil") or starts(item.text, "evil") or item.category in ["evil"] or item.category == "evil"'
    ).run([event()])
    assert seen
    assert all("evil" not in source for source in seen)
    assert {node.id for node in ast.walk(ast.parse(seen[0])) if isinstance(node, ast.Name)} <= {
        *"fapsXMU",
        *(f"v{at}" for at in range(99)),
        *(f"k{at}" for at in range(99)),
        "worst",
    }


ALL = (
    'has(item.text, "weapon") or has_any(item.text, list("weapons")) or near(item.text, "sell", list("weapons"), within=5)'
    ' or count(item.text, "a") > 3 or matches(item.text, r"(a+)+$") or matches(item.text, r"(x+x+)+y", folded=True)'
    " or phones(item.text) > 1 or emails(item.text) or urls(item.text) or longest_run(item.text) > 5"
    " or upper_share(item.text) > 2 or unique_share(item.text) < 0 or words(item.text) < 0 or digit_share(item.text) > 2"
)
WALLS = {
    "a million combining marks": "w" + "\u0301" * 1_000_000 + "eapon",
    "one letter": "a" * 100_000,
    "one letter and a space": "a " * 50_000,
    "spaced word": "w e a p o n " * 8_000,
    "leet": "w3ap0n " * 14_000,
    "one leet word": "1" * 50_000 + "l" * 50_000,
    "mixed scripts": "wеаpоn" * 16_000,
    "zero-width": "w\u200b" * 50_000,
    "bidi": "\u202e\u2066weapon\u2069\u202c" * 6_000,
    "nul": "\x00weapon" * 14_000,
    "surrogates": "\ud800weapon\udfff" * 10_000,
    "dots": ". " * 50_000,
    "emoji": "🔫" * 100_000,
    "han": "武" * 100_000,
    "pairs": "sell weapon " * 8_000,
    "sells then weapons": "sell " * 10_000 + "pistol " * 10_000,
    "ligatures": "ﷺ" * 5_000,
    "new lines": "\n" * 100_000,
    "symbols": "@$!|" * 25_000,
}


@pytest.mark.parametrize("name", list(WALLS))
def test_walls_of_text_cost_no_more_than_their_length(name):
    made = plan(ALL)
    made.run([event("short")])
    began = time.process_time()
    verdict = made.run([event(WALLS[name])])[0]
    assert time.process_time() - began < 6
    for hit in verdict.hits:
        for piece in hit.evidence:
            assert WALLS[name][piece.start : piece.end] == piece.text


def test_twice_the_text_is_twice_the_work():
    """A quadratic step would take four times as long; three leaves room for a busy machine."""
    made = plan(ALL)
    for name, wall in WALLS.items():
        wall, times = wall[:24_000], []
        for text in (wall[: len(wall) // 2], wall):
            best = 9.0
            for _ in range(2):
                began = time.process_time()
                made.run([event(text)])
                best = min(best, time.process_time() - began)
            times.append(best)
        assert times[1] < 3 * times[0] + 0.1, name


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"item": None},
        {"item": []},
        {"item": {"text": 3, "price": "x", "urls": "x", "posted_at": 7, "kind": [], "market": {}}},
        {"item": {"text": "a", "price": 10**400, "posted_at": "0001-01-01T00:00:00", "urls": [None, {}, "a"]}},
        {"item": {"text": "a", "price": float("inf"), "posted_at": "9999-12-31T23:59:59-23:00"}, "now": "soon"},
        {"item": {"text": "\ud800", "title": "\x00"}, "account": "budi"},
    ],
)
def test_any_event_gets_a_verdict(bad):
    made = plan(
        ALL, "now - item.posted_at > days(1)", "item.price * item.price > 1", "'a' in item.urls", "missing(account)"
    )
    (verdict,) = made.run([bad])
    assert made.replay(verdict.inputs).outcome == verdict.outcome
