from hypothesis import given
from hypothesis import strategies as st

from trustdesk.screening.rules import after_patience, all_words, back_to_fields


@given(
    st.text(max_size=30),
    st.text(max_size=60),
    st.dictionaries(st.sampled_from(["brand", "location"]), st.text(max_size=20)),
    st.data(),
)
def test_evidence_finds_its_way_back_to_the_field_it_stands_in(title, body, fields, data):
    text, segments = all_words(title, body, fields)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = {"title": title, "body": body, **fields}
    pieces = back_to_fields({"field": "item.text", "start": start, "end": end, "text": text[start:end]}, segments, text)
    for piece in pieces:
        assert words[piece["field"]][piece["start"] : piece["end"]] == piece["text"]
    # Nothing is lost but the line breaks between fields.
    assert sum(len(piece["text"]) for piece in pieces) >= end - start - max(0, len(segments) - 1)


def test_patience_ends_with_a_person_unless_the_rule_says_otherwise():
    ask = {"if_unknown": "review"}
    assert after_patience("approve", [ask]) == ("review", True)
    assert after_patience("approve", [{"if_unknown": "pass"}]) == ("approve", False)
    assert after_patience("approve", [ask, {"if_unknown": "hold"}]) == ("hold", False)
    assert after_patience("reject", [ask]) == ("reject", False)
