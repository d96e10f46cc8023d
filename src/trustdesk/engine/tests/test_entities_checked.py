"""What checksums decide: bank accounts, cards, identity numbers, wallets; prices; whom a web address imitates."""

import time

import pytest

from trustdesk.engine.entities import ENTITIES, named
from trustdesk.engine.entities.crypto import keccak256
from trustdesk.engine.entities.prices import priced
from trustdesk.engine.entities.web import read_addresses


def pieces(kind, text, *regions):
    return [text[start:end] for start, end in ENTITIES[kind](text, regions)]


def values(kind, text, *regions):
    return [each.value for each in named(text, regions, kinds=[kind])]


# Published examples of the standards and of the issuers' test numbers.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("pay GB29 NWBK 6016 1331 9268 19 today", "GB29NWBK60161331926819"),
        ("gb29nwbk60161331926819.", "GB29NWBK60161331926819"),
        ("DE89-3704-0044-0532-0130-00", "DE89370400440532013000"),
        ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
        ("NO93 8601 1117 947", "NO9386011117947"),
    ],
)
def test_ibans(text, value):
    assert values("iban", text) == [value]


def test_no_ibans():
    for text in ("GB29 NWBK 6016 1331 9268 18", "DE89 3704 0044", "AB12 3456 7890 1234", "XGB29NWBK60161331926819"):
        assert pieces("ibans", text) == []


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("4111 1111 1111 1111 12/29 123", "4111 1111 1111 1111"),
        ("my card is 5555-5555-5555-4444", "5555-5555-5555-4444"),
        ("378282246310005", "378282246310005"),
        ("4O12 8888 8888 I88l", "4O12 8888 8888 I88l"),
        ("４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１"),
        ("four " + "one " * 15 + "ok", ("four " + "one " * 15).strip()),
    ],
)
def test_cards(text, card):
    assert pieces("cards", text) == [card]


def test_no_cards():
    for text in (
        "4111 1111 1111 1112", "order 4111111111111111", "IMEI 356938035643809", "ISBN 9780306406157", "+4111111111111111",
        "0000000000000000", "resi JP4111111111111111", "0812-3456-7890",
    ):  # fmt: skip
        assert pieces("cards", text, "ID") == [], text


@pytest.mark.parametrize(
    ("text", "regions", "value"),
    [
        ("SSN 123-45-6789", (), "US:ssn:123456789"),
        ("my social security number is 550533582", (), "US:ssn:550533582"),
        ("3174091207850003", ("ID",), "ID:nik:3174091207850003"),
        ("NIK: 3174091207850003", (), "ID:nik:3174091207850003"),
        ("12345678Z", ("ES",), "ES:dni:12345678Z"),
        ("X1234567L", ("ES",), "ES:nie:X1234567L"),
        ("529.982.247-25", (), "BR:cpf:52998224725"),
        ("S1234567D", (), "SG:nric:S1234567D"),
        ("A123456(3)", (), "HK:hkid:A1234563"),
        ("A123456789", (), "TW:id:A123456789"),
        ("AB 12 34 56 C", ("GB",), "GB:nino:AB123456C"),
        ("11010519491231002X", (), "CN:ric:11010519491231002X"),
        ("756.9217.0769.85", (), "CH:ahv:7569217076985"),
        ("Aadhaar 2341 2341 2346", (), "IN:aadhaar:234123412346"),
        ("PAN ABCPE1234F", ("IN",), "IN:pan:ABCPE1234F"),
        ("ssn five five zero five three three five eight two", (), "US:ssn:550533582"),
    ],
)
def test_identity_numbers(text, regions, value):
    assert values("id", text, *regions) == [value]


def test_no_identity_numbers():
    for text in (
        "550533582", "111.111.111-11", "3174091207850004567", "000-12-3456", "2021-01-1234", "529.982.247-26", "S1234567A", "part 123-45-678",
        "12345678A", "GB 12 34 56 C", "4111111111111111", "call 0812-3456-7890", "110105194912310021",
    ):  # fmt: skip
        assert pieces("national_ids", text, "US", "ID", "ES", "GB") == [], text


@pytest.mark.parametrize(
    ("address", "currency"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "BTC"),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BTC"),
        ("bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", "BTC"),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "ETH"),
        ("0xde709f2102306220921060314715629080e2fb77", "ETH"),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TRX"),
        ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "XRP"),
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "BCH"),
        ("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ", "XLM"),
    ],
)
def test_wallets(address, currency):
    assert pieces("crypto_addresses", f"send to {address}, thanks") == [address]
    assert values("crypto", address)[0].startswith(f"{currency}:")
    at = len(address) - 3  # one mark changed over
    wrong = address[:at] + ("a" if address[at] != "a" else "c") + address[at + 1 :]
    if address.lower() != address or currency == "BTC":
        assert pieces("crypto_addresses", wrong) == []


def test_keccak_is_ethereums():
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"a" * 136).hex() != keccak256(b"a" * 135).hex()


