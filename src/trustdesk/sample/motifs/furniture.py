"""What stands in a room."""

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, LEAF, STEEL, WHITE, WOOD, Paint, motif


@motif("room", "studio", "brick")
def sofa(c: Canvas, p: Paint) -> None:
    """A two-seat sofa."""
    c.shadow(480, 560, 350, 17)
    for x in (212, 748):
        c.rect(x - 9, 520, x + 9, 560, darker(WOOD, 0.2), r=3)
    c.rect(186, 262, 774, 500, darker(p.main, 0.14), r=44)
    for x in (236, 484):
        c.rect(x, 284, x + 240, 440, p.main, r=28)
    for x in (232, 482):
        c.rect(x, 404, x + 246, 482, lighter(p.main, 0.1), r=24)
    c.rect(196, 468, 764, 530, darker(p.main, 0.1), r=18)
    for x in (150, 726):
        c.rect(x, 356, x + 86, 530, lighter(p.main, 0.05), r=34)
        c.rect(x + 12, 372, x + 74, 400, lighter(p.main, 0.16), r=14)
    with c.turned(300, 380, -10):
        c.rect(250, 332, 346, 426, p.accent, r=20)
        c.line([(270, 380), (326, 380)], 3, darker(p.accent, 0.15))


@motif("room", "studio", "brick")
def chair(c: Canvas, p: Paint) -> None:
    """A wooden dining chair with a padded seat."""
    wood = p.pick("#a4764c", "#7d5a3c", "#c39a6b", "#5b4636")
    c.shadow(480, 566, 150, 13)
    c.line([(392, 180), (386, 420), (372, 560)], 18, wood)
    c.line([(562, 180), (566, 420), (584, 560)], 18, wood)
    for y, bend in ((192, 10), (252, 8), (312, 6)):
        c.curve([(394, y), (478, y + bend), (562, y)], 24, lighter(wood, 0.08))
    c.line([(400, 430), (404, 540)], 14, darker(wood, 0.25))
    c.line([(556, 430), (548, 540)], 14, darker(wood, 0.25))
    c.blob([(364, 412), (400, 396), (560, 396), (596, 412), (588, 444), (480, 452), (372, 444)], p.main)
    c.curve([(372, 438), (480, 448), (588, 438)], 7, darker(p.main, 0.25))
    c.line([(384, 500), (576, 500)], 10, wood)


@motif("room", "studio")
def bed(c: Canvas, p: Paint) -> None:
    """A double bed with a made-up quilt."""
    c.shadow(480, 566, 400, 16)
    c.rect(120, 212, 160, 560, darker(WOOD, 0.1), r=8)
    c.rect(140, 226, 180, 480, WOOD, r=8)
    c.rect(130, 470, 838, 540, WOOD, r=10)
    c.rect(812, 416, 846, 560, darker(WOOD, 0.1), r=8)
    c.rect(164, 398, 822, 480, WHITE, r=20)
    c.blob([(190, 404), (212, 342), (300, 330), (352, 362), (350, 410), (260, 416)], lighter(CREAM, 0.4))
    c.blob(
        [(320, 380), (420, 352), (640, 362), (814, 380), (834, 440), (826, 506), (560, 498), (330, 508), (312, 440)],
        p.main,
    )
    c.curve([(352, 394), (540, 386), (800, 400)], 5, lighter(p.main, 0.25))
    c.blob([(316, 386), (372, 368), (404, 430), (396, 504), (330, 508), (312, 440)], lighter(p.main, 0.35))
    c.rect(130, 512, 838, 540, darker(WOOD, 0.06), r=8)


@motif("room", "studio", "brick")
def table_and_chairs(c: Canvas, p: Paint) -> None:
    """A dining table with two chairs."""
    wood = p.pick("#a4764c", "#8d6445", "#c39a6b", "#6b4f3a")
    c.shadow(480, 564, 380, 15)
    for x, side in ((190, 1), (770, -1)):
        c.line([(x, 220), (x + side * 6, 420), (x - side * 4, 556)], 13, darker(wood, 0.25))
        c.rect(min(x, x + side * 20), 226, max(x, x + side * 20), 318, p.main, r=8)
        c.line([(x + side * 4, 424), (x + side * 118, 424)], 20, p.main)
        c.line([(x + side * 112, 430), (x + side * 116, 556)], 12, darker(wood, 0.25))
    c.rect(236, 336, 724, 366, lighter(wood, 0.06), r=8)
    c.rect(262, 366, 698, 394, darker(wood, 0.12))
    for x in (276, 684):
        c.rect(x - 14, 390, x + 14, 560, wood, r=4)
    c.oval(480, 334, 66, 12, WHITE)
    c.blob([(424, 326), (440, 296), (480, 284), (524, 298), (538, 326), (480, 336)], p.accent)
    c.disc(462, 298, 18, (190, 92, 62))
    c.disc(500, 294, 19, (206, 150, 60))


