"""Prices in a text: an amount with its currency, in the market's own way of writing. Spans in the original text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .rewriting import Span, plain
from .wording import words

MAX_FOUND = 50


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` in the currency's main unit; `currency` as three capitals (ISO 4217)."""

    start: int
    end: int
    amount: Decimal
    currency: str


# Signs and words of currencies; where several countries share one, the market says which.
_SIGNS = {
    "rp": "IDR", "idr": "IDR", "rupiah": "IDR", "perak": "IDR",
    "us$": "USD", "usd": "USD", "u$s": "USD", "bucks": "USD", "buck": "USD", "dollars": "$", "dollar": "$", "dolar": "$",
    "dólares": "$", "dolares": "$", "$": "$",
    "s$": "SGD", "sgd": "SGD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD",
    "nz$": "NZD", "nzd": "NZD", "hk$": "HKD", "hkd": "HKD", "nt$": "TWD", "ntd": "TWD", "twd": "TWD", "mx$": "MXN",
    "mxn": "MXN", "ars": "ARS", "ar$": "ARS", "clp": "CLP", "cop": "COP", "pesos": "peso", "peso": "peso", "r$": "BRL",
    "brl": "BRL", "reais": "BRL", "real": "BRL", "s/": "PEN", "soles": "PEN", "pen": "PEN",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP",
    "¥": "¥", "￥": "¥", "jpy": "JPY", "yen": "JPY", "円": "JPY", "cny": "CNY", "rmb": "CNY", "yuan": "CNY", "元": "CNY",
    "₩": "KRW", "krw": "KRW", "won": "KRW", "원": "KRW", "₹": "INR", "inr": "INR", "rs": "rupee", "rupees": "rupee",
    "rupee": "rupee", "₨": "rupee", "pkr": "PKR", "lkr": "LKR", "bdt": "BDT", "৳": "BDT", "taka": "BDT",
    "rm": "MYR", "myr": "MYR", "ringgit": "MYR", "₱": "PHP", "php": "PHP", "฿": "THB", "thb": "THB", "baht": "THB",
    "บาท": "THB", "₫": "VND", "đ": "VND", "vnd": "VND", "vnđ": "VND", "dong": "VND", "đồng": "VND",
    "₽": "RUB", "rub": "RUB", "руб": "RUB", "рублей": "RUB", "₴": "UAH", "uah": "UAH", "грн": "UAH", "zł": "PLN", "zl": "PLN",
    "pln": "PLN", "kč": "CZK", "czk": "CZK", "kr": "krona", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "chf": "CHF",
    "fr.": "CHF", "₺": "TRY", "try": "TRY", "tl": "TRY", "lira": "TRY", "₪": "ILS", "ils": "ILS", "nis": "ILS",
    "aed": "AED", "dhs": "AED", "dirham": "AED", "sar": "SAR", "riyal": "SAR", "egp": "EGP", "zar": "ZAR", "rand": "ZAR",
    "₦": "NGN", "ngn": "NGN", "naira": "NGN", "ksh": "KES", "kes": "KES", "gh₵": "GHS", "ghs": "GHS", "ft": "HUF",
    "huf": "HUF", "lei": "RON", "ron": "RON", "btc": "BTC", "usdt": "USDT", "eth": "ETH",
}  # fmt: skip
_SHARED = {
    "$": {"SG": "SGD", "AU": "AUD", "CA": "CAD", "NZ": "NZD", "HK": "HKD", "TW": "TWD", "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP"},
    "peso": {"MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "PH": "PHP", "UY": "UYU", "DO": "DOP"},
    "¥": {"JP": "JPY", "CN": "CNY"},
    "rupee": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR"},
    "krona": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "CZ": "CZK"},
}  # fmt: skip
_DEFAULTS = {"$": "USD", "peso": "MXN", "¥": "JPY", "rupee": "INR", "krona": "SEK"}
# What a price without a currency is in, where a word says that it is one.
_OF_MARKET = {
    "ID": "IDR", "US": "USD", "SG": "SGD", "MY": "MYR", "GB": "GBP", "IN": "INR", "AU": "AUD", "CA": "CAD", "BR": "BRL",
    "MX": "MXN", "JP": "JPY", "CN": "CNY", "KR": "KRW", "PH": "PHP", "TH": "THB", "VN": "VND", "RU": "RUB", "PL": "PLN",
    "TR": "TRY", "ZA": "ZAR", "NG": "NGN", "KE": "KES", "NZ": "NZD", "HK": "HKD", "TW": "TWD", "CH": "CHF", "SE": "SEK",
    "NO": "NOK", "DK": "DKK", "CZ": "CZK", "AR": "ARS", "CL": "CLP", "CO": "COP", "AE": "AED", "SA": "SAR", "UA": "UAH",
    **dict.fromkeys(words("DE FR ES IT NL BE AT PT IE FI GR SK SI EE LV LT LU MT CY HR"), "EUR"),
}  # fmt: skip
_TIMES = {
    "rb": 1_000, "ribu": 1_000, "k": 1_000, "mil": 1_000, "тыс": 1_000, "tsd": 1_000, "thousand": 1_000, "grand": 1_000,
    "jt": 1_000_000, "juta": 1_000_000, "mio": 1_000_000, "mln": 1_000_000, "million": 1_000_000, "m": 1_000_000,
    "millones": 1_000_000, "млн": 1_000_000, "triệu": 1_000_000, "tr": 1_000_000, "nghìn": 1_000, "ngàn": 1_000,
    "miliar": 1_000_000_000, "milyar": 1_000_000_000, "billion": 1_000_000_000, "bn": 1_000_000_000,
    "lakh": 100_000, "lac": 100_000, "lakhs": 100_000, "crore": 10_000_000, "cr": 10_000_000,
    "万": 10_000, "만": 10_000, "億": 100_000_000, "억": 100_000_000, "천": 1_000, "千": 1_000,
}  # fmt: skip


