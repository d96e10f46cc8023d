"""Telephone numbers, e-mail and web addresses: what is one, and the look-alikes that are none."""

import pytest

from trustdesk.engine.entities import emails, phones, urls

from .makers import event, found, holds


def pieces(finder, text, *regions):
    return [text[start:end] for start, end in finder(text, regions)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Reach me on +62 812 3456 7890 any time", "+62 812 3456 7890"),
        ("Minat? Hubungi 0812-3456-7890 ya kak", "0812-3456-7890"),
        ("0 8 1 2 . 3 4 5 6 . 7 8 9 0 remove the spaces", "0 8 1 2 . 3 4 5 6 . 7 8 9 0"),
        ("0-8-1-2-3-4-5-6-7-8-9-0", "0-8-1-2-3-4-5-6-7-8-9-0"),
        ("0_8_1_2_3_4_5_6_7_8_9_0", "0_8_1_2_3_4_5_6_7_8_9_0"),
        ("WA081234567890", "081234567890"),
        ("hub 0812.34.56.78.90 setelah jam 5", "0812.34.56.78.90"),
        ("kantor (021) 555-0123", "(021) 555-0123"),
        ("chat saja 62812-3456-7890", "62812-3456-7890"),
        ("https://wa.me/6281234567890", "6281234567890"),
        ("nomor ０８１２３４５６７８９０", "０８１２３４５６７８９０"),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "٠٨١٢٣٤٥٦٧٨٩٠"),
        ("0\u200b812345\u200b67890", "0\u200b812345\u200b67890"),
        ("Harga Rp 500.000 0812-3456-7890 nego", "0812-3456-7890"),
        ("3 kg 0 8 1 2 3 4 5 6 7 8 9 0", "0 8 1 2 3 4 5 6 7 8 9 0"),
        ("London office +44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_numbers_that_can_be_dialled(text, number):
    assert pieces(phones, text, "ID") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Rp 1.500.000",
        "Harga 12.500.000 nego",
        "Budget 1.250.000.000 rupiah",
        "50000000 rupiah tunai",
        "Meet on 22-11-2024 14:30",
        "08-12-2024 1400",
        "Tanggal 2024-11-22 10.30",
        "Lemari 120x60x75 cm",
        "Part number 0812-3390-11",
        "SKU 081234567890",
        "S/N: 0812345678",
        "ISBN 978-0-306-40615-7",
        "IMEI 356938035643809",
        "NIK 3174091207850003",
        "GT-0812345678 charger",
        "order #0812345678",
        "resi JP0812345678901",
        "Avanza 2015 1500cc 120000 km",
        "lokasi -6.200000, 106.816666",
        "call 112 or 110",
        "buka 08.00 - 17.00",
        "sizes 36 37 38 39 40 41 42",
        "count to 1 2 3 4 5 6 7 8 9 10",
        "models from 2019 2020 2021 2022",
        "no digits at all",
        "",
    ],
)
def test_digits_that_are_something_else(text):
    assert pieces(phones, text, "ID") == []


def test_national_forms_need_their_region():
    assert pieces(phones, "9123 4567", "SG") == ["9123 4567"]
    assert pieces(phones, "9123 4567", "ID") == []
    assert pieces(phones, "(415) 555-2671", "US") == ["(415) 555-2671"]
    assert pieces(phones, "4155552671", "US") == []
    assert pieces(phones, "call 4155552671", "US") == ["4155552671"]
    assert pieces(phones, "0176 12345678", "DE") == ["0176 12345678"]
    assert pieces(phones, "0812-3456-7890") == []
    assert pieces(phones, "+62 812 3456 7890", "no such place") == ["+62 812 3456 7890"]


def test_the_region_comes_from_market_and_account():
    assert found("phones(item.text)", "Call 0812-3456-7890", market="ID") == ["0812-3456-7890"]
    given = event("Call 0812-3456-7890", market="SG", account={"country": "ID"})
    assert holds("phones(item.text) == 1", given) is True
    assert holds("phones(item.text)", event("Call 0812-3456-7890", market="SG", account={"country": None})) is False


def test_entities_count():
    text = "0812-3456-7890 or 0813 1111 2222, mail budi@example.com, see example.com and https://toko.example/kursi"
    assert holds("phones(item.text) > 1", event(text)) is True
    assert holds("phones(item.text) > 2", event(text)) is False
    assert holds("emails(item.text) == 1 and urls(item.text) == 2", event(text)) is True
    assert found("urls(item.text) > 1", text) == ["example.com", "https://toko.example/kursi"]
    assert found("emails(item.text)", text) == ["budi@example.com"]
    assert holds("missing(phones(item.category))", event(category=None)) is True


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.com/chairs.", "https://example.com/chairs"),
        ("belanja di toko.id yuk", "toko.id"),
        ("www.shop.co", "www.shop.co"),
        ("t.me/budi_kursi", "t.me/budi_kursi"),
        ("EXAMPLE.COM", "EXAMPLE.COM"),
        ("сайт магазин.рф", "магазин.рф"),
        ("shop.example.my", "shop.example.my"),
    ],
)
def test_web_addresses(text, address):
    assert pieces(urls, text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "in good condition.No defects",
        "condition.it works",
        "Used.It is fine",
        "see readme.md",
        "v1.2.3.4",
        "photo.jpg",
        "3.5m cable",
        "mail me@toko.co.id",
        "etc.Call now",
    ],
)
def test_no_web_addresses(text):
    assert pieces(urls, text) == []


def test_mail_addresses():
    assert pieces(emails, "budi.s+ads@mail.example.co.id, or BUDI@EXAMPLE.COM") == [
        "budi.s+ads@mail.example.co.id",
        "BUDI@EXAMPLE.COM",
    ]
    assert pieces(emails, "@budi on every channel, a@b") == []
