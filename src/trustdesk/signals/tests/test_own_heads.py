"""Which model answers a score, and the thresholds that belong to it."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from trustdesk.engine import SCORE, UNKNOWN
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.signals import actions, owned, queries, registry
from trustdesk.signals.models import OwnHead, SignalResult, Threshold
from trustdesk.signals.text.heads import ArtefactRefused

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def score(monkeypatch):
    """The signal `score`, version 3, as the desk ships it: 0.5 for everything."""
    signal = replace(SCORE, version="3")
    declared = registry.Declared(signal, owned.before(lambda asked: [0.5] * len(asked)), owned.edition)
    monkeypatch.setitem(registry._declared, "score", declared)
    owned.own_heads.stale()
    yield
    owned.own_heads.stale()


class Constant:
    def __init__(self, data):
        self.says = float(data)

    unpacked = classmethod(lambda cls, data: cls(data))

    def scores(self, texts):
        return [self.says] * len(texts)


@pytest.fixture
def constants(monkeypatch):
    """Heads whose bytes are the number they say: what is tested here is which one is asked."""
    module = SimpleNamespace(Learned=Constant)
    monkeypatch.setattr(owned, "import_module", lambda _: module)


def ask(label="hate", text="you"):
    return actions.ask(name="score", questions=[{"text": text, "label": label}], now=AT)[0]


def test_a_live_head_of_the_desk_answers_for_its_label_and_gives_way_again(score, constants):
    assert (ask(), queries.score_version("hate")) == (0.5, "3")
    heads = [
        actions.keep_head(actor=SYSTEM, label="hate", version=f"desk-{n}", data=b"0.%d" % n, manifest={}, now=AT)
        for n in (1, 2)
    ]
    assert (ask(), queries.score_version("hate")) == (0.5, "3"), "kept is not live"
    for head, says, version in ((heads[0], 0.1, "desk-1"), (heads[1], 0.2, "desk-2"), (heads[0], 0.1, "desk-1")):
        actions.put_live(actor=SYSTEM, label="hate", head=head, now=AT)
        assert (ask(), queries.score_version("hate")) == (says, version), "no answer of another version is taken"
        assert (ask("threat"), queries.score_version("threat")) == (0.5, "3"), "other labels are asked as before"
    assert queries.versions_of(['score(item.text, "hate")', "seen(item.text, 5)"]) == {
        "score": "3",
        "score:hate": "desk-1",
    }
    actions.put_live(actor=SYSTEM, label="hate", head=None, now=AT)
    assert (ask(), queries.score_version("hate")) == (0.5, "3")
    kept = SignalResult.objects.filter(signal="score").values_list("version", "value")
    assert set(kept) == {("3", 0.5), ("desk-1", 0.1), ("desk-2", 0.2)}
    assert queries.live_scores("hate", ["a", "b"]) == [0.5, 0.5]


def test_only_one_head_of_a_label_is_live_whatever_is_written():
    for n in (1, 2):
        actions.keep_head(actor=SYSTEM, label="hate", version=f"desk-{n}", data=b"0.5", manifest={}, now=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnHead.objects.filter(label="hate").update(live=True)


def test_a_head_with_a_wrong_checksum_is_refused_told_once_and_unknown(score, constants):
    head = actions.keep_head(actor=SYSTEM, label="hate", version="desk-1", data=b"0.9", manifest={}, now=AT)
    actions.put_live(actor=SYSTEM, label="hate", head=head, now=AT)
    OwnHead.objects.filter(id=head).update(data=b"0.8")
    owned.own_heads.__init__()
    assert [ask(text=text) for text in ("one", "two", "three", "four")] == [UNKNOWN] * 4
    assert ask("threat") == 0.5, "the other labels of the signal go on"
    broken = FactRow.objects.filter(kind="signal.broke").values_list("payload__signal", "payload__error")
    assert list(broken) == [("score:hate", "wrong checksum")]
    assert queries.broken() == {"score:hate"}
    assert queries.score_version("hate") == ""
    with pytest.raises(ArtefactRefused):
        queries.live_scores("hate", ["one"])
    with pytest.raises(actions.HeadRefused):
        actions.put_live(actor=SYSTEM, label="hate", head=head, now=AT)
    actions.put_live(actor=SYSTEM, label="hate", head=None, now=AT)
    assert ask() == 0.5
    assert queries.broken() == frozenset()
    assert FactRow.objects.filter(kind="signal.returned", payload__signal="score").count() == 1


@pytest.mark.django_db
def test_a_threshold_is_that_of_market_and_language_else_of_the_language_else_of_all(score):
    put = actions.Reaches
    actions.set_thresholds(
        actor=SYSTEM,
        label="hate",
        version="3",
        now=AT,
        thresholds=[
            put("precision", 0.95, 0.9, 900),
            put("precision", 0.95, 0.8, 400, language="id"),
            put("precision", 0.95, 0.7, 200, language="id", market="ID"),
            put("recall", 0.8, 0.4, 900),
        ],
    )

    def band(target, share, market, language):
        return queries.bands([queries.BandQuestion("hate", target, share, market, language)])[0]

    assert band("precision", 0.95, "ID", "id") == 0.7
    assert band("precision", 0.95, "SG", "id") == 0.8
    assert band("precision", 0.95, "ID", "en") == 0.9
    assert band("recall", 0.8, "ID", "id") == 0.4
    assert band("precision", 0.99, "ID", "id") is None
    none = put("precision", 0.95, None, 300, language="id", why="unreachable")
    actions.set_thresholds(
        actor=SYSTEM, label="hate", version="3", now=AT, thresholds=[put("precision", 0.95, 0.9, 900), none]
    )
    assert (band("precision", 0.95, "SG", "id"), band("precision", 0.95, "SG", "en")) == (None, 0.9), (
        "what is known not to hold in a language is not promised there because it holds elsewhere"
    )
    actions.set_thresholds(actor=SYSTEM, label="hate", version="4", now=AT, thresholds=[put("recall", 0.8, 0.2, 900)])
    assert (band("recall", 0.8, "ID", "en"), band("precision", 0.95, "ID", "en")) == (None, 0.9), "another version's"
    with pytest.raises(Invalid):
        actions.set_thresholds(
            actor=SYSTEM, label="hate", version="3", now=AT, thresholds=[put("precision", 1.0, 0.9, 900)]
        )


def test_the_database_keeps_no_threshold_below_its_promise():
    with pytest.raises(IntegrityError), transaction.atomic():
        Threshold.objects.create(
            label="hate", target="precision", share=0.95, score=0.9, samples=90, low=0.94, version="3", computed_at=AT
        )