_LETTERED_TIMES: dict[str, object] = {word: value for word, value in _TIMES.items() if word < "\u3000"}
_SCRIPT_TIMES: dict[str, object] = {word: value for word, value in _TIMES.items() if word >= "\u3000"}


def _words(known: dict[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))


_AMOUNT = r"\d{1,3}(?:[.,' \u2019]\d{2,3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,2})?(?!\d)"
_PRICE = re.compile(
    rf"(?:(?<![^\W\d_])(?P<before>{_words(dict(_SIGNS))})[ \t.:]{{0,2}}(?=\d)"
    rf"|(?P<word>\b(?:price|harga|precio|preço|prix|preis|prezzo|cena|цена|fee|ongkir|costs?|budget|nett?|dp)\b[ \t:=]{{1,3}})"
    rf"|(?<![\w.,]))"
    rf"(?P<amount>{_AMOUNT})"
    rf"(?:[ \t]?(?P<times>{_words(_LETTERED_TIMES)})(?![^\W\d_])|[ \t]?(?P<script>{_words(_SCRIPT_TIMES)}))?"
    rf"(?:(?:,-|\.-)?[ \t]?(?P<after>{_words(dict(_SIGNS))})(?![^\W_]))?",
    re.IGNORECASE,
)
# Words and units that are also signs of currencies: where they are, or where somebody wrote them as a code.
_DOUBTFUL = {
    "ft": ("HU",), "kr": ("SE", "NO", "DK", "IS"), "try": (), "pen": (), "real": ("BR",), "won": ("KR",), "ron": (),
    "sar": (), "rs": ("IN", "PK", "LK", "NP"), "pounds": ("GB",), "cop": (), "php": (), "tl": ("TR",), "lei": ("RO",),
    "m": (), "rm": ("MY",), "kes": (), "rand": ("ZA",), "cad": (), "fr.": ("CH",), "top": (),
}  # fmt: skip
_MONEY_SEEN = re.compile(r"\d")


