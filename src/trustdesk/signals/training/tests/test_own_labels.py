"""A desk's own labels become a head that is measured on groups it did not see."""

import numpy as np
import pytest

from trustdesk.signals.text.heads import ArtefactRefused
from trustdesk.signals.training import own_labels
from trustdesk.signals.training.own_labels import Learned, TooFewLabels, learn

GOODS = ("bicycle", "sofa", "lamp", "phone case", "guitar", "rice cooker", "jacket", "desk", "helmet", "camera bag")
PLACES = ("Bandung", "Singapore", "Hanoi", "Berlin", "Lagos", "Lima", "Osaka")


def adverts(n=160):
    """Budi's neighbours sell things; every other advert asks for a deposit by wire before anyone has seen anything."""
    rng = np.random.default_rng(3)
    texts, labels = [], []
    for at in range(n):
        thing, place = rng.choice(GOODS), rng.choice(PLACES)
        bad = at % 2
        tail = (
            "send the deposit by wire first, the courier brings it" if bad else "come and see it, cash when you take it"
        )
        texts.append(f"{thing} in {place}, used {rng.integers(1, 9)} years. {tail} #{at}")
        labels.append(bad)
    return texts, labels


@pytest.fixture(scope="module")
def head():
    texts, labels = adverts()
    return learn(
        texts, labels, groups=[str(at) for at in range(len(texts))], vectors=np.zeros((len(texts), 512)), seed=2
    )


def test_it_learns_what_the_labels_say(head):
    assert head.figures["roc_auc"] > 0.99
    assert head.figures["recall"] > 0.9
    wire, cash = head.scores(["lamp in Quito, send the deposit by wire first", "lamp in Quito, cash when you take it"])
    assert wire > 0.7 > 0.3 > cash
    assert wire >= head.threshold > cash


def test_the_file_gives_the_same_head_and_the_same_bytes(head, tmp_path):
    texts, labels = adverts()
    digest = head.save(tmp_path / "adverts.npz")
    read = Learned.load(tmp_path / "adverts.npz", sha256=digest)
    assert np.allclose(read.scores(texts), head.scores(texts))
    assert (read.manifest, read.threshold) == (head.manifest, head.threshold)
    again = learn(
        texts, labels, groups=[str(at) for at in range(len(texts))], vectors=np.zeros((len(texts), 512)), seed=2
    )
    assert again.packed() == head.packed()


def test_a_file_that_is_not_the_one_is_refused(head, tmp_path):
    path = tmp_path / "adverts.npz"
    digest = head.save(path)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ArtefactRefused, match="checksum"):
        Learned.load(path, sha256=digest)
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ArtefactRefused):
        Learned.load(path)
    with pytest.raises(ArtefactRefused):
        Learned.load(tmp_path / "none.npz")
    bent = Learned({**head.arrays, "words.columns": head.arrays["words.columns"] + 2**30}, head.manifest, head.figures)
    with pytest.raises(ArtefactRefused, match="fit"):
        Learned.unpacked(bent.packed())


def test_copies_of_one_advert_do_not_vouch_for_each_other():
    """Labels drawn by lot for each seller: copies across a split would look like skill."""
    rng = np.random.default_rng(5)
    words = np.array(["".join(rng.choice(list("aeioklmnprst"), 6)) for _ in range(400)])
    texts, labels, sellers = [], [], []
    for seller in range(60):
        text, label = " ".join(rng.choice(words, 25)), int(rng.random() < 0.5)
        for _ in range(4):
            texts.append(text + " " + rng.choice(words))
            labels.append(label)
            sellers.append(f"seller {seller}")
    vectors = np.zeros((len(texts), 512))
    honest = learn(texts, labels, groups=sellers, vectors=vectors)
    leaky = learn(texts, labels, groups=[str(at) for at in range(len(texts))], vectors=vectors)
    assert leaky.figures["roc_auc"] > 0.95
    assert honest.figures["roc_auc"] < 0.7


def test_it_promises_no_more_than_the_labels_carry(head):
    texts, labels = adverts()
    with pytest.raises(TooFewLabels, match="at least 20"):
        learn(texts[:30], labels[:30])
    strict = learn(texts, labels, groups=[str(at) for at in range(160)], vectors=np.zeros((160, 512)), max_fpr=0.001)
    assert strict.threshold is None
    assert "999 would" in strict.figures["refused"]
    with pytest.raises(ValueError, match="0 or 1"):
        learn(["a"], [2])


def test_the_areas_are_those_of_the_book():
    """Worked by hand: one tie across the labels, and a good item that stands for three."""
    truth, scores = np.array([1, 0, 1, 0]), np.array([0.9, 0.5, 0.5, 0.1])
    roc, precision = own_labels.areas(truth, scores, np.ones(4))
    assert (roc, precision) == (pytest.approx(3.5 / 4), pytest.approx((1 + 2 / 3) / 2))
    roc, precision = own_labels.areas(truth, scores, np.array([1, 3, 1, 1]))
    assert (roc, precision) == (pytest.approx((3 * 1.5 + 2) / 8), pytest.approx((1 + 2 / 5) / 2))


def test_the_threshold_keeps_its_word_on_coming_items():
    rng = np.random.default_rng(1)
    rates = []
    for _ in range(200):
        truth = np.zeros(120, dtype=int)
        threshold = own_labels.threshold_at(truth, rng.normal(size=120), 0.05)
        rates.append(np.mean(rng.normal(size=2_000) >= threshold))
    assert 0.04 < np.mean(rates) < 0.055


def test_the_share_in_real_traffic_moves_the_scores(head):
    texts, labels = adverts()
    rare = learn(texts, labels, groups=[str(at) for at in range(160)], vectors=np.zeros((160, 512)), seed=2, prior=0.02)
    doubtful = ["guitar in Hanoi"]
    assert rare.scores(doubtful)[0] < head.scores(doubtful)[0]


def test_other_fields_have_a_say_where_they_earn_it():
    rng = np.random.default_rng(7)
    labels = [at % 2 for at in range(120)]
    texts = [f"{rng.choice(GOODS)} in {rng.choice(PLACES)}" for _ in labels]
    fields = [{"verified": not label, "price": float(rng.integers(10, 90)), "company": ""} for label in labels]
    head = learn(texts, labels, groups=[str(at) for at in range(120)], extra=fields, vectors=np.zeros((120, 512)))
    assert head.figures["roc_auc"] > 0.95
    doubtful, fine = head.scores(["lamp", "lamp"], extra=[{"verified": False}, {"verified": True}])
    assert doubtful > fine


@pytest.mark.parametrize("text", ["", "\ud800", "a", "9" * 50, "😀" * 30, "z̸̡̛͓͗" * 400, "word " * 250_000, "\0\0"])
def test_any_text_has_a_score(head, text):
    score = head.scores([text])
    assert score.shape == (1,)
    assert 0 <= score[0] <= 1
