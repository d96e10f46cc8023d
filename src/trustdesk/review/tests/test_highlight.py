from hypothesis import given
from hypothesis import strategies as st

from trustdesk.review.highlight import changes, pieces, stretches, terms_in

SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60), st.integers(1, 9), st.just("reject")), max_size=8)


@given(st.text(max_size=50), SPANS)
def test_no_letter_is_lost_or_doubled(text, spans):
    assert "".join(piece.text for piece in pieces(text, spans)) == text


def test_overlapping_marks_carry_the_numbers_of_all_and_each_pin_stands_at_its_end():
    cut = pieces("call 0812 now", [(5, 9, 1, "warning"), (7, 13, 2, "reject"), (5, 8, 1, "warning")])
    assert [(piece.text, piece.numbers, piece.tone, piece.ends) for piece in cut] == [
        ("call ", (), "", ()),
        ("08", (1,), "warning", ()),
        ("12", (1, 2), "reject", (1,)),
        (" now", (2,), "reject", (2,)),
    ]


def test_a_mark_never_ends_between_a_letter_and_what_adorns_it():
    cut = pieces("z\u0334\u0317a", [(0, 1, 1, "reject")])
    assert [piece.text for piece in cut] == ["z\u0334\u0317", "a"]


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 40)), max_size=6), st.integers(0, 20_000))
def test_a_long_text_folds_without_losing_a_letter_and_never_folds_a_mark(marks, length):
    text = "".join(chr(97 + at % 26) for at in range(length))
    found = pieces(text, [(at, at + wide, number, "reject") for number, (at, wide) in enumerate(marks, 1)])
    folded = stretches(found)
    assert "".join(piece.text for part in folded for piece in part.pieces) == text
    assert not any(piece.numbers for part in folded if part.quiet for piece in part.pieces)
    assert {n for part in folded for piece in part.pieces for n in piece.ends} == {
        n for piece in found for n in piece.ends
    }


def test_slang_is_found_as_whole_words_and_says_what_it_means():
    text = "COD ya gan, bukan codet. Japri!"
    found = terms_in(text, {"cod": "paid on delivery", "japri": "write privately"})
    assert [(text[start:end], means) for start, end, means in found] == [
        ("COD", "paid on delivery"),
        ("Japri", "write privately"),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_an_edit_told_by_sentences_holds_both_texts(old, new):
    told = changes(old, new)

    def words(*kinds):
        return "".join("".join(part for kind, part in told if kind in kinds).split())

    assert words("same", "gone") == "".join(old.split())
    assert words("same", "new") == "".join(new.split())


def test_an_edit_shows_what_went_and_what_came():
    told = changes("Good bike. Call 0812.", "Good bike. Write here.")
    assert told == [("same", "Good bike."), ("gone", "Call 0812."), ("new", "Write here.")]
