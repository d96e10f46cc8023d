"""Which items lie at the addresses that people give."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.kernel.people import queries as people


def placed(
    addresses: Sequence[str], *, source: UUID | None = None
) -> tuple[tuple[UUID, ...], tuple[UUID, ...], tuple[str, ...]]:
    """(items, no accounts, addresses): the items at these addresses; the addresses stay where nothing was found at any."""
    asked = list(dict.fromkeys(address.strip() for address in addresses if address.strip()))
    found = content.items_at(asked, source=source)
    for address in asked:
        if address not in found and (one := _by_name(address, source)) is not None:
            found[address] = one
    items = tuple(dict.fromkeys(found.values()))
    left = tuple(address for address in asked if address not in found)
    return items, (), left if items else tuple(asked)


def _by_name(address: str, only: UUID | None) -> UUID | None:
    """The item whose external id is a part of an address under its site; None where several could be meant."""
    if "://" not in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    for source in people.sources().values():
        host = urlsplit(source.public_url).hostname if source.public_url else None
        if host is None or host != parts.hostname or (only is not None and only != source.id):
            continue
        names = _names(parts.path, parts.query)
        found = {item.id for item in content.items_of_source(source.id, names)}
        return found.pop() if len(found) == 1 else None
    return None


def _names(path: str, query: str) -> Iterable[str]:
    values = [pair.partition("=")[2] for pair in query.split("&")]
    return [part for part in [*path.split("/"), *values] if 0 < len(part) <= 200][-8:]
