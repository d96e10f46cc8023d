from hypothesis import given
from hypothesis import strategies as st

from trustdesk.review.highlight import changes, pieces

SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60), st.integers(1, 9), st.just("reject")), max_size=8)


@given(st.text(max_size=50), SPANS)
def test_no_letter_is_lost_or_doubled(text, spans):
    assert "".join(piece.text for piece in pieces(text, spans)) == text


def test_overlaps_go_to_the_one_that_starts_first():
    cut = pieces("call 0812 now", [(5, 9, 1, "reject"), (7, 13, 2, "warning")])
    assert [(piece.text, piece.number) for piece in cut] == [("call ", 0), ("0812", 1), (" now", 2)]


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
