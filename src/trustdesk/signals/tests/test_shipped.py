"""The signals that ship answer rules; a refused model is unknown and costs the others nothing."""

import pytest

from trustdesk.engine import UNKNOWN
from trustdesk.kernel.base.timesource import now
from trustdesk.signals import actions, queries, shipped
from trustdesk.signals.text import columns
from trustdesk.signals.text.heads import ArtefactRefused

pytestmark = pytest.mark.django_db


def test_score_language_and_intent_answer():
    danger, calm = (
        actions.ask(name="score", questions=[{"text": text, "label": "urgent"}], now=now())[0]
        for text in ("He is beating the child in the stream right now", "Which fonts does the shop page use?")
    )
    assert danger > 0.8 > 0.4 > calm
    said = actions.ask(
        name="language_of", questions=[{"text": "Der Verkäufer antwortet nicht."}, {"text": "123"}], now=now()
    )
    assert said == ["de", None]
    (about,) = actions.ask(name="intent", questions=[{"text": "Please delete my account"}], now=now())
    assert about == "delete_account"


def test_every_label_is_answered_by_a_column_there_is():
    signals = columns.by_name()
    assert all(column in signals[name].columns for name, column in shipped.LABELS.values())
    (score,) = [signal for signal in queries.engine_signals() if signal.name == "score"]
    assert set(score.arguments[1].choices) >= set(shipped.LABELS)


def test_a_refused_model_is_unknown_and_the_others_answer(monkeypatch):
    def refuse(texts, languages):
        raise ArtefactRefused("rudeness", "its checksum is wrong")

    broken = columns.TextSignal("rudeness", ("rudeness.rude",), refuse, (), "")
    monkeypatch.setattr(columns, "SIGNALS", (*columns.SIGNALS, broken))
    monkeypatch.setitem(shipped.LABELS, "rude", ("rudeness", "rudeness.rude"))
    asked = [{"text": "a calm note", "label": label} for label in ("rude", "urgent")]
    rude, urgent = shipped.score(asked)
    assert rude is UNKNOWN
    assert 0 <= urgent <= 1
