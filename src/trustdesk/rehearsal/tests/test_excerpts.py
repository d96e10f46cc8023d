"""As much of a text as shows its evidence, with the marks in the right places."""

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.rehearsal.excerpts import SHORT, excerpts, texts_of


def told(excerpt):
    return "".join(("… " if p.gap else "") + (f"[{p.text}]" if p.marked else p.text) for p in excerpt.pieces) + (
        " …" if excerpt.cut else ""
    )


def test_a_short_text_is_whole_and_only_marked_fields_are_shown():
    texts = texts_of("Sofa, call 0812", "Pick up.", {"place": "Bandung", "rooms": 3})
    assert [(e.field, told(e)) for e in excerpts(texts, [("title", 11, 15)])] == [("title", "Sofa, call [0812]")]
    assert [told(e) for e in excerpts(texts, [])] == ["Pick up."]
    assert [told(e) for e in excerpts(texts, [("place", 0, 99), ("title", 50, 60)])] == ["Sofa, call 0812", "[Bandung]"]


def test_a_long_text_shows_room_about_its_marks():
    text = "a" * 500 + "MARK" + "b" * 500
    [one] = excerpts({"body": text}, [("body", 500, 504)])
    assert told(one) == "… " + "a" * 90 + "[MARK]" + "b" * 90 + " …"
    [none] = excerpts({"body": text}, [])
    assert told(none) == "a" * SHORT + " …"


SPANS = st.lists(
    st.tuples(st.integers(0, 700), st.integers(0, 60)).map(lambda p: ("body", p[0], p[0] + p[1])), max_size=15
)


@given(st.text(min_size=1, max_size=700), SPANS)
def test_every_piece_is_of_the_text_in_its_order(text, spans):
    for excerpt in excerpts({"body": text}, spans):
        at = 0
        for piece in excerpt.pieces:
            at = text.index(piece.text, at) + len(piece.text)
        if len(text) <= SHORT:
            assert "".join(piece.text for piece in excerpt.pieces) == text
