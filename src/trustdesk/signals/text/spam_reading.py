"""What the spam heads read of a text: its words with everything replaced that differs from platform to platform, and a
few dozen things countable in any language.

A head that learns the headers of one mailing list, one carrier's short numbers or one site's mark-up fails on the next
platform. So mark-up, headers and quotes go, addresses become their kind (shortener, messenger, free host, bare number…),
money, numbers and codes become words, and letters lose their disguise.
"""

import html
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trustdesk.signals.text.spam_words import GROUPS, MESSENGERS, SHORTENERS, hits
from trustdesk.signals.text.urlharm_words import FREE_HOSTS, RISKY_TLDS

# Of a longer text the beginning and the end are read: the bait and the way to reach its writer.
HEAD, TAIL = 2_000, 500

_TAG = re.compile(r"<(?:/?[a-zA-Z!][^<>]{0,300})>")
_HEADER = re.compile(
    r"^(?:from|to|cc|bcc|date|sent|subject|reply-to|return-path|received|message-id|x-[\w-]+|content-[\w-]+|mime-version"
    r"|list-[\w-]+|sender|precedence)\s*:.*$",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]{0,3}(?:>|\|).*$", re.MULTILINE)
_LIST_TAG = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg)\s*:\s*|\[[\w .-]{2,24}\]\s*)+", re.IGNORECASE)
_LOOSE = re.compile(r"(?<=\w) (?=[.,:;!?'/@)])|(?<=[.'/@(]) (?=\w)")
_LINK = re.compile(
    r"(?:https?\s?:\s?/\s?/\s?|hxxps?://|www\s?\.\s?)[^\s<>\"']{1,300}"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,40}\.){1,3}(?:com|net|org|info|biz|ru|cn|top|xyz|online|site|shop|club|live|io|me|ly|co|cc"
    r"|app|dev|vip|asia|id|th|uk|de|fr|in|tk|link|gl|gd|to|tv|us|eu|pro|fun|icu|page|store|win|bid|work|click|ee|be|am)\b"
    r"(?:/[^\s<>\"']{0,200})?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{1,20}){1,3}")
_FREE_MAIL = re.compile(
    r"@(?:gmail|yahoo|hotmail|outlook|live|aol|mail|gmx|proton|qq|163|yandex|ymail)\w{0,6}\.", re.IGNORECASE
)
_USER = re.compile(r"(?<![\w@])@[\w.]{2,30}")
_HASHTAG = re.compile(r"(?<!\w)#(?=[^\W\d])")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{2,10}\b")
_MONEY = re.compile(
    r"(?:[$£€¥₦₹₱₫₩฿]|\b(?:rp|idr|usd|us\$|gbp|eur|rm|rs|php|vnd|thb|ngn|inr|sgd|usdt|btc|eth)\.?)\s?(\d[\d.,]{0,14})\s?"
    r"(k|m|rb|ribu|jt|juta|million|billion|bn|thousand)?"
    r"|(\d[\d.,]{0,14})\s?(?:([km])?(?:[$£€¥₦₹₱₫₩฿]|usdt?\b|dollars?\b|pounds?\b|euros?\b|rupiah\b|rupees?\b|baht\b|บาท|บ\.|naira\b"
    r"|p\b|pence\b|元|円|원|đ|vnd\b|dong\b|руб\w*|usd\b|btc\b|eth\b)|(rb|ribu|jt|juta|million|billion)\b)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.])\+?\d(?:[\s().\-xX]{0,2}[\dXx*]){8,14}(?!\w)")
_CODE = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])\w{5,}|\b[A-Za-z0-9]{20,}\b")
_WALLET = re.compile(
    r"\b(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{20,60}|T[1-9A-HJ-NP-Za-km-z]{33}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b"
)
_SHORT_NUMBER = re.compile(r"(?<![\w.,])\d{4,6}(?![\w.,]*\d)")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_DIGIT = re.compile(r"\d")
_STRETCHED = re.compile(r"(.)\1{2,}")
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_WORD = re.compile(r"\w+")
_HOST = re.compile(r"^(?:\w+\s?:\s?/\s?/\s?)?(?:[^/@\s]*@)?([^/:?#\s]+)")
_IP = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")

