"""Conditions bent, cut and joined at random: refused with a place or run, never anything else."""

import ast
import builtins
import time
import tokenize
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import PolicyError, check, format_condition
from trustdesk.engine import compile as compile_rules
from trustdesk.engine.syntax import MAX_CHARS, Refused, parse

from .authors import CONSTANTS, LISTS, SIGNALS, seeded
from .makers import SCHEMA, event, policy

HOSTILE = [
    "__import__",
    "__class__",
    "__globals__",
    "__builtins__",
    *("eval", "exec", "compile", "open"),
    "getattr",
    "globals",
    "lambda",
    ":",
    ":=",
    "*",
    "**",
    "//",
    "%",
    "@",
    "&",
    "|",
    "^",
    "~",
    "<<",
    ">>",
    "->",
    "...",
    ";",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ".",
    ",",
    "=",
    "==",
    "!=",
    "<>",
    "is",
    "not",
    "in",
    "and",
    "or",
    "if",
    "else",
    "for",
    "async",
    "await",
    "yield",
    "from",
    "f'{x}'",
    'f"{item.text!r:>{9}}"',
    "b'x'",
    "rb''",
    "9**9**9",
    "1e999",
    "0x1F",
    "0b1",
    "0o7",
    "1_000",
    "1j",
    "00",
    "0.0.0",
    "\\",
    "#",
    '"',
    "'",
    '"""',
    "'''",
    "\n",
    "\t",
    "\x00",
    "\ufeff",
    "\u202e",
    "�",
    "é",
    "武",
    "ﬁ",
    "item",
    "item.text",
    "None",
    "True",
    "False",
    "nonlocal",
    "print(1)",
    "[].append()",
    "().__class__",
    "item.text.__len__",
    "(x:=1)",
    "[x",
    "for",
    "x",
    "in",
    "item.urls]",
    "{**item}",
    "*item",
]
NOTHING_MEANT = {"item": {}, "account": None, "now": "soon"}


def bent(source, chance):
    """A condition with some of its pieces dropped, doubled, swapped or replaced by something hostile."""
    pieces = [piece for piece in tokenized(source) if piece]
    for _ in range(1 + chance.randrange(4)):
        at = chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0:
                del pieces[at]
            case 1:
                pieces.insert(at, chance.choice(HOSTILE))
            case 2:
                pieces[at] = chance.choice(HOSTILE)
            case 3:
                other = chance.randrange(len(pieces))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 4:
                pieces.insert(at, pieces[chance.randrange(len(pieces))])
        if not pieces:
            return ""
    return chance.choice([" ", "", "\n"]).join(pieces)


def tokenized(source):
    lines = iter([source])
    return [token.string for token in tokenize.generate_tokens(lambda: next(lines, "")) if token.string.strip()]


def is_answered(source, schema, events):
    """Refused with problems that have a place in it, or compiled, and then it runs on anything."""
    given_policy = policy((source, source[:150]), (source, "reject"))
    problems = check([given_policy], schema, LISTS, constants=CONSTANTS, signals=SIGNALS)
    lines = source.replace("\r\n", "\n").split("\n")
    for problem in problems:
        assert problem.message
        assert 0 <= problem.line <= len(lines)
        assert str(problem)
    try:
        plan = compile_rules([policy((source, "reject"))], schema, LISTS, constants=CONSTANTS, signals=SIGNALS)
    except PolicyError:
        assert any(problem.severity == "error" for problem in problems)
        return False
    for verdict in plan.run([*events, {}, NOTHING_MEANT]):
        assert plan.replay(verdict.inputs).outcome == verdict.outcome
    assert format_condition(source)
    return True


@given(st.integers(0, 2**32))
def test_bent_conditions(seed):
    chance = Random(seed)
    author = seeded(chance)
    schema = author.schema()
    events = [author.event(schema)]
    for _ in range(6):
        is_answered(bent(author.condition(), chance), schema, events)


@given(st.binary(max_size=60), st.sampled_from(["utf-8", "latin-1", "utf-16-le", "utf-7", "cp037"]))
def test_raw_bytes(data, encoding):
    is_answered(
        data.decode(encoding, errors="surrogateescape" if encoding == "utf-8" else "replace"), SCHEMA, [event()]
    )


