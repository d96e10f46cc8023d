"""Bank accounts and payment cards: their checksums decide, spans in the original text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .rewriting import Rewritten, Span, plain, widest
from .spoken import in_digits, with_letters_read

MAX_FOUND = 50

# IBAN (ISO 13616): two letters, two check digits, and as many marks as the country says.
_LENGTHS = dict(
    zip(
        ["AD", "AE", "AL", "AT", "AZ", "BA", "BE", "BG", "BH", "BI", "BR", "BY", "CH", "CR", "CY", "CZ", "DE", "DJ", "DK", "DO", "EE", "EG", "ES", "FI", "FK", "FO", "FR", "GB", "GE", "GI", "GL", "GR", "GT", "HN", "HR", "HU", "IE", "IL", "IQ", "IS", "IT", "JO", "KW", "KZ", "LB", "LC", "LI", "LT", "LU", "LV", "LY", "MC", "MD", "ME", "MK", "MN", "MR", "MT", "MU", "NI", "NL", "NO", "OM", "PK", "PL", "PS", "PT", "QA", "RO", "RS", "RU", "SA", "SC", "SD", "SE", "SI", "SK", "SM", "SO", "ST", "SV", "TL", "TN", "TR", "UA", "VA", "VG", "XK", "YE"],
        (
            24, 23, 28, 20, 28, 20, 16, 22, 22, 27, 29, 28, 21, 22, 28, 24, 22, 27, 18, 28, 20, 29, 24, 18, 18, 18, 27, 22,
            22, 23, 18, 27, 28, 28, 21, 28, 22, 23, 23, 26, 27, 30, 30, 20, 28, 32, 21, 20, 20, 21, 25, 27, 24, 22, 19, 20,
            27, 31, 30, 28, 18, 15, 23, 24, 28, 29, 25, 29, 24, 22, 33, 24, 31, 18, 24, 19, 24, 27, 23, 25, 28, 23, 24, 26,
            29, 22, 24, 20, 30,
        ),
        strict=True,
    )
)  # fmt: skip
_IBAN_START = re.compile(r"(?<![^\W_])[A-Za-z]{2}[ .\-]?\d[ .\-]?\d(?=[ .\-]{0,2}[A-Za-z0-9])")


def ibans(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of IBANs whose length and check digits are right, in groups or not."""
    del regions
    return [span for span, _ in bank_accounts(text)]


@lru_cache(maxsize=4)
def bank_accounts(text: str) -> tuple[tuple[Span, str], ...]:
    """Each IBAN with its compact form."""
    read = plain(text)
    found: dict[Span, str] = {}
    for reading in _readings(read, least=12):
        for start in _IBAN_START.finditer(reading.text):
            taken = _iban(reading.text, start.start())
            if taken is not None:
                found[reading.span(start.start(), taken[0])] = taken[1]
            if len(found) >= MAX_FOUND:
                break
    return tuple((span, found[span]) for span in widest(found))


def _iban(text: str, start: int) -> tuple[int, str] | None:
    marks: list[str] = []
    length, at, gap = 4, start, 0
    while len(marks) < length and at < len(text):
        mark = text[at]
        if mark.isascii() and mark.isalnum():
            marks.append(mark.upper())
            gap = 0
            if len(marks) == 2:
                length = _LENGTHS.get("".join(marks), 0)
        elif mark in " .-\u00a0" and gap < 2:
            gap += 1
        else:
            break
        at += 1
    if not length or len(marks) != length or (at < len(text) and text[at].isalnum()):
        return None
    compact = "".join(marks)
    number = "".join(str(int(mark, 36)) for mark in compact[4:] + compact[:4])
    return (at, compact) if compact[2:4].isdigit() and int(number) % 97 == 1 else None