# What becomes a word of its own kind is counted on the way.
TYPED = (
    "links",
    "shortener",
    "messenger",
    "free host",
    "risky ending",
    "bare number host",
    "plain host",
    "mail address",
    "free mail address",
    "phone",
    "short number",
    "money",
    "large money",
    "wallet",
    "code",
)
FEATURES = (
    *(f"has {name}" for name in GROUPS),
    *(f"much {name}" for name in GROUPS),
    *TYPED,
    "mentions",
    "hashtags",
    "cashtags",
    "exclamations",
    "question marks",
    "capital words",
    "capitals",
    "digits",
    "emoji",
    "length",
    "long",
    "short",
    "lines",
    "marked up",
    "quotes",
    "answers",
    "hidden letters",
    "mixed scripts",
    "letters",
    "you",
    "i",
    "link and call",
    "money and link",
    "money and contact",
)


@dataclass(frozen=True)
class Reading:
    """`words`: the text as the n-gram heads read it. `traits`: FEATURES as numbers from 0 to about 3."""

    words: str
    traits: Any


def read(text: str) -> Reading:
    """Of any text, in time bounded by HEAD + TAIL code points."""
    raw = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"
    raw = raw.encode("utf-8", "replace").decode("utf-8")
    found: dict[str, float] = {}
    plain, hidden = _undisguised(raw)
    found["hidden letters"] = hidden
    found["marked up"] = float(bool(_TAG.search(plain)))
    found["quotes"] = _grown(len(_QUOTED.findall(plain)))
    found["answers"] = float(bool(_LIST_TAG.match(plain)))
    plain = _QUOTED.sub(" ", _HEADER.sub(" ", html.unescape(_TAG.sub(" ", plain))))
    plain = _LOOSE.sub("", _LIST_TAG.sub("", plain))
    found["lines"] = _grown(plain.count("\n")) / 2
    length = max(1, len(plain))
    letters = sum(map(str.isalpha, plain))
    found |= {
        "exclamations": _grown(plain.count("!")),
        "question marks": _grown(plain.count("?")),
        "capital words": _grown(len(_CAPITALS.findall(plain))),
        "capitals": 3.0 * sum(map(str.isupper, plain)) / max(1, letters),
        "digits": 3.0 * sum(map(str.isdecimal, plain)) / length,
        "letters": letters / length,
        "emoji": _grown(sum(1 for mark in plain if mark > "\u2100" and unicodedata.category(mark) == "So")),
        "length": math.log10(length),
        "long": float(length > 600),
        "short": float(length < 60),
        "mixed scripts": _mixed(plain),
    }
    words = _typed(plain, found)
    lowered = _STRETCHED.sub(r"\1\1", words.casefold())
    for name, n in zip(GROUPS, hits(lowered), strict=True):
        found[f"has {name}"], found[f"much {name}"] = float(n > 0), _grown(max(0, n - 1))
    call = max(found["phone"] > 0, found["messenger"] > 0, found["has contact"] > 0, found["free mail address"] > 0)
    found["you"], found["i"] = _share(lowered, "you"), _share(lowered, "i")
    found["link and call"] = float(found["links"] > 0 and found["has act now"] > 0)
    found["money and link"] = float(found["money"] > 0 and found["links"] > 0)
    found["money and contact"] = float(found["money"] > 0 and call)
    return Reading(" ".join(lowered.split()), np.array([found[name] for name in FEATURES], dtype=np.float32))


def surface(text: str) -> str:
    """The text nearly as written, for the head that knows what spam looks like where it was gathered."""
    raw = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"
    raw = unicodedata.normalize("NFKC", raw.encode("utf-8", "replace").decode("utf-8"))
    return _DIGIT.sub("0", raw).casefold()


def readings(texts: Sequence[str]) -> tuple[list[str], Any]:
    """(words, traits) of many texts."""
    told = [read(text) for text in texts]
    traits = np.stack([one.traits for one in told]) if told else np.zeros((0, len(FEATURES)), dtype=np.float32)
    return [one.words for one in told], traits


def _grown(n: int) -> float:
    return math.log1p(n)


