"""What one wears or carries."""

from math import cos, radians, sin

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, SILVER, STEEL, WHITE, WOOD, Paint, motif


@motif("boards", "studio", "table", "cloth")
def sneakers(c: Canvas, p: Paint) -> None:
    """A pair of sneakers from the side."""
    c.shadow(500, 548, 330, 16)
    for dx, dy, dim in ((90, -54, 0.2), (0, 0, 0.0)):
        upper = darker(p.main, dim)
        c.blob(
            [
                (200 + dx, 478 + dy),
                (206 + dx, 372 + dy),
                (250 + dx, 306 + dy),
                (330 + dx, 320 + dy),
                (410 + dx, 386 + dy),
                (540 + dx, 424 + dy),
                (640 + dx, 444 + dy),
                (676 + dx, 494 + dy),
                (440 + dx, 506 + dy),
            ],
            upper,
        )
        c.blob(
            [(214 + dx, 352 + dy), (252 + dx, 302 + dy), (334 + dx, 314 + dy), (300 + dx, 344 + dy)], darker(upper, 0.4)
        )
        c.blob(
            [(560 + dx, 434 + dy), (640 + dx, 446 + dy), (676 + dx, 494 + dy), (570 + dx, 500 + dy)],
            darker(p.accent, dim),
        )
        c.blob(
            [(204 + dx, 400 + dy), (250 + dx, 396 + dy), (260 + dx, 480 + dy), (204 + dx, 480 + dy)],
            darker(p.accent, dim),
        )
        c.curve([(300 + dx, 470 + dy), (400 + dx, 462 + dy), (480 + dx, 416 + dy)], 15, darker(WHITE, dim))
        for step in range(4):
            x, y = 366 + dx + step * 44, 352 + dy + step * 19
            c.line([(x, y), (x - 32, y + 34)], 7, darker(WHITE, dim))
        c.rect(190 + dx, 484 + dy, 690 + dx, 536 + dy, darker(WHITE, dim + 0.02), r=26)
        c.rect(194 + dx, 516 + dy, 686 + dx, 536 + dy, darker(CREAM, 0.25 + dim), r=12)


@motif("studio", "table", "room")
def handbag(c: Canvas, p: Paint) -> None:
    """A handbag with a flap and two handles."""
    c.shadow(480, 560, 230, 15)
    c.arc((480, 300), 112, (180, 360), 18, darker(p.main, 0.3), ry=170)
    c.poly([(296, 290), (664, 290), (716, 556), (244, 556)], darker(p.main, 0.08))
    c.rect(244, 528, 716, 560, darker(p.main, 0.25), r=12)
    c.poly([(290, 284), (670, 284), (690, 392), (480, 444), (270, 392)], p.main)
    for x in range(300, 664, 18):
        c.rect(x, 296, x + 9, 299, lighter(p.main, 0.4))
    c.arc((480, 306), 96, (180, 360), 18, darker(p.main, 0.1), ry=160)
    for x in (384, 576):
        c.ring(x, 306, 15, 7, (200, 168, 98))
    c.rect(452, 410, 508, 466, (200, 168, 98), r=10)
    c.rect(468, 426, 492, 450, darker(p.main, 0.3), r=6)


@motif("brick", "room", "studio", foot=330)
def jacket(c: Canvas, p: Paint) -> None:
    """A jacket on a hanger."""
    c.arc((480, 92), 26, (160, 400), 7, STEEL)
    c.line([(480, 118), (480, 140)], 7, STEEL)
    c.curve([(330, 196), (480, 136), (630, 196)], 13, WOOD)
    for side in (-1, 1):
        c.blob(
            [
                (480 + side * 130, 190),
                (480 + side * 210, 240),
                (480 + side * 262, 470),
                (480 + side * 252, 520),
                (480 + side * 196, 520),
                (480 + side * 150, 330),
            ],
            darker(p.main, 0.16),
        )
        c.rect(480 + side * 226 - 34, 496, 480 + side * 226 + 34, 524, darker(p.main, 0.35), r=8)
    c.blob(
        [
            (338, 192),
            (420, 160),
            (480, 200),
            (540, 160),
            (622, 192),
            (648, 320),
            (640, 560),
            (480, 572),
            (320, 560),
            (312, 320),
        ],
        p.main,
    )
    c.poly([(420, 162), (480, 206), (452, 268), (396, 190)], darker(p.main, 0.25))
    c.poly([(540, 162), (480, 206), (508, 268), (564, 190)], darker(p.main, 0.25))
    c.rect(477, 206, 483, 566, darker(p.main, 0.4))
    for y in (290, 360, 430, 500):
        c.disc(498, y, 8, p.accent)
    for x in (366, 536):
        c.rect(x, 430, x + 62, 440, darker(p.main, 0.35), r=4)