# Cards: ranges of issuers (ISO/IEC 7812) with their lengths, and Luhn's checksum.
_ISSUERS = (
    ("4", (13, 16, 19)),
    ("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),
    ("3[47]", (15,)),
    ("30[0-5]|309|36|38|39", (14, 16)),
    ("6011|64[4-9]|65", (16, 19)),
    ("35", (16, 19)),
    ("2131|1800", (15,)),
    ("62|81", (16, 17, 18, 19)),
    ("220[0-4]", (16,)),
    ("60|82|508", (16,)),
    ("5018|5020|5038|5[678]|6304|6390|67|0604", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("9792", (16,)),
    ("606282|637", (16,)),
)
_CARD = [(re.compile(f"(?:{ranges})"), lengths) for ranges, lengths in _ISSUERS]
_CARD_RUN = re.compile(r"(?<![\w.+@\-/])\d(?:[ \t\-.·]{0,2}\d){11,22}(?![^\W_])")
_CARD_BEFORE = re.compile(
    r"\b(?:card|cc|credit|debit|visa|master\s?card|amex|kartu|tarjeta|carte|karte|cart[aã]o|карт\w*|pan|number|no|nomor)\b",
    re.IGNORECASE,
)
_NOT_CARD = re.compile(
    r"\b(?:imei|isbn|ean|upc|gtin|order|pesanan|pedido|invoice|inv|faktur|tracking|awb|resi|parcel|shipment|serial|s/?n|sku"
    r"|part|p/?n|model|vin|ticket|tiket|nik|ktp|npwp|iccid|imsi|asin|item|article|ref|reference|booking|case|id)"
    r"(?:\s*(?:number|num|no|nr|nomor|code|kode|id))?\s*(?:is|adalah)?\s*[.:#=]*\s*$",
    re.IGNORECASE,
)
_LONG_LENGTHS = (19, 18, 17, 16, 15, 14, 13, 12)


def cards(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of payment card numbers: an issuer's range and length, and the right checksum."""
    del regions
    return [span for span, _ in card_numbers(text)]


@lru_cache(maxsize=4)
def card_numbers(text: str) -> tuple[tuple[Span, str], ...]:
    """Each card number with its digits."""
    read = plain(text)
    found: dict[Span, str] = {}
    for reading in _readings(read, least=12):
        for run in _CARD_RUN.finditer(reading.text):
            for start, end, digits in _cards_in(reading.text, run):
                found[reading.span(start, end)] = digits
            if len(found) >= MAX_FOUND:
                break
    return tuple((span, found[span]) for span in widest(found))


def _cards_in(text: str, run: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """The longest card that begins where the run does and ends where a group of digits does."""
    before = text[max(0, run.start() - 30) : run.start()]
    named = _NOT_CARD.search(before)
    if before[-1:] == "#" or (
        named is not None and not _CARD_BEFORE.search(before[: named.start()] + named.group()[:0])
    ):
        return
    places = [at for at in range(run.start(), run.end()) if text[at].isdigit()]
    digits = "".join([text[at] for at in places])
    for length in _LONG_LENGTHS:
        if length > len(digits):
            continue
        touched = length < len(digits) and places[length] == places[length - 1] + 1
        if not touched and is_card(digits[:length]):
            yield places[0], places[length - 1] + 1, digits[:length]
            return


def is_card(digits: str) -> bool:
    """Whether an issuer has numbers like this and the last digit is right (Luhn, ISO/IEC 7812-1 annex B)."""
    if len(set(digits)) < 2 or not any(
        len(digits) in lengths and ranges.match(digits) is not None for ranges, lengths in _CARD
    ):
        return False
    return luhn(digits)


def luhn(digits: str) -> bool:
    total = sum(map(int, digits[-1::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def _readings(read: Rewritten, *, least: int) -> Iterator[Rewritten]:
    """The text as it stands and, where they differ, with letters and words as the digits they stand for."""
    if sum(map(str.isdigit, read.text)) >= least:
        yield read
    for hidden in (with_letters_read(read), in_digits(read)):
        if hidden is not None:
            yield hidden[0]
