"""What the check says, word for word: place, line, caret, nearest known name, and everything at once."""

import pytest

from trustdesk.engine import Argument, PolicyError, Signal, Type, check
from trustdesk.engine import compile as compile_rules
from trustdesk.engine.syntax import Refused, parse

from .makers import LISTS, SCHEMA, event, policy


def said(condition, then="reject", **more):
    return [str(problem) for problem in check([policy((condition, then))], SCHEMA, LISTS, **more)]


@pytest.mark.parametrize(
    ("condition", "column", "message"),
    [
        ("item.prize > 5", 1, "no field named item.prize; did you mean item.price?"),
        ("item.price > 5 and has(item.txt, 'a')", 24, "no field named item.txt; did you mean item.text?"),
        ("unheard_of", 1, "no field named unheard_of"),
        ("true", 1, "true is not a name here; did you mean True?"),
        ("has", 1, "has is a function: write has(…)"),
        ("hass(item.text, 'a')", 1, "no function named hass; did you mean has?"),
        ('has_any(item.text, list("weapon"))', 25, "no list named weapon; did you mean weapons?"),
        (
            'score(item.text, "hate") > 0.5',
            1,
            "no signal named score is declared: add engine.SCORE to signals= where the plan is compiled",
        ),
        (
            'in_bank(item.urls, "stolen")',
            1,
            "no signal named in_bank is declared: add engine.IN_BANK to signals= where the plan is compiled",
        ),
        ("item.price", 1, "a condition is true or false, this is a number: compare it, for example with > 0"),
        (
            "item.text",
            1,
            'a condition is true or false, this is text: compare it, for example with == "…", or use has(…)',
        ),
        ("item.urls", 1, "a condition is true or false, this is a list of texts: use length(…) > 0"),
        ("account.age < 30", 15, "a duration cannot be compared with a number: write days(3), hours(3) or minutes(3)"),
        ("account.age < money(3, 'USD')", 15, "a duration cannot be compared with money"),
        ("item.price > 'cheap'", 14, "a number cannot be compared with text"),
        ("item.text > 'a'", 1, "text cannot be ordered with >"),
        ("account == account", 1, "a group of fields cannot be used with =="),
        ('item.kind == "adz"', 14, 'item.kind is never "adz"; did you mean "ad"?'),
        ('item.kind in ["ad", "listings"]', 21, 'item.kind is never "listings"; did you mean "listing"?'),
        ('"gun" in item.text', 10, "in looks into a list: to look into text use has(text, …)"),
        ("3 in item.urls", 6, "a number cannot be looked for in a list of texts"),
        ("item.price + item.text > 1", 1, "a number + text has no meaning"),
        ("now + now > now", 1, "a time + a time has no meaning"),
        ("(item.price or 'none') == 3", 16, "the default of a number must be a number, this is text"),
        ("item.price or 0 > 5", 1, "a condition is true or false, this is a number: compare it, for example with > 0"),
        ("has(item.text)", 1, "has needs phrase: write has(text, phrase)"),
        ("near(item.text)", 1, "near needs a: write near(text, a, b, within=…)"),
        ("has(item.text, 'a', 'b')", 21, "too many arguments: write has(text, phrase)"),
        ('has(item.text, list("weapons"))', 16, "has looks for one phrase: use has_any for a list"),
        ("has(item.text, item.title)", 16, "the phrase to look for must be text in quotes"),
        ("has(item.price, 'a')", 5, "has looks into text, item.price is a number"),
        ("has(item.title or item.body, 'a')", 5, "has looks into one text field, such as item.text"),
        ('has(item.text, "!!!")', 16, '"!!!" is without a letter or digit to look for'),
        ("near(item.text, 'a', 'b', within=2.5)", 34, "within is a whole number of words from 0 to 50"),
        ("near(item.text, 'a', 'b', with_in=2)", 35, "near has no argument with_in; did you mean within?"),
        (r'matches(item.text, r"(?=a)b")', 20, "look-around ((?=) is not possible: patterns run in linear time"),
        (r'matches(item.text, r"(a)\1")', 20, r"back-references (\1) are not possible: patterns run in linear time"),
        (r'matches(item.text, r"(?>a+)b")', 20, "atomic and possessive groups ((?>) are not possible and not needed"),
        (r'matches(item.text, "(a")', 20, "the pattern is not RE2: missing ): (a"),
        (r'matches(item.text, "(?:a{1000}){1000}")', 20, "the pattern is not RE2: invalid repetition size: {1000}"),
        ('starts(item.text, "")', 19, "every text starts with nothing"),
        ("missing(3)", 9, "a constant is never missing"),
        ('money(3, "usd") < money(1, "USD")', 10, 'a currency is three capitals, such as "USD"'),
        ('now > time("tomorrow")', 12, 'a time is written "2026-11-22" or "2026-11-22T09:00+07:00"'),
        ("length(item.price) > 1", 8, "length needs text or a list, this is a number"),
        ("upper_share(item.text, 3) > 1", 1, "upper_share takes 1 argument"),
        ('rate("ads", by=account) > 3', 1, "rate needs per="),
        ('rate("ads", by=account, per=3) > 3', 29, "per of rate must be a duration, this is a number"),
        ("rate(item.kind, by=account, per=days(1)) > 3", 6, "counter of rate must be text in quotes"),
        ("lambda: item.price", 1, "lambda is not part of the language"),
        ("item.urls[0] == 'a'", 1, "square brackets after a name are not part of the language: use dotted names"),
        ("[x for x in item.urls]", 1, "loops are not part of the language"),
        ("item.price if item.used else 3", 1, "if … else is not part of the language: write two rules"),
        ("item.price is 3", 1, "use == instead of is, and missing(x) to ask for absence"),
        ("item.price % 2 == 0", 1, "% is not part of the language"),
        ("item.price ** 9 > 1", 1, "** is not part of the language"),
        ("item.used & item.used", 1, "use and instead of &"),
        ("f'{item.text}' == 'a'", 1, "f-strings are not part of the language"),
        ("(item.price, 3) == 4", 1, "tuples are not part of the language: write a list, [a, b]"),
        ("{1: 2} == 3", 1, "dictionaries are not part of the language"),
        ("(x := 3) > 2", 2, "assignment is not part of the language"),
        ("item.__class__ == 3", 1, "names do not start with an underscore"),
        ("__import__('os')", 1, "names do not start with an underscore"),
        ("item.text.upper() == 'A'", 1, "only functions of the language can be called"),
        ("'a'.join(item.urls) == 'a'", 1, "only functions of the language can be called"),
        ("has(**item)", 7, "** is not part of the language"),
        ("has(*item.urls)", 5, "* is not part of the language"),
        ("item.price > None", 14, "None is not a value here: use missing(x)"),
        ("item.price > 1e400", 14, "this number is too large"),
        ("b'a' == item.text", 1, "b'a' is not a value of the language"),
        ("item.price in []", 15, "the list is empty"),
        ("item.price in [1, item.media]", 19, "a list holds literals only"),
        ("item.price in [1, 'a']", 19, "a list holds one kind of value: a number, not text"),
        ("item.price // 2 > 1", 1, "// is not part of the language"),
        ("item.price @ 2 > 1", 1, "@ is not part of the language"),
        ("item.used | item.used", 1, "use or instead of |"),
        ("item.price ^ 2 > 1", 1, "^ is not part of the language"),
        ("~item.price > 1", 1, "use not instead of ~"),
        ("item.price << 2 > 1", 1, "<< is not part of the language"),
        ("item.price >> 2 > 1", 1, ">> is not part of the language"),
        ("item.price is not 3", 1, "use != instead of is not, and missing(x) to ask for absence"),
        ("{1, 2} == 3", 1, "sets are not part of the language: write a list, [a, b]"),
        ("{x for x in item.urls}", 1, "loops are not part of the language"),
        ("{x: 1 for x in item.urls}", 1, "loops are not part of the language"),
        ("length(x for x in item.urls)", 7, "loops are not part of the language"),
        ("item.urls[1:2] == 3", 1, "square brackets after a name are not part of the language: use dotted names"),
        ("(await item.text) == 'a'", 2, "await is not part of the language"),
        ("(yield item.text)", 2, "yield is not part of the language"),
        ("(yield from item.urls)", 2, "yield is not part of the language"),
        ("[*item.urls] == 3", 2, "* is not part of the language"),
        ("... == item.price", 1, "Ellipsis is not a value of the language"),
        ("1j == item.price", 1, "1j is not a value of the language"),
        ("'a'.b == item.text", 1, "only names have parts: write item.text, account.age"),
        ("-item.text == 'a'", 1, "a sign needs a number, this is text"),
        ("item.kind in item.price", 14, "in looks into a list, this is a number"),
        ("account or account", 1, "a group of fields has no default"),
        ("item.price < now", 14, "a number cannot be compared with a time"),
        (
            "item.price > 1 and item.price + 1",
            20,
            "a condition is true or false, this is a number: compare it, for example with > 0",
        ),
        ("account", 1, "a condition is true or false, this is a group of fields: compare it"),
        ("item.media > money(3, 'USD') and now > 3", 40, "a time cannot be compared with a number"),
        ("account.age + item.price > days(1)", 1, "a duration + a number has no meaning"),
        ('account.strikes > money(1, "USD")', 19, 'a number cannot be compared with money: write money(100, "USD")'),
        (
            "near(item.text, item.title, 'b')",
            17,
            'the phrase to look for must be text in quotes or a list, such as list("weapons")',
        ),
        (f"has(item.text, '{'a' * 201}')", 16, f'"{"a" * 40}…" is longer than 200 characters'),
        ("has(item.text, phrase='a', phrase='b')", 35, "argument phrase is given twice"),
        ("has(item.text, 'a', text='b')", 26, "argument text is given twice"),
        ("matches(item.text, 'a', folded=1)", 32, "folded is True or False"),
        ("matches(item.text, item.title)", 20, "the pattern must be text in quotes"),
        ("matches(item.text, '')", 20, "the pattern is empty"),
        (f"matches(item.text, '{'a' * 1001}')", 20, "the pattern has 1,001 characters; at most 1,000 are read"),
        (r"matches(item.text, 'a\x00')", 20, "the pattern holds a mark that is not text"),
        (r"matches(item.text, '\ud800')", 20, "the pattern holds a mark that is not text"),
        (
            r"matches(item.text, r'(a)?(?(1)b|c)')",
            20,
            "conditionals ((?() are not possible: patterns run in linear time",
        ),
        (
            r"matches(item.text, r'\p{L}{1,100}x')",
            20,
            "the pattern takes 119,704 steps for each mark, at most 5,000: shorten what is repeated {…}",
        ),
        ("starts(item.text, item.title)", 19, "what it looks for must be text in quotes"),
        ("days(item.text) > days(1)", 6, "days needs a number, this is text"),
        ("money(item.text, 'USD') > money(1, 'USD')", 7, "money needs a number, this is text"),
        ("money(1, item.price) > money(1, 'USD')", 10, 'the currency is text such as "USD", this is a number'),
        ("now > time(item.text)", 12, "the time must be text in quotes"),
        ("has_any(item.text, list(item.kind))", 25, "the name of the list must be text in quotes"),
        ("length(text=item.text) > 1", 13, "length takes no named arguments"),
        ("min(item.price) > 1", 1, "min takes 2 arguments or more"),
        ("default(item.price, 'a') == 3", 21, "the default of a number must be a number, this is text"),
        (
            'rate("ads", by=item.price, per=hours(1)) > 1',
            16,
            "by of rate must be a group of fields such as account, this is a number",
        ),
        ("seen(item.text, within=days(phones(item.text)))", 24, "within of seen must be a field or a literal"),
        ("item.price >", 1, "this is not a condition: invalid syntax"),
        ("(item.price > 3", 1, "this is not a condition: '(' was never closed"),
        ("item.price = 3", 1, None),
        ("", 1, "the condition is empty"),
        ("item.price >\u200b 3", 13, "invisible character U+200B"),
        ("item.price > 3\x00", 15, "invisible character U+0000"),
    ],
)
def test_one_problem(condition, column, message):
    (told,) = said(condition)
    first, *rest = told.split("\n")
    place, _, rest_of_first = first.partition(" ")
    assert place.startswith("test:1:")
    if message is not None:
        assert first == f"test:1:{column}: rule rule-1: {message}"
    if condition:
        assert rest[0].strip()
        assert rest[1] == " " * 4 + " " * (int(place.split(":")[2]) - 1) + "^"
    assert rest_of_first