def prices(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of prices: an amount with a currency or with thousand, million; or a number behind the word price."""
    return [(price.start, price.end) for price in priced(text, regions)]


def priced(text: str, regions: tuple[str, ...] = ()) -> list[Price]:
    """Each price with its amount and currency."""
    read = plain(text)
    if _MONEY_SEEN.search(read.text) is None:
        return []
    found: list[Price] = []
    for match in _PRICE.finditer(read.text):
        price = _price(match, regions)
        if price is not None:
            amount, currency, start, end = price
            first, last = read.span(start, end)
            found.append(Price(first, last, amount, currency))
            if len(found) >= MAX_FOUND:
                break
    return found


def _price(match: re.Match[str], regions: tuple[str, ...]) -> tuple[Decimal, str, int, int] | None:
    before, after, word = (match[name] for name in ("before", "after", "word"))
    times = match["times"] or match["script"]
    text, end = match.string, match.end()
    if after and not _is_currency(after, regions):
        after, end = None, match.start("after")
    if before and not _is_currency(before, regions):
        before = None
    sign = before or after
    currency = (
        _currency(sign.lower(), regions)
        if sign
        else next((_OF_MARKET[one] for one in regions if one in _OF_MARKET), "")
    )
    if text[end : end + 1] in {"%", "°"} or _is_measure(text, end):
        return None
    if not sign:
        if times and times.lower() in _SLANG and not word:
            return None  # 50k may be followers
        if not (word or times) or not currency:
            return None
    if match["before"] and not before:
        return None
    start = match.start("before") if before else match.start("amount")
    amount = _number(match["amount"])
    if times:
        amount *= _TIMES[times.lower()]
        if not after:
            end = match.end("times") if match["times"] else match.end("script")
    elif not after:
        end = match.end("amount")
    return (amount, currency, start, end) if amount > 0 else None


_SLANG = frozenset({"k", "m", "tr", "cr", "mil", "bn"})
_MEASURE = re.compile(
    r"[ \t]{0,2}(?:km|kms|cm|mm|kg|gr?|ml|l|m2|sqm|gb|mb|tb|mah|inch|pcs|hours?|hrs?|jam|days?|hari|followers?|views?"
    r"|subs(?:cribers)?|people|orang|miles?|years?|tahun|bulan|months?|watts?|hz|rpm|cc|x\d)\b",
    re.IGNORECASE,
)


def _is_currency(written: str, regions: tuple[str, ...]) -> bool:
    where = _DOUBTFUL.get(written.lower())
    return where is None or (len(written) == 3 and written.isupper()) or any(region in where for region in regions)


def _is_measure(text: str, end: int) -> bool:
    return _MEASURE.match(text, end) is not None


def _currency(sign: str, regions: tuple[str, ...]) -> str:
    meant = _SIGNS[sign]
    if meant not in _SHARED:
        return meant
    return next((_SHARED[meant][one] for one in regions if one in _SHARED[meant]), _DEFAULTS[meant])


def _number(written: str) -> Decimal:
    """1.500 is fifteen hundred everywhere; 1.50 and 1,50 are one and a half; 1,50,000 is a hundred and fifty thousand."""
    digits = re.sub(r"[' \u2019]", "", written)
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return Decimal(digits)
    last = marks[-1]
    tail = digits.rpartition(last)[2]
    decimal = len(tail) <= 2 if marks.count(last) == 1 else False
    if len(tail) == 3 and len(marks) == 1 and digits.startswith("0"):
        decimal = True
    if decimal:
        whole = digits[: -len(tail) - 1].replace(".", "").replace(",", "")
        return Decimal(f"{whole or '0'}.{tail}")
    return Decimal(digits.replace(".", "").replace(",", ""))


def amounts(text: str, regions: tuple[str, ...] = ()) -> Iterator[tuple[Span, str]]:
    """Each price with `currency:amount`."""
    for price in priced(text, regions):
        yield (price.start, price.end), f"{price.currency}:{price.amount.normalize():f}"