@given(st.text(max_size=60))
def test_any_text_inside_every_argument(text):
    for shape in (
        "has(item.text, {!r})",
        "matches(item.text, {!r})",
        "starts(item.text, {!r})",
        "now > time({!r})",
        "has_any(item.text, list({!r}))",
    ):
        is_answered(shape.format(text), SCHEMA, [event(text)])


@pytest.mark.parametrize("name", sorted(name for name in dir(builtins) if name.isidentifier()))
def test_no_builtin_is_a_name_of_the_language(name):
    if name in {"True", "False", "None", "abs", "len", "list", "max", "min"}:
        return  # the language has its own of these
    for source in (name, f"{name}()", f"{name}(item.text)", f"item.{name}", f"item.text.{name}()"):
        assert any(problem.severity == "error" for problem in check([policy((source, "reject"))], SCHEMA, {})), source


@pytest.mark.parametrize(
    "source",
    [
        "().__class__.__mro__[1].__subclasses__()",
        "item.__class__.__init__.__globals__",
        "has.__self__",
        "[].__class__",
        "'' .__class__",
        "(lambda: item)()",
        "[item for item in item.urls]",
        "(x := item.text) == 'a'",
        "f'{item.text}' == 'a'",
        "f'{().__class__}' == 'a'",
        "has(*item.urls)",
        "has(**item)",
        "'%s' % item.text == 'a'",
        "'{0.__class__}'.format(item) == 'a'",
        "item['text'] == 'a'",
        "item.text[0] == 'a'",
        "9**9**9 > 1",
        "1 << 999999999 > 1",
        "'a' * 999999999 == 'a'",
        "[1] * 999999999 == 1",
        "getattr(item, 'text')",
        "item.text if open('x') else item.text",
        "list(__import__('os').listdir())",
        "breakpoint()",
        "await item.text",
        "print(item.text) or True",
        "item.text.encode() == 'a'",
        "has(item.text, str(item))",
        "ｉｔｅｍ.__ｃｌａｓｓ__ == 1",
    ],
)
def test_no_way_out(source):
    problems = check([policy((source, "reject"), ("True", source))], SCHEMA, LISTS)
    assert {problem.rule for problem in problems if problem.severity == "error"} == {"rule-1", "rule-2"}


def test_what_is_compiled_reaches_nothing_of_python():
    """The code made of a condition knows no builtins and no attribute but what it calls of ours."""
    made = compile_rules([policy(("item.price > 1 or has(item.text, 'a')", "reject"))], SCHEMA, {})
    made.run([event()])
    for source in ("item.price", "item.text"):
        assert ast.unparse(parse(source)) == source


@pytest.mark.parametrize(
    "source",
    [
        "a" * 5_000_000,
        "(" * 5_000_000,
        "-" * 5_000_000,
        "not " * 1_250_000 + "True",
        '"' + "x" * 5_000_000 + '"',
        "1" * 5_000_000,
        "#" * 5_000_000,
        "\n" * 5_000_000,
        "item.price > 1 or " * 300_000 + "True",
        "[" * 1_000_000 + "]" * 1_000_000,
        "\ud800" * 1_000_000,
        "\x00" * 1_000_000,
    ],
    ids=str.__len__,
)
def test_a_condition_of_megabytes_is_refused_at_once(source):
    began = time.process_time()
    for given_policy in (policy((source, "reject")), policy(("True", source))):
        assert all(len(str(problem)) < 2_000 for problem in check([given_policy], SCHEMA, LISTS))
    with pytest.raises(Refused):
        format_condition(source)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("size", [MAX_CHARS - 50, MAX_CHARS])
@pytest.mark.parametrize(
    "wall",
    ["(", "[", "-", "not ", "a.", "a(", "has(", "+", "~", "lambda:", "1,", "'", "{", "x or ", "f'{", "*", "\\\n"],
)
def test_walls_of_one_piece_are_refused_at_once(wall, size):
    source = (wall * size)[:size]
    began = time.process_time()
    problems = check([policy((source, source))], SCHEMA, LISTS)
    assert any(problem.severity == "error" for problem in problems)
    assert time.process_time() - began < 1


