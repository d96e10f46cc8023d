"""Papers, parcels, boxes, and small things one should look at twice."""

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, SILVER, STEEL, WHITE, Paint, motif


@motif("brick", "boards", "studio", foot=330, mirrors=False)
def poster(c: Canvas, p: Paint) -> None:
    """A sheet with a large headline that cannot be read from here."""
    with c.turned(480, 330, p.rng.uniform(-3, 3)):
        c.rect(288, 54, 688, 620, (20, 20, 24, 40), r=4)
        c.rect(280, 44, 680, 610, lighter(CREAM, 0.4), r=4)
        c.rect(280, 44, 680, 190, p.main, r=4)
        for y, wide in ((84, 300), (130, 220)):
            c.rect(480 - wide / 2, y, 480 + wide / 2, y + 26, WHITE, r=5)
        c.disc(480, 300, 76, p.accent)
        c.poly(
            [
                (480, 246),
                (496, 284),
                (536, 288),
                (506, 314),
                (516, 354),
                (480, 332),
                (444, 354),
                (454, 314),
                (424, 288),
                (464, 284),
            ],
            p.main,
        )
        for y, wide in ((404, 280), (430, 310), (456, 240), (482, 290)):
            c.rect(480 - wide / 2, y, 480 + wide / 2, y + 11, STEEL, r=4)
        c.rect(380, 530, 580, 574, darker(p.main, 0.2), r=20)
        c.rect(420, 546, 540, 558, WHITE, r=4)
        for x in (304, 656):
            c.disc(x, 66, 9, STEEL)


@motif("cloth", "boards", foot=330, mirrors=False)
def identity_card(c: Canvas, p: Paint) -> None:
    """An identity card of no country, of nobody."""
    with c.turned(480, 330, p.rng.uniform(-9, 9)):
        c.rect(210, 152, 770, 524, (20, 20, 24, 44), r=28)
        c.rect(200, 140, 760, 512, (186, 208, 214), r=28)
        c.rect(200, 140, 760, 206, p.main, r=28)
        c.rect(200, 180, 760, 206, p.main)
        c.text(480, 176, "SAMPLE CARD", 30, WHITE)
        c.rect(236, 236, 410, 456, lighter(CREAM, 0.3), r=8)
        c.disc(323, 312, 42, STEEL)
        c.blob([(246, 456), (262, 392), (323, 366), (384, 392), (400, 456)], STEEL)
        for y, wide in ((244, 250), (284, 200), (324, 270), (364, 160), (404, 220)):
            c.rect(440, y, 440 + wide, y + 14, darker((186, 208, 214), 0.5), r=5)
        c.rect(440, 446, 560, 482, (206, 176, 98), r=6)
        c.line([(480, 446), (480, 482)], 2, INK)
        c.line([(520, 446), (520, 482)], 2, INK)
        c.curve([(610, 470), (640, 444), (660, 480), (700, 450), (724, 466)], 4, INK)


@motif("cloth", "boards", "table", foot=420, mirrors=False)
def banknotes(c: Canvas, p: Paint) -> None:
    """A fan of play money."""
    for turn, tone in (
        (-34, (142, 170, 140)),
        (-16, (188, 150, 136)),
        (2, (140, 160, 184)),
        (20, (200, 180, 128)),
        (38, (160, 146, 178)),
    ):
        with c.turned(480, 640, turn):
            c.rect(380, 160, 584, 560, (20, 20, 24, 36), r=8)
            c.rect(374, 150, 578, 550, tone, r=8)
            c.rect(390, 166, 562, 534, lighter(tone, 0.3), r=6)
            c.disc(476, 300, 54, tone)
            c.disc(476, 300, 38, lighter(tone, 0.45))
            c.rect(410, 190, 470, 204, darker(tone, 0.3), r=4)
            c.rect(420, 400, 532, 412, darker(tone, 0.25), r=4)
            c.rect(440, 430, 512, 440, darker(tone, 0.25), r=4)
    c.rect(360, 520, 600, 570, p.main, r=14)


@motif("studio", "table", mirrors=False)
def chart(c: Canvas, p: Paint) -> None:
    """A screen with a line that only ever rises."""
    c.rect(130, 80, 830, 560, BLACK, r=22)
    c.rect(150, 100, 810, 540, darker(p.main, 0.55), r=8)
    for y in range(170, 520, 70):
        c.line([(180, y), (780, y)], 1.5, (255, 255, 255, 40))
    points, height = [], 480.0
    for x in range(190, 781, 45):
        points.append((x, height))
        height = max(150, height - p.rng.uniform(-14, 52))
    c.poly([*points, (points[-1][0], 520), (190, 520)], (*p.accent, 70))
    c.line(points, 7, p.accent)
    c.disc(points[-1][0], points[-1][1], 13, WHITE)
    c.text(280, 146, f"+{p.rng.randrange(180, 990)} %", 46, lighter(p.accent, 0.3))