@motif("brick", "room", "studio", foot=330)
def dress(c: Canvas, p: Paint) -> None:
    """A long dress on a hanger."""
    c.arc((480, 70), 22, (160, 400), 6, STEEL)
    c.curve([(390, 136), (480, 96), (570, 136)], 11, WOOD)
    c.line([(420, 124), (432, 190)], 12, p.main)
    c.line([(540, 124), (528, 190)], 12, p.main)
    c.blob(
        [
            (410, 196),
            (480, 216),
            (550, 196),
            (552, 270),
            (530, 320),
            (600, 500),
            (624, 596),
            (480, 616),
            (336, 596),
            (360, 500),
            (430, 320),
            (408, 270),
        ],
        p.main,
    )
    c.rect(424, 308, 536, 328, p.accent, r=6)
    for x0, x1 in ((452, 410), (480, 480), (508, 552)):
        c.curve([(x0, 334), ((x0 + x1) / 2, 450), (x1, 596)], 4, darker(p.main, 0.16))
    for _ in range(34):
        y = p.rng.randrange(350, 590)
        half = 50 + (y - 330) * 0.32
        c.disc(p.rng.uniform(480 - half, 480 + half), y, 5, p.accent)


@motif("cloth", "boards", foot=330)
def shirt(c: Canvas, p: Paint) -> None:
    """A folded shirt or batik, from above."""
    c.rect(286, 116, 694, 580, (20, 20, 24, 40), r=20)
    c.rect(276, 104, 684, 568, p.main, r=18)
    for row in range(6):
        for column in range(5):
            x, y = 316 + column * 82 + (row % 2) * 38, 250 + row * 58
            if x < 664:
                c.oval(x, y, 17, 10, lighter(p.main, 0.24))
                c.oval(x, y, 7, 16, p.accent)
    c.poly([(276, 140), (400, 104), (480, 190), (560, 104), (684, 140), (684, 190), (276, 190)], darker(p.main, 0.14))
    c.poly([(396, 104), (480, 196), (430, 232), (356, 128)], darker(p.main, 0.02))
    c.poly([(564, 104), (480, 196), (530, 232), (604, 128)], darker(p.main, 0.02))
    c.rect(470, 196, 490, 566, darker(p.main, 0.1))
    for y in (240, 330, 420, 510):
        c.disc(480, y, 7, CREAM)


@motif("table", "cloth", "boards", "studio", foot=400)
def sunglasses(c: Canvas, p: Paint) -> None:
    """A pair of sunglasses."""
    c.shadow(480, 440, 300, 14, deep=18)
    for side in (-1, 1):
        c.curve([(480 + side * 250, 300), (480 + side * 300, 220), (480 + side * 280, 150)], 13, darker(p.main, 0.3))
        x = 480 + side * 138
        c.blob(
            [
                (x - 112, 300),
                (x - 60, 282),
                (x + 60, 282),
                (x + 112, 300),
                (x + 98, 400),
                (x + 30, 436),
                (x - 30, 436),
                (x - 98, 400),
            ],
            p.main,
        )
        c.blob(
            [
                (x - 94, 312),
                (x - 50, 298),
                (x + 50, 298),
                (x + 94, 312),
                (x + 80, 392),
                (x + 26, 420),
                (x - 26, 420),
                (x - 80, 392),
            ],
            BLACK,
        )
        c.poly([(x - 60, 310), (x - 20, 310), (x - 56, 384), (x - 72, 366)], (86, 96, 108))
    c.curve([(444, 316), (480, 298), (516, 316)], 14, p.main)


