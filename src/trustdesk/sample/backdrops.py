"""Where the things stand: walls, tables, counters, streets. Calm colours, little detail, a floor line near 470."""

from collections.abc import Callable
from random import Random

from trustdesk.sample.canvas import HEIGHT, WIDTH, Canvas, colour, darker, lighter, mix

WALLS = [colour(code) for code in ("#d9d0c3", "#cfd6d3", "#dcd3cd", "#c9d2da", "#e0dac9", "#d3cbd4", "#cdd5c5")]
FLOORS = [colour(code) for code in ("#a9a59c", "#b39b82", "#9a8672", "#b8ada0", "#8f8f8c", "#a88d72")]
CLOTHS = [colour(code) for code in ("#e4dfd5", "#cfd8dc", "#dcd2c8", "#c8d0c4", "#d8d0da", "#e6e2da", "#b9c3c9")]


def brick(c: Canvas, rng: Random) -> None:
    """A wall of large blocks above a plain floor."""
    wall, floor = rng.choice(WALLS), rng.choice(FLOORS)
    c.rect(0, 0, WIDTH, 480, wall)
    joint, tall = darker(wall, 0.09), rng.choice((86, 98, 112))
    shift = rng.randrange(0, 160)
    for row, y in enumerate(range(rng.randrange(-60, 0), 480, tall)):
        c.rect(0, y, WIDTH, y + 2.5, joint)
        for x in range(-240 + shift + (row % 2) * 120, WIDTH, 240):
            c.rect(x, y, x + 2.5, min(y + tall, 480), joint)
    _floor(c, floor)


def room(c: Canvas, rng: Random) -> None:
    """A living room, often with a picture on the wall."""
    wall = _walls(c, rng)
    if rng.random() < 0.6:
        _frame(c, rng, wall)


def chamber(c: Canvas, rng: Random) -> None:
    """A bare room: the motif brings the furniture."""
    _walls(c, rng)


def _walls(c: Canvas, rng: Random) -> tuple[int, int, int]:
    """Painted wall, skirting board, wooden boards; returns the wall's colour."""
    wall, floor = rng.choice(WALLS), rng.choice(FLOORS[1:4])
    c.rect(0, 0, WIDTH, 480, wall)
    _floor(c, floor)
    for y in (504, 536, 578, 630):
        c.rect(0, y, WIDTH, y + 2, darker(floor, 0.12))
    c.rect(0, 456, WIDTH, 480, lighter(wall, 0.45))
    c.rect(0, 478, WIDTH, 481, darker(wall, 0.25))
    return wall


def _frame(c: Canvas, rng: Random, wall: tuple[int, int, int]) -> None:
    """A picture on the wall, to one side so that the thing itself stays alone."""
    x, y = rng.choice((70, 740)), rng.randrange(46, 90)
    w, h = rng.choice(((130, 100), (100, 130), (120, 120)))
    c.rect(x, y, x + w, y + h, darker(wall, 0.45))
    c.rect(x + 8, y + 8, x + w - 8, y + h - 8, lighter(wall, 0.6))
    tone = mix(wall, rng.choice(((60, 110, 120), (190, 110, 80), (90, 110, 80))), 0.5)
    c.disc(x + w * 0.62, y + h * 0.4, min(w, h) * 0.14, lighter(tone, 0.3))
    c.poly([(x + 8, y + h - 8), (x + w * 0.4, y + h * 0.5), (x + w * 0.75, y + h - 8)], tone)
    c.poly([(x + w * 0.4, y + h - 8), (x + w * 0.7, y + h * 0.6), (x + w - 8, y + h - 8)], darker(tone, 0.15))


def studio(c: Canvas, rng: Random) -> None:
    """One colour, a softly lighter wall: what a careful shop uses."""
    tone = rng.choice(CLOTHS)
    c.rect(0, 0, WIDTH, HEIGHT, lighter(tone, 0.25))
    c.blob([(-160, 520), (240, 492), (720, 492), (1120, 520), (1120, 760), (-160, 760)], tone)


def table(c: Canvas, rng: Random) -> None:
    """A table top in front of a wall."""
    wall = rng.choice(WALLS)
    wood = rng.choice([colour(code) for code in ("#b48a62", "#a37c5b", "#c7a680", "#8d6e55", "#d2bda0")])
    c.rect(0, 0, WIDTH, 440, wall)
    c.rect(0, 440, WIDTH, HEIGHT, wood)
    c.rect(0, 440, WIDTH, 446, lighter(wood, 0.2))
    for y, inset in ((486, 80), (538, 300), (596, 20), (628, 420)):
        start = inset + rng.randrange(0, 160)
        c.curve([(start, y), (start + 180, y + 5), (start + 420, y - 2)], 2, darker(wood, 0.1))


def cloth(c: Canvas, rng: Random) -> None:
    """Seen from above: a sheet or a rug."""
    tone = rng.choice(CLOTHS)
    c.rect(0, 0, WIDTH, HEIGHT, tone)
    kind = rng.randrange(3)
    if kind == 0:
        for x in range(rng.randrange(-40, 0), WIDTH, 64):
            c.rect(x, 0, x + 14, HEIGHT, darker(tone, 0.045))
    elif kind == 1:
        for step in range(4):
            x = 100 + step * 250 + rng.randrange(-60, 60)
            c.curve([(x, -20), (x + 50, 220), (x - 20, 430), (x + 40, 690)], 16, darker(tone, 0.05))
            c.curve([(x + 13, -20), (x + 63, 220), (x - 7, 430), (x + 53, 690)], 8, lighter(tone, 0.25))
    else:
        for y in range(rng.randrange(-30, 0), HEIGHT, 88):
            c.rect(0, y, WIDTH, y + 3, darker(tone, 0.09))