def test_the_caret_stands_under_wide_letters_too():
    (told,) = said("has(item.text, 'é武') and item.prize > 1")
    assert told == (
        "test:1:26: rule rule-1: no field named item.prize; did you mean item.price?\n"
        "    has(item.text, 'é武') and item.prize > 1\n"
        "                             ^"
    ).replace("                             ^", " " * 4 + " " * 25 + "^")


def test_everything_that_is_wrong_is_told_at_once():
    rules = [
        {
            "name": "a",
            "when": "item.prize > 1 and item.tittle == 'x'\n  or has(item.text, list('wepons'))",
            "then": "rejekt",
        },
        {"name": "a", "when": "item.price", "then": "hold(until=3)"},
        {"when": "True", "then": "limit(kind=demot)", "patience": "soon", "if_unknown": "reveiw"},
        {"name": "c", "wen": "True", "then": "review(line='x')"},
        "not a rule",
    ]
    bad = {
        "code": "p",
        "rules": rules,
        "gravity": 9,
        "version": "1",
        "applies_to": ["adz"],
        "markets": 3,
        "file": "p.md",
    }
    problems = check([bad, {"code": "p", "rules": []}, {"title": "no code"}, 7], SCHEMA, LISTS)
    assert [(problem.file, problem.rule, problem.line, problem.column, problem.said) for problem in problems] == [
        ("p.md", "", 0, 0, "gravity is a whole number from 1 to 5"),
        ("p.md", "", 0, 0, "version is a whole number"),
        ("p.md", "", 0, 0, "no kind named adz; did you mean ad?"),
        ("p.md", "", 0, 0, "markets must be a list of names"),
        ("p.md", "a", 1, 1, "no field named item.prize; did you mean item.price?"),
        ("p.md", "a", 1, 20, "no field named item.tittle; did you mean item.title?"),
        ("p.md", "a", 2, 26, "no list named wepons; did you mean weapons?"),
        ("p.md", "a", 1, 1, "no action named rejekt; did you mean reject?"),
        ("p.md", "a", 0, 0, "two rules have the name a"),
        ("p.md", "a", 1, 1, "a condition is true or false, this is a number: compare it, for example with > 0"),
        ("p.md", "a", 1, 12, "until= needs a duration, such as days(3)"),
        ("p.md", "", 0, 0, "rule 3 has no name"),
        ("p.md", "", 1, 12, "no limit of kind demot; did you mean demote?"),
        ("p.md", "rule 3", 0, 0, "if_unknown is one of review, hold, pass, not reveiw; did you mean review?"),
        ("p.md", "rule 3", 0, 0, 'patience is a duration up to 30 days, such as "15 minutes"'),
        ("p.md", "c", 0, 0, "a rule has no wen; did you mean when?"),
        ("p.md", "c", 0, 0, "the rule has no when"),
        ("p.md", "c", 1, 13, "review has no argument line; it takes lane, queue"),
        ("p.md", "", 0, 0, "rule 5 must have name, when and then"),
        ("", "", 0, 0, "two policies have the code p"),
        ("", "", 0, 0, "the policy has no code"),
        ("", "", 0, 0, "a policy is a mapping with code and rules"),
    ]
    with pytest.raises(PolicyError) as raised:
        compile_rules([bad], SCHEMA, LISTS)
    assert len(raised.value.problems) == 19
    assert "p.md:1:20: rule a: no field named item.tittle; did you mean item.title?" in str(raised.value)