def test_a_policy_of_five_megabytes():
    large = "has(item.text, 'a') and " * 100 + "True"
    rules = [{"name": f"r{at}", "when": large, "then": "reject", "note": "x" * 70_000} for at in range(60)]
    began = time.process_time()
    problems = check([{"code": "large", "rules": rules, "title": "y" * 1_000_000}], SCHEMA, LISTS)
    assert not [problem for problem in problems if problem.severity == "error"]
    (problem,) = check(
        [{"code": "many", "rules": [{"name": "a", "when": "True", "then": "flag"}] * 100_000}], SCHEMA, LISTS
    )
    assert problem.said == "the policy has 100,000 rules; at most 10,000 are read"
    assert time.process_time() - began < 10


def test_a_list_of_a_hundred_thousand_entries_with_blanks_and_duplicates():
    chance = Random(3)
    words = [f"word{at} {at % 97}" for at in range(40_000)]
    entries = [*words, *words, *[" " * (at % 5) for at in range(20_000)], "gun", "GUN", "g u n"]
    chance.shuffle(entries)
    rules = policy(*[('has_any(item.text, list("long"))', "reject")] * 100)
    began = time.process_time()
    plan = compile_rules([rules], SCHEMA, {"long": entries})
    assert time.process_time() - began < 10
    (warning,) = plan.warnings
    assert warning.said.endswith("to look for and is left out; so are 19,999 more of its entries")
    short = compile_rules([rules], SCHEMA, {"long": list(dict.fromkeys(entries))})
    for text in ("word7 7 and a GUN", "nothing of it", "w o r d 7 7", "word39999 31"):
        long_hits, short_hits = (
            [(hit.rule, hit.evidence) for hit in made.run([event(text)])[0].hits] for made in (plan, short)
        )
        assert long_hits == short_hits
    assert len(plan.run([event("word7 7 and a GUN")])[0].hits) == 100


CLOCKS = [
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1970-01-01",
    "2026-11-22T12:00:00",
    "2026-11-22T12:00:00Z",
    "2026-02-30T00:00:00",
    "now",
    "",
    0,
    -1e308,
    float("nan"),
    None,
    [],
    True,
]


@pytest.mark.parametrize("now", CLOCKS)
@pytest.mark.parametrize("posted", CLOCKS)
def test_clocks_that_jump(now, posted):
    made = compile_rules(
        [
            policy(
                ("now - item.posted_at > days(1)", "reject"),
                ("item.posted_at + days(36500) < now", "flag"),
                ("missing(now)", "warn"),
            )
        ],
        SCHEMA,
        {},
    )
    given_event = event(posted_at=posted)
    given_event["now"] = now
    (verdict,) = made.run([given_event])
    assert made.replay(verdict.inputs) == verdict
    assert verdict.settled


@pytest.mark.parametrize("text", CLOCKS[:8])
def test_times_written_in_a_rule(text):
    is_answered(f'now > time("{text}")', SCHEMA, [event()])


MEGABYTE = {
    "words": "sell a pistol to garden chairs " * 33_000,
    "look-alikes": "wеаpоn " * 1_000 + "сhеаp іtеmѕ fоr yоu " * 50_000,
    "leet": "w3ap0n " * 1_000 + "ch3ap 1t3ms f0r y0u " * 50_000,
    "apart": "w e a p o n " * 87_000,
    "marks": "p\u0301\u0302i\u200bs\u2066t\u2069ol " * 80_000,
    "no words": "\u200b\u0301" * 500_000,
    "one word": "weapon" * 170_000,
}


# The others cost as much and find as little: `make test` runs them, `make quick` does not.
@pytest.mark.parametrize(
    "name", [name if name == "words" else pytest.param(name, marks=pytest.mark.slow) for name in MEGABYTE]
)
def test_a_text_of_a_megabyte(name):
    made = compile_rules(
        [
            policy(
                ('has_any(item.text, list("weapons"))', "reject"),
                ('near(item.text, "sell", list("weapons"), within=3)', "review"),
                ('count(item.text, "garden") > 3 and matches(item.text, r"(a+)+$|(x+x+)+y")', "flag"),
                ("phones(item.text) or urls(item.text) or upper_share(item.text) > 0.9", "warn"),
            )
        ],
        SCHEMA,
        {"weapons": ["pistol", "weapon", "assault rifle"]},
    )
    began = time.process_time()
    (verdict,) = made.run([event(MEGABYTE[name])])
    for hit in verdict.hits:
        assert len(hit.evidence) <= 60
    assert time.process_time() - began < 30
