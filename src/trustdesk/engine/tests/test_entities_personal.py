"""Personal data in texts of our own: what is found without knowing the market, what is let be, what stays after redaction."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine.entities.personal import KINDS, personal_spans, redacted


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Ring (555) 123-4567x89 after six", "Ring [phone] after six"),
        ("001-432-555-4117 or +1-743-438-6774 ext. 12", "[phone] or [phone]"),
        ("Our office: (08) 8700 6301, fax 0431 35 06 90", "Our office: [phone], fax [phone]"),
        ("They answer at 25-62-29-72", "They answer at [phone]"),
        ("Card 5555 5555 5555 4444, bill to jo@example.com", "Card [card], bill to [email]"),
        ("IBAN GB29 NWBK 6016 1331 9268 19 please", "IBAN [iban] please"),
        ("SSN 123-45-6789 from 203.0.113.7", "SSN [id] from [ip]"),
        ("see https://www.Example.org/ or t.me/budi", "see [url] or [url]"),
        ("tg: @budi99, mail budi at gmail dot com", "tg: [handle], mail [email]"),
        ("fe80::1ff:fe23:4567:890a is down", "[ip] is down"),
        ("nine one two five five five zero one two three", "[phone]"),
        ("send to 0xde709f2102306220921060314715629080e2fb77", "send to [crypto]"),
    ],
)
def test_it_is_taken_out(text, without):
    assert redacted(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "Born 5/19/1987, married 2001-07-29 14:58:18",
        "We live at 19607 107 Elm Street, 90010-1706",
        "Box 0979, Unit 8524, Suite 399",
        "Order 1234567890, ISBN 978-0-306-40615-7",
        "It cost 1.500.000 rupiah, then $1,200.00",
        "Version 10.0.19.41 of 12:30:45",
        "Part number 0812-3390-11",
        "(Models 2007-2009) in 2019-2020 we sold 120 000 km of cable",
        "Rooms 101 102 103, sizes 36 37 38 39",
    ],
)
def test_it_is_let_be(text):
    assert redacted(text) == text


def test_the_markets_own_numbers_need_the_market():
    assert redacted("NIK saya: 3174091207850003", ("ID",)) == "NIK saya: [id]"
    assert redacted("3174091207850003", ("ID",)) == "[id]"
    assert redacted("3174091207850003") == "3174091207850003"


@given(
    st.lists(
        st.sampled_from([
            "(555) 123-4567", "a@b.example", "4111111111111111", " ", ", ", "x", "7", "2019", "nine ", "at ", "\u200b", "٣", "::1",
            "example.com/", "@jo_1", "+62", "\ud800", "-", "1.2.3.4", "GB29NWBK60161331926819",
        ]),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_spans_are_apart_and_what_they_cover_is_gone(text):
    spans = personal_spans(text)
    assert all(0 <= span.start < span.end <= len(text) and span.type in KINDS for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert len(redacted(text)) == len(text) + sum(len(span.type) + 2 - (span.end - span.start) for span in spans)
