"""Houses, rooms, shops, and what drives between them."""

from math import cos, radians, sin

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, LEAF, SILVER, STEEL, WHITE, WOOD, Paint, motif


@motif("garden")
def house(c: Canvas, p: Paint) -> None:
    """A house with a tiled roof and a door."""
    wall = p.pick("#ead9bd", "#d8dcd6", "#e3c7b4", "#c9d5da", "#f0ead9")
    roof = p.pick("#a3533c", "#6b4a44", "#4f5a63", "#8a6a4a")
    storeys = p.rng.choice((1, 2))
    top = 300 if storeys == 1 else 210
    c.shadow(480, 566, 330, 13)
    c.rect(210, top, 750, 562, wall)
    c.poly([(170, top + 8), (300, top - 130), (660, top - 130), (790, top + 8)], roof)
    for step in range(1, 5):
        c.line(
            [(300 - step * 26 + 4, top - 130 + step * 27), (660 + step * 26 - 4, top - 130 + step * 27)],
            3,
            darker(roof, 0.2),
        )
    c.rect(600, top - 170, 646, top - 90, darker(wall, 0.35))
    c.rect(430, 420, 528, 562, darker(p.main, 0.1), r=4)
    c.disc(512, 494, 6, CREAM)
    for y in [398] if storeys == 1 else [398, 244]:
        for x in (260, 600):
            c.rect(x, y, x + 100, y + 92, WHITE)
            c.rect(x + 8, y + 8, x + 92, y + 84, (150, 178, 190))
            c.rect(x + 47, y, x + 53, y + 92, WHITE)
            c.rect(x - 8, y + 90, x + 108, y + 100, darker(wall, 0.25))
    if storeys == 2:
        c.rect(420, 300, 540, 352, darker(wall, 0.2))
        c.rect(436, 236, 524, 340, (150, 178, 190))
        for x in range(420, 541, 20):
            c.rect(x, 304, x + 5, 352, INK)
        c.rect(414, 298, 546, 306, INK)
    for x in (180, 786):
        c.blob([(x - 60, 566), (x - 46, 500), (x, 474), (x + 48, 500), (x + 60, 566)], darker(LEAF, 0.1))
    c.poly([(430, 562), (528, 562), (580, 660), (380, 660)], lighter(wall, 0.2))


@motif("chamber", foot=640)
def room(c: Canvas, p: Paint) -> None:
    """A furnished room: bed, desk, window."""
    c.rect(330, 70, 560, 300, WHITE, r=4)
    sky = p.pick("#b9d3dc", "#e3d3b4", "#c3d4bf")
    c.rect(342, 82, 548, 288, sky)
    c.blob([(342, 250), (400, 222), (470, 244), (548, 214), (548, 292), (342, 292)], darker(LEAF, 0.05))
    c.rect(441, 70, 449, 300, WHITE)
    for x, side in ((330, 1), (560, -1)):
        c.blob(
            [(x - side * 34, 56), (x + side * 44, 56), (x + side * 30, 180), (x + side * 6, 320), (x - side * 34, 324)],
            p.accent,
        )
    c.rect(286, 48, 604, 60, darker(WOOD, 0.3), r=6)
    c.shadow(300, 596, 280, 13)
    c.rect(40, 360, 78, 590, WOOD, r=8)
    c.rect(60, 500, 560, 568, WOOD, r=8)
    c.rect(524, 480, 560, 596, WOOD, r=6)
    c.rect(76, 440, 544, 510, WHITE, r=18)
    c.rect(96, 404, 214, 458, lighter(CREAM, 0.4), r=22)
    c.blob([(210, 446), (320, 424), (500, 432), (548, 470), (544, 540), (220, 540)], p.main)
    c.shadow(770, 600, 150, 11)
    c.rect(640, 414, 910, 434, darker(WOOD, 0.1), r=4)
    for x in (656, 880):
        c.rect(x, 430, x + 16, 600, darker(WOOD, 0.25))
    c.line([(850, 414), (842, 340), (800, 310)], 7, INK)
    c.poly([(806, 292), (770, 316), (796, 344), (826, 314)], p.main)
    c.rect(680, 398, 750, 414, (150, 84, 70), r=3)
    c.rect(690, 382, 744, 398, p.accent, r=3)
    c.rect(676, 130, 800, 222, darker(WOOD, 0.2))
    c.rect(686, 140, 790, 212, lighter(p.accent, 0.5))
    c.disc(740, 176, 20, p.main)


