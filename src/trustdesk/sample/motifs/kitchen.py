"""What stands on a worktop or a table, and what one eats from it."""

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, LEAF, SILVER, STEEL, WHITE, WOOD, Paint, motif


@motif("kitchen")
def pot(c: Canvas, p: Paint) -> None:
    """A steamer: two pots upon each other and a glass lid."""
    c.shadow(480, 566, 210, 15)
    for top, low in ((448, 562), (330, 444)):
        c.rect(300, top, 660, low, SILVER, r=20)
        c.rect(330, top + 8, 372, low - 10, lighter(SILVER, 0.5), r=14)
        c.rect(290, top - 6, 670, top + 12, STEEL, r=8)
        for x in (250, 660):
            c.rect(x, top + 26, x + 50, top + 46, INK, r=10)
    c.blob([(300, 328), (340, 274), (480, 252), (620, 274), (660, 328), (480, 338)], (*lighter(p.accent, 0.5), 210))
    c.rect(290, 320, 670, 334, STEEL, r=7)
    c.disc(480, 238, 22, INK)
    for x in (420, 500):
        c.curve([(x, 210), (x - 14, 176), (x + 14, 146), (x, 110)], 9, (255, 255, 255, 130))


@motif("boards", "cloth", foot=330)
def knife(c: Canvas, p: Paint) -> None:
    """A cook's knife on a cutting board."""
    c.rect(130, 170, 800, 520, (20, 20, 24, 40), r=26)
    c.rect(120, 156, 790, 506, p.pick("#c9a274", "#b98d60", "#d8bb92"), r=26)
    c.disc(160, 196, 14, darker(WOOD, 0.3))
    with c.turned(480, 330, -14):
        c.poly([(230, 314), (560, 306), (600, 312), (600, 366), (560, 372), (400, 372), (300, 352)], darker(WOOD, 0.15))
        c.blob([(206, 322), (330, 308), (590, 306), (598, 360), (430, 366), (300, 350)], SILVER)
        c.curve([(216, 324), (310, 344), (430, 360), (592, 354)], 5, WHITE)
        c.rect(594, 306, 616, 362, STEEL, r=4)
        c.blob(
            [(612, 308), (700, 304), (800, 312), (812, 338), (790, 358), (700, 350), (612, 352)],
            p.pick("#4a3427", "#22252a", "#6b4a32"),
        )
        for x in (652, 708, 764):
            c.disc(x, 331, 7, STEEL)
    for x, y in ((250, 440), (300, 462), (352, 446)):
        c.ring(x, y, 18, 7, LEAF)


@motif("table", "kitchen", "studio")
def mug(c: Canvas, p: Paint) -> None:
    """An enamel mug."""
    c.shadow(470, 556, 150, 15)
    c.ring(610, 408, 66, 24, darker(p.main, 0.2), ry=78)
    c.poly([(332, 270), (608, 270), (594, 548), (346, 548)], p.main)
    c.rect(346, 520, 594, 556, darker(p.main, 0.12), r=18)
    c.oval(470, 270, 140, 30, WHITE)
    c.oval(470, 274, 124, 22, p.pick("#4a2f22", "#7a4b2b", "#5c3b28"))
    c.ring(470, 412, 58, 10, CREAM)
    c.disc(470, 412, 16, CREAM)
    c.poly([(352, 300), (374, 300), (384, 520), (366, 520)], lighter(p.main, 0.25))


@motif("kitchen", "table")
def coffee_pot(c: Canvas, p: Paint) -> None:
    """A stove-top coffee maker."""
    c.shadow(480, 566, 150, 14)
    c.poly([(376, 560), (584, 560), (548, 408), (412, 408)], STEEL)
    c.poly([(424, 408), (470, 408), (462, 560), (400, 560)], SILVER)
    c.rect(398, 382, 562, 412, darker(STEEL, 0.25), r=6)
    c.poly([(412, 382), (548, 382), (592, 218), (368, 218)], STEEL)
    c.poly([(424, 382), (470, 382), (462, 218), (392, 218)], SILVER)
    c.poly([(368, 218), (330, 236), (384, 280)], SILVER)
    c.poly([(360, 218), (600, 218), (540, 172), (420, 172)], darker(STEEL, 0.12))
    c.poly([(462, 172), (498, 172), (492, 132), (468, 132)], INK)
    c.curve([(590, 232), (664, 240), (672, 330), (640, 396)], 22, p.pick("#22252a", "#6b3a2c", "#33507a"))


@motif("kitchen", "room")
def fridge(c: Canvas, p: Paint) -> None:
    """A fridge with two doors."""
    shell = p.pick("#d9dcdd", "#b8c0c4", "#c9bfb2", "#9fb3b4", "#e6e2d9")
    c.shadow(480, 566, 190, 12)
    c.rect(330, 60, 636, 564, darker(shell, 0.25), r=16)
    c.rect(322, 56, 624, 214, shell, r=14)
    c.rect(322, 222, 624, 552, shell, r=14)
    c.rect(344, 130, 358, 196, STEEL, r=6)
    c.rect(344, 244, 358, 372, STEEL, r=6)
    c.rect(470, 270, 534, 340, p.accent, r=3)
    c.rect(484, 286, 520, 291, darker(p.accent, 0.3))
    c.rect(484, 302, 510, 307, darker(p.accent, 0.3))
    c.disc(502, 272, 8, p.main)
    c.disc(580, 110, 11, p.main)


