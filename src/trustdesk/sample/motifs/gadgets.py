"""Phones, cameras, and other things with a battery or a plug."""

from math import cos, radians, sin

from trustdesk.sample.canvas import Canvas, darker, lighter, smoothed
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, SILVER, STEEL, WHITE, Paint, motif


@motif("cloth", "boards", "studio", foot=330)
def phone(c: Canvas, p: Paint) -> None:
    """A phone from behind and from the front."""
    shell = p.pick("#31414f", "#6b5b73", "#8fa1a0", "#c8b9a6", "#3a3d42", "#9fb2c4")
    with c.turned(480, 330, p.rng.uniform(-14, 14)):
        c.rect(300, 96, 492, 574, (20, 20, 24, 40), r=34)
        c.rect(290, 84, 482, 560, darker(shell, 0.25), r=34)
        c.rect(296, 90, 476, 554, shell, r=30)
        c.rect(308, 102, 392, 214, darker(shell, 0.14), r=24)
        for x, y in ((334, 130), (334, 182), (370, 156)):
            c.disc(x, y, 19, BLACK)
            c.disc(x, y, 11, (58, 74, 92))
            c.disc(x - 4, y - 4, 4, (150, 170, 190))
        c.rect(520, 96, 712, 574, (20, 20, 24, 40), r=34)
        c.rect(510, 84, 702, 560, BLACK, r=34)
        c.rect(520, 94, 692, 550, lighter(p.main, 0.1), r=26)
        c.poly(
            [
                *smoothed([(520, 400), (580, 340), (640, 420), (692, 360)], closed=False),
                (692, 532),
                (676, 550),
                (536, 550),
                (520, 532),
            ],
            darker(p.main, 0.2),
        )
        c.disc(640, 240, 34, p.accent)
        c.rect(582, 104, 630, 116, BLACK, r=6)
        for x in (548, 590, 632):
            c.rect(x, 492, x + 32, 524, (255, 255, 255, 150), r=9)


@motif("table", "studio")
def laptop(c: Canvas, p: Paint) -> None:
    """An open laptop."""
    shell = p.pick("#b9bec2", "#8e959b", "#4c5157", "#cfc7ba")
    c.shadow(480, 560, 340, 14)
    c.rect(238, 158, 722, 496, darker(shell, 0.35), r=18)
    c.rect(250, 170, 710, 478, BLACK, r=8)
    c.rect(262, 182, 698, 466, darker(p.main, 0.3), r=4)
    c.poly(
        [*smoothed([(262, 420), (380, 330), (500, 400), (600, 300), (698, 350)], closed=False), (698, 466), (262, 466)],
        p.main,
    )
    c.disc(600, 246, 30, p.accent)
    c.poly([(238, 496), (722, 496), (806, 548), (154, 548)], shell)
    c.poly([(262, 504), (698, 504), (738, 530), (222, 530)], darker(shell, 0.35))
    for key in range(270, 700, 36):
        c.line([(key, 506), (480 + (key - 480) * 1.14, 529)], 2, darker(shell, 0.1))
    c.line([(242, 517), (718, 517)], 2, darker(shell, 0.1))
    c.poly([(420, 534), (540, 534), (548, 546), (412, 546)], darker(shell, 0.15))
    c.rect(154, 548, 806, 558, darker(shell, 0.2), r=5)