def test_problems_are_placed_in_the_document():
    rule = {
        "name": "a",
        "when": "item.price > 1\nand item.prize",
        "then": "rejekt",
        "places": {"when": [12, 11], "then": [14, 11]},
    }
    problems = check([{"code": "p", "file": "p.md", "rules": [rule]}], SCHEMA, LISTS)
    assert [(problem.line, problem.column) for problem in problems] == [(13, 15), (14, 11)]
    assert str(problems[0]).startswith("p.md:13:15: rule a: no field named item.prize")
    assert problems[0].to_json()["nearest"] == "item.price"


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("reject()", None),
        ("review(lane='severe', queue=\"x\")", None),
        ("limit(kind='age', until=days(3))", None),
        ("hold", None),
        ("reject(until=days(1))", "reject has no argument until; it takes none"),
        ("hold(days(3))", "hold takes named arguments only"),
        ("hold(until=days(0))", "until= needs a duration, such as days(3)"),
        ("review(lane=severe)", 'lane= needs text in quotes, such as lane="severe"'),
        ("limit", "limit needs kind=, one of demote, age, geo, label, interaction"),
        ("reject and hold", "then is one action, such as reject or hold(until=days(3))"),
        ("reviw", "no action named reviw; did you mean review?"),
    ],
)
def test_then(then, message):
    problems = check([policy(("True", then))], SCHEMA, LISTS)
    assert [problem.said for problem in problems] == ([message] if message else [])


