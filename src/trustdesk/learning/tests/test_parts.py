"""The pure parts: what a file says, what a decision says, who is held out, who is better, which place takes which threshold."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from trustdesk.learning.comparing import compare, split
from trustdesk.learning.packing import Damaged, Scored
from trustdesk.learning.promising import Promise, promises
from trustdesk.learning.reading import BadFile, Columns, read
from trustdesk.learning.rules import fits, places, truth_of, wider
from trustdesk.learning.tally import MOST_SAMPLES, Seen, Tally

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


def test_a_file_is_read_as_people_write_it():
    raw = "Text;Label;Lang\n Pay my agent ;yes;ID\ncome and see;0;id\nPAY  my agent;1;id\n;1;id\nboth;1;id\nboth;0;id\n"
    found = read(("\ufeff" + raw).encode(), label="fraud", columns=Columns(language="lang"))
    assert [(row.text, row.truth, row.language) for row in found.rows] == [
        ("Pay my agent", True, "id"),
        ("come and see", False, "id"),
    ]
    assert found.dropped == {"twice": 1, "no_text": 1, "disagree": 2}
    classes = read(b"text\tclass\na\tfraud.phishing\nb\tspam\nc\tnone\n", label="fraud")
    assert [row.truth for row in classes.rows] == [True, False, False]
    assert [row.truth for row in read(b"text,label\na,spam\nb,x", label="junk", positive="spam").rows] == [True, False]
    quoted = read(b'text,label,market\n"a, ""b""\nc",1,id\n', label="x").rows[0]
    assert (quoted.text, quoted.market) == ('a, "b"\nc', "ID")


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"words,label\na,1\n", "no column text"),
        (b'text,label\n"' + b"a" * (5 * 2**20) + b'",1\n', "Line 2"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(raw, part):
    with pytest.raises(BadFile, match=part):
        read(raw, label="x")


@pytest.mark.parametrize(
    ("outcome", "labels", "truth"),
    [
        ("approve", [], False),
        ("remove", ["fraud.phishing"], True),
        ("limit", ["goods.weapons", "fraud"], True),
        ("remove", ["goods.weapons"], False),
        ("remove", [], None),
        ("hold", ["fraud"], None),
    ],
)
def test_what_a_decision_says_of_a_label(outcome, labels, truth):
    assert truth_of(outcome=outcome, labels=labels, counts=("fraud",)) is truth
    assert not fits(["fraudulent"], ("fraud",))


def test_places_are_those_with_labels_enough_the_widest_first():
    pairs = [("ID", "id")] * 30 + [("ID", "en")] * 12 + [("SG", "en")] * 4 + [("SG", "")] * 50
    assert places(pairs) == [("", ""), ("", "id"), ("", "en"), ("ID", "id"), ("ID", "en")]
    assert wider(("ID", "id")) == [("", "id"), ("", "")]
    assert wider(("", "id")) == [("", "")]


def test_nobody_who_is_held_out_was_trained_on():
    times = [AT + timedelta(hours=n) for n in range(100)]
    groups = [f"g{n % 37}" for n in range(100)]
    train, held = split(times, groups)
    assert held == list(range(70, 100))
    assert not {groups[n] for n in train} & {groups[n] for n in held}
    assert set(train) == {n for n in range(70) if groups[n] not in {groups[m] for m in held}}


def noisy(rng, truth, worth):
    return 1 / (1 + np.exp(-(worth * (truth - 0.5) + rng.normal(size=truth.size))))


def test_a_better_model_is_told_from_a_worse_and_from_chance():
    rng = np.random.default_rng(1)
    truth = rng.random(400) < 0.3
    good, bad = noisy(rng, truth, 4), noisy(rng, truth, 1)
    groups = [str(n) for n in range(400)]
    assert compare(good, bad, truth, groups, seed=1).verdict == "better"
    worse = compare(bad, good, truth, groups, seed=1)
    assert (worse.verdict, worse.proposable) == ("worse", False)
    assert worse.gain.high < 0
    same = compare(good, good, truth, groups, seed=1)
    assert (same.verdict, same.gain.value) == ("same", 0.0)
    first = compare(good, None, truth, groups, seed=1)
    assert (first.verdict, first.chance, first.live.value) == ("better", True, pytest.approx(truth.mean()))
    few = compare(good[:24], bad[:24], truth[:24], groups[:24], seed=1)
    assert few.gain.high - few.gain.low > same.gain.high - same.gain.low, "few decisions say little"
    wide = compare(good, bad, truth, ["one"] * 200 + ["two"] * 200, seed=1)
    assert wide.gain.high - wide.gain.low < 1
    assert wide.groups == 2


def scored(rng, parts):
    """parts: (market, language, rows, the chance of the label at a score)."""
    told = {"scores": [], "truth": [], "where": []}
    for market, language, rows, chance in parts:
        scores = rng.random(rows)
        told["scores"] += scores.tolist()
        told["truth"] += (rng.random(rows) < chance(scores)).tolist()
        told["where"] += [(market, language)] * rows
    size = len(told["scores"])
    return Scored.of(weights=[1.0] * size, groups=[str(n) for n in range(size)], **told)


def sharp(scores):
    return np.where(scores > 0.6, 0.995, 0.02)


def surely(scores):
    return (scores > 0.6).astype(float)


def test_each_place_has_its_own_takes_the_wider_or_has_none_where_that_is_known_to_fail():
    rng = np.random.default_rng(2)
    data = scored(rng, [("ID", "en", 3000, sharp), ("ID", "id", 30, surely), ("ID", "ms", 300, lambda s: 0.4 + 0 * s)])
    told = {(each.market, each.language): each for each in promises(data, [("precision", 0.9)], confidence=0.95)}
    assert told["", ""].reached.score is not None
    assert told["", "en"].reached.score is not None
    few = told["", "id"]
    assert (few.reached.score, few.reached.why, few.taken_from, few.kept) == (None, "few", ("", ""), False)
    known = told["", "ms"]
    assert (known.reached.score, known.reached.why, known.taken_from, known.kept) == (None, "contradicted", None, True)
    assert known.reached.high < 0.9
    both = [
        each
        for each in promises(data, [("precision", 0.4), ("precision", 0.9)], confidence=0.95)
        if each.language == "ms"
    ]
    assert all(each.reached.score is not None or each.reached.why == "contradicted" for each in both), (
        "none is borrowed"
    )
    assert [Promise.from_json(each.to_json()) for each in told.values()] == list(told.values())


def test_what_was_measured_comes_back_as_it_was_or_not_at_all():
    import hashlib

    data = scored(np.random.default_rng(3), [("ID", "id", 30, sharp), ("", "", 10, sharp)])
    raw = data.packed()
    again = Scored.unpacked(raw, sha256=hashlib.sha256(raw).hexdigest())
    assert again.names == data.names
    assert again.packed() == raw
    assert np.array_equal(again.sample(("", "id")).scores, data.sample(("", "id")).scores)
    with pytest.raises(Damaged):
        Scored.unpacked(raw + b"x", sha256=hashlib.sha256(raw).hexdigest())


def test_a_shadow_counts_who_is_on_which_side_and_keeps_the_furthest_apart():
    tally = Tally()
    for n in range(200):
        live = None if n % 50 == 0 else 0.2
        tally.add(Seen(item=uuid4(), version=1, new=n / 200, live=live, new_at=0.5, live_at=0.1 if n % 2 else 0.9))
    assert (tally.items, tally.silent, sum(tally.sides.values()), sum(tally.new)) == (200, 4, 200, 200)
    assert sum(tally.live) == 196
    assert len(tally.samples) == MOST_SAMPLES
    assert tally.samples[0]["new"] > 0.9
    again = Tally.from_json(tally.to_json())
    assert again == tally
    assert Tally.from_json({}) == Tally()