@motif("room", "brick", "studio")
def bookshelf(c: Canvas, p: Paint) -> None:
    """A shelf with five boards and some books."""
    wood = p.pick("#b08a62", "#8d6a4c", "#d5c5ac", "#5f5148")
    c.shadow(480, 566, 190, 12)
    c.rect(312, 92, 648, 562, darker(wood, 0.3))
    c.rect(328, 106, 632, 552, darker(wood, 0.12))
    spines = [p.main, p.accent, CREAM, (96, 110, 122), (150, 84, 70), (110, 128, 100)]
    for row, y in enumerate((196, 286, 376, 466)):
        x = 336
        for _ in range(p.rng.randrange(3, 9)):
            wide, tall = p.rng.randrange(16, 32), p.rng.randrange(46, 74)
            if x + wide > 622:
                break
            c.rect(x, y - tall, x + wide, y, p.rng.choice(spines), r=2)
            c.rect(x + 4, y - tall + 10, x + wide - 4, y - tall + 14, (255, 255, 255, 120))
            x += wide + 2
        if row == 1 and x < 560:
            c.poly([(582, y), (618, y), (612, y - 28), (588, y - 28)], (178, 100, 74))
            c.blob([(600, y - 26), (578, y - 52), (598, y - 46), (604, y - 66), (612, y - 44), (626, y - 50)], LEAF)
    for y in (92, 196, 286, 376, 466, 550):
        c.rect(312, y, 648, y + 14, wood)
    for x in (312, 634):
        c.rect(x, 92, x + 14, 564, wood)


@motif("room", "studio")
def lamp(c: Canvas, p: Paint) -> None:
    """A floor lamp on three legs."""
    c.disc(480, 220, 250, (255, 240, 205, 60))
    c.disc(480, 220, 180, (255, 240, 205, 70))
    c.shadow(480, 568, 130, 11)
    for end in (386, 476, 574):
        c.line([(480, 300), (end, 564)], 11, WOOD if end != 476 else darker(WOOD, 0.25))
    c.disc(480, 312, 16, BLACK)
    c.poly([(408, 130), (552, 130), (604, 298), (356, 298)], lighter(p.accent, 0.35))
    c.poly([(408, 130), (440, 130), (400, 298), (356, 298)], lighter(p.accent, 0.12))
    c.rect(404, 124, 556, 136, darker(p.accent, 0.2), r=5)
    c.rect(352, 292, 608, 304, darker(p.accent, 0.2), r=5)
    c.line([(556, 304), (556, 352)], 3, INK)
    c.disc(556, 356, 6, INK)


@motif("room", "studio", "brick", "garden")
def plant(c: Canvas, p: Paint) -> None:
    """A monstera in a pot."""
    leaf = p.pick("#4f7d58", "#5d8a5c", "#47735f", "#6c8f4e")
    c.shadow(480, 568, 130, 12)
    for end in ((300, 260), (380, 150), (500, 110), (610, 190), (670, 300), (420, 300), (560, 300)):
        c.curve([(480, 430), ((480 + end[0]) / 2 + 10, (430 + end[1]) / 2), end], 7, darker(leaf, 0.2))
    turns = (-64, -32, 4, 36, 72, -24, 30)
    ends = ((300, 260), (380, 150), (500, 110), (610, 190), (670, 300), (420, 300), (560, 300))
    for number, ((x, y), turn) in enumerate(zip(ends, turns, strict=True)):
        tone = lighter(leaf, 0.05 * (number % 4))
        with c.turned(x, y, turn):
            c.blob(
                [
                    (x, y - 78),
                    (x + 46, y - 48),
                    (x + 58, y + 4),
                    (x + 30, y + 44),
                    (x, y + 30),
                    (x - 30, y + 44),
                    (x - 58, y + 4),
                    (x - 46, y - 48),
                ],
                tone,
            )
            c.line([(x, y - 66), (x, y + 28)], 3, darker(tone, 0.2))
            for side in (-1, 1):
                for off in (-26, 6):
                    c.line([(x + side * 12, y + off), (x + side * 50, y + off - 10)], 3, darker(tone, 0.2))
    c.poly([(392, 428), (568, 428), (546, 562), (414, 562)], p.pick("#b96f4d", "#e2dccf", "#6d7f86", "#c8a26b"))
    c.rect(384, 414, 576, 446, p.pick("#a96344", "#d3ccbd", "#5e7078", "#b8925d"), r=6)


@motif("room", "brick", "studio")
def wardrobe(c: Canvas, p: Paint) -> None:
    """A wardrobe with two doors and a drawer."""
    wood = p.pick("#b08a62", "#8d6a4c", "#e0d8c8", "#7b8a86")
    c.shadow(480, 566, 210, 12)
    c.rect(296, 84, 664, 556, darker(wood, 0.2), r=6)
    c.rect(286, 74, 674, 100, wood, r=5)
    for x in (308, 484):
        c.rect(x, 108, x + 168, 440, wood, r=4)
        c.rect(x + 22, 132, x + 146, 416, lighter(wood, 0.1), r=4)
    c.rect(308, 450, 652, 540, wood, r=4)
    c.rect(444, 486, 516, 498, STEEL, r=5)
    for x in (464, 496):
        c.rect(x - 5, 250, x + 5, 300, STEEL, r=4)
    for x in (316, 626):
        c.rect(x, 552, x + 20, 566, darker(wood, 0.4))


@motif("room", "brick")
def mattress(c: Canvas, p: Paint) -> None:
    """A foam mattress leaning on the wall."""
    c.shadow(480, 566, 250, 14)
    with c.turned(480, 330, -6):
        c.rect(300, 92, 664, 566, darker(CREAM, 0.16), r=34)
        c.rect(284, 86, 632, 560, lighter(CREAM, 0.3), r=30)
        for x in range(330, 620, 66):
            for y in range(130, 540, 66):
                c.disc(x, y, 7, darker(CREAM, 0.12))
                c.disc(x, y - 1.5, 4, CREAM)
        c.rect(284, 300, 632, 330, (*p.main, 200))