@motif("table", "studio", "boards")
def camera(c: Canvas, p: Paint) -> None:
    """A mirrorless camera with a short lens."""
    c.shadow(480, 540, 270, 16)
    c.curve([(248, 300), (160, 330), (150, 450), (260, 528)], 13, darker(p.main, 0.1))
    c.blob([(400, 250), (430, 196), (530, 196), (562, 250)], BLACK)
    c.rect(234, 240, 726, 530, SILVER, r=34)
    c.rect(234, 290, 726, 496, INK, r=6)
    c.rect(640, 268, 716, 520, darker(INK, 0.25), r=26)
    c.rect(268, 220, 330, 246, STEEL, r=8)
    c.rect(610, 214, 690, 246, BLACK, r=10)
    c.disc(650, 214, 14, (178, 66, 58))
    c.disc(468, 392, 136, BLACK)
    c.ring(468, 392, 126, 7, STEEL)
    c.disc(468, 392, 100, darker(STEEL, 0.6))
    c.disc(468, 392, 72, (36, 52, 70))
    c.disc(468, 392, 46, (22, 30, 44))
    c.disc(440, 362, 20, (132, 160, 184))
    c.disc(498, 422, 9, (92, 110, 140))
    c.rect(282, 306, 330, 330, WHITE, r=6)


@motif("room", "studio", "brick")
def television(c: Canvas, p: Paint) -> None:
    """A flat television on a low board."""
    c.shadow(480, 566, 360, 12)
    c.rect(160, 446, 800, 556, p.pick("#a4764c", "#8d6445", "#d5c5ac"), r=6)
    for x in (176, 384, 592):
        c.rect(x, 460, x + 192, 540, p.pick("#b5865a", "#9c7350", "#e1d4be"), r=4)
        c.rect(x + 80, 494, x + 112, 502, INK, r=3)
    c.rect(420, 424, 540, 446, INK, r=4)
    c.rect(200, 112, 760, 432, BLACK, r=10)
    c.rect(210, 122, 750, 418, darker(p.main, 0.35), r=3)
    c.poly([(210, 122), (470, 122), (300, 418), (210, 418)], darker(p.main, 0.22))


@motif("table", "studio", "boards")
def headphones(c: Canvas, p: Paint) -> None:
    """Over-ear headphones."""
    c.shadow(480, 556, 230, 15)
    c.arc((480, 350), 190, (180, 360), 30, darker(p.main, 0.15))
    c.arc((480, 354), 182, (200, 340), 12, p.accent)
    for x, side in ((296, 1), (664, -1)):
        c.line([(x - side * 6, 340), (x - side * 2, 400)], 16, STEEL)
        c.rect(x - 44, 352, x + 44, 540, p.main, r=40)
        c.rect(x + side * 14 - 32, 362, x + side * 14 + 32, 530, BLACK, r=30)
        c.rect(x - side * 20 - 8, 400, x - side * 20 + 8, 490, lighter(p.main, 0.25), r=8)


@motif("boards", "cloth", foot=330, mirrors=False)
def watch(c: Canvas, p: Paint) -> None:
    """A wrist watch with a leather strap."""
    strap = p.pick("#7d5137", "#3b3f45", "#8b6f4e", "#5a3a30", "#57626b")
    with c.turned(480, 330, p.rng.uniform(-24, 24)):
        c.rect(426, 30, 554, 640, (20, 20, 24, 32), r=30)
        c.rect(416, 20, 544, 640, strap, r=28)
        for x in (428, 530):
            for y in range(36, 620, 16):
                c.rect(x - 1.5, y, x + 1.5, y + 8, lighter(strap, 0.35))
        for y in (520, 552, 584):
            c.disc(480, y, 6, darker(strap, 0.5))
        c.disc(484, 336, 146, (20, 20, 24, 50))
        c.rect(620, 316, 646, 344, STEEL, r=6)
        c.disc(480, 330, 146, STEEL)
        c.disc(480, 330, 136, SILVER)
        face = p.pick("#f2ede2", "#233041", "#2c3a34", "#efe6d4")
        c.disc(480, 330, 116, face)
        mark = INK if sum(face) > 400 else WHITE
        for turn in range(0, 360, 30):
            dx, dy = cos(radians(turn)), sin(radians(turn))
            c.line([(480 + 94 * dx, 330 + 94 * dy), (480 + 106 * dx, 330 + 106 * dy)], 6 if turn % 90 == 0 else 3, mark)
        c.line([(480, 330), (480 - 44, 330 - 34)], 9, mark)
        c.line([(480, 330), (480 + 30, 330 - 80)], 6, mark)
        c.line([(480, 350), (480, 250)], 2, (190, 70, 58))
        c.disc(480, 330, 7, (190, 70, 58))