@motif("cloth", "boards", foot=330)
def ticket(c: Canvas, p: Paint) -> None:
    """Two tickets with a tear-off end."""
    for turn, dy, tone in ((-10, 50, darker(p.main, 0.1)), (5, -40, p.main)):
        with c.turned(480, 330, turn):
            c.rect(210, 220 + dy, 760, 430 + dy, (20, 20, 24, 40), r=16)
            c.rect(200, 210 + dy, 750, 420 + dy, tone, r=16)
            c.rect(224, 234 + dy, 570, 396 + dy, lighter(CREAM, 0.4), r=8)
            for y in range(214, 420, 22):
                c.disc(600, y + dy, 4, lighter(tone, 0.6))
            c.rect(250, 260 + dy, 430, 284 + dy, tone, r=5)
            c.rect(250, 304 + dy, 380, 316 + dy, STEEL, r=4)
            c.rect(250, 336 + dy, 410, 348 + dy, STEEL, r=4)
            c.poly(
                [
                    (470, 340 + dy),
                    (540, 300 + dy),
                    (546, 312 + dy),
                    (516, 352 + dy),
                    (506, 350 + dy),
                    (512, 332 + dy),
                    (482, 346 + dy),
                ],
                tone,
            )
            for step, x in enumerate(range(628, 724, 10)):
                c.rect(x, 250 + dy, x + (6 if step % 3 else 3), 380 + dy, CREAM)


@motif("room", "studio", "street", "boards")
def parcel(c: Canvas, p: Paint) -> None:
    """A cardboard box, taped."""
    card = p.pick("#c39a6b", "#b5895c", "#cfae84")
    c.shadow(480, 562, 290, 15)
    c.poly([(250, 270), (560, 320), (560, 562), (250, 496)], card)
    c.poly([(560, 320), (732, 258), (732, 482), (560, 562)], darker(card, 0.2))
    c.poly([(250, 270), (430, 214), (732, 258), (560, 320)], lighter(card, 0.18))
    c.poly([(388, 292), (430, 299), (602, 239), (562, 233)], lighter(CREAM, 0.1))
    c.poly([(388, 292), (430, 299), (430, 380), (388, 372)], CREAM)
    c.poly([(280, 390), (370, 406), (370, 470), (280, 452)], WHITE)
    for y in (406, 424):
        c.line([(294, y + 2), (352, y + 12)], 5, STEEL)
    c.poly([(490, 420), (514, 424), (514, 470), (490, 466)], darker(card, 0.45))
    c.poly([(478, 424), (502, 396), (526, 434)], darker(card, 0.45))


@motif("table", "boards", "studio")
def medicine_box(c: Canvas, p: Paint) -> None:
    """A box with a cross and a strip of capsules."""
    c.shadow(470, 562, 290, 14)
    c.rect(236, 220, 600, 556, WHITE, r=10)
    c.poly([(600, 226), (664, 200), (664, 528), (600, 556)], darker(WHITE, 0.18))
    c.poly([(236, 222), (300, 196), (664, 198), (600, 226)], darker(WHITE, 0.06))
    c.rect(236, 470, 600, 530, p.main)
    c.rect(376, 280, 424, 424, p.main, r=4)
    c.rect(328, 328, 472, 376, p.main, r=4)
    c.rect(270, 488, 460, 500, WHITE, r=4)
    c.rect(270, 508, 400, 516, WHITE, r=4)
    with c.turned(640, 470, -14):
        c.rect(530, 410, 840, 570, SILVER, r=14)
        for x in (572, 634, 696, 758, 810):
            for y in (450, 530):
                if x < 800:
                    c.rect(x - 22, y - 14, x + 22, y + 14, p.accent, r=14)
                    c.rect(x, y - 14, x + 22, y + 14, darker(p.accent, 0.25), r=14)


@motif("table", "studio", "kitchen")
def pill_bottle(c: Canvas, p: Paint) -> None:
    """A bottle of tablets, some beside it."""
    glass = p.pick("#c98a3c", "#e9e5dc", "#7a9a86", "#b5763c")
    c.shadow(480, 562, 230, 13)
    c.rect(370, 220, 590, 560, glass, r=26)
    c.rect(386, 240, 412, 530, lighter(glass, 0.35), r=12)
    c.rect(370, 300, 590, 490, lighter(CREAM, 0.5))
    c.rect(370, 300, 590, 340, p.main)
    for y, wide in ((366, 150), (392, 180), (418, 120), (444, 160)):
        c.rect(394, y, 394 + wide, y + 10, STEEL, r=4)
    c.rect(352, 140, 608, 226, WHITE, r=14)
    for x in range(368, 600, 18):
        c.rect(x, 150, x + 5, 216, darker(WHITE, 0.14), r=2)
    for x, y in ((660, 540), (700, 556), (640, 562), (300, 556), (272, 544)):
        c.oval(x, y, 23, 12, darker(WHITE, 0.16))
        c.oval(x, y - 5, 23, 12, p.accent)


@motif("boards", "cloth", foot=330)
def vape(c: Canvas, p: Paint) -> None:
    """A small electronic device with a mouthpiece and a screen."""
    with c.turned(480, 330, p.rng.uniform(-16, 16)):
        c.rect(400, 96, 580, 584, (20, 20, 24, 40), r=30)
        c.rect(436, 66, 514, 150, INK, r=14)
        c.rect(420, 130, 530, 250, (196, 206, 210), r=14)
        c.rect(436, 150, 514, 240, lighter(p.accent, 0.3), r=8)
        c.rect(390, 236, 562, 574, p.main, r=30)
        c.rect(404, 250, 432, 560, lighter(p.main, 0.2), r=12)
        c.disc(484, 300, 25, SILVER)
        c.rect(446, 352, 524, 430, BLACK, r=6)
        c.text(485, 391, "45W", 26, lighter(p.accent, 0.4))
        for y in (460, 496):
            c.rect(462, y, 506, y + 20, darker(p.main, 0.4), r=9)
