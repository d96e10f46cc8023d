"""Animals, and people only as plain portraits."""

from trustdesk.sample.canvas import Canvas, darker, lighter, smoothed
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, LEAF, STEEL, WHITE, WOOD, Paint, motif


def _eyes(c: Canvas, x: float, y: float, apart: float, r: float) -> None:
    for side in (-1, 1):
        c.disc(x + side * apart, y, r, BLACK)
        c.disc(x + side * apart - r * 0.3, y - r * 0.35, r * 0.34, WHITE)


@motif("room", "studio", "garden", "brick")
def cat(c: Canvas, p: Paint) -> None:
    """A sitting cat, tail around its feet."""
    coat = p.pick("#c98a4b", "#5b5f66", "#8b7a68", "#d9c7ab", "#3a3d42", "#b5763c")
    c.shadow(490, 562, 180, 14)
    c.curve([(590, 530), (690, 530), (716, 470), (680, 430)], 34, darker(coat, 0.12))
    c.blob(
        [(400, 330), (440, 290), (530, 290), (590, 370), (630, 480), (610, 556), (480, 566), (372, 556), (366, 460)],
        coat,
    )
    c.blob([(430, 370), (480, 350), (530, 370), (540, 470), (480, 520), (424, 470)], lighter(coat, 0.35))
    for x in (438, 522):
        c.rect(x - 24, 430, x + 24, 562, lighter(coat, 0.08), r=24)
        c.oval(x, 552, 34, 16, lighter(coat, 0.3))
    for side in (-1, 1):
        c.poly([(480 + side * 30, 150), (480 + side * 112, 92), (480 + side * 116, 220)], coat)
        c.poly([(480 + side * 54, 154), (480 + side * 100, 118), (480 + side * 102, 190)], (214, 158, 148))
    c.blob([(366, 230), (400, 160), (480, 140), (560, 160), (594, 230), (566, 300), (480, 330), (394, 300)], coat)
    if p.rng.random() < 0.6:
        for x in (452, 480, 508):
            c.line([(x, 152), (480 + (x - 480) * 0.8, 190)], 9, darker(coat, 0.3))
    c.blob([(440, 280), (480, 258), (520, 280), (508, 312), (480, 320), (452, 312)], lighter(coat, 0.5))
    eye = p.pick("#c8b04a", "#8fae5a", "#7aa3ae")
    for side in (-1, 1):
        c.oval(480 + side * 48, 234, 22, 20, eye)
        c.oval(480 + side * 48, 234, 8, 17, BLACK)
        for y in (280, 294):
            c.line([(480 + side * 44, y), (480 + side * 150, y - 12 + (y - 280) * 2)], 2.5, WHITE)
    c.poly([(468, 268), (492, 268), (480, 284)], (190, 110, 104))
    c.curve([(458, 298), (470, 302), (480, 286), (490, 302), (502, 298)], 4, darker(coat, 0.5))


@motif("garden", "room", "street")
def dog(c: Canvas, p: Paint) -> None:
    """A sitting dog with a collar."""
    coat = p.pick("#a8744a", "#7b5a40", "#caa679", "#4d463f", "#d8cbb4")
    c.shadow(490, 564, 190, 14)
    c.curve([(620, 520), (690, 480), (704, 410)], 28, coat)
    c.blob([(410, 320), (470, 300), (560, 340), (640, 470), (630, 556), (500, 566), (392, 560), (384, 430)], coat)
    c.blob([(420, 350), (470, 340), (510, 380), (500, 480), (440, 500), (412, 440)], lighter(coat, 0.35))
    for x in (428, 500):
        c.rect(x - 24, 420, x + 24, 562, lighter(coat, 0.06), r=22)
        c.oval(x - 6, 553, 36, 16, lighter(coat, 0.25))
    c.blob([(600, 470), (650, 500), (650, 560), (560, 562), (556, 500)], darker(coat, 0.08))
    c.curve([(404, 330), (460, 352), (530, 334)], 22, (176, 62, 54))
    c.disc(458, 366, 13, (206, 170, 92))
    c.blob([(360, 200), (400, 140), (480, 124), (550, 150), (578, 220), (552, 300), (470, 330), (400, 306)], coat)
    c.blob([(392, 244), (440, 224), (490, 250), (492, 306), (440, 332), (386, 304)], lighter(coat, 0.45))
    for points in (
        [(398, 146), (352, 150), (330, 220), (352, 270), (384, 230)],
        [(536, 144), (590, 160), (612, 240), (584, 282), (552, 230)],
    ):
        c.blob(points, darker(coat, 0.28))
    _eyes(c, 462, 212, 48, 14)
    c.oval(438, 252, 26, 18, BLACK)
    c.curve([(438, 270), (438, 290), (466, 302)], 5, darker(coat, 0.5))
    c.curve([(438, 290), (412, 298)], 5, darker(coat, 0.5))