def boards(c: Canvas, rng: Random) -> None:
    """Seen from above: wooden boards."""
    wood = rng.choice([colour(code) for code in ("#b99a78", "#a98b6c", "#c9b394", "#97806a", "#bfae98")])
    c.rect(0, 0, WIDTH, HEIGHT, wood)
    for row, y in enumerate(range(rng.randrange(-80, 0), HEIGHT, 132)):
        c.rect(0, y, WIDTH, y + 132, mix(wood, darker(wood, 0.12), (row * 37 % 10) / 10))
        c.rect(0, y, WIDTH, y + 4, darker(wood, 0.28))
        grain = rng.randrange(0, 500)
        c.curve([(grain, y + 50), (grain + 200, y + 56), (grain + 420, y + 46)], 2, darker(wood, 0.2))
        c.curve([(grain + 240, y + 90), (grain + 380, y + 95), (grain + 560, y + 88)], 2, darker(wood, 0.2))


def kitchen(c: Canvas, rng: Random) -> None:
    """Tiles above a worktop."""
    tile = rng.choice([colour(code) for code in ("#e3e2dc", "#cfdad8", "#e5dccb", "#d3dbe2")])
    top = rng.choice([colour(code) for code in ("#8c8a86", "#b09678", "#a7a9aa", "#6f7478")])
    c.rect(0, 0, WIDTH, 452, tile)
    size = rng.choice((74, 90))
    shift = rng.randrange(0, size)
    for x in range(-shift, WIDTH, size):
        c.rect(x, 0, x + 3, 452, darker(tile, 0.1))
    for y in range(452 - 5 * size, 452, size):
        c.rect(0, y, WIDTH, y + 3, darker(tile, 0.1))
    c.rect(0, 452, WIDTH, HEIGHT, top)
    c.rect(0, 452, WIDTH, 464, lighter(top, 0.25))


def garden(c: Canvas, rng: Random) -> None:
    """Sky, hedge and grass."""
    sky = rng.choice([colour(code) for code in ("#cbdde3", "#d9e2dd", "#dfe3e8", "#e9dfd0")])
    hedge = rng.choice([colour(code) for code in ("#7d9576", "#6f8b78", "#8d9a6c")])
    grass = rng.choice([colour(code) for code in ("#a3b183", "#9aad8a", "#b3b585")])
    c.rect(0, 0, WIDTH, HEIGHT, sky)
    tops: list[tuple[float, float]] = [(-60, 700)]
    tops += [(x, 300 + rng.randrange(-24, 24)) for x in range(-60, 1080, 90)]
    c.blob([*tops, (1080, 700)], hedge)
    c.rect(0, 468, WIDTH, HEIGHT, grass)
    for _ in range(26):
        x, y = rng.randrange(0, WIDTH), rng.randrange(488, 650)
        c.line([(x, y), (x + 4, y - 12)], 3, darker(grass, 0.14))


def street(c: Canvas, rng: Random) -> None:
    """Houses on the other side of a road."""
    sky = rng.choice([colour(code) for code in ("#d5e0e4", "#e6dfd2", "#d8dde2")])
    c.rect(0, 0, WIDTH, HEIGHT, sky)
    x = -rng.randrange(0, 90)
    while x < WIDTH:
        wide, top = rng.randrange(130, 220), rng.randrange(120, 250)
        wall = mix(rng.choice(WALLS), sky, 0.25)
        c.rect(x, top, x + wide, 440, wall)
        c.rect(x, top, x + wide, top + 10, darker(wall, 0.18))
        for wx in range(x + 22, x + wide - 38, 52):
            for wy in range(top + 36, 400, 76):
                c.rect(wx, wy, wx + 26, wy + 40, darker(wall, 0.22))
        x += wide
    c.rect(0, 430, WIDTH, 474, colour("#b9b5ac"))
    c.rect(0, 470, WIDTH, 478, colour("#98958e"))
    c.rect(0, 478, WIDTH, HEIGHT, colour("#8a8b8c"))


def night(c: Canvas, rng: Random) -> None:
    """A dim room with one warm patch of light: streams and clips."""
    dark = rng.choice([colour(code) for code in ("#39424d", "#453f4a", "#3b4744")])
    c.rect(0, 0, WIDTH, HEIGHT, dark)
    x = rng.randrange(260, 700)
    for radius, share in ((420, 0.06), (300, 0.06), (190, 0.08)):
        c.disc(x, 210, radius, (*lighter(dark, 0.5), round(255 * share)))
    c.rect(0, 500, WIDTH, HEIGHT, darker(dark, 0.3))


def _floor(c: Canvas, floor: tuple[int, int, int]) -> None:
    c.rect(0, 480, WIDTH, HEIGHT, floor)
    c.rect(0, 480, WIDTH, 484, darker(floor, 0.18))


BACKDROPS: dict[str, Callable[[Canvas, Random], None]] = {
    "boards": boards,
    "brick": brick,
    "chamber": chamber,
    "cloth": cloth,
    "garden": garden,
    "kitchen": kitchen,
    "night": night,
    "room": room,
    "street": street,
    "studio": studio,
    "table": table,
}
