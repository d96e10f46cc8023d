"""Addresses of crypto-currencies: the shape finds them, their own checksums decide. Spans in the original text.

Sources: Base58Check (Bitcoin's developer reference), BIP 173 and BIP 350 (bech32, bech32m), EIP-55 (Ethereum),
the CashAddr specification, CRC-16/XMODEM as Stellar (SEP-23) and TON use it, Keccak (FIPS 202 without its padding).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

from .rewriting import Span, plain, widest

MAX_FOUND, MOST_TRIES = 50, 500
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_TOKEN = re.compile(
    r"(?<![^\W_])(?:(?:bitcoincash|bchtest|ton|ethereum|bitcoin|tron|litecoin):)?[A-Za-z0-9_\-]{25,130}(?![^\W_])"
)
_HEX = re.compile(r"0x[0-9a-fA-F]{40}")
_SOLANA_NEAR = re.compile(r"\b(?:sol|solana|phantom|spl)\b", re.IGNORECASE)
# First byte of Base58Check payloads of 21 bytes.
_VERSIONS = {0x00: "BTC", 0x05: "BTC", 0x30: "LTC", 0x32: "LTC", 0x1E: "DOGE", 0x16: "DOGE", 0x41: "TRX", 0x4C: "DASH"}
_PREFIXES = {"bc": "BTC", "ltc": "LTC", "addr": "ADA", "stake": "ADA", "cosmos": "ATOM", "bnb": "BNB", "osmo": "OSMO"}


def crypto_addresses(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of crypto-currency addresses with a right checksum (or, where the kind has none, the right shape)."""
    del regions
    return [span for span, _ in wallets(text)]


@lru_cache(maxsize=4)
def wallets(text: str) -> tuple[tuple[Span, str], ...]:
    """Each address, with `currency:address`; 0x… and bech32 in small letters, which mean the same."""
    read = plain(text)
    found: dict[Span, str] = {}
    for tried, match in enumerate(_TOKEN.finditer(read.text)):
        if tried >= MOST_TRIES or len(found) >= MAX_FOUND:
            break
        word = match.group()
        if word.isalpha() or word.isdigit():
            continue
        for start, end, value in _wallet(read.text, match.start(), word):
            found[read.span(start, end)] = value
    return tuple((span, found[span]) for span in widest(found))


def _wallet(text: str, start: int, word: str) -> Iterator[tuple[int, int, str]]:
    scheme, colon, rest = word.partition(":")
    if colon and scheme != "bitcoincash":
        start, word = start + len(scheme) + 1, rest
    end = start + len(word)
    if _HEX.fullmatch(word):
        if _eip55(word[2:]):
            yield start, end, f"ETH:{word.lower()}"
        return
    kind = (
        _base58check(word)
        or _bech32(word)
        or _ripple(word)
        or _cashaddr(word)
        or _stellar(word)
        or _ton(word)
        or _monero(word)
        or _solana(word, text, start)
    )
    if kind:
        yield (
            start,
            end,
            f"{kind}:{word.lower() if kind in {'BCH', *_PREFIXES.values()} and '1' in word[:6] and word[:1] not in '13' else word}",
        )


def _digits58(word: str, alphabet: str) -> bytes | None:
    number = 0
    for mark in word:
        at = alphabet.find(mark)
        if at < 0:
            return None
        number = number * 58 + at
    zeros = len(word) - len(word.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _checked58(word: str, alphabet: str) -> bytes | None:
    if not 25 <= len(word) <= 36:
        return None
    raw = _digits58(word, alphabet)
    if raw is None or len(raw) != 25:
        return None
    check = hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4]
    return raw[:21] if check == raw[21:] else None


def _base58check(word: str) -> str:
    raw = _checked58(word, _BASE58)
    return _VERSIONS.get(raw[0], "") if raw else ""


def _ripple(word: str) -> str:
    return "XRP" if word.startswith("r") and _checked58(word, _RIPPLE) else ""


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                check ^= generator
    return check


def _bech32(word: str) -> str:
    if word not in {word.lower(), word.upper()}:
        return ""
    prefix, one, data = word.lower().rpartition("1")
    if not one or prefix not in _PREFIXES or len(data) < 7 or any(mark not in _BECH32 for mark in data):
        return ""
    expanded = [ord(mark) >> 5 for mark in prefix] + [0] + [ord(mark) & 31 for mark in prefix]
    check = _polymod([*expanded, *map(_BECH32.index, data)])
    return _PREFIXES[prefix] if check in {1, 0x2BC830A3} else ""