@motif("cloth", "studio", "boards", foot=330)
def ring(c: Canvas, p: Paint) -> None:
    """A ring in an open box."""
    c.shadow(480, 520, 240, 22)
    c.poly([(290, 150), (670, 150), (694, 330), (266, 330)], darker(p.main, 0.25))
    c.poly([(312, 168), (648, 168), (666, 322), (294, 322)], lighter(CREAM, 0.3))
    c.rect(262, 330, 698, 520, p.main, r=18)
    c.rect(286, 340, 674, 420, CREAM, r=12)
    c.rect(320, 374, 640, 384, darker(CREAM, 0.3), r=5)
    c.arc((480, 378), 76, (178, 362), 15, (206, 170, 92))
    c.poly([(448, 282), (512, 282), (532, 304), (480, 346), (428, 304)], (206, 228, 236))
    c.poly([(448, 282), (470, 304), (428, 304)], WHITE)
    c.poly([(470, 304), (490, 304), (480, 346)], (160, 194, 210))


@motif("table", "studio", "cloth")
def perfume(c: Canvas, p: Paint) -> None:
    """A bottle of perfume."""
    c.shadow(480, 560, 150, 14)
    c.rect(348, 272, 612, 560, (*lighter(p.accent, 0.25), 200), r=30)
    c.rect(366, 352, 594, 544, p.accent, r=22)
    c.rect(366, 292, 396, 544, (255, 255, 255, 90), r=12)
    c.rect(448, 232, 512, 274, SILVER, r=4)
    c.rect(426, 140, 534, 238, p.pick("#22252a", "#c8a862", "#4c4038"), r=10)
    c.rect(412, 404, 548, 480, CREAM, r=3)
    c.rect(436, 428, 524, 436, INK, r=3)
    c.rect(450, 448, 510, 453, STEEL, r=2)


@motif("room", "brick", "studio", "garden")
def backpack(c: Canvas, p: Paint) -> None:
    """A backpack standing upright."""
    c.shadow(480, 564, 190, 14)
    c.arc((480, 150), 40, (180, 360), 15, INK)
    c.rect(300, 150, 660, 560, p.main, r=90)
    c.arc((480, 330), 150, (200, 340), 7, darker(p.main, 0.35), ry=150)
    c.rect(284, 380, 330, 530, darker(p.main, 0.2), r=20)
    c.rect(630, 380, 676, 530, darker(p.main, 0.2), r=20)
    c.rect(340, 356, 620, 546, darker(p.main, 0.14), r=34)
    c.rect(364, 392, 596, 402, darker(p.main, 0.4), r=4)
    c.rect(584, 392, 596, 430, p.accent, r=5)
    c.rect(444, 446, 516, 500, p.accent, r=8)
    c.rect(456, 250, 504, 300, CREAM, r=6)


@motif("cloth", "boards", foot=330)
def hat(c: Canvas, p: Paint) -> None:
    """A straw hat with a band."""
    straw = p.pick("#d9bc84", "#cdae7a", "#e2cfa0")
    c.oval(490, 352, 310, 214, (20, 20, 24, 40))
    c.oval(480, 338, 308, 212, straw)
    for share in (0.92, 0.82, 0.72):
        c.ring(480, 338, 308 * share, 3, darker(straw, 0.14), ry=212 * share)
    c.oval(480, 324, 172, 126, darker(p.main, 0.05))
    c.oval(480, 308, 160, 114, lighter(straw, 0.1))
    for share in (0.7, 0.4):
        c.ring(480, 302, 160 * share, 3, darker(straw, 0.12), ry=114 * share)
    for turn in (200, 214):
        c.line(
            [(480 + 168 * cos(radians(turn)), 330 + 120 * sin(radians(turn))), (250, 380 + turn / 9)],
            12,
            darker(p.main, 0.1),
        )
