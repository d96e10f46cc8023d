from hypothesis import given
from hypothesis import strategies as st

from trustdesk.review.highlight import pieces

SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60), st.integers(1, 9), st.just("reject")), max_size=8)


@given(st.text(max_size=50), SPANS)
def test_no_letter_is_lost_or_doubled(text, spans):
    assert "".join(piece.text for piece in pieces(text, spans)) == text


def test_overlaps_go_to_the_one_that_starts_first():
    cut = pieces("call 0812 now", [(5, 9, 1, "reject"), (7, 13, 2, "warning")])
    assert [(piece.text, piece.number) for piece in cut] == [("call ", 0), ("0812", 1), (" now", 2)]
