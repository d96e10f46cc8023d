"""English words for languages the encoder does not know."""

from trustdesk.signals.text.glossing import glossed, language


def test_hindi_and_vietnamese_are_glossed_and_other_languages_are_not() -> None:
    assert glossed("मुझे मुसलमानों से नफरत है।") == "me muslims from hate is"
    assert glossed("Tôi không ghét người da đen") == "i not hate black people"
    for text in ("I am here", "Ich mag Äpfel", "Привет", "我喜欢", "", "क", "Ngon"):
        assert glossed(text) == text


def test_the_language_is_told_by_its_letters() -> None:
    assert [language(text) for text in ("यह हिंदी है", "Người Việt Nam", "señor Núñez", "Zażółć gęślą jaźń")] == [
        "hi",
        "vi",
        None,
        None,
    ]
