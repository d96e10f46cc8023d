"""Things that fit on no other shelf."""

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, SILVER, STEEL, WHITE, WOOD, Paint, motif


@motif("table", "kitchen", "studio")
def baby_bottle(c: Canvas, p: Paint) -> None:
    """Two baby bottles with marks for the millilitres."""
    c.shadow(480, 562, 190, 13)
    for x, milk in ((394, 400), (566, 330)):
        c.rect(x - 66, 236, x + 66, 560, (214, 228, 232), r=34)
        c.rect(x - 58, milk, x + 58, 552, lighter(CREAM, 0.5), r=28)
        for y in range(300, 530, 34):
            c.rect(x + 18, y, x + 48, y + 5, p.main, r=2)
        c.rect(x - 52, 262, x - 34, 520, (255, 255, 255, 130), r=9)
        c.rect(x - 60, 196, x + 60, 250, p.accent, r=12)
        for off in range(-48, 56, 16):
            c.rect(x + off, 204, x + off + 4, 244, darker(p.accent, 0.18), r=2)
        c.blob(
            [(x - 40, 198), (x - 26, 150), (x - 14, 104), (x, 92), (x + 14, 104), (x + 26, 150), (x + 40, 198)],
            (222, 190, 150),
        )


@motif("cloth", "boards", foot=330)
def piano_keys(c: Canvas, p: Paint) -> None:
    """Loose piano keys in a row."""
    c.rect(190, 166, 782, 520, (20, 20, 24, 36), r=8)
    for at in range(10):
        x = 180 + at * 60
        drop = p.rng.randrange(0, 16)
        c.rect(x, 150 + drop, x + 56, 500 + drop, darker(CREAM, 0.2), r=5)
        c.rect(x, 150 + drop, x + 56, 492 + drop, lighter(CREAM, 0.45), r=5)
        c.line([(x + 10, 420 + drop), (x + 44, 416 + drop)], 1.5, darker(CREAM, 0.12))
        if at in {0, 1, 3, 4, 5, 7, 8}:
            c.rect(x + 40, 150, x + 76, 360, BLACK, r=5)
            c.rect(x + 46, 154, x + 70, 346, darker(STEEL, 0.55), r=4)


@motif("brick", "room")
def long_parcel(c: Canvas, p: Paint) -> None:
    """Something long, wrapped in cloth and tied, so that one cannot see what it is."""
    c.shadow(480, 470, 380, 15)
    with c.turned(480, 380, -7):
        c.blob(
            [
                (96, 384),
                (130, 340),
                (330, 332),
                (560, 318),
                (800, 330),
                (866, 372),
                (856, 430),
                (700, 448),
                (420, 440),
                (140, 428),
            ],
            p.main,
        )
        c.curve([(130, 372), (360, 362), (620, 352), (840, 376)], 7, lighter(p.main, 0.2))
        c.curve([(150, 414), (400, 418), (640, 424), (830, 414)], 5, darker(p.main, 0.2))
        for x in (220, 430, 640, 780):
            c.curve([(x, 322), (x + 16, 384), (x - 2, 446)], 11, darker(CREAM, 0.25))
        c.curve(
            [(430, 330), (400, 280), (450, 276), (432, 326), (480, 286), (490, 312), (434, 330)], 7, darker(CREAM, 0.25)
        )


@motif("cloth", "boards", foot=330)
def folding_knife(c: Canvas, p: Paint) -> None:
    """A folding knife, half open."""
    with c.turned(480, 330, p.rng.uniform(-8, 8)):
        c.rect(300, 352, 700, 420, (20, 20, 24, 40), r=30)
        with c.turned(330, 376, 34):
            c.blob([(326, 340), (420, 330), (620, 352), (660, 380), (560, 392), (330, 396)], SILVER)
            c.curve([(340, 388), (520, 386), (640, 380)], 4, WHITE)
            c.rect(380, 346, 440, 356, STEEL, r=4)
        c.rect(290, 340, 690, 410, p.main, r=30)
        c.rect(340, 354, 650, 396, darker(p.main, 0.25), r=18)
        for x in (330, 500, 664):
            c.disc(x, 375, 10, SILVER)
        c.ring(704, 375, 13, 6, STEEL)