@motif("street")
def storefront(c: Canvas, p: Paint) -> None:
    """A small shop with a striped awning."""
    wall = p.pick("#e0d3bf", "#cfd6d3", "#d8c3b6", "#c6cdd6")
    c.rect(150, 90, 810, 566, wall)
    c.rect(150, 90, 810, 104, darker(wall, 0.3))
    c.rect(206, 122, 754, 200, darker(p.main, 0.15), r=8)
    for x, wide in ((270, 150), (436, 90), (542, 150)):
        c.rect(x, 152, x + wide, 170, p.accent, r=8)
    c.rect(200, 290, 560, 530, (170, 192, 196))
    c.rect(200, 470, 560, 530, (120, 104, 88))
    for x, tall, tone in (
        (226, 60, p.accent),
        (290, 90, (150, 84, 70)),
        (356, 50, CREAM),
        (414, 100, p.main),
        (486, 70, (206, 170, 92)),
    ):
        c.rect(x, 470 - tall, x + 46, 470, tone, r=6)
    c.poly([(216, 290), (300, 290), (236, 530), (204, 530)], (255, 255, 255, 70))
    c.rect(600, 280, 750, 562, darker(p.main, 0.35), r=4)
    c.rect(618, 300, 732, 470, (170, 192, 196))
    c.rect(736, 430, 744, 480, SILVER, r=3)
    c.rect(638, 340, 712, 372, WHITE, r=4)
    c.rect(650, 351, 700, 360, p.main, r=3)
    for step in range(12):
        x = 180 + step * 50
        tone = p.main if step % 2 else lighter(CREAM, 0.5)
        c.poly([(x, 212), (x + 50, 212), (x + 50, 280), (x, 280)], tone)
        c.poly([(x + 25 + 25 * cos(radians(t)), 280 + 22 * sin(radians(t))) for t in range(0, 181, 15)], tone)
    c.rect(150, 548, 810, 566, darker(wall, 0.35))
    c.poly([(100, 520), (150, 520), (142, 566), (108, 566)], WOOD)
    c.blob([(125, 522), (88, 470), (112, 478), (126, 440), (140, 478), (166, 470)], LEAF)


@motif("street", "garden")
def van(c: Canvas, p: Paint) -> None:
    """A delivery van."""
    body = p.pick("#e6e3dc", "#c3ccd2", "#d6c7a8", "#9fb0a6")
    c.shadow(480, 568, 400, 18)
    c.rect(110, 190, 650, 526, body, r=26)
    c.blob([(600, 196), (680, 204), (748, 320), (836, 366), (860, 430), (856, 520), (620, 530), (590, 360)], body)
    c.poly([(648, 236), (688, 242), (742, 344), (648, 344)], (150, 178, 190))
    c.rect(110, 430, 858, 446, darker(body, 0.18))
    c.rect(110, 494, 858, 528, darker(body, 0.4), r=10)
    c.line([(590, 206), (590, 494)], 3, darker(body, 0.25))
    c.rect(606, 386, 640, 396, INK, r=4)
    c.oval(838, 440, 17, 23, CREAM)
    c.rect(110, 400, 126, 450, (178, 66, 58), r=4)
    c.rect(196, 250, 500, 370, p.main, r=14)
    c.poly([(236, 340), (236, 280), (300, 280), (300, 260), (350, 310), (300, 360), (300, 340)], p.accent)
    c.rect(376, 288, 464, 300, WHITE, r=5)
    c.rect(376, 316, 440, 328, WHITE, r=5)
    for x in (236, 724):
        c.disc(x, 522, 62, BLACK)
        c.disc(x, 522, 34, SILVER)
        c.disc(x, 522, 12, STEEL)


@motif("room", "brick", "studio")
def desk(c: Canvas, p: Paint) -> None:
    """A desk with a screen, a lamp and a chair."""
    c.shadow(480, 566, 360, 13)
    c.rect(160, 380, 800, 404, WOOD, r=5)
    for x in (180, 764):
        c.rect(x, 400, x + 18, 562, darker(WOOD, 0.25))
    c.rect(596, 404, 764, 500, darker(WOOD, 0.12), r=4)
    for y in (416, 460):
        c.rect(606, y, 754, y + 34, lighter(WOOD, 0.12), r=3)
        c.rect(664, y + 13, 696, y + 19, INK, r=3)
    c.rect(330, 190, 580, 346, BLACK, r=8)
    c.rect(340, 200, 570, 332, lighter(p.main, 0.1), r=3)
    for y, wide in ((220, 130), (244, 170), (268, 100), (292, 150)):
        c.rect(360, y, 360 + wide, y + 9, WHITE, r=4)
    c.rect(444, 346, 466, 380, STEEL)
    c.rect(400, 372, 510, 382, STEEL, r=4)
    c.line([(240, 380), (228, 280), (290, 226)], 8, INK)
    c.poly([(280, 204), (330, 238), (300, 270), (262, 236)], p.accent)
    c.rect(652, 330, 700, 380, p.pick("#b96f4d", "#e2dccf"), r=8)
    c.blob([(676, 334), (634, 286), (660, 292), (672, 250), (690, 290), (722, 282)], LEAF)
    c.rect(372, 440, 500, 468, p.main, r=14)
    c.rect(426, 466, 446, 540, STEEL)
    c.line([(380, 562), (436, 540), (492, 562)], 11, INK)
    c.rect(388, 330, 484, 430, darker(p.main, 0.2), r=22)
