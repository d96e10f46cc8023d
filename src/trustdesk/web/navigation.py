"""Where one can go: rail, palette and menus, registered by config.wiring, shown only to those who may."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from trustdesk.kernel.people.actor import Actor


@dataclass(frozen=True)
class Group:
    """A place of the rail. Its entries stand beside each other at the top of their pages."""

    code: str
    label: Any
    icon: str


@dataclass(frozen=True)
class Entry:
    """One place: a URL name, its words (lazy translation), an icon of the sprite, the right, the keys ("g w").

    `group` names the place of the rail it belongs to; without one it is in the palette only. `face` puts it into the
    menu of one's own face as well. `under` names the URL prefixes it stands for, when they are more than its own.
    """

    url: str
    label: Any
    icon: str
    right: str = "-"
    key: str = ""
    group: str = ""
    face: bool = False
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """An entry as one person sees it."""

    href: str
    label: Any
    icon: str
    key: str
    group: str
    face: bool
    here: bool


@dataclass(frozen=True)
class RailPlace:
    """A group as one person sees it: it leads to the first of its places."""

    label: Any
    icon: str
    href: str
    here: bool
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Top:
    """What a slice shows in the top bar: a template at its end, what that needs of a request as `top` (None: nothing for
    this person), a template beside the title, and the module they come with, if any."""

    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]
    beside: str = ""
    script: str = ""


_groups: list[Group] = []
_entries: list[Entry] = []
# What the palette may ask with the words typed: (label, URL up to the words, right). Search registers here.
_asks: list[tuple[Any, str, str]] = []
_tops: list[Top] = []


def register(groups: Iterable[Group], entries: Iterable[Entry]) -> None:
    _groups.extend(groups)
    _entries.extend(entries)


def register_ask(label: Any, url: str, parameter: str, right: str) -> None:
    """The palette's last line, “Search items for …”: goes to `url?parameter=words`."""
    _asks.append((label, f"{url}?{parameter}=", right))


def register_top(top: Top) -> None:
    """Show something in the top bar of every whole page. `top.context(request)` is called once a page: at most one query."""
    _tops.append(top)


def groups() -> tuple[Group, ...]:
    return tuple(_groups)


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
            group=entry.group,
            face=entry.face,
            here=entry.url == best[0],
        )
        for entry in allowed
    ]


def rail(found: Iterable[Place]) -> list[RailPlace]:
    """The rail from someone's places: a group of which they may see nothing is not there."""
    by_group: dict[str, list[Place]] = {}
    for place in found:
        by_group.setdefault(place.group, []).append(place)
    return [
        RailPlace(
            label=group.label,
            icon=group.icon,
            href=mine[0].href,
            here=any(place.here for place in mine),
            places=tuple(mine),
        )
        for group in _groups
        if (mine := by_group.get(group.code))
    ]


def asks(actor: Actor) -> list[tuple[Any, str]]:
    """Label and address of what the palette may ask, for this person."""
    return [
        (label, reverse(name) + "?" + rest)
        for label, href, right in _asks
        if actor.may(right)
        for name, _, rest in [href.partition("?")]
    ]


def tops(request: HttpRequest) -> list[tuple[Top, dict[str, Any]]]:
    """What stands in the top bar for the person who asks, each with what it needs."""
    found = [(top, top.context(request)) for top in _tops]
    return [(top, context) for top, context in found if context is not None]