@motif("garden", "room", "studio")
def parrot(c: Canvas, p: Paint) -> None:
    """A parrot on a perch."""
    coat = p.pick("#e9e4d6", "#4f8a5b", "#a9473f", "#3f6f92", "#c9a13c")
    c.rect(250, 470, 710, 494, WOOD, r=10)
    c.rect(300, 486, 318, 572, darker(WOOD, 0.2))
    c.rect(642, 486, 660, 572, darker(WOOD, 0.2))
    c.shadow(480, 572, 230, 11)
    c.blob([(520, 420), (560, 470), (600, 610), (560, 620), (520, 560), (492, 470)], darker(coat, 0.22))
    c.blob([(440, 210), (520, 200), (580, 290), (584, 400), (530, 480), (450, 474), (412, 380), (414, 270)], coat)
    c.blob([(500, 260), (570, 300), (590, 400), (566, 500), (520, 470), (488, 360)], darker(coat, 0.14))
    for y in (330, 370, 410):
        c.curve([(506, y), (540, y + 24), (572, y + 12)], 4, darker(coat, 0.3))
    for x in (446, 486):
        c.rect(x, 458, x + 22, 492, STEEL, r=8)
    c.blob([(384, 180), (420, 120), (490, 112), (532, 160), (530, 224), (470, 258), (404, 240)], lighter(coat, 0.06))
    for lean, top in ((-10, 40), (16, 30), (42, 44)):
        c.blob([(440 + lean, 130), (452 + lean * 1.6, top), (474 + lean, 122)], p.pick("#e3bb4e", "#d98a5a", "#e9cf7a"))
    c.blob([(398, 176), (350, 188), (336, 236), (354, 262), (372, 236), (404, 226)], INK)
    c.disc(440, 178, 25, WHITE)
    c.disc(437, 178, 12, BLACK)
    c.disc(433, 173, 4, WHITE)


@motif("garden", "boards", "studio")
def tortoise(c: Canvas, p: Paint) -> None:
    """A tortoise with a patterned shell."""
    skin = p.pick("#a39a62", "#8d8a5c", "#b5a46c")
    shell = p.pick("#5d4a30", "#6b5636", "#4d4a34")
    c.shadow(480, 560, 290, 16)
    c.blob([(700, 440), (760, 380), (822, 384), (836, 430), (800, 462), (720, 490)], skin)
    c.disc(798, 412, 8, BLACK)
    c.curve([(836, 432), (816, 440), (800, 438)], 4, darker(skin, 0.4))
    for x in (300, 640):
        c.rect(x - 46, 460, x + 46, 560, darker(skin, 0.12), r=30)
    c.poly([(236, 480), (180, 508), (240, 510)], skin)
    c.blob([(220, 484), (270, 340), (390, 256), (500, 244), (630, 296), (710, 400), (740, 484), (480, 506)], shell)
    for x, y, r in (
        (330, 400, 56),
        (450, 350, 66),
        (580, 380, 60),
        (400, 450, 44),
        (520, 452, 46),
        (650, 444, 44),
        (280, 460, 32),
    ):
        c.poly(
            [
                (x - r, y),
                (x - r * 0.5, y - r * 0.8),
                (x + r * 0.5, y - r * 0.8),
                (x + r, y),
                (x + r * 0.5, y + r * 0.7),
                (x - r * 0.5, y + r * 0.7),
            ],
            lighter(shell, 0.16),
        )
        for dx, dy in ((-0.8, 0), (-0.4, -0.6), (0.4, -0.6), (0.8, 0), (0.4, 0.55), (-0.4, 0.55)):
            c.line([(x, y), (x + dx * r, y + dy * r)], 4, p.accent)
    c.curve([(216, 486), (340, 510), (560, 512), (746, 486)], 20, darker(shell, 0.2))


@motif("room", "table", "studio")
def aquarium(c: Canvas, p: Paint) -> None:
    """An aquarium with plants and no fish."""
    c.shadow(480, 564, 330, 13)
    c.rect(180, 150, 780, 558, (196, 220, 224), r=10)
    c.rect(192, 206, 768, 548, (150, 194, 204))
    sand = p.pick("#cdb58a", "#b9a078", "#d8c9a4")
    c.poly(
        [*smoothed([(192, 480), (320, 462), (480, 486), (640, 460), (768, 480)], closed=False), (768, 548), (192, 548)],
        sand,
    )
    c.rect(180, 540, 780, 560, INK, r=6)
    for x, tall in ((260, 240), (310, 300), (640, 320), (700, 260), (664, 400)):
        c.curve([(x, 490), (x - 18, (490 + tall) / 2 + 30), (x + 12, (490 + tall) / 2 - 20), (x, tall)], 15, LEAF)
    c.blob([(420, 486), (440, 420), (500, 390), (560, 430), (566, 486), (490, 500)], STEEL)
    c.blob([(470, 470), (480, 440), (510, 440), (516, 474)], INK)
    for x, y, r in ((380, 300, 8), (392, 340, 6), (374, 380, 10), (388, 420, 6)):
        c.ring(x, y, r, 3, WHITE)
    c.poly([(210, 220), (260, 220), (230, 540), (206, 540)], (255, 255, 255, 70))
    c.rect(172, 126, 788, 160, INK, r=8)


