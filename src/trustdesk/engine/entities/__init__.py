"""What a text holds that can be named: telephone numbers, addresses, accounts, prices. Pure, spans in the original text.

`ENTITIES` are the finders the rule language knows by name; each takes a text and the regions (codes such as ID) whose
national forms count, and gives spans in order, apart. `named(text, regions)` tells them with their plain values, so that
"nol delapan satu dua …" and "0812-…" are one number. None raises on any text, and each is linear in its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .addresses import emails, mail_addresses, urls, web_addresses
from .banking import bank_accounts, card_numbers, cards, ibans
from .crypto import crypto_addresses, wallets
from .handles import accounts, handles
from .national import identities, national_ids
from .phones import numbers, phones
from .prices import amounts, prices
from .rewriting import Span
from .web import lookalike_urls, misleading_links, short_urls

Finder = Callable[[str, tuple[str, ...]], list[Span]]
ENTITIES: dict[str, Finder] = {
    "phones": phones,
    "emails": emails,
    "urls": urls,
    "handles": handles,
    "ibans": ibans,
    "cards": cards,
    "national_ids": national_ids,
    "crypto_addresses": crypto_addresses,
    "prices": prices,
    "lookalike_urls": lookalike_urls,
    "short_urls": short_urls,
    "misleading_links": misleading_links,
}


@dataclass(frozen=True, slots=True)
class Named:
    """`kind`: phone, email, url, handle, iban, card, id, crypto or price. `value`: the same for all ways to write it."""

    kind: str
    start: int
    end: int
    value: str


def named(text: str, regions: tuple[str, ...] = (), kinds: Iterable[str] = ()) -> list[Named]:
    """Everything of these kinds (without any: of all) in a text, in order. Pieces of two kinds may overlap."""
    wanted = set(kinds) or set(_VALUES)
    found = [
        Named(kind, start, end, value)
        for kind in _VALUES
        if kind in wanted
        for (start, end), value in _VALUES[kind](text, regions)
    ]
    return sorted(found, key=lambda each: (each.start, -each.end, each.kind))


_VALUES: dict[str, Callable[[str, tuple[str, ...]], Iterable[tuple[Span, str]]]] = {
    "phone": numbers,
    "email": lambda text, _regions: mail_addresses(text),
    "url": lambda text, _regions: web_addresses(text),
    "handle": lambda text, _regions: accounts(text),
    "iban": lambda text, _regions: bank_accounts(text),
    "card": lambda text, _regions: card_numbers(text),
    "id": identities,
    "crypto": lambda text, _regions: wallets(text),
    "price": amounts,
}

__all__ = ["ENTITIES", "Finder", "Named", "Span", "emails", "named", "phones", "urls"]
