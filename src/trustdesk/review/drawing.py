"""Who is behind it, as a picture: accounts in a ring, between them what they share. Positions only. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

WIDTH, HEIGHT = 720, 460
MOST_ACCOUNTS, MOST_MARKS = 40, 24
_NAMED = 28  # beyond so many accounts their names would lie over each other
_GAP = 34.0  # between two marks


@dataclass(frozen=True)
class Dot:
    """An account, or a value (`kind`) that several of them use."""

    name: str
    x: float
    y: float
    kind: str = ""
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "middle"
    first: bool = False


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    strength: str  # strong | plain | faint


@dataclass(frozen=True)
class Picture:
    """`left_out`: accounts that are in the table alone."""

    accounts: tuple[Dot, ...]
    marks: tuple[Dot, ...]
    lines: tuple[Line, ...]
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    accounts: Sequence[str],
    shared: Sequence[tuple[str, str, float, Sequence[str]]],
    *,
    labels: Mapping[str, str],
    first: str = "",
) -> Picture | None:
    """A picture of these accounts and what they share: (name, kind, weight, its accounts), what says most first. Nothing
    to draw where nobody shares anything."""
    shown = list(accounts[:MOST_ACCOUNTS])
    inside = set(shown)
    drawn = [
        (name, kind, weight, mine)
        for name, kind, weight, users in shared
        if len(mine := [user for user in users if user in inside]) > 1
    ][:MOST_MARKS]
    if not drawn:
        return None
    order = _order(shown, drawn)
    angles = {account: -pi / 2 + 2 * pi * place / len(order) for place, account in enumerate(order)}
    cx, cy, rx, ry = WIDTH / 2, HEIGHT / 2, WIDTH / 2 - 130, HEIGHT / 2 - 45
    at = {account: (cx + rx * cos(angle), cy + ry * sin(angle)) for account, angle in angles.items()}
    places = _apart(
        [
            (
                cx + 0.58 * (sum(at[user][0] for user in mine) / len(mine) - cx),
                cy + 0.58 * (sum(at[user][1] for user in mine) / len(mine) - cy),
            )
            for _, _, _, mine in drawn
        ]
    )
    lines = [
        Line(_round(x), _round(y), _round(at[user][0]), _round(at[user][1]), _strength(weight))
        for (_, _, weight, mine), (x, y) in zip(drawn, places, strict=True)
        for user in mine
    ]
    dots = []
    for account in order:
        x, y = at[account]
        side = cos(angles[account])
        dots.append(
            Dot(
                account,
                _round(x),
                _round(y),
                label=labels.get(account, "")[:18] if len(order) <= _NAMED or account == first else "",
                label_x=_round(x + 12 * side),
                label_y=_round(y + 4 + 16 * sin(angles[account]) * (abs(side) < 0.35)),
                anchor="start" if side > 0.35 else "end" if side < -0.35 else "middle",
                first=account == first,
            )
        )
    marks = [
        Dot(name, _round(x), _round(y), kind=kind) for (name, kind, _, _), (x, y) in zip(drawn, places, strict=True)
    ]
    return Picture(tuple(dots), tuple(marks), tuple(lines), left_out=len(accounts) - len(shown))


def _order(accounts: Sequence[str], drawn: Sequence[tuple[str, str, float, Sequence[str]]]) -> list[str]:
    """Who shares stands side by side: along what they share, beginning with the first account."""
    of_account: dict[str, list[Sequence[str]]] = defaultdict(list)
    for _, _, _, mine in drawn:
        for user in mine:
            of_account[user].append(mine)
    found: dict[str, None] = {}

    def follow(account: str) -> None:
        waiting = [account]
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            found[one] = None
            waiting += [user for mine in reversed(of_account[one]) for user in reversed(mine) if user not in found]

    for account in accounts:
        follow(account)
    return list(found)


def _apart(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Moved until no two lie over each other, or for a while."""
    moved = [list(place) for place in places]
    for _ in range(60):
        still = True
        for i, one in enumerate(moved):
            for j in range(i + 1, len(moved)):
                other = moved[j]
                dx, dy = one[0] - other[0], one[1] - other[1]
                far = hypot(dx, dy)
                if far >= _GAP:
                    continue
                still = False
                if far < 0.01:
                    dx, dy, far = cos(i + j), sin(i + j), 1.0
                push = (_GAP - min(far, _GAP)) / 2 + 0.5
                one[0], one[1] = one[0] + dx / far * push, one[1] + dy / far * push
                other[0], other[1] = other[0] - dx / far * push, other[1] - dy / far * push
        if still:
            break
    return [(min(max(x, 30.0), WIDTH - 30.0), min(max(y, 30.0), HEIGHT - 30.0)) for x, y in moved]


def _strength(weight: float) -> str:
    return "strong" if weight >= 0.5 else "plain" if weight >= 0.1 else "faint"


def _round(value: float) -> float:
    return round(value, 1)