@motif("kitchen", "room", "studio")
def washing_machine(c: Canvas, p: Paint) -> None:
    """A front-loading washing machine."""
    c.shadow(480, 568, 210, 13)
    c.rect(300, 152, 660, 562, darker(WHITE, 0.05), r=16)
    c.rect(300, 152, 660, 232, darker(WHITE, 0.13), r=16)
    c.rect(320, 170, 420, 214, WHITE, r=6)
    c.rect(450, 176, 560, 208, INK, r=6)
    c.text(505, 192, "1:40", 20, lighter(p.accent, 0.4))
    c.disc(612, 192, 24, STEEL)
    c.line([(612, 192), (624, 176)], 5, WHITE)
    c.disc(480, 398, 132, SILVER)
    c.disc(480, 398, 112, darker(STEEL, 0.35))
    c.disc(480, 398, 98, darker(p.main, 0.45))
    c.blob([(398, 420), (450, 384), (510, 430), (562, 400), (556, 450), (500, 490), (430, 474)], p.main)
    c.blob([(430, 440), (470, 420), (520, 446), (500, 484), (446, 474)], p.accent)
    c.arc((480, 398), 80, (200, 250), 9, (255, 255, 255, 150))


@motif("table", "room", "studio")
def vase(c: Canvas, p: Paint) -> None:
    """A leaning vase with stems."""
    c.shadow(486, 562, 110, 12)
    for end, bend in (((380, 130), 40), ((470, 90), 10), ((580, 140), -30)):
        c.curve([(478, 330), (478 - bend, 240), end], 6, darker(LEAF, 0.1))
        for off in (0, 42, 84):
            y = end[1] + off
            x = end[0] + (478 - end[0]) * off / 260
            c.blob([(x - 8, y), (x - 44, y - 14), (x - 30, y + 16)], LEAF)
            c.blob([(x + 8, y + 6), (x + 44, y - 8), (x + 30, y + 22)], lighter(LEAF, 0.15))
    c.blob(
        [
            (440, 320),
            (452, 366),
            (404, 440),
            (410, 530),
            (450, 562),
            (530, 562),
            (566, 520),
            (560, 430),
            (512, 366),
            (518, 320),
            (480, 312),
        ],
        p.main,
    )
    c.blob([(440, 420), (424, 480), (444, 536), (462, 480), (466, 410)], lighter(p.main, 0.22))
    c.oval(479, 320, 40, 10, darker(p.main, 0.4))


@motif("table", "studio", "cloth")
def candle(c: Canvas, p: Paint) -> None:
    """A candle burning in a glass."""
    c.disc(480, 210, 200, (255, 226, 170, 46))
    c.disc(480, 210, 120, (255, 226, 170, 60))
    c.shadow(480, 560, 130, 13)
    c.rect(362, 268, 598, 560, (*lighter(p.accent, 0.3), 150), r=26)
    c.rect(374, 338, 586, 548, lighter(p.accent, 0.5), r=20)
    c.line([(480, 340), (482, 292)], 5, INK)
    c.blob([(480, 206), (506, 256), (500, 296), (480, 306), (460, 296), (456, 256)], (240, 178, 84))
    c.blob([(481, 248), (492, 278), (481, 300), (470, 280)], (255, 236, 190))
    c.rect(404, 402, 556, 500, WHITE, r=4)
    c.rect(430, 426, 530, 434, p.main, r=3)
    c.rect(446, 450, 514, 456, STEEL, r=3)
    c.rect(452, 470, 508, 476, STEEL, r=3)


@motif("table", "kitchen", "studio")
def bottle(c: Canvas, p: Paint) -> None:
    """Two bottles with labels."""
    c.shadow(480, 564, 190, 13)
    for x, glass, low in ((400, p.pick("#43604c", "#5a4632", "#37505a"), 120), (560, p.main, 180)):
        c.blob(
            [
                (x - 22, low + 60),
                (x - 20, low + 120),
                (x - 62, low + 190),
                (x - 66, 520),
                (x - 56, 560),
                (x, 564),
                (x + 56, 560),
                (x + 66, 520),
                (x + 62, low + 190),
                (x + 20, low + 120),
                (x + 22, low + 60),
            ],
            glass,
        )
        c.rect(x - 21, low + 10, x + 21, low + 90, glass)
        c.rect(x - 26, low, x + 26, low + 34, p.accent, r=6)
        c.rect(x - 62, low + 250, x + 62, 500, CREAM, r=4)
        c.rect(x - 36, low + 276, x + 36, low + 286, p.main, r=3)
        c.rect(x - 24, low + 298, x + 24, low + 304, STEEL, r=3)
        c.curve([(x - 46, low + 210), (x - 50, low + 236)], 8, (255, 255, 255, 110))


