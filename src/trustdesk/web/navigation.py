"""Where one can go: rail, palette and menus, registered by config.wiring, shown only to those who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from trustdesk.kernel.people.actor import Actor


@dataclass(frozen=True)
class Entry:
    """One place: a URL name, its words (lazy translation), an icon of the sprite, the right, the keys ("g w").

    `rail` puts it in the rail, else it is in the palette only. `under` names the URL prefixes it stands for, when they
    are more than its own.
    """

    url: str
    label: Any
    icon: str
    right: str = "-"
    key: str = ""
    rail: bool = True
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """An entry as one person sees it."""

    href: str
    label: Any
    icon: str
    key: str
    rail: bool
    here: bool


_entries: list[Entry] = []
# What the palette may ask with the words typed: (label, URL up to the words, right). Search registers here.
_asks: list[tuple[Any, str, str]] = []


def register(entries: Iterable[Entry]) -> None:
    _entries.extend(entries)


def register_ask(label: Any, url: str, parameter: str, right: str) -> None:
    """The palette's last line, “Search items for …”: goes to `url?parameter=words`."""
    _asks.append((label, f"{url}?{parameter}=", right))


def entries() -> tuple[Entry, ...]:
    return tuple(_entries)


def places(actor: Actor, path: str) -> list[Place]:
    """The places this person may go to; `here` marks the one that `path` lies under (the longest wins)."""
    allowed = [entry for entry in _entries if entry.right == "-" or actor.may(entry.right)]
    hrefs = {entry.url: reverse(entry.url) for entry in allowed}
    best = ("", -1)
    for entry in allowed:
        for prefix in (hrefs[entry.url], *entry.under):
            if (path == prefix or (path.startswith(prefix) and prefix != "/")) and len(prefix) > best[1]:
                best = (entry.url, len(prefix))
    return [
        Place(
            href=hrefs[entry.url],
            label=entry.label,
            icon=entry.icon,
            key=entry.key,
            rail=entry.rail,
            here=entry.url == best[0],
        )
        for entry in allowed
    ]


def asks(actor: Actor) -> list[tuple[Any, str]]:
    """Label and address of what the palette may ask, for this person."""
    return [
        (label, reverse(name) + "?" + rest)
        for label, href, right in _asks
        if actor.may(right)
        for name, _, rest in [href.partition("?")]
    ]