def test_warnings_tell_where_a_negation_can_be_missing():
    (told,) = said("not (item.price > 5)")
    assert told.split("\n")[0] == (
        "test:1:1: rule rule-1: warning: this is neither true nor false where item.price is missing: add `or missing(item.price)` if it should fire then"
    )
    (told,) = said("not (item.price > item.media)")
    assert "where item.media or item.price is missing: add `or missing(item.media)` if it should fire then" in told
    assert len(said("item.category != 'garden'")) == 1
    assert len(said("item.category not in ['garden']")) == 1
    assert said("not (item.price > 5) or missing(item.price)") == []
    assert said("not ((item.price or 0) > 5)") == []
    assert said('not has(item.text, "gun")') == []  # item.text is required
    plan = compile_rules([policy(("not item.used", "reject"))], SCHEMA, LISTS)
    assert [problem.severity for problem in plan.warnings] == ["warning"]


def test_what_is_not_text_or_far_too_much():
    def rules_said(policies, **more):
        return [problem.said for problem in check(policies, SCHEMA, LISTS, **more)]

    assert said(" ")[0].startswith("test:1:1: rule rule-1: the condition is empty")
    assert rules_said([{"code": "p", "rules": "True"}]) == ["rules must be a list"]
    assert rules_said([{"code": "p", "rules": [{"name": "a", "when": 3, "then": "flag"}]}]) == ["when must be text"]
    assert rules_said([{"code": "p", "rules": [{"name": "a", "when": "True"}]}]) == ["the rule has no then"]
    for wrong in ({}, None, float("inf"), float("nan"), [], [3], 10**400):
        assert rules_said([], constants={"limits": wrong}) == [
            "the constant limits is neither number, text, truth, duration nor a list of texts"
        ]
    with pytest.raises(Refused, match="a condition is text, not int"):
        parse(3)
    (told,) = said("-" * 3_000 + "1")
    assert told.startswith("test:1:1: rule rule-1: the condition cannot be read: it is nested too deeply")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Argument("a", "texts"), "argument a: type must be one of text, name, number"),
        (lambda: Signal("two words"), "'two words' cannot be the name of a signal"),
        (lambda: Signal("x", cost="dear"), "signal x: cost must be one of payload, scan, lookup, model, media, remote"),
        (lambda: Signal("x", type=Type("record")), "signal x: it cannot answer a group of fields"),
    ],
)
def test_declarations_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_named_list_may_hold_what_cannot_be_looked_for():
    (problem,) = check([policy(('has_any(item.text, list("l"))', "reject"))], SCHEMA, {"l": ["gun", "!!!"]})
    assert (problem.severity, problem.said) == (
        "warning",
        '"!!!" is without a letter or digit to look for and is left out',
    )
    (problem,) = check([policy(('has_any(item.text, list("l"))', "reject"))], SCHEMA, {"l": ["gun", "!!!", " "]})
    assert problem.said == (
        '"!!!" is without a letter or digit to look for and is left out; so is 1 more of its entries'
    )
    long = ["a" * 201] * 1_500
    (problem,) = check([policy(('has_any(item.text, list("l"))', "reject"))], SCHEMA, {"l": ["gun", *long]})
    assert problem.said == (
        f'"{"a" * 40}…" is longer than 200 characters and is left out; so are 1,499 more of its entries'
    )
    # Two names for one function: the list that is meant is looked for, however it is named.
    lists = {"a": ["gun"], "b": ["rifle"]}
    rules = policy(("has_any(item.text, list(name='a'))", "reject"), ("has_any(item.text, list(name='b'))", "flag"))
    made = compile_rules([rules], SCHEMA, lists)
    assert [hit.rule for hit in made.run([event("a rifle")])[0].hits] == ["rule-2"]
    assert check([], SCHEMA, {"l": [3]})[0].said == "the list l must hold texts only"


