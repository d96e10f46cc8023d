"""E-mail and web addresses in a text, plain or hidden ("name at gmail dot com", "hxxp://…"), spans in the original."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from linkify_it import LinkifyIt

from trustdesk.engine.lookalikes import DRAWN_LIKE

from .hidden import hidden_mails, hidden_sites, refanged, unspaced
from .rewriting import Rewritten, Span, plain, widest
from .wording import words

MAX_FOUND, MAX_TOKEN = 50, 2_000
_LINKS = LinkifyIt(options={"fuzzy_ip": True})
_TECHNIQUES = words("asp.net vb.net ado.net ml.net socket.io")
# Younger endings that addresses without a scheme may have; those that are words need a hyphen, a digit or a path.
_WORDY = words(
    """
    online site shop store live club click link space website top fun page world today life work games zone cloud
    money support help center team news media social chat agency art bar best blog buzz cash codes cool deals
    delivery digital direct email express finance fit fund gold group loan market monster network one party photos
    press promo rent report review rocks run sale services software solutions studio systems tech tips tools trade
    video wiki win
    """
)
_YOUNG = words("xyz icu vip app dev cyou sbs cfd bond tokyo quest lol goog mobi онлайн")
_LINKS.tlds([*_YOUNG, *_WORDY], keep_old=True)
_TOKEN = re.compile(r"\S+")
# Endings that are also words or file types: "condition.No defects" is a missing space, not a Norwegian site.
_DOUBTFUL = (
    " no it is in at so my me to be do am as by us la ke ga an ma pa ci es et im je mu ne ni pro re sa se si st"
    " md py rs sh ps pl ms mt name web "
)


def emails(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of e-mail addresses."""
    del regions
    return [span for span, _ in mail_addresses(text)]


def urls(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of web addresses, with a scheme or without; a missing space after a full stop is none."""
    del regions
    return [span for span, _ in web_addresses(text)]


@lru_cache(maxsize=4)
def mail_addresses(text: str) -> tuple[tuple[Span, str], ...]:
    """Each e-mail address with what it is when read plainly, in small letters."""
    read = plain(text)
    found: dict[Span, str] = {}
    for reading in (unspaced(read), refanged(read), read, _drawn(read)):
        if reading is not None:
            for span, schema, address in _links(reading.text, "@"):
                if schema == "mailto:":
                    found.setdefault(reading.span(*span), address.removeprefix("mailto:").lower())
    for span, address in hidden_mails(read):
        found.setdefault(span, address)
    return tuple((span, found[span]) for span in widest(found))[:MAX_FOUND]


_DRAWN = {ord(mark): like for mark, like in DRAWN_LIKE.items() if not mark.isascii()}


def _drawn(read: Rewritten) -> Rewritten | None:
    """Letters of other scripts as the Latin ones they are drawn like, where an address may hold some."""
    if read.text.isascii() or "@" not in read.text:
        return None
    text = read.text.translate(_DRAWN)
    return None if text == read.text else Rewritten(text, read.starts, read.ends)


@lru_cache(maxsize=4)
def web_addresses(text: str) -> tuple[tuple[Span, str], ...]:
    """Each web address with what it is when read plainly."""
    read = plain(text)
    found: dict[Span, str] = {}
    for reading in (unspaced(read), refanged(read) or read):
        if reading is not None:
            for span, schema, address in _links(reading.text, "."):
                if schema != "mailto:" and _is_site(schema, address):
                    found.setdefault(reading.span(*span), address)
    for span, address in hidden_sites(read):
        found.setdefault(span, address)
    if found:  # the host of "name at gmail.com" is part of an address of its own
        mails = [span for span, _ in mail_addresses(text)]
        for span in [*found] if mails else []:
            if any(start < span[1] and span[0] < end for start, end in mails):
                del found[span]
    return tuple((span, found[span]) for span in widest(found))[:MAX_FOUND]


def _links(text: str, sign: str) -> Iterator[tuple[Span, str, str]]:
    """No address holds a space, so each word is read for itself: the work stays linear."""
    if sign not in text and "://" not in text:
        return
    count = 0
    for token in _TOKEN.finditer(text):
        word = token.group()
        if (sign not in word and "://" not in word) or len(word) > MAX_TOKEN:
            continue
        for match in _LINKS.match(word) or ():
            yield (token.start() + match.index, token.start() + match.last_index), match.schema, match.text
            count += 1
        if count >= MAX_FOUND:
            return


def _is_site(schema: str, found: str) -> bool:
    if schema:
        return True
    host, slash, path = found.partition("/")
    labels = host.split(":")[0].split(".")
    if host.lower() in _TECHNIQUES:
        return False
    if labels[0].lower() == "www" or (slash and path):
        return True
    last = labels[-1]
    if all(map(str.isdigit, labels)):  # 1.2.3.4 is a version or a clause unless it has a path
        return False
    if f" {last.lower()} " in _DOUBTFUL:
        return len(labels) > 2 and not last[:1].isupper()
    if last.lower() in _WORDY and len(labels) == 2 and not re.search(r"[0-9\-]", host):
        return last.lower() == "shop"
    return last.islower() or not last[:1].isupper() or last.isupper()
