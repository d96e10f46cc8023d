"""Folding, disguises, and the way back to the original text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine.disguise import SEPARATOR, skeleton, spells, unmask
from trustdesk.engine.folding import Origin, fold, fold_phrase

from .makers import found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wéàpon, sell!", "weapon sell"),
        ("ｗｅａｐｏｎ 𝔀𝓮𝓪𝓹𝓸𝓷 ⓦⓔⓐⓟⓞⓝ ᴡᴇᴀᴘᴏɴ", "weapon weapon weapon weapon"),
        ("we\u200bap\u0301on \u202eabc\u202c so\u00adft", "weapon abc soft"),
        ("我卖武器", "我 卖 武 器"),
        ("STRASSE Straße İstanbul Łódź Ørsted", "strasse strasse istanbul lodz orsted"),
        ("Жёлтый йод", "желтый йод"),
        ("ٱلْعَرَبِيَّة سـلاح", "العربية سلاح"),
        ("कि की", "कि की"),
        ("٠٨١٢ ０８１２", "0812 0812"),
        ("a🔫b", "a 🔫 b"),
        ("don't e-mail_me", "don t e mail me"),
        ("\x00w\x07eapon\t\x1fok", "weapon ok"),
        ("\ud800weapon\udfff", "weapon"),
        ("!!! ... \u200b", ""),
        ("", ""),
    ],
)
def test_folding(text, words):
    assert fold_phrase(text) == words


@pytest.mark.parametrize(
    "text",
    [
        *(
            "WEAPON",
            "Wéapon",
            "wea\u200bpon",
            "w\u0335e\u0335a\u0335p\u0335o\u0335n\u0335",
            "ｗｅａｐｏｎ",
            "𝕨𝕖𝕒𝕡𝕠𝕟",
            "🅆🄴🄰🄿🄾🄽",
            "🅦🅔🅐🅟🅞🅝",
        ),
        *("wеapon", "wеароn", "ԝеароn", "weαpοn", "wⲉapon".replace("ⲉ", "е")),
        *("w3apon", "w3@p0n", "W34P0N", "we4pon!!", "weap()n".replace("()", "0")),
        *(
            "w e a p o n",
            "w.e.a.p.o.n",
            "w-e-a-p-o-n",
            "w_e_a_p_o_n",
            "w*e*a*p*o*n",
            "w  e  a  p  o  n",
            "w\ne\na\np\no\nn",
        ),
        *("weeeapon", "weaponnnn", "WWWeeeaaapppooonnn", "w33333apon", "w e a p 0 n"),
    ],
)
def test_disguises_of_one_word(text):
    said = f"I have a {text} here"
    assert found('has(item.text, "weapon")', said) == [text.rstrip("!")]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("weapon", "weapons weaponry bioweapon"),
        ("boobs", "bobs"),
        ("ass", "Galaxy A55, first class, 455"),
        ("psa", "a PS4 console"),
        ("mpe", "an mp3 player"),
        ("skg", "5kg of rice"),
        ("cop", "сор и мусор на улице"),
        ("100", "1000"),
        ("therapist", "the rapist"),
        ("abc", "plan a b c d"),
        ("weapon", "we apon"),
    ],
)
def test_what_only_looks_alike_is_left_alone(phrase, text):
    assert found(f'has(item.text, "{phrase}")', text) == []


def test_other_scripts_match_themselves_disguised_or_not():
    assert found('has(item.text, "водка")', "Продам ВОДКУ, водка, в о д к а, вооодка") == [
        "водка",
        "в о д к а",
        "вооодка",
    ]
    assert found('has(item.text, "كحول")', "بيع كُحُول هنا") == ["كُحُول"]
    assert found('has(item.text, "武器")', "我卖武器吗") == ["武器"]
    assert found('has(item.text, "αβγ")', "το ΑΒΓ") == ["ΑΒΓ"]
    assert found('has(item.text, "ขายปืน")', "เราขายปืนที่นี่") == ["ขายปืน"]


def test_a_whole_word_of_look_alikes_is_latin_only_among_latin_words():
    assert found('has(item.text, "cop")', "call the сор please") == ["сор"]
    assert found('has(item.text, "сор")', "весь сор") == ["сор"]


def test_phrases_run_over_disguised_and_plain_words():
    assert found('has(item.text, "sell weapons now")', "S3LL -- w e a p o n s ... NOW") == [
        "S3LL -- w e a p o n s ... NOW"
    ]
    assert found('has(item.text, "free money")', "FREE!!! $$$ M0NEY") == ["FREE!!! $$$ M0NEY"]
    assert found('near(item.text, "sell", "weapon", within=2)', "s3ll you a we\u0301apo\u0301n") == [
        "s3ll",
        "we\u0301apo\u0301n",
    ]


def test_wider_gaps_part_spaced_words():
    assert found('has(item.text, "sell weapon")', "s e l l   w e a p o n") == ["s e l l   w e a p o n"]
    assert found('has(item.text, "weapon")', "a w e a p o n for you") == ["w e a p o n"]


def test_numbers_in_phrases_match_themselves():
    assert found('has(item.text, "mp3")', "an MP3 player") == ["MP3"]
    assert found('has(item.text, "kw 1")', "barang KW-1") == ["KW-1"]
    assert found('has(item.text, "1:1 copy")', "a 1:1 copy") == ["1:1 copy"]
    assert found('has(item.text, "ps4 console")', "PS4 consooole") == ["PS4 consooole"]


def test_evidence_keeps_the_accents_of_its_last_letter():
    assert found('has(item.text, "weapon")', "weapon\u0301\u0302!") == ["weapon\u0301\u0302"]


any_text = st.text(max_size=60) | st.lists(
    st.sampled_from([*"aAéèß0１ ½Ⅷ🔫武я٣\u0301\u200b\u00ad.-_\n", "ﬃ", "\ud800", "가", "कि"]), max_size=30
).map("".join)


@given(any_text)
def test_the_origin_follows_the_folding_mark_by_mark(text):
    folded = fold(text)
    origin = Origin(text)
    assert len(origin.marks) == len(folded)
    assert list(origin.marks) == sorted(origin.marks)
    assert folded == " " or (folded[0] == folded[-1] == " " and "  " not in folded)
    at = 1
    for word in folded.split():
        start, end = origin.span(at, at + len(word))
        assert 0 <= start < end <= len(text)
        # what the span says, folded again, is or holds the word (a ligature or ½ holds more)
        assert word in fold(text[start:end]) or len(fold_phrase(text[start:end]).replace(" ", "")) > len(word)
        at += len(word) + 1


@given(any_text)
def test_folding_is_done_after_one_time(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_the_quick_way_for_ascii_is_the_slow_way(text):
    slow = fold(text + "é").removesuffix("e ")
    assert fold(text).strip() == slow.strip()


@given(st.text(max_size=40))
def test_canonical_forms_fold_alike(text):
    if not set("йЙ") & set(unicodedata.normalize("NFC", text)):
        assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


letters = st.text("abegilost", min_size=1, max_size=8)


@given(letters, st.data())
def test_every_spelling_falls_into_the_skeleton_and_spells(word, data):
    """The automaton looks for skeletons: whatever spells a word must have its skeleton, or it would be lost."""
    marks = {"a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1!|", "l": "l1!|", "o": "o0", "s": "s5$", "t": "t7+"}
    stretched = data.draw(st.booleans())
    form = "".join(data.draw(st.sampled_from(marks[letter])) * (3 if stretched else 1) for letter in word)
    if spells(form, word):
        assert skeleton(form) == skeleton(word)


@given(any_text)
def test_the_second_reading_points_into_the_text(text):
    unmasked = unmask(text, fold(text))
    if unmasked is not None:
        assert unmasked.text.count(SEPARATOR) == len(unmasked.words) + 1
        for form, start, end in unmasked.words:
            assert 0 <= start <= end <= len(text)
            assert form == "" or start < end


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("s e l l w e a p o n", ["w e a p o n"]),
        ("now s.e.l.l.w.e.a.p.o.n, cheap", ["w.e.a.p.o.n"]),
        ("w e a p o n c h e a p", ["w e a p o n"]),
        ("s e l l w 3 a p 0 n", ["w 3 a p 0 n"]),
        ("w e a p o n", ["w e a p o n"]),
        ("w e a p o n r y", []),  # a word that was only spaced
        ("b i o w e a p o n", []),
        ("s e l l w e a p o n s", []),
        ("sellweapon", []),
    ],
)
def test_letters_apart_without_a_gap_between_the_words(text, seen):
    assert found('has(item.text, "weapon")', text) == seen


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("t h e r a p i s t", "rapist"),
        ("c o c k t a i l s", "cock"),
        ("S C U N T H O R P E", "cunt"),
        ("g l a s s", "ass"),
        ("c o m p u t e r s h o p", "put"),
        ("a b c d e f g h i j k l m n o p", "ghijk lmnop"),
    ],
)
def test_a_word_that_is_only_spaced_hides_no_other(text, phrase):
    assert found(f'has(item.text, "{phrase}")', text) == []
