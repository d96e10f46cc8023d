"""Personal data in a text: spans to show, to mark or to take out. Pure, spans in the original text.

For redaction a miss is worse than a harmless number too much, and often nobody knows the market: telephone numbers are
taken here in every usual grouping, valid in a region or not. Names and postal addresses are not looked for.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .addresses import emails, urls
from .banking import cards, ibans
from .crypto import crypto_addresses
from .handles import handles
from .national import national_ids
from .phones import phones
from .prices import prices
from .rewriting import Span, plain

# Where kinds overlap, what stands first wins: a card is also a row of digits.
KINDS = ("email", "url", "iban", "card", "crypto", "id", "ip", "phone", "handle")


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """`type` is one of `KINDS`; `start` and `end` count code points of the original text."""

    start: int
    end: int
    type: str


def personal_spans(text: str, regions: tuple[str, ...] = ()) -> list[PersonalSpan]:
    """Personal data in order, without overlap. `regions`: markets whose national forms count, such as ("ID",)."""
    found: list[PersonalSpan] = []
    taken = bytearray(len(text))
    for kind in KINDS:
        for start, end in sorted(_of(kind, text, regions), key=lambda span: span[0] - span[1]):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(PersonalSpan(start, end, kind))
    return sorted(found, key=lambda span: span.start)


def redacted(text: str, regions: tuple[str, ...] = ()) -> str:
    """The text with each piece of personal data as its type in brackets: [phone], [email] …"""
    parts, at = [], 0
    for span in personal_spans(text, regions):
        parts += [text[at : span.start], f"[{span.type}]"]
        at = span.end
    return "".join([*parts, text[at:]])


def _of(kind: str, text: str, regions: tuple[str, ...]) -> list[Span]:
    match kind:
        case "email":
            return emails(text)
        case "url":
            return urls(text)
        case "iban":
            return ibans(text)
        case "card":
            return cards(text)
        case "crypto":
            return crypto_addresses(text)
        case "id":
            return national_ids(text, regions)
        case "ip":
            return list(_ip_addresses(text))
        case "phone":
            return [*phones(text, regions), *_written_numbers(text, regions)]
    return handles(text)


_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{2,39}(?::\d{1,3}(?:\.\d{1,3}){3})?)(?![\w:]|\.\d)"
)
_VERSION_BEFORE = re.compile(r"(?:\b(?:version|ver|release|build|firmware)|\bv)\.?\s*\Z", re.IGNORECASE)


def _ip_addresses(text: str) -> Iterator[Span]:
    if text.count(".") < 3 and text.count(":") < 2:
        return
    for match in _IP.finditer(text):
        piece = match.group()
        if (piece.count(".") == 3 or piece.count(":") > 1) and not _VERSION_BEFORE.search(text[: match.start()][-20:]):
            try:
                ipaddress.ip_address(piece)
            except ValueError:
                continue
            if piece != "::":
                yield match.span()


# Telephone numbers as people group them, anywhere.

_GAP = r"(?:[ .\-\u00a0]|\) ?| ?\(|\)-)"
_WRITTEN = re.compile(
    rf"(?<![\w.,/+\-#@:$€£¥%&=])(?P<number>(?:\+|00)?\(?\d{{1,5}}(?:{_GAP}?\(?\d{{1,8}}\)?){{0,6}})"
    r"(?P<extension>\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![\w@]|[.,/:\-]\d|%)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d|(?:19|20)\d\d[-/. ][01]?\d[-/. ][0-3]?\d)(?!\d)|(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d\Z"
)
_NOT_NUMBER = re.compile(
    r"\b(?:part|p/?n|sku|serial|s/?n|model|type|tipe|isbn|issn|ean|upc|imei|vin|barcode|article|order|invoice|resi|awb|tracking"
    r"|code|kode|ref(?:erence)?|ticket|account|acct|policy|case|item|zip|postal|postcode|box|psc|unit|suite|apt|apartment|room"
    r"|flat|licen[cs]e|permit|plate|version|chapter|page|section|price|harga|total|amount|score|year|model no|flight|gate)"
    r"(?:\s*(?:number|num|no|nr|nomor|code|id|is))?\s*[.:#]*\s*\Z",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:call|called|calling|tel|telp|telepon|telephone|phone|ph|mobile|cell|cellphone|text|sms|wa|whatsapp|hp|hubungi|kontak"
    r"|contact|fax|reach|ring|dial|number|no|office|home|work|hotline)\b[\s\w.:;,=\-(]{0,12}\Z",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"[ \t]+(?:[^\W\d_]+[ \t]+){0,3}(?:street|st|avenue|ave|road|rd|drive|lane|court|place|square|way|boulevard|blvd|crescent"
    r"|terrace|jalan|jl|rue|via|calle|avda|ulica|ul|strasse|straße)\b",
    re.IGNORECASE,
)
_MEASURE_AFTER = re.compile(
    r"\s{0,2}(?:km|cm|mm|m|kg|g|gb|mb|mah|%|rb|ribu|jt|juta|usd|eur|idr|dollars?|euros?|rupiah|people|views|followers|hours|years"
    r"|days|pcs|units?)\b",
    re.IGNORECASE,
)


def _written_numbers(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Numbers of 7 to 15 digits, grouped like a telephone number's, that are nothing else."""
    read = plain(text)
    if sum(map(str.isdigit, read.text)) < 7:
        return
    money = prices(text, regions)
    for match in _WRITTEN.finditer(read.text):
        number = match["number"]
        if _is_written_number(number, read.text, match.start(), match.end(), extended=bool(match["extension"])):
            span = read.span(*match.span())
            if not any(start < span[1] and span[0] < end for start, end in money):
                yield span


def _is_written_number(number: str, text: str, start: int, end: int, *, extended: bool) -> bool:
    groups = re.findall(r"\d+", number)
    digits = sum(map(len, groups))
    if not 7 <= digits <= 15 or _DATE.match(number) or _MEASURE_AFTER.match(text, end):
        return False
    steps = {int(other) - int(one) for one, other in pairwise(groups)}
    years = all(len(group) == 4 and 1900 <= int(group) < 2100 for group in groups)
    if years or (len(groups) > 2 and len(steps) == 1):
        return False  # sizes 36 37 38 39, the years 2019 2021 2022
    before = text[max(0, start - 30) : start]
    if _NOT_NUMBER.search(before):
        return False
    if number.startswith(("+", "(", "00")) or extended:
        return True
    called = _CALL.search(before) is not None
    if len(groups) == 1:  # a row of digits tells little
        return 9 <= digits <= 12 if called else digits in {10, 11}
    if len(groups) == 2 and len(max(groups, key=len)) == 5:  # a postal code and a house number
        return called
    if len(groups) == 2 and (_STREET.match(text, end) or (len(groups[0]) > 3 and len(groups[1]) < 4)):
        return False  # a house number behind a postal code
    return called or len(groups) > 2 or min(map(len, groups)) >= 2
