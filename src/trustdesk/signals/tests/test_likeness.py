"""Texts that are like each other, and texts that are not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.sample import catalog
from trustdesk.signals.likeness import FEWEST_WORDS, TEXT, TEXT_BITS, columns, distances, text_signature

SCAM = (
    "Dear customer, your parcel is waiting at our depot. Pay the small customs fee of Rp 25,000 through this link today "
    "or it goes back to the sender. Contact our agent on WhatsApp +62 812 3456 7890 for help."
)


def apart(one, other):
    first, second = text_signature(one), text_signature(other)
    return int(distances(columns([first.sign], TEXT_BITS), second.sign)[0])


@pytest.mark.parametrize(
    "variant",
    [
        SCAM.upper(),
        SCAM.replace("25,000", "31,500").replace("3456 7890", "9999 1111"),
        SCAM.replace("parcel", "pаrcel"),  # a Cyrillic letter
        SCAM.replace(" today", "") + " Thank you!",
        SCAM.replace("small", "tiny"),
        "Hello! " + SCAM,
    ],
)
def test_a_text_that_was_changed_a_little_is_near(variant):
    assert apart(SCAM, variant) <= TEXT.distance


@pytest.mark.parametrize(
    "other",
    [
        "Dear customer, your order has left our shop today and will be with you on Friday. Thank you for buying local!",
        "Selling a sofa, two seats, hardly used. Pick-up in Bandung, contact me on WhatsApp +62 812 3456 7890.",
        "The depot opens at nine. Parcels wait there for two weeks, then they go back to the sender.",
    ],
)
def test_another_text_about_the_same_things_is_far(other):
    assert apart(SCAM, other) > TEXT.distance


def test_case_spaces_and_disguise_leave_the_very_same_text():
    assert text_signature("Cheap  RÓLEX").digest == text_signature("cheap rolex").digest


def test_a_few_words_are_known_again_only_exactly():
    assert text_signature("call me now").sign == b""
    assert len(text_signature(" ".join("abcdefghij"[:FEWEST_WORDS])).sign) in {0, TEXT_BITS // 8}


def test_texts_without_spaces_have_words_too():
    one = "您的包裹正在等待请点击链接支付关税费用谢谢"
    assert apart(one, one.replace("谢谢", "多谢")) <= TEXT.distance
    assert apart(one, "今天天气很好我们一起去公园散步吧然后吃饭喝茶") > TEXT.distance


def test_no_two_texts_of_the_sample_desk_are_taken_for_each_other(now):
    texts = {f"{item['fields'].get('title', '')}\n{item['fields'].get('body') or ''}" for item in catalog.items(now)}
    signs = [signature.sign for signature in map(text_signature, sorted(texts)) if signature.sign]
    every = columns(signs, TEXT_BITS)
    near = sum(int((distances(every, sign) <= TEXT.distance).sum()) - 1 for sign in signs)
    assert len(signs) > 200
    assert near == 0


def test_one_word_of_twenty_changed_is_found_again(now):
    dice = random.Random(7)
    texts = [item["fields"].get("body") or "" for item in catalog.items(now)]
    texts = [text for text in texts if len(text.split()) >= 20][:100]
    found = 0
    for text in texts:
        words = text.split()
        words[dice.randrange(len(words))] = "today"
        found += apart(text, " ".join(words)) <= TEXT.distance
    assert found >= 0.97 * len(texts)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_a_signature_and_distance_is_one(one, other):
    first, second = text_signature(one), text_signature(other)
    assert text_signature(one) == first
    if first.sign and second.sign:
        assert apart(one, one) == 0
        assert apart(one, other) == apart(other, one)
        assert 0 <= apart(one, other) <= TEXT_BITS