@motif("table", "kitchen", "studio")
def cake(c: Canvas, p: Paint) -> None:
    """A layer cake on a stand, one piece cut."""
    c.shadow(480, 566, 170, 12)
    c.poly([(456, 470), (504, 470), (540, 560), (420, 560)], WHITE)
    c.oval(480, 470, 230, 28, WHITE)
    c.oval(480, 464, 230, 26, lighter(CREAM, 0.5))
    sponge = p.pick("#c98d5a", "#7a4a34", "#dcb46e", "#9fae74")
    c.rect(310, 330, 650, 460, sponge, r=16)
    for y in (358, 400):
        c.rect(310, y, 650, y + 16, lighter(CREAM, 0.4))
    c.blob(
        [
            (304, 322),
            (320, 296),
            (480, 286),
            (640, 296),
            (656, 322),
            (644, 352),
            (610, 336),
            (570, 362),
            (520, 338),
            (470, 366),
            (420, 338),
            (370, 360),
            (330, 338),
        ],
        p.accent,
    )
    for x in (350, 415, 480, 545, 610):
        c.disc(x, 290, 17, p.main)
        c.disc(x - 5, 285, 5, lighter(p.main, 0.5))
    c.poly([(560, 330), (650, 338), (650, 456), (560, 456)], darker(sponge, 0.12))


@motif("cloth", "boards", foot=330)
def bowl_of_noodles(c: Canvas, p: Paint) -> None:
    """A bowl of noodles from above, chopsticks beside it."""
    c.disc(450, 344, 236, (20, 20, 24, 40))
    c.disc(442, 334, 234, p.main)
    c.disc(442, 334, 210, WHITE)
    c.disc(442, 334, 198, p.pick("#b3702f", "#c48a3c", "#9c5a30"))
    for turn in range(0, 340, 34):
        with c.turned(442, 334, turn):
            c.curve(
                [(380, 250), (440, 220), (510, 270), (470, 350), (400, 340)],
                9,
                lighter(p.pick("#e6c477", "#ecd08f"), 0.05),
            )
    c.oval(360, 300, 62, 48, WHITE)
    c.disc(362, 300, 28, (232, 168, 62))
    for x, y in ((500, 250), (530, 320), (470, 420), (400, 430)):
        c.ring(x, y, 17, 8, LEAF)
    c.blob([(520, 400), (570, 360), (590, 410), (540, 450)], (168, 84, 60))
    c.blob([(480, 460), (540, 456), (530, 496), (484, 494)], (186, 100, 70))
    for off in (0, 34):
        c.line([(730 + off, 110), (790 + off * 0.4, 560)], 11, darker(WOOD, 0.15))


@motif("table", "boards", "cloth", foot=330)
def plate_of_rice(c: Canvas, p: Paint) -> None:
    """A rice plate with side dishes, from above."""
    c.disc(490, 342, 250, (20, 20, 24, 40))
    c.disc(480, 330, 250, WHITE)
    c.ring(480, 330, 228, 5, p.main)
    c.disc(480, 330, 208, lighter(p.accent, 0.25))
    c.blob([(400, 240), (480, 210), (560, 250), (570, 330), (500, 380), (410, 360), (380, 300)], WHITE)
    for _ in range(40):
        x, y = p.rng.randrange(400, 556), p.rng.randrange(240, 360)
        c.oval(x, y, 7, 3, darker(WHITE, 0.08))
    c.blob(
        [(320, 320), (380, 300), (410, 370), (380, 440), (320, 420), (296, 370)],
        p.pick("#8a4a2c", "#a05a34", "#6f3c28"),
    )
    c.blob([(420, 400), (500, 392), (540, 440), (480, 486), (410, 470)], LEAF)
    c.oval(590, 420, 50, 40, WHITE)
    c.disc(590, 420, 24, (232, 168, 62))
    c.disc(620, 290, 44, p.pick("#a83a2c", "#b9502f"))
    c.disc(610, 282, 12, (214, 110, 74))


@motif("table", "kitchen", "studio")
def honey_jar(c: Canvas, p: Paint) -> None:
    """A jar with a cloth over its lid."""
    c.shadow(480, 562, 150, 13)
    content = p.pick("#c98a2b", "#8d3f36", "#6f7d3c", "#b5652e")
    c.rect(340, 262, 620, 560, lighter(content, 0.5), r=44)
    c.rect(352, 306, 608, 548, content, r=36)
    c.rect(372, 320, 400, 520, lighter(content, 0.3), r=14)
    c.rect(410, 370, 580, 490, CREAM, r=6)
    c.rect(440, 396, 550, 406, p.main, r=3)
    c.rect(456, 424, 534, 430, STEEL, r=3)
    c.blob(
        [
            (312, 270),
            (350, 196),
            (480, 176),
            (610, 196),
            (648, 270),
            (600, 256),
            (560, 280),
            (510, 260),
            (460, 282),
            (410, 258),
            (360, 278),
        ],
        p.main,
    )
    c.rect(356, 228, 604, 240, p.accent, r=5)
    c.disc(480, 234, 13, BLACK)
