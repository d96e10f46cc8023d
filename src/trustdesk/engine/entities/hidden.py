"""Addresses that do not want to be read by a machine: "name at gmail dot com", "hxxps://site[.]com", "s i t e . c o m".

Each reading is made only where a cheap look says that it may show something; work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .rewriting import Rewritten, Span
from .wording import words

MAX_FOUND = 50

# Refanging: what people put into links so that nobody clicks them

_DEFANGED = re.compile(
    r"(?P<scheme>\bh(?:xx|\*\*|__|tt)p(?=s?\[?:))"
    r"|(?P<colon>\[:\]|\[://\]|\[:\]?//\]?)"
    r"|(?P<dot>[\[({<]\s?(?:\.|dot|d0t|titik|punto|ponto|punkt|point|точка)\s?[\])}>]|\\\.)"
    r"|(?P<at>[\[({<]\s?(?:@|at|a|arroba|arobase|et)\s?[\])}>])"
    r"|(?P<slash>\[/\])",
    re.IGNORECASE,
)
_BRACKETS = ("[", "(", "{", "<", "\\.", "xxp", "XXP", "**p", "__p")


@lru_cache(maxsize=4)
def refanged(read: Rewritten) -> Rewritten | None:
    """The reading with hxxp, [.], (at) as they were meant; nothing where there is none."""
    text = read.text
    if not any(sign in text for sign in _BRACKETS):
        return None
    pieces = []
    for match in _DEFANGED.finditer(text):
        start, end = match.span()
        kind, piece = str(match.lastgroup), match.group()
        if kind == "scheme":
            if piece.lower() != "http":
                pieces.append((start, end, "http"))
            continue
        if kind == "colon":
            pieces.append((start, end, "://" if "//" in piece else ":"))
            continue
        touched = start > 0 and text[start - 1].isalnum() and text[end : end + 1].isalnum()
        if touched:
            pieces.append((start, end, {"dot": ".", "at": "@"}.get(kind, "/")))
    return read.replaced(pieces) if pieces else None


# Letters apart: n a m e @ g m a i l . c o m

_APART = re.compile(r"(?<!\S)[\w+\-](?:[ \t]{1,2}[\w@.+\-/:](?!\S)){5,80}")


@lru_cache(maxsize=4)
def unspaced(read: Rewritten) -> Rewritten | None:
    """The reading with marks that stand apart one by one together, where they have a dot or @ among them."""
    text = read.text
    if " . " not in text and " @ " not in text:
        return None
    pieces: list[tuple[int, int, str]] = []
    for match in _APART.finditer(text):
        piece = match.group()
        if "." in piece or "@" in piece:
            pieces += [(at, at + 1, "") for at in range(match.start(), match.end()) if text[at] in " \t"]
    return read.replaced(pieces) if pieces else None


# In words

_AT = "at|ät|arroba|arobase|chiocciola|małpa|собака|klammeraffe|et"
_DOT = "dot|d0t|titik|punto|ponto|punkt|point|kropka|точка|nokta"
_BESIDE = r"[\s_\-*~|]{1,3}"
_OPEN, _CLOSE = r"\s{0,2}[\[({<|*_~\-]{1,2}\s?", r"\s?[\])}>|*_~\-]{1,2}\s{0,2}"
_AT_SIGN = re.compile(
    rf"{_OPEN}(?:@|a|{_AT}){_CLOSE}|(?<=[^\W_]){_BESIDE}(?P<word>{_AT}){_BESIDE}(?=[^\W_])"
    rf"|\s{{0,3}}@\s{{0,3}}|(?-i:(?<=[a-z0-9])AT(?=[a-z]))",
    re.IGNORECASE,
)
_DOT_SIGN = rf"(?:{_OPEN}(?:\.|,|(?i:{_DOT})){_CLOSE}|{_BESIDE}(?i:{_DOT}){_BESIDE}|\s{{0,2}}\.(?:\s{{1,2}}(?=[a-z]))?|\s{{1,2}}dot(?=com(?![^\W_]))|(?<=[a-z0-9])DOT(?=[a-z]))"
_NAME = r"(?:(?:g|hot|proton) mail|out look|[^\W_](?:[^\W_]|[_\-](?=[^\W_])){0,62}?)"
_LOCAL_NAME = r"[^\W_](?:[^\W_]|[+_%\-](?=[^\W_])){0,62}"
_HOST = re.compile(rf"{_NAME}(?:(?:{_DOT_SIGN}|,){_NAME}){{1,4}}(?![^\W_])")
_LOCAL_END = re.compile(rf"(?<![^\W_])(?:{_LOCAL_NAME}{_DOT_SIGN}){{0,3}}{_LOCAL_NAME}\Z")
_SPLIT = re.compile(rf"{_DOT_SIGN}|,")
_SOLID = re.compile(r"[^\W_]\.[^\W_]")
_PATH = re.compile(
    r"(?P<path>(?:\s?/\s?|\s+(?:forward\s+)?(?:slash|garis miring|barra|schrägstrich)\s+)[\w\-.~?=&%#/]*[\w/])+",
    re.IGNORECASE,
)
_SPACED_PATH = re.compile(r"\s*(?:forward\s+)?(?:slash|garis miring|barra|schrägstrich)\s*|\s+", re.IGNORECASE)

# Endings that are believed when the dot before them is a word or stands apart.
_COMMON = words(
    """
    com net org info biz edu gov io co app dev xyz top shop online site store live club vip icu link click space
    website tech fun cc tv ai gg ly gl id uk us de fr es it nl be ch at au nz ca br mx ar cl pe ru ua pl cz sk hu ro
    bg gr tr in pk bd lk np cn hk tw jp kr sg my ph th vn za ng ke gh tz eg ma sa ae il ir se no dk fi pt ie eu asia
    mobi name pro me to bz ws su kz by рф укр
    """
)
_WORDY = words(
    """
    it at in be no me to us my pro so do am as by is online site live store link space name fun top
    """
)
_FAR = words(
    """
    com org info xyz io ru co id net
    """
)
_PROVIDERS = words(
    """
    gmail googlemail yahoo ymail hotmail outlook live msn icloud aol proton protonmail gmx mail yandex zoho tutanota
    rocketmail qq 163 126 rediffmail web libero orange laposte wp onet seznam naver hanmail fastmail hey duck
    """
)
_NO_LOCAL = words(
    """
    i me us you it is are am was be we he she they look find found sold visit shop buy available work works working
    meet site online store website here there order orders check see us out only sale stop start now more price
    prices dan di ke com www http https sell selling live lives stay based located office arrive arrives seen listed
    posted advertised bought hosted page product products items item stuff goods deals deal everything all and or
    the a an
    """
)
_NETWORKS = words(
    """
    ig insta instagram telegram tele tg twitter snap snapchat fb facebook tiktok on line wa whatsapp discord dm follow
    add me skype kik x threads
    """
)
_NO_LABEL = words(
    """
    the a an this that polka every each last first connect red black white blue and of one small
    """
)
_MAIL_WORD = re.compile(r"mail|correo|surel|contact|write|reach|kontak|hubungi|courriel|posta|почт", re.IGNORECASE)
_HIDING = (
    "dot", "d0t", "titik", "punto", "ponto", "punkt", "point", "kropka", "точка", "nokta", "[.]", "(.)", "{.}", "<.>", ". com",
    *(f" .{space}{ending}" for ending in sorted(_FAR) for space in ("", " ", "  ")), "[. ]", "( . )", "[ . ]",
)  # fmt: skip


def hidden_mails(read: Rewritten) -> list[tuple[Span, str]]:
    """E-mail addresses whose @ or dots are written otherwise, with what they mean."""
    text = read.text
    found: list[tuple[Span, str]] = []
    for sign in _signs(_AT_SIGN, text, _AT_HINTS):
        if len(found) >= MAX_FOUND:
            break
        host = _host(text, sign.end()) or _provider(text, sign)
        if host is None:
            continue
        end, labels, solid = host
        local = _LOCAL_END.search(text, max(0, sign.start() - 80), sign.start())
        if local is None:
            continue
        name = ".".join(_SPLIT.split(local.group())).lower()
        if _is_mail(text, name, labels, sign, local.start(), solid=solid):
            found.append((read.span(local.start(), end), f"{name}@{'.'.join(labels)}"))
    return found


_AT_HINTS = (
    " ät ",
    "@", " at ", " at\n", "_at_", "-at-", "*at*", "at)", "at]", "{at}", "<at>", "(a)", "[a]", "arroba", "arobase", "chiocciola",
    "małpa", "собака", "klammeraffe", " et ",
    "AT",
)  # fmt: skip


def _signs(pattern: re.Pattern[str], text: str, hints: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """Each match of a pattern, looked for only where one of the hints stands."""
    lowered = (
        text.lower() if text.isascii() else "".join(low if len(low := mark.lower()) == 1 else mark for mark in text)
    )
    spots: set[int] = set()
    for hint in hints:
        at = (text if hint.isupper() else lowered).find(hint)
        while at >= 0:
            spots.add(at)
            at = (text if hint.isupper() else lowered).find(hint, at + 1)
    done = -1
    for spot in sorted(spots):
        match = pattern.search(text, max(0, spot - 5), min(len(text), spot + 25))
        if match is not None and match.start() > done:
            done = match.start()
            yield match


def _host(text: str, start: int) -> tuple[int, list[str], bool] | None:
    """Where a host that begins here ends, its labels, and whether all its dots are plain ones."""
    match = _HOST.match(text, start, min(len(text), start + 120))
    if match is None:
        return None
    if re.search(r"\.\s", match.group()) and "com" not in match.group():  # the end of a sentence
        return None
    ends, labels, at = [], [], start
    for sign in [*_SPLIT.finditer(text, start, match.end()), None]:
        labels.append(text[at : sign.start() if sign else match.end()].lower().replace(" ", "").replace("c0m", "com"))
        ends.append(sign.start() if sign else match.end())
        if sign:
            at = sign.end()
    for count in range(len(labels), 1, -1):
        if labels[count - 1] in _COMMON and all(labels[:count]):
            piece = text[start : ends[count - 1]]
            return ends[count - 1], labels[:count], piece.count(".") == count - 1 and " " not in piece
    return None


_BARE_PROVIDER = re.compile(
    r"(?:gmail|g mail|hotmail|yahoo|outlook|protonmail|icloud)(?![^\W_]|\s?[.,\-@]\s?[^\W_])", re.IGNORECASE
)


def _provider(text: str, sign: re.Match[str]) -> tuple[int, list[str], bool] | None:
    """ "budi99 @ gmail": everybody knows what follows. Not behind a bare word, which is how people speak of firms."""
    match = None if sign["word"] else _BARE_PROVIDER.match(text, sign.end())
    return match and (match.end(), [match.group().lower().replace(" ", ""), "com"], False)


def _is_mail(text: str, name: str, labels: list[str], sign: re.Match[str], start: int, *, solid: bool) -> bool:
    plain_sign = sign.group().strip() == "@"
    if plain_sign and solid and sign.group() == "@":
        return False  # that is a plain address
    if not sign["word"]:
        # "ig @sari.shop" tells an account, not the address ig@sari.shop.
        return not (sign.group() == " @" and name in _NETWORKS)
    provider = labels[0] in _PROVIDERS
    if name in _NO_LOCAL or (sign["word"].lower() == "et" and not provider):
        return False
    if provider or (re.search(r"[\d._+]", name) and not name.isdigit()):
        return True
    asked = _MAIL_WORD.search(text, max(0, start - 40), start) is not None
    return asked or (not solid and labels[-1] not in _WORDY and not name.isdigit())


def hidden_sites(read: Rewritten) -> list[tuple[Span, str]]:
    """Web addresses whose dots are words, in brackets or apart, with what they mean."""
    text = read.text
    found: list[tuple[Span, str]] = []
    done = 0
    for sign in _signs(_HIDDEN_DOT, text, _HIDING):
        if sign.start() < done or len(found) >= MAX_FOUND:
            continue
        before = _LABELS_END.search(text, max(done, sign.start() - 80), sign.start())
        if before is None:
            continue
        host = _host(text, before.start())
        if host is None or host[0] <= sign.end() or not _is_hidden_site(host[1], sign):
            continue
        end, labels, _ = host
        path = _PATH.match(text, end, min(len(text), end + 200))
        address = ".".join(labels)
        if path is not None:
            end = path.end()
            address += "/" + _SPACED_PATH.sub("/", path.group()).lstrip("/").replace("//", "/")
        elif labels[-1] in _WORDY and len(labels) < 3:
            continue
        found.append((read.span(before.start(), end), address))
        done = end
    return found


_HIDDEN_DOT = re.compile(
    rf"(?<=[^\W_])(?:{_OPEN}(?:\.|{_DOT}){_CLOSE}|{_BESIDE}(?P<word>{_DOT}){_BESIDE}"
    rf"|(?P<far>\s{{1,2}}\.\s{{0,2}}|\.\s{{1,2}}))(?=[^\W_])|(?-i:(?<=[a-z0-9])DOT(?=[a-z]))",
    re.IGNORECASE,
)
_LABELS_END = re.compile(rf"(?<![^\W_])(?:{_LOCAL_NAME}{_DOT_SIGN}){{0,3}}{_LOCAL_NAME}\Z")


def _is_hidden_site(labels: list[str], sign: re.Match[str]) -> bool:
    if labels[-2] in _NO_LABEL or labels[0] in _NO_LABEL or labels[-2].isdigit():
        return False
    if sign["far"]:
        after = sign.string[sign.end() : sign.end() + 1]
        return labels[-1] in _FAR and after.islower() and (sign["far"] != ". " or labels[-1] == "com")
    return True