def test_declared_signals_are_functions_with_typed_arguments():
    score = Signal(
        "score", (Argument("text", "text"), Argument("label", "name", choices=("hate", "spam"))), cost="model"
    )
    band = Signal("band", (Argument("label", "name"), Argument("precision", "share", keyword=True)), cost="lookup")
    good = 'score(item.text, "hate") > band("hate", precision=0.95)'
    assert said(good, signals=[score, band]) == []
    plan = compile_rules([policy((good, "reject"))], SCHEMA, LISTS, signals=[score, band])
    assert "cost class model" in plan.explain()
    for condition, message in [
        ('score(item.text, "hat") > 0', 'score knows no label "hat"; did you mean hate?'),
        ("score(item.price, 'hate') > 0", "text of score must be text, this is a number"),
        ("score('hate') > 0", "score needs label: write score(text, label)"),
        ('band("hate", precision=95) > 0', "precision of band is a number between 0 and 1"),
        ('scor(item.text, "hate") > 0', "no function named scor; did you mean score?"),
    ]:
        (told,) = said(condition, signals=[score, band])
        assert told.split("\n")[0].endswith(message)


def test_one_thing_too_many():
    assert "the condition has 4,804 characters; at most 4,000 are read" in said("True or " * 600 + "True")[0]
    assert (
        "the condition has more than 600 parts: split the rule or use a list"
        in said(f"item.price in [{', '.join('1' * 601)}]")[0]
    )
    assert "the condition is nested deeper than 30 levels" in said("not " * 40 + "True")[0]
    assert "nested" in said("(" * 300 + "True" + ")" * 300)[0]
    assert "this bracket closes nothing" in said("True) or\n (True")[0]
    many = {"code": "p", "rules": [{"name": str(at), "when": "True", "then": "flag"} for at in range(10_001)]}
    assert check([many], SCHEMA, LISTS)[0].said == "the policy has 10,001 rules; at most 10,000 are read"
