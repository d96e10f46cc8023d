"""Numbers that states give to people, by market: the written form finds them, checksums and dates decide.

What is written unmistakably (123-45-6789, 123.456.789-09) counts everywhere; what is only a row of digits counts in its
own market, and the weakest (nine digits with one check digit, or none) only behind a word that names it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .banking import is_card
from .rewriting import Rewritten, Span, plain, widest
from .spoken import in_digits, with_letters_read

MAX_FOUND, LEAST_DIGITS = 50, 4
ANYWHERE, MARKET, NAMED = 0, 1, 2
Check = Callable[[str], bool]


@dataclass(frozen=True)
class _Kind:
    """One way to write one country's number. `check`: a module of python-stdnum, or a function of the compact form."""

    region: str
    name: str
    level: int
    shape: str
    check: str | Check


def _any(compact: str) -> bool:
    return len(set(compact)) > 2


def _nric(compact: str) -> bool:
    """Singapore's identity card: weighted sum modulo 11, a table of letters for each series."""
    total = sum(int(digit) * weight for digit, weight in zip(compact[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    first = compact[0]
    total += {"T": 4, "G": 4, "M": 3}.get(first, 0)
    letters = "JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK" if first in "FG" else "XWUTRQPNJLK"
    return letters[total % 11] == compact[8]


def _hkid(compact: str) -> bool:
    """Hong Kong's identity card: weights 9 to 2 (letters from 10, no letter 36), modulo 11, 10 written A."""
    body, last = compact[:-1].rjust(8), compact[-1]
    values = [36 if mark == " " else int(mark, 36) for mark in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if last == "A" else int(last))) % 11 == 0 if last in "A0123456789" else False


def _taiwan(compact: str) -> bool:
    """Taiwan's identity card: the letter as two digits, weights 1 9 8 … 1 1, modulo 10."""
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(compact[0]) + 10
    digits = [first // 10, first % 10, *map(int, compact[1:])]
    return sum(a * b for a, b in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def _insurance(compact: str) -> bool:
    """The United Kingdom's national insurance number has no checksum, but prefixes that are never given."""
    return compact[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


_S = r"[ .\-]?"
_KINDS = (
    _Kind("US", "ssn", ANYWHERE, r"\d{3}-\d{2}-\d{4}", "us.ssn"),
    _Kind("US", "ssn", MARKET, r"\d{3} \d{2} \d{4}", "us.ssn"),
    _Kind("US", "ssn", NAMED, r"\d{9}", "us.ssn"),
    _Kind("US", "itin", ANYWHERE, r"9\d{2}-\d{2}-\d{4}", "us.itin"),
    _Kind("ID", "nik", MARKET, r"\d{16}|\d{4} \d{4} \d{4} \d{4}|\d{6}[ .]\d{6}[ .]\d{4}", "id.nik"),
    _Kind("ID", "npwp", ANYWHERE, r"\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}", "id.npwp"),
    _Kind("ES", "dni", MARKET, rf"\d{{8}}{_S}[A-Za-z]|\d{{2}}\.\d{{3}}\.\d{{3}}-?[A-Za-z]", "es.dni"),
    _Kind("ES", "nie", MARKET, rf"[XYZxyz]{_S}\d{{7}}{_S}[A-Za-z]", "es.nie"),
    _Kind("BR", "cpf", ANYWHERE, r"\d{3}\.\d{3}\.\d{3}-\d{2}", "br.cpf"),
    _Kind("BR", "cpf", MARKET, r"\d{11}", "br.cpf"),
    _Kind("BR", "cnpj", ANYWHERE, r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}", "br.cnpj"),
    _Kind("IN", "aadhaar", MARKET, r"[2-9]\d{3}[ \-]?\d{4}[ \-]?\d{4}", "in_.aadhaar"),
    _Kind("IN", "pan", MARKET, r"[A-Za-z]{3}[PpCcHhFfAaTtBbLlJjGg][A-Za-z]\d{4}[A-Za-z]", "in_.pan"),
    _Kind("FR", "nir", MARKET, r"[12] ?\d{2} ?\d{2} ?[0-9][0-9AaBb] ?\d{3} ?\d{3} ?\d{2}", "fr.nir"),
    _Kind("IT", "codicefiscale", ANYWHERE, r"[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]", "it.codicefiscale"),
    _Kind("DE", "idnr", NAMED, r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "de.idnr"),
    _Kind("NL", "bsn", NAMED, r"\d{4}\.?\d{2}\.?\d{3}|\d{3} \d{3} \d{3}", "nl.bsn"),
    _Kind("PL", "pesel", MARKET, r"\d{11}", "pl.pesel"),
    _Kind("SE", "personnummer", MARKET, r"(?:19|20)?\d{6}[\-+]\d{4}", "se.personnummer"),
    _Kind("NO", "fodselsnummer", MARKET, r"\d{6} ?\d{5}", "no.fodselsnummer"),
    _Kind("FI", "hetu", ANYWHERE, r"\d{6}[\-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", "fi.hetu"),
    _Kind("DK", "cpr", MARKET, r"\d{6}-\d{4}", "dk.cpr"),
    _Kind("IS", "kennitala", MARKET, r"\d{6}-?\d{4}", "is_.kennitala"),
    _Kind("BE", "nn", ANYWHERE, r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", "be.nn"),
    _Kind("BE", "nn", MARKET, r"\d{11}", "be.nn"),
    _Kind("PT", "cc", MARKET, r"\d{8} ?\d ?[A-Z]{2}\d", "pt.cc"),
    _Kind("PT", "nif", NAMED, r"\d{3} ?\d{3} ?\d{3}", "pt.nif"),
    _Kind("CN", "ric", ANYWHERE, r"\d{17}[\dXx]", "cn.ric"),
    _Kind("KR", "rrn", ANYWHERE, r"\d{6}-[1-8]\d{6}", "kr.rrn"),
    _Kind("JP", "individual", NAMED, r"\d{4}[ \-]?\d{4}[ \-]?\d{4}", "jp.in_"),
    _Kind("MY", "nric", ANYWHERE, r"\d{6}-\d{2}-\d{4}", "my.nric"),
    _Kind("MY", "nric", MARKET, r"\d{12}", "my.nric"),
    _Kind("TH", "pin", ANYWHERE, r"\d-\d{4}-\d{5}-\d{2}-\d", "th.pin"),
    _Kind("TH", "pin", MARKET, r"\d{13}", "th.pin"),
    _Kind("TR", "kimlik", MARKET, r"[1-9]\d{10}", "tr.tckimlik"),
    _Kind("ZA", "id", MARKET, r"\d{6} ?\d{4} ?\d{3}", "za.idnr"),
    _Kind("MX", "curp", ANYWHERE, r"[A-Za-z]{4}\d{6}[HMhm][A-Za-z]{5}[A-Za-z0-9]\d", "mx.curp"),
    _Kind("MX", "rfc", MARKET, r"[A-Za-zÑñ&]{4}\d{6}[A-Za-z0-9]{3}", "mx.rfc"),
    _Kind("AR", "cuit", ANYWHERE, r"(?:20|23|24|27|30|33|34)-\d{8}-\d", "ar.cuit"),
    _Kind("AR", "dni", NAMED, r"\d{2}\.?\d{3}\.?\d{3}", "ar.dni"),
    _Kind("CL", "rut", ANYWHERE, r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]", "cl.rut"),
    _Kind("CL", "rut", MARKET, r"\d{7,8}-[\dkK]", "cl.rut"),
    _Kind("CO", "cedula", NAMED, r"\d{1,3}(?:\.?\d{3}){2}(?:\.?\d{3})?", _any),
    _Kind("PE", "dni", NAMED, r"\d{8}", _any),
    _Kind("EC", "ci", NAMED, r"\d{10}", "ec.ci"),
    _Kind("DO", "cedula", ANYWHERE, r"\d{3}-\d{7}-\d", "do.cedula"),
    _Kind("AU", "tfn", NAMED, r"\d{3} ?\d{3} ?\d{3}", "au.tfn"),
    _Kind("NZ", "ird", NAMED, r"\d{2,3}[ \-]?\d{3}[ \-]?\d{3}", "nz.ird"),
    _Kind("CA", "sin", MARKET, r"\d{3}[ \-]\d{3}[ \-]\d{3}", "ca.sin"),
    _Kind("CA", "sin", NAMED, r"\d{9}", "ca.sin"),
    _Kind("CH", "ahv", ANYWHERE, r"756\.\d{4}\.\d{4}\.\d{2}", "ch.ssn"),
    _Kind("AT", "vnr", NAMED, r"\d{4} ?\d{6}", "at.vnr"),
    _Kind("IE", "pps", MARKET, r"\d{7}[A-Wa-w][ABWabw]?", "ie.pps"),
    _Kind("IL", "id", NAMED, r"\d{9}", "il.idnr"),
    _Kind("BG", "egn", MARKET, r"\d{10}", "bg.egn"),
    _Kind("RO", "cnp", MARKET, r"[1-9]\d{12}", "ro.cnp"),
    _Kind("CZ", "rc", MARKET, r"\d{6}/\d{3,4}", "cz.rc"),
    _Kind("SK", "rc", MARKET, r"\d{6}/\d{3,4}", "sk.rc"),
    _Kind("GR", "amka", MARKET, r"\d{11}", "gr.amka"),
    _Kind("HR", "oib", MARKET, r"\d{11}", "hr.oib"),
    _Kind("SI", "emso", MARKET, r"\d{13}", "si.emso"),
    _Kind("EE", "ik", MARKET, r"[1-8]\d{10}", "ee.ik"),
    _Kind("LT", "asmens", MARKET, r"[1-8]\d{10}", "lt.asmens"),
    _Kind("PK", "cnic", ANYWHERE, r"\d{5}-\d{7}-\d", "pk.cnic"),
    _Kind("PK", "cnic", MARKET, r"\d{13}", "pk.cnic"),
    _Kind("RU", "inn", MARKET, r"\d{12}", "ru.inn"),
    _Kind("UA", "rntrc", NAMED, r"\d{10}", "ua.rntrc"),
    _Kind("GB", "nino", MARKET, rf"[A-CEGHJ-PR-TW-Z]{{2}}(?:{_S}\d{{2}}){{3}}{_S}[A-D]", _insurance),
    _Kind("GB", "nhs", NAMED, r"\d{3}[ \-]?\d{3}[ \-]?\d{4}", "gb.nhs"),
    _Kind("SG", "nric", ANYWHERE, r"[STFGMstfgm]\d{7}[A-Za-z]", _nric),
    _Kind("HK", "hkid", ANYWHERE, r"[A-Z]{1,2}\d{6}\([0-9A]\)", _hkid),
    _Kind("HK", "hkid", MARKET, r"[A-Z]{1,2}\d{6}[0-9A]", _hkid),
    _Kind("TW", "id", ANYWHERE, r"[A-Z][12]\d{8}", _taiwan),
    _Kind("VN", "cccd", NAMED, r"\d{12}|\d{9}", _any),
    _Kind("PH", "philsys", NAMED, r"\d{4}-?\d{4}-?\d{4}(?:-?\d{4})?", _any),
    _Kind("", "passport", NAMED, r"[A-Z]{1,3}\d{5,8}[A-Z]?|\d{8,9}", _any),
)
# Words before a number that say whose it is; the regions they stand for, all where they only say that it is one.
_NAMES = {
    "ssn|social security|soc sec": "US",
    "itin|tax(?:payer)? id": "US",
    "nik|ktp|npwp|nomor induk": "ID",
    "dni|nif|nie": "ES PT AR PE",
    "cpf|cnpj|rg": "BR",
    "aadhaar|aadhar|pan": "IN",
    "nir|sécurité sociale|securite sociale": "FR",
    "codice fiscale|c\\.?f": "IT",
    "steuer-?id|idnr|steueridentifikationsnummer": "DE",
    "bsn|burgerservicenummer": "NL",
    "pesel": "PL",
    "personnummer|fødselsnummer|fodselsnummer|cpr|hetu|henkilötunnus|kennitala": "SE NO DK FI IS",
    "rijksregisternummer|numéro national|registre national": "BE",
    "身份证|身份證": "CN TW HK",
    "주민등록번호": "KR",
    "マイナンバー|my number": "JP",
    "nric|mykad|fin": "MY SG",
    "บัตรประชาชน": "TH",
    "kimlik|tckn|t\\.?c": "TR",
    "curp|rfc": "MX",
    "cuit|cuil": "AR",
    "rut|run": "CL",
    "cédula|cedula|c\\.?c": "CO EC DO",
    "tfn|tax file": "AU",
    "ird": "NZ",
    "sin|social insurance": "CA",
    "ahv|avs": "CH",
    "sozialversicherungsnummer|svnr": "AT",
    "pps|ppsn": "IE",
    "teudat zehut|תעודת זהות": "IL",
    "egn|егн": "BG",
    "cnp": "RO",
    "rodné číslo|rodne cislo|r\\.?č": "CZ SK",
    "amka": "GR",
    "oib": "HR",
    "emšo|emso": "SI",
    "isikukood|asmens kodas": "EE LT",
    "cnic|nadra": "PK",
    "инн|inn|паспорт": "RU UA",
    "nino|national insurance|ni number": "GB",
    "nhs": "GB",
    "hkid": "HK",
    "cccd|cmnd|căn cước": "VN",
    "philsys|philid": "PH",
    "passport|paspor|pasaporte|passeport|reisepass|passaporto|pasport": "",
    "national id|id (?:card|number|no)|identity (?:card|number)|citizen id|no(?:mor)? identitas|kartu identitas": "*",
}
_NAMED = re.compile(
    r"(?<![^\W_])(?:" + "|".join(f"(?P<n{at}>{words})" for at, words in enumerate(_NAMES)) + r")(?![^\W_])",
    re.IGNORECASE,
)
_FIRST = frozenset(re.findall(r"(?<![a-z])[a-z]+", " ".join(_NAMES)))
_BETWEEN = re.compile(
    r"\s*(?:card|number|num|no|nr|nº|n°|nomor|id|is|adalah|es|é|ist|:|#|=|-|\.|\s|\()*\Z", re.IGNORECASE
)
_START = re.compile(r"(?<![\w\-.+/@#])[A-Za-z0-9]")
_END = r"(?![\w@]|[\-/.]\d)"
WINDOW, MOST_TRIES = 24, 1_000


def national_ids(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of national identity, tax and insurance numbers of people, as the markets write them."""
    return [span for span, _ in identities(text, regions)]


def identities(text: str, regions: tuple[str, ...] = ()) -> list[tuple[Span, str]]:
    """Each such number with `country:kind:number`."""
    read = plain(text)
    found: dict[Span, str] = {}
    if sum(map(str.isdigit, read.text)) >= LEAST_DIGITS:
        _look(read, regions, found)
    for hidden in (with_letters_read(read), in_digits(read)):
        if hidden is not None:
            _look(hidden[0], regions, found)
    return [(span, found[span]) for span in widest(found)][:MAX_FOUND]


def _look(read: Rewritten, regions: tuple[str, ...], found: dict[Span, str]) -> None:
    text = read.text
    named = list(_named(text))
    own = [
        (kind, _compiled(kind.shape))
        for kind in _KINDS
        if kind.level == ANYWHERE or (kind.level == MARKET and kind.region in regions)
    ]
    tries = 0
    for token in _START.finditer(text):
        start = token.start()
        if sum(map(str.isdigit, text[start : start + WINDOW])) < LEAST_DIGITS:
            continue
        tries += 1
        if tries > MOST_TRIES or len(found) >= MAX_FOUND:
            return
        said = [meant for at, meant in named if 0 <= start - at <= 25 and _BETWEEN.match(text, at, start)]
        by_name = [kind for kind in _KINDS if any(_about(kind, meant) for meant in said)] if said else []
        for kind, shape in (*own, *((kind, _compiled(kind.shape)) for kind in by_name)):
            match = shape.match(text, start)
            if match is None:
                continue
            compact = re.sub(r"[\s.\-/()]", "", match.group()).upper()
            if (not said and len(compact) == 16 and is_card(compact)) or not _passes(kind, match.group(), compact):
                continue
            found.setdefault(read.span(*match.span()), f"{kind.region}:{kind.name}:{compact}")
            break


def _named(text: str) -> Iterator[tuple[int, str]]:
    """Where each word that names a number ends, and the regions it stands for."""
    meanings = list(_NAMES.values())
    lowered = text.lower()
    if text.isascii() and _FIRST.isdisjoint(re.findall(r"[a-z]+", lowered)):
        return
    for match in _NAMED.finditer(text):
        yield match.end(), meanings[int(str(match.lastgroup)[1:])]


def _about(kind: _Kind, said: str) -> bool:
    return said == "*" or (kind.region in said.split() if kind.region else not said)


@lru_cache(maxsize=128)
def _compiled(shape: str) -> re.Pattern[str]:
    return re.compile(f"(?:{shape}){_END}", re.ASCII)


def _passes(kind: _Kind, written: str, compact: str) -> bool:
    if len(set(compact)) == 1:
        return False
    if callable(kind.check):
        return kind.check(compact)
    module = importlib.import_module(f"stdnum.{kind.check}")
    # Some need their separator: the sign in a Finnish number tells the century.
    given = written if kind.check in {"fi.hetu", "se.personnummer", "cz.rc", "sk.rc"} else compact
    return bool(module.is_valid(given))
