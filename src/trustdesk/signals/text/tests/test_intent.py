"""What questions are about, and how they press."""

import pytest

from trustdesk.signals.text import intent, urgency

ASKED = {
    "Warum haben Sie mein Inserat entfernt? Ich verstehe den Grund nicht.": "why_removed",
    "Unknown people are using my profile, they changed the e-mail and the password": "account_hacked",
    "Barang tidak pernah dikirim padahal sudah saya bayar, penjual menghilang": "scammed",
    "I need the invoice of our campaigns of March for our books": "invoice",
    "Quiero que otra persona revise la decisión, no estoy de acuerdo": "appeal_decision",
}


def test_questions_to_the_desk_in_several_languages():
    told = intent.read(list(ASKED))
    assert [said.by_taxonomy["desk"].label for said in told] == list(ASKED.values())


def test_a_question_to_a_bank_and_one_to_nobody():
    bank, nobody = intent.read(
        ["My card payment was declined, why?", "who wrote the third symphony of that one composer"]
    )
    assert bank.label == "declined_card_payment"
    assert nobody.by_taxonomy["assistant"].label == intent.OUT_OF_SCOPE
    assert all(0 <= each.probability <= 1 for said in (bank, nobody) for each in said.by_taxonomy.values())


def test_danger_presses_and_a_wish_does_not():
    danger, wish, calm_words = urgency.scores(
        [
            "Help, a man in the stream is beating a child right now",
            "It would be nice to have larger buttons some day",
            "I am selling a poster of the film Deadline, which category is right?",
        ]
    )
    assert danger > 0.8
    assert wish < 0.4
    assert calm_words < 0.5


@pytest.mark.parametrize("text", ["", "?", "\ud800", "😀", "9" * 1_000_000], ids=range(5))
def test_any_text_is_read(text):
    (said,) = intent.read([text])
    assert 0 <= said.probability <= 1
    assert 0 <= urgency.scores([text])[0] <= 1
