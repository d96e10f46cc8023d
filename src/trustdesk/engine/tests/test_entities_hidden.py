"""Digits, addresses and names that are hidden, and the harmless words that only look like it. All texts are our own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine.entities import ENTITIES, named

from .makers import found


def pieces(kind, text, *regions):
    return [text[start:end] for start, end in ENTITIES[kind](text, regions)]


def values(kind, text, *regions):
    return [each.value for each in named(text, regions, kinds=[kind])]


@pytest.mark.parametrize(
    ("text", "region", "number", "value"),
    [
        ("call nine one two five five five zero one two three", "US", "nine one two five five five zero one two three", "+19125550123"),
        ("Nine-One-Two, 555 - 0123 ok", "US", "Nine-One-Two, 555 - 0123", "+19125550123"),
        ("four one five, triple five, oh one two three", "US", "four one five, triple five, oh one two three", "+14155550123"),
        ("hub kosong lapan satu dua 3456 7890", "ID", "kosong lapan satu dua 3456 7890", "+6281234567890"),
        ("0812three456seven890", "ID", "0812three456seven890", "+6281234567890"),
        ("nol delapan dua belas, tiga puluh empat lima enam tujuh delapan sembilan nol", "ID", None, "+6281234567890"),
        ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "FR", None, "+33612345678"),
        ("null eins sieben sechs zwölf vierunddreißig sechsundfünfzig achtundsiebzig", "DE", None, "+4917612345678"),
        ("seis uno dos tres cuatro cinco seis siete ocho", "ES", None, "+34612345678"),
        ("восемь девять один два три четыре пять шесть семь восемь девять", "RU", None, "+79123456789"),
        ("nine eight seven six five four three two one zero", "IN", None, "+919876543210"),
        ("nol 8 satu 2, 3456-7890", "ID", None, "+6281234567890"),
        ("0812*3456*7890", "ID", None, "+6281234567890"),
        ("0812  -  3456  -  7890", "ID", None, "+6281234567890"),
        ("2 1 2 - 5 5 5 - 0 1 4 2", "US", None, "+12125550142"),
        ("(11) 91234-5678", "BR", None, "+5511912345678"),
        ("8 912 345-67-89", "RU", None, "+79123456789"),
        ("O812-3456-789O", "ID", "O812-3456-789O", "+6281234567890"),
        ("0 8 I 2 3 4 5 6 7 8 9 O", "ID", "0 8 I 2 3 4 5 6 7 8 9 O", "+6281234567890"),
        ("９１２ ５５５ ０１２３", "US", "９１２ ５５５ ０１２３", "+19125550123"),
        ("⑨①②⑤⑤⑤⓪①②③", "US", "⑨①②⑤⑤⑤⓪①②③", "+19125550123"),
        ("𝟵𝟭𝟮𝟱𝟱𝟱𝟬𝟭𝟮𝟯", "US", "𝟵𝟭𝟮𝟱𝟱𝟱𝟬𝟭𝟮𝟯", "+19125550123"),
        ("一三八一二三四五六七八", "CN", "一三八一二三四五六七八", "+8613812345678"),
        ("공일공-일이삼사-오육칠팔", "KR", "공일공-일이삼사-오육칠팔", "+821012345678"),
    ],
)  # fmt: skip
def test_telephone_numbers_in_disguise(text, region, number, value):
    assert pieces("phones", text, region) == [number or text]
    assert values("phone", text, region) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "one two three four five six seven eight nine ten, here I come",
        "two bedrooms, one bath, three closets, five windows, seven keys",
        "buy one get two, three for the price of two",
        "Chapter seven, verses one to nine",
        "B08L5TGWPD is the model, lIIl0O the font",
        "dua kamar, satu dapur, tiga lemari, lima kursi",
        "ten nine eight seven six five four three two one",
    ],
)
def test_numbers_nobody_can_dial(text):
    assert pieces("phones", text, "US", "ID") == []


def test_what_stands_beside_the_number_is_not_part_of_it():
    assert pieces("phones", "buy one 0812-3456-7890", "ID") == ["0812-3456-7890"]


@pytest.mark.parametrize(
    ("text", "address", "value"),
    [
        (
            "mail budi dot santoso at gmail dot com please",
            "budi dot santoso at gmail dot com",
            "budi.santoso@gmail.com",
        ),
        ("write john(at)example(dot)com", "john(at)example(dot)com", "john@example.com"),
        ("john [at] example [dot] com", "john [at] example [dot] com", "john@example.com"),
        ("johnATexampleDOTcom", "johnATexampleDOTcom", "john@example.com"),
        ("john_at_gmail_dot_com", "john_at_gmail_dot_com", "john@gmail.com"),
        ("john @ gmail . com", "john @ gmail . com", "john@gmail.com"),
        ("john@gmail,com", "john@gmail,com", "john@gmail.com"),
        ("n a m e @ g m a i l . c o m", "n a m e @ g m a i l . c o m", "name@gmail.com"),
        ("pepe arroba gmail punto com", "pepe arroba gmail punto com", "pepe@gmail.com"),
        ("jan at yahoo d0t com", "jan at yahoo d0t com", "jan@yahoo.com"),
        ("jane.doe99 at gmail.com", "jane.doe99 at gmail.com", "jane.doe99@gmail.com"),
        ("name＠gmail．com", "name＠gmail．com", "name@gmail.com"),
        ("nаme@gmаil.com", "nаme@gmаil.com", "name@gmail.com"),
        ("name at g mail dotcom", "name at g mail dotcom", "name@gmail.com"),
        ("budi99 @ gmail", "budi99 @ gmail", "budi99@gmail.com"),
    ],
)
def test_mail_addresses_in_disguise(text, address, value):
    assert pieces("emails", text) == [address]
    assert values("email", text) == [value]
    assert pieces("urls", text) == []


@pytest.mark.parametrize(
    ("text", "address", "value"),
    [
        ("visit example dot com today", "example dot com", "example.com"),
        ("www dot example dot com slash chairs", "www dot example dot com slash chairs", "www.example.com/chairs"),
        ("hxxps://bad[.]example[.]com/login", "hxxps://bad[.]example[.]com/login", "https://bad.example.com/login"),
        ("https[:]//bad[.]com", "https[:]//bad[.]com", "https://bad.com"),
        ("t dot me slash budi", "t dot me slash budi", "t.me/budi"),
        ("s i t e . c o m", "s i t e . c o m", "site.com"),
        ("toko titik co titik id", "toko titik co titik id", "toko.co.id"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("exa\u200bmple.com", "exa\u200bmple.com", "example.com"),
        ("look at example dot org", "example dot org", "example.org"),
    ],
)
def test_web_addresses_in_disguise(text, address, value):
    assert pieces("urls", text) == [address]
    assert values("url", text) == [value]
    assert pieces("emails", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "meet me at noon dot",
        "a polka dot dress",
        "the dot com bubble",
        "connect the dot net",
        "It is nice. Come and see",
        "Point of sale. The dot is at the end",
        "foo[.]bar, fn(a).b, 3.5 at 4.2",
        "me at the office in Rome. It was cold",
        "arrive at 9. com port 3 is free",
        "great value.online orders only",
        "we deliver at noon. Org is closed",
        "name at gmail, he said",
    ],
)
def test_words_that_are_no_address(text):
    assert pieces("emails", text) == pieces("urls", text) == []


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("add me @budi_kursi tonight", ":budi_kursi"),
        ("telegram: budi_kursi", "telegram:budi_kursi"),
        ("my telegram is BudiKursi", "telegram:budikursi"),
        ("https://t.me/Budi_Kursi", "telegram:budi_kursi"),
        ("t dot me slash budi", "telegram:budi"),
        ("https://wa.me/6281234567890", "whatsapp:6281234567890"),
        ("IG: sari.shop", "instagram:sari.shop"),
        ("line id budi99", "line:budi99"),
        ("微信：abc12345", "wechat:abc12345"),
        ("t3legr@m: budi", "telegram:budi"),
        ("discord budi#1234", "discord:budi"),
        ("budi_99 on tele", "telegram:budi_99"),
        ("kik me at sexy_girl", "kik:sexy_girl"),
        ("cashapp $budi", "cashapp:budi"),
        ("dm me on ig @sari.shop", "instagram:sari.shop"),
        ("find me on telegram as budi_99", "telegram:budi_99"),
        ("skype: live:budi99", "skype:live:budi99"),
    ],
)
def test_accounts(text, account):
    assert values("handle", text) == [account]


@pytest.mark.parametrize(
    "text",
    [
        "the line: 3 metres, a strong signal",
        "Signal: strong signal in every room",
        "whatsapp only please",
        "budi@example.com or budi @example.com",
        "meet @5pm, 2 @ $5 each",
        "twitter is down, telegram too",
        "https://instagram.com/p/Cabc123",
        "snap it up",
    ],
)
def test_no_accounts(text):
    assert pieces("handles", text) == []


def test_in_a_rule_evidence_is_what_was_written():
    assert found(
        "emails(item.text) and phones(item.text)", "john at example dot com, kosong lapan satu dua 3456 7890"
    ) == [
        "john at example dot com",
        "kosong lapan satu dua 3456 7890",
    ]
    assert found("handles(item.text)", "tele @budi99") == ["@budi99"]


ALPHABET = st.sampled_from([
    *"ab1 0.@-,:/\n$€(x", "nine ", "one ", " at ", " dot ", "com", "0812", "gmail", "http://", "@a_1", "[.]", "hxxp", "Rp ", "４",
    "\u200b", "①", "\u0301", "\ud800", "İ", "九", "t.me/", "GB29", "0x", "telegram: ", "<a href=", "](", "xn--", "İ.com", "ß",
])  # fmt: skip


@given(st.lists(ALPHABET, max_size=40).map("".join), st.sampled_from([(), ("ID",), ("US", "XX"), ("IN", "BR", "GB")]))
def test_spans_stand_in_the_text_in_order_and_apart(text, regions):
    for finder in ENTITIES.values():
        spans = finder(text, regions)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for each in named(text, regions):
        assert each.value
        assert text[each.start : each.end]


@given(
    st.sampled_from(["0812-3456-7890", "+62 812 3456 7890"]),
    st.lists(st.sampled_from("\u200b\u2060\ufe0f\u0301"), min_size=1, max_size=6),
    st.integers(0, 12),
)
def test_invisible_marks_hide_no_number(number, marks, at):
    hidden = number[:at] + "".join(marks) + number[at:]
    (span,) = ENTITIES["phones"](f"wa {hidden}", ("ID",))
    assert "".join(filter(str.isdigit, f"wa {hidden}"[slice(*span)])) == "".join(filter(str.isdigit, number))
