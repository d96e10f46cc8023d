"""Both readings of a text: what only machines notice is undone, what is plain stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.signals.text.normal import Vocabulary, decoded, plain

WORDS = Vocabulary(
    [
        "the",
        "i",
        "a",
        "you",
        "women",
        "all",
        "hate",
        "are",
        "go",
        "home",
        "therapist",
        "idiot",
        "great",
        "self",
        "help",
        "trash",
    ],
    ["hate", "women", "idiot", "bitch", "fuck", "trash"],
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ｈａｔｅ", "hate"),
        ("𝐡𝐚𝐭𝐞 𝒽𝒶𝓉𝑒", "hate hate"),
        ("h\u200ba\u2060t\u00ade", "hate"),
        ("hаtе", "hate"),  # Cyrillic а and е
        ("h̶̷a̶t̸e̴", "hate"),
        ("🅷🅰🆃🅴", "hate"),
        ("ʜᴀᴛᴇ", "hate"),
        ("🇭🇦🇹🇪", "hate"),
    ],
)
def test_what_only_machines_notice_is_undone(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "Đường phố Hà Nội, tiếng Việt",
        "मैं हिंदी में लिखता हूँ",
        "Я люблю Москву",
        "Ελληνικά και άλλα",
        "señor, façade, Müller, żółć",
        "👩‍👩‍👧 ❤️ 🇮🇩",
        "می‌خواهم",
    ],
)
def test_other_languages_keep_their_letters(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("h4te w0men", "hate women"),
        ("i h a t e  w o m e n", "i hate women"),
        ("I h a t e w o m e n", "i hate women"),
        ("h.a.t.e women", "hate women"),
        ("ha🔥te wo💩men", "hate women"),
        ("b*tch", "bitch"),
        ("f**k", "fuck"),
        ("haaaate women", "hate women"),
        ("ihatewomen", "i hate women"),
        ("1d10t", "idiot"),
    ],
)
def test_what_people_read_with_a_smile_is_read(written: str, read: str) -> None:
    assert decoded(written, WORDS) == read


@pytest.mark.parametrize(
    "text",
    [
        "mp3 player, 256gb, PS4 and covid19",
        "Don't! It's great!!",
        "self-help for the therapist",
        "mail me: h4te@example.com or https://h4te.example/w0men",
        "A55, B2B, 5kg, 3x4 and €20",
        "Rp1.500.000,- nego",
        "",
        "12345 67890",
        "😀😀😀",
    ],
)
def test_plain_words_names_and_numbers_stay(text: str) -> None:
    assert decoded(text, WORDS) == text


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    decoded(plain(text), WORDS)