@pytest.mark.parametrize(
    ("text", "region", "amount", "currency"),
    [
        ("Rp 1.500.000 nego", "ID", 1_500_000, "IDR"),
        ("Rp1,5 jt", "ID", 1_500_000, "IDR"),
        ("500rb aja", "ID", 500_000, "IDR"),
        ("harga 500.000", "ID", 500_000, "IDR"),
        ("$5", "SG", 5, "SGD"),
        ("$1,234.56!", "US", 1234.56, "USD"),
        ("1.250,50 €", "DE", 1250.5, "EUR"),
        ("₹ 2,50,000", "IN", 250_000, "INR"),
        ("2 lakh", "IN", 200_000, "INR"),
        ("10만원", "KR", 100_000, "KRW"),
        ("1 234,56 zł", "PL", 1234.56, "PLN"),
        ("price: 300", "US", 300, "USD"),
        ("1.5 million dollars", "US", 1_500_000, "USD"),
    ],
)
def test_prices(text, region, amount, currency):
    (price,) = priced(text, (region,))
    assert (float(price.amount), price.currency) == (amount, currency)


def test_no_prices():
    for text in (
        "50k followers", "run 5 km", "100 ribu km", "5 ft tall", "100%", "12-05-2024", "0812-3456-7890", "order 12345",
        "version 1.2.3", "try 5 times", "won 5 games", "room 101", "",
    ):  # fmt: skip
        assert pieces("prices", text, "ID", "US") == [], text


@pytest.mark.parametrize(
    ("address", "imitated"),
    [
        ("http://paypa1.com", "paypal"),
        ("http://аррӏе.com", "apple"),
        ("http://xn--80ak6aa92e.com", "apple"),
        ("http://gооgle.com", "google"),
        ("paypal.com.login.example.net/a", "paypal"),
        ("http://rnicrosoft.com", "microsoft"),
        ("micosoft.com", "microsoft"),
        ("amazon-support.xyz", "amazon"),
        ("secure-paypal.example.com", "paypal"),
        ("http://paypal.com@bad.example.com/", "paypal.com"),
        ("http://раураl.example.com", "mixed script"),
        ("https://www.paypal.com/x", ""),
        ("shopee.co.id", ""),
        ("https://магазин.рф", ""),
        ("applepie.com", ""),
        ("booking-villa.com", ""),
        ("example.com", ""),
    ],
)
def test_whom_an_address_imitates(address, imitated):
    (read,) = read_addresses(address)
    assert read.imitates == imitated
    assert pieces("lookalike_urls", address) == ([address] if imitated else [])


def test_addresses_that_hide_where_they_lead():
    for text in ("bit.ly/abc", "http://0x7f.1/", "http://192.168.0.1/x", "hxxp://bit[.]ly/abc"):
        assert pieces("short_urls", text) == [text]
    assert pieces("short_urls", "example.com/abc") == []
    (read,) = read_addresses("http://0x7f.1/")
    assert (read.host, read.registered, read.ip) == ("127.0.0.1", "", True)
    (read,) = read_addresses("http://shop.bücher.example.co.uk/")
    assert (read.host, read.shown) == ("shop.xn--bcher-kva.example.co.uk", "shop.bücher.example.co.uk")


def test_links_whose_words_lie():
    for text in (
        '<a href="http://bad.example.org/x">https://paypal.com/login</a>',
        "<A class=x HREF='http://bad.com'><b>www.paypal.com</b></A>",
        "[paypal.com](http://bad.com)",
    ):
        assert len(pieces("misleading_links", text)) == 1, text
    for text in (
        '<a href="http://paypal.com/x">www.paypal.com</a>', "[click here](http://bad.com)", "[a.b](c)", "[mail](mailto:a@b.com)",
        '<a href="https://shop.example.com/">example.com</a>', "[example.com](/a)",
    ):  # fmt: skip
        assert pieces("misleading_links", text) == [], text


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000,
        "1 " * 50_000,
        "0812 " * 20_000,
        "0812-3456-7890 " * 6_000,
        "1-" * 50_000,
        "(0" * 50_000,
        "a@" * 50_000,
        "a.b " * 25_000,
        "http://" * 14_000,
        "0\u0300" * 50_000,
        "+" * 100_000,
        "one " * 25_000,
        "a at b dot " * 9_000,
        "a dot com " * 10_000,
        "o0l1" * 25_000,
        "telegram: " * 10_000,
        "@a_1" * 25_000,
        "GB29" * 25_000,
        "<a href=" * 12_000,
        "[a](" * 25_000,
        "Rp 1.000" * 12_000,
        "a . " * 25_000,
        "九" * 100_000,
    ],
)
def test_four_times_the_wall_is_four_times_the_work(text):
    """A quadratic step would take sixteen times as long; eight leaves room for a busy machine."""
    times = []
    for length in (6_000, 24_000):
        began = time.process_time()
        for finder in ENTITIES.values():
            assert len(finder(text[:length], ("ID", "SG"))) <= 60
        times.append(time.process_time() - began)
    assert times[1] < 8 * times[0] + 0.2