@motif("table", "studio", "cloth", foot=400)
def blood_pressure_monitor(c: Canvas, p: Paint) -> None:
    """A blood pressure monitor with its cuff."""
    c.shadow(480, 520, 330, 16)
    c.rect(200, 230, 500, 516, WHITE, r=34)
    c.rect(228, 256, 472, 426, (178, 194, 176), r=10)
    for y, value in ((296, p.rng.randrange(112, 138)), (346, p.rng.randrange(70, 88)), (396, p.rng.randrange(58, 84))):
        c.text(390, y, str(value), 46, INK)
        c.rect(244, y - 6, 300, y + 4, darker((178, 194, 176), 0.4), r=3)
    c.rect(250, 446, 450, 492, p.main, r=22)
    c.text(350, 469, "START", 22, WHITE)
    c.curve([(500, 400), (560, 460), (600, 420), (640, 380)], 11, INK)
    c.blob(
        [(620, 270), (720, 236), (800, 280), (812, 400), (780, 500), (690, 516), (620, 470), (606, 360)],
        darker(p.main, 0.2),
    )
    c.oval(706, 376, 60, 92, darker(p.main, 0.5))
    c.rect(760, 330, 806, 440, STEEL, r=10)


@motif("kitchen", "brick")
def gas_cylinder(c: Canvas, p: Paint) -> None:
    """A small green gas cylinder, of the kind called melon."""
    green = p.pick("#6f9a5a", "#7fa866", "#63905c")
    c.shadow(480, 566, 170, 14)
    c.rect(392, 528, 568, 562, darker(green, 0.35), r=8)
    c.blob(
        [
            (332, 430),
            (344, 320),
            (420, 268),
            (540, 268),
            (616, 320),
            (628, 430),
            (600, 516),
            (540, 546),
            (420, 546),
            (360, 516),
        ],
        green,
    )
    c.blob([(362, 420), (376, 340), (420, 306), (420, 420), (400, 490)], lighter(green, 0.25))
    c.rect(334, 410, 626, 420, darker(green, 0.22))
    c.rect(400, 176, 420, 290, darker(green, 0.2), r=6)
    c.rect(540, 176, 560, 290, darker(green, 0.2), r=6)
    c.rect(394, 164, 566, 190, darker(green, 0.1), r=12)
    c.rect(456, 226, 504, 276, (196, 164, 92), r=6)
    c.rect(446, 214, 514, 234, p.main, r=8)
    c.text(480, 470, "3 KG", 40, lighter(green, 0.6))


@motif("garden", "brick", "room")
def rattan_chair(c: Canvas, p: Paint) -> None:
    """A round rattan chair with a cushion."""
    cane = p.pick("#b98d60", "#c9a274", "#a67c50")
    c.shadow(480, 566, 220, 14)
    for x, end in ((360, 320), (600, 640), (430, 430), (530, 530)):
        c.line([(x, 470), (end, 560)], 15, darker(cane, 0.2))
    c.blob(
        [(270, 330), (300, 180), (400, 110), (560, 110), (660, 180), (690, 330), (640, 440), (480, 470), (320, 440)],
        cane,
    )
    c.blob(
        [(304, 330), (330, 206), (410, 144), (550, 144), (630, 206), (656, 330), (610, 420), (480, 440), (350, 420)],
        darker(cane, 0.3),
    )
    for x in range(330, 640, 34):
        c.curve([(480 + (x - 480) * 0.75, 152), (x, 280), (480 + (x - 480) * 0.8, 430)], 6, cane)
    for y in (210, 270, 330):
        c.curve([(330, y + 10), (480, y + 22), (630, y + 10)], 6, cane)
    c.blob([(316, 420), (360, 372), (480, 360), (600, 372), (644, 420), (600, 462), (480, 474), (360, 462)], p.main)
    c.curve([(330, 430), (480, 456), (630, 430)], 5, darker(p.main, 0.2))
    c.curve([(290, 470), (480, 500), (670, 470)], 15, darker(WOOD, 0.1))