@motif("room", "studio", "garden")
def bird_cage(c: Canvas, p: Paint) -> None:
    """An empty bird cage, carved at the foot."""
    c.line([(480, 0), (480, 96)], 5, STEEL)
    c.ring(480, 104, 20, 7, WOOD)
    c.poly([(468, 122), (492, 122), (640, 246), (320, 246)], (*WOOD, 60))
    for x in range(320, 641, 32):
        c.curve([(480 + (x - 480) * 0.08, 122), (480 + (x - 480) * 0.7, 172), (x, 250)], 5, darker(WOOD, 0.1))
        c.line([(x, 250), (x, 500)], 5, darker(WOOD, 0.1))
    for y in (250, 370):
        c.rect(310, y - 6, 650, y + 8, WOOD, r=5)
    c.rect(296, 496, 664, 546, p.main, r=10)
    for x in range(324, 650, 52):
        c.disc(x, 521, 14, p.accent)
    c.line([(340, 430), (620, 430)], 11, darker(WOOD, 0.3))
    c.rect(560, 446, 620, 486, CREAM, r=8)


@motif("studio", "room", foot=700)
def portrait(c: Canvas, p: Paint) -> None:
    """Head and shoulders without a face: the picture of an account."""
    skin = p.pick("#c99b78", "#a97552", "#e0b999", "#8a5a3e", "#d6a685")
    hair = p.pick("#2b2320", "#4a3427", "#7b5535", "#1f2226", "#8d8a86")
    c.blob([(180, 720), (230, 560), (360, 500), (480, 488), (600, 500), (730, 560), (780, 720)], p.main)
    c.rect(424, 400, 536, 520, darker(skin, 0.14), r=40)
    style = p.rng.randrange(4)
    if style == 0:
        c.blob(
            [(336, 220), (380, 110), (480, 80), (584, 110), (626, 220), (640, 420), (600, 500), (360, 500), (322, 420)],
            hair,
        )
    c.blob(
        [
            (366, 240),
            (392, 150),
            (480, 124),
            (568, 150),
            (594, 240),
            (578, 350),
            (530, 430),
            (480, 446),
            (430, 430),
            (382, 350),
        ],
        skin,
    )
    if style == 1:
        c.blob(
            [
                (350, 270),
                (352, 160),
                (430, 84),
                (540, 84),
                (610, 160),
                (608, 270),
                (584, 220),
                (540, 180),
                (430, 176),
                (376, 214),
            ],
            hair,
        )
    elif style == 2:
        c.blob([(340, 250), (360, 150), (430, 88), (530, 88), (600, 150), (620, 250), (610, 400), (350, 400)], p.accent)
        c.blob([(382, 250), (404, 176), (480, 146), (556, 176), (578, 250), (562, 350), (480, 420), (398, 350)], skin)
        c.blob(
            [
                (350, 330),
                (404, 372),
                (480, 424),
                (556, 372),
                (610, 330),
                (650, 500),
                (560, 590),
                (480, 612),
                (400, 590),
                (310, 500),
            ],
            p.accent,
        )
        c.curve([(398, 380), (480, 470), (590, 500)], 5, darker(p.accent, 0.16))
    elif style == 3:
        c.blob([(352, 226), (360, 150), (430, 92), (530, 92), (600, 150), (608, 226), (480, 200)], hair)
        c.rect(330, 196, 630, 222, darker(p.accent, 0.2), r=12)
        c.blob([(352, 204), (372, 120), (480, 84), (588, 120), (608, 204)], p.accent)
    else:
        c.blob([(360, 250), (380, 140), (480, 106), (580, 140), (600, 250), (560, 190), (480, 172), (410, 190)], hair)
    if style != 2:
        c.curve([(400, 506), (480, 560), (560, 506)], 15, lighter(p.main, 0.2))
    if p.rng.random() < 0.35:
        for x in (430, 530):
            c.ring(x, 280, 36, 6, INK)
        c.line([(466, 276), (494, 276)], 6, INK)