@motif("kitchen")
def rice_cooker(c: Canvas, p: Paint) -> None:
    """A rice cooker on the worktop."""
    shell = p.pick("#efe9dd", "#d9c3b4", "#c3d0cb", "#e8dfd2", "#b7c3cf")
    c.shadow(480, 566, 230, 17)
    c.rect(272, 312, 688, 560, shell, r=70)
    c.rect(262, 300, 698, 350, darker(shell, 0.12), r=24)
    c.blob([(282, 312), (320, 232), (420, 206), (540, 206), (640, 232), (678, 312), (480, 320)], lighter(shell, 0.3))
    c.rect(430, 190, 530, 220, darker(shell, 0.4), r=14)
    c.disc(590, 246, 11, darker(shell, 0.3))
    c.rect(404, 396, 556, 510, darker(p.main, 0.1), r=18)
    c.rect(424, 414, 536, 450, (196, 214, 204), r=6)
    c.text(480, 432, "07:30", 24, INK)
    for x in (446, 480, 514):
        c.disc(x, 480, 11, p.accent)
    c.curve([(690, 500), (770, 530), (860, 500), (960, 540)], 9, INK)
    c.rect(236, 356, 274, 400, INK, r=12)
    c.rect(686, 356, 724, 400, INK, r=12)


@motif("kitchen", "table")
def blender(c: Canvas, p: Paint) -> None:
    """A blender with a glass jug."""
    c.shadow(480, 568, 140, 14)
    c.poly([(392, 150), (568, 150), (544, 392), (416, 392)], (206, 222, 222, 190))
    c.poly([(402, 250), (560, 250), (546, 388), (414, 388)], (*p.accent, 220))
    c.poly([(404, 150), (428, 150), (436, 392), (420, 392)], (255, 255, 255, 120))
    c.curve([(566, 190), (630, 210), (618, 310), (552, 336)], 18, INK)
    c.rect(384, 122, 576, 156, INK, r=10)
    c.rect(440, 100, 520, 126, INK, r=8)
    c.poly([(402, 392), (558, 392), (590, 564), (370, 564)], p.main)
    c.disc(480, 480, 36, darker(p.main, 0.3))
    c.disc(480, 480, 26, CREAM)
    c.line([(480, 480), (494, 462)], 6, INK)
    c.rect(366, 548, 594, 568, darker(p.main, 0.35), r=6)


@motif("table", "boards", "studio", foot=400)
def game_console(c: Canvas, p: Paint) -> None:
    """A hand-held game console."""
    c.rect(160, 210, 820, 470, (20, 20, 24, 40), r=60)
    c.rect(150, 196, 810, 456, INK, r=58)
    c.rect(150, 196, 300, 456, p.main, r=58)
    c.rect(240, 196, 300, 456, p.main)
    c.rect(660, 196, 810, 456, p.accent, r=58)
    c.rect(660, 196, 720, 456, p.accent)
    c.rect(300, 206, 660, 446, BLACK)
    c.rect(318, 224, 642, 428, (74, 112, 128), r=4)
    c.poly([(318, 428), (420, 320), (500, 390), (560, 340), (642, 428)], (104, 146, 110))
    c.disc(566, 276, 24, (232, 206, 140))
    c.disc(226, 270, 34, darker(p.main, 0.45))
    c.disc(226, 266, 22, darker(p.main, 0.25))
    c.rect(214, 346, 238, 410, INK, r=5)
    c.rect(194, 366, 258, 390, INK, r=5)
    c.disc(738, 384, 34, darker(p.accent, 0.45))
    c.disc(738, 380, 22, darker(p.accent, 0.25))
    for dx, dy in ((0, -28), (28, 0), (0, 28), (-28, 0)):
        c.disc(738 + dx, 282 + dy, 12, INK)