def _cashaddr(word: str) -> str:
    prefix, colon, data = word.lower().rpartition(":")
    if (colon and prefix != "bitcoincash") or len(data) != 42 or data[0] not in "qp":
        return ""
    if any(mark not in _BECH32 for mark in data):
        return ""
    check = 1
    for value in [*(ord(mark) & 31 for mark in "bitcoincash"), 0, *map(_BECH32.index, data)]:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        generators = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
        for bit, generator in enumerate(generators):
            if top >> bit & 1:
                check ^= generator
    return "BCH" if check == 1 else ""


def _stellar(word: str) -> str:
    if len(word) != 56 or word[0] != "G" or not re.fullmatch("[A-Z2-7]+", word):
        return ""
    raw = base64.b32decode(word)
    return "XLM" if binascii.crc_hqx(raw[:33], 0) == int.from_bytes(raw[33:], "little") else ""


def _ton(word: str) -> str:
    if len(word) != 48 or word[:2] not in {"EQ", "UQ", "kQ", "0Q"}:
        return ""
    raw = base64.urlsafe_b64decode(word)
    return "TON" if binascii.crc_hqx(raw[:34], 0) == int.from_bytes(raw[34:], "big") else ""


def _monero(word: str) -> str:
    if len(word) not in {95, 106} or word[0] not in "48":
        return ""
    sizes = {11: 8, 7: 5}
    raw = b""
    for at in range(0, len(word), 11):
        block = word[at : at + 11]
        number = 0
        for mark in block:
            digit = _BASE58.find(mark)
            if digit < 0:
                return ""
            number = number * 58 + digit
        size = sizes.get(len(block))
        if size is None or number >= 256**size:
            return ""
        raw += number.to_bytes(size, "big")
    return "XMR" if keccak256(raw[:-4])[:4] == raw[-4:] else ""


def _solana(word: str, text: str, start: int) -> str:
    """Without a checksum: 32 bytes in Base58, beside a word that says so."""
    if not 32 <= len(word) <= 44 or not _SOLANA_NEAR.search(text[max(0, start - 60) : start + len(word) + 30]):
        return ""
    if word.islower() or word.isupper() or not any(map(str.isdigit, word)):
        return ""
    raw = _digits58(word, _BASE58)
    return "SOL" if raw is not None and len(raw) == 32 else ""


def _eip55(digits: str) -> bool:
    """Small or capital letters only have no checksum; mixed ones must have the right one."""
    if digits in {digits.lower(), digits.upper()}:
        return len(set(digits.lower())) > 3
    marks = keccak256(digits.lower().encode()).hex()
    return all(
        not mark.isalpha() or mark.isupper() == (int(check, 16) >= 8)
        for mark, check in zip(digits, marks[:40], strict=True)
    )


_ROTATIONS = ((0, 36, 3, 41, 18), (1, 44, 10, 45, 2), (62, 6, 43, 15, 61), (28, 55, 25, 21, 56), (27, 20, 39, 8, 14))
_ROUNDS = (
    0x1, 0x8082, 0x800000000000808A, 0x8000000080008000, 0x808B, 0x80000001, 0x8000000080008081, 0x8000000000008009,
    0x8A, 0x88, 0x80008009, 0x8000000A, 0x8000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080,
    0x80000001, 0x8000000080008008,
)  # fmt: skip
_MASK = (1 << 64) - 1


def _turned(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK if by else lane


def keccak256(message: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: SHA-3's sponge with the padding of the submission (hashlib has only SHA-3)."""
    rate = 136
    padded = bytearray(message) + b"\x01" + bytes(-(len(message) + 1) % rate)
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for block in range(0, len(padded), rate):
        for word in range(rate // 8):
            at = block + 8 * word
            lanes[word % 5][word // 5] ^= int.from_bytes(padded[at : at + 8], "little")
        for constant in _ROUNDS:
            parity = [lane[0] ^ lane[1] ^ lane[2] ^ lane[3] ^ lane[4] for lane in lanes]
            mixed = [parity[x - 1] ^ _turned(parity[(x + 1) % 5], 1) for x in range(5)]
            moved = [[0] * 5 for _ in range(5)]
            for x in range(5):
                for y in range(5):
                    moved[y][(2 * x + 3 * y) % 5] = _turned(lanes[x][y] ^ mixed[x], _ROTATIONS[x][y])
            lanes = [
                [moved[x][y] ^ (~moved[(x + 1) % 5][y] & moved[(x + 2) % 5][y]) & _MASK for y in range(5)]
                for x in range(5)
            ]
            lanes[0][0] ^= constant
    return b"".join(lanes[word % 5][word // 5].to_bytes(8, "little") for word in range(4))
