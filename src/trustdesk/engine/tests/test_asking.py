"""score, band and in_bank: parts of the language once the caller can answer them."""

import pytest

from trustdesk.engine import BAND, IN_BANK, MISSING, SCORE, UNKNOWN, check
from trustdesk.engine import compile as compile_rules

from .makers import LISTS, SCHEMA, event, plan, policy

PORT = [SCORE.knowing(label=["hate", "spam"]), BAND.knowing(label=["hate", "spam"]), IN_BANK.knowing(bank=["scams"])]


def asked(condition, given, schema=SCHEMA):
    made = compile_rules([policy((condition, "reject"))], schema, LISTS, signals=PORT)
    return {request.name: (request.key, request.arguments, request.cost) for request in made.needs([given])}


def test_what_is_asked():
    assert asked('score(item.text, "hate") > band("hate", precision=0.95)', event("x", language=None)) == {
        "score": ('score(item.text, "hate")', {"text": "x", "label": "hate"}, "model"),
        "band": (
            'band("hate", precision=0.95)',
            {"label": "hate", "precision": 0.95, "market": "ID", "language": ""},
            "lookup",
        ),
    }
    assert asked('band("spam", recall=0.5) < 1', event(market=None))["band"][1] == {
        "label": "spam",
        "recall": 0.5,
        "market": "",
        "language": "en",
    }
    assert asked('in_bank(item.urls, "scams")', event(urls=["a", "b"]))["in_bank"] == (
        'in_bank(item.urls, "scams")',
        {"value": ("a", "b"), "bank": "scams"},
        "lookup",
    )


def test_a_schema_without_market_and_language_asks_without():
    plain = {"type": "object", "properties": {"words": {"type": "string"}}}
    assert asked('band("hate", recall=0.5) < 1', {}, plain)["band"][1] == {
        "label": "hate",
        "recall": 0.5,
        "market": "",
        "language": "",
    }


def test_answers_make_the_verdict_and_it_can_be_replayed():
    condition = 'score(item.text, "hate") > band("hate", precision=0.95) or in_bank(item.text, "scams")'
    made = plan(condition, signals=PORT)

    def outcome(**answers):
        keys = {request: answers.get(request.name, UNKNOWN) for request in made.needs([event("x")])}
        verdict = made.run([event("x")], keys)[0]
        assert made.replay(verdict.inputs) == verdict
        return verdict.outcome, [rest.signal for rest in verdict.undecided]

    assert outcome(score=0.9, band=0.8, in_bank=False) == ("reject", [])
    assert outcome(score=0.7, band=0.8, in_bank=False) == ("approve", [])
    assert outcome(score=0.7, band=0.8, in_bank=True) == ("reject", [])
    assert outcome(score=0.9, band=MISSING, in_bank=False) == ("approve", [])
    assert outcome(band=0.8, in_bank=False) == ("approve", ["score"])
    assert outcome(score=0.7, band=0.8, in_bank=3) == ("approve", ["in_bank"])  # a number is no truth


def test_a_text_that_is_missing_is_not_asked_about_but_a_market_may_be():
    made = plan('score(item.category, "hate") > 0.5', 'band("hate", recall=0.5) > 0.5', signals=PORT)
    assert [request.name for request in made.needs([event(category=None, market=None, language=None)])] == ["band"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('score(item.text, "hat") > 0', 'score knows no label "hat"; did you mean hate?'),
        ('score(item.price, "hate") > 0', "text of score must be text, this is a number"),
        ("score(item.text, item.kind) > 0", "label of score must be text in quotes"),
        ('score("hate") > 0', "score needs label: write score(text, label)"),
        ('band("hate") > 0', "band needs exactly one of precision= and recall="),
        ('band("hate", precision=0.9, recall=0.9) > 0', "band needs exactly one of precision= and recall="),
        ('band("hate", precision=0) > 0', "precision of band is a number between 0 and 1"),
        ('band("hate", recall=1) > 0', "recall of band is a number between 0 and 1"),
        ('band("hate", recall=item.price) > 0', "recall of band is a number between 0 and 1"),
        ('band("hate", recal=0.9) > 0', "band has no argument recal; did you mean recall?"),
        ('band("hate", market="ID", recall=0.9) > 0', "band has no argument market"),
        ('in_bank(item.text, "scam")', 'in_bank knows no bank "scam"; did you mean scams?'),
        ('in_bank(item.price, "scams")', "value of in_bank must be text or a list, this is a number"),
        ('in_bank(item.text, "scams") > 2', "true or false cannot be compared with a number"),
    ],
)
def test_refusals(condition, message):
    (problem,) = check([policy((condition, "reject"))], SCHEMA, LISTS, signals=PORT)
    assert problem.said == message


def test_a_signal_knows_its_own_arguments_only():
    with pytest.raises(ValueError, match="signal score has no argument bank"):
        SCORE.knowing(bank=["scams"])