def _undisguised(text: str) -> tuple[str, float]:
    """Compatibility forms folded, invisible marks out; how much of that there was."""
    if text.isascii():
        return text, 0.0
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(mark for mark in folded if mark in "\n\u200d" or unicodedata.category(mark) not in {"Cf", "Cc"})
    mathematical = sum(1 for mark in text if "\U0001d400" <= mark <= "\U0001d7ff" or "\uff21" <= mark <= "\uff5a")
    return kept, _grown(mathematical + len(folded) - len(kept)) / 2


def _mixed(text: str) -> float:
    """Words that hold Latin together with Cyrillic or Greek letters."""
    if text.isascii():
        return 0.0
    mixed = 0
    for word in _WORD.findall(text):
        if not word.isascii():
            kinds = {unicodedata.name(mark, "?").split(" ")[0] for mark in word[:40] if mark.isalpha()}
            mixed += "LATIN" in kinds and bool(kinds & {"CYRILLIC", "GREEK"})
    return _grown(mixed)


def _typed(plain: str, found: dict[str, float]) -> str:
    """Addresses, money, numbers and codes as words of their own, counted on the way."""
    for name in TYPED:
        found[name] = 0.0

    def link(match: re.Match[str]) -> str:
        kind = kind_of_link(match.group())
        found["links"] += 1
        found[kind] = 1.0
        return f" zlink z{kind.replace(' ', '')} "

    def mail(match: re.Match[str]) -> str:
        free = bool(_FREE_MAIL.search(match.group()))
        found["mail address"], found["free mail address"] = 1.0, max(found["free mail address"], float(free))
        return " zmailfree " if free else " zmail "

    def money(match: re.Match[str]) -> str:
        found["money"] += 1
        big = _is_large(match)
        found["large money"] = max(found["large money"], float(big))
        return " zmoneylarge " if big else " zmoney "

    def counted(name: str, word: str) -> Any:
        def put(_match: re.Match[str]) -> str:
            found[name] += 1
            return f" {word} "

        return put

    text = _MAIL.sub(mail, plain)
    text = _LINK.sub(link, text)
    text = _WALLET.sub(counted("wallet", "zwallet"), text)
    found["cashtags"] = _grown(len(_CASHTAG.findall(text)))
    text = _CASHTAG.sub(" zticker ", text)
    text = _MONEY.sub(money, text)
    text = _PHONE.sub(counted("phone", "zphone"), text)
    found["mentions"] = _grown(len(_USER.findall(text)))
    found["hashtags"] = _grown(len(_HASHTAG.findall(text)))
    text = _HASHTAG.sub(" ", _USER.sub(" zuser ", text))
    text = _SHORT_NUMBER.sub(counted("short number", "zshort"), text)
    text = _CODE.sub(counted("code", "zcode"), text)
    for name in ("links", "phone", "short number", "money", "code"):
        found[name] = math.log1p(found[name])
    return _DIGITS.sub(" 0 ", text)


def _is_large(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", re.sub(r"[.,]\d{1,2}$", "", match.group(1) or match.group(3) or "0"))
    return int(digits or 0) >= 1_000 or bool(match.group(2) or match.group(4) or match.group(5))


def kind_of_link(link: str) -> str:
    """shortener, messenger, free host, bare number host, risky ending or plain host."""
    match = _HOST.match(link.replace(" ", ""))
    host = (match.group(1) if match else "").casefold().rstrip(".").removeprefix("www.")
    parent = ".".join(host.split(".")[-2:])
    for name, known in (("shortener", SHORTENERS), ("messenger", MESSENGERS), ("free host", FREE_HOSTS)):
        if host in known or parent in known:
            return name
    if _IP.match(host):
        return "bare number host"
    return "risky ending" if host.rpartition(".")[2] in RISKY_TLDS else "plain host"


_ADDRESSED = {
    "you": re.compile(
        r"\b(?:you|your|u|ur|anda|kamu|kak|usted|tu|su|vous|votre|ihr|ihre|sie|você|seu|bạn|вы|ваш\w*|вас)\b"
    ),
    "i": re.compile(r"\b(?:i|i'm|im|my|me|saya|aku|yo|mi|je|mon|ma|ich|mein\w*|eu|meu|tôi|я|мой|мне)\b"),
}


def _share(text: str, who: str) -> float:
    return math.log1p(len(_ADDRESSED[who].findall(text)))
