"""Music, books, games, sport, and what collectors keep."""

from math import cos, radians, sin

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, LEAF, SILVER, STEEL, WHITE, WOOD, Paint, motif


@motif("brick", "room", "studio")
def guitar(c: Canvas, p: Paint) -> None:
    """An acoustic guitar leaning on the wall."""
    top = p.pick("#cf9a55", "#b9773c", "#8f4f2c", "#d8b179", "#3c2b24")
    c.shadow(500, 566, 150, 13)
    with c.turned(480, 560, 9):
        c.blob(
            [
                (480, 300),
                (552, 322),
                (566, 372),
                (548, 404),
                (600, 460),
                (596, 530),
                (540, 566),
                (480, 570),
                (420, 566),
                (364, 530),
                (360, 460),
                (412, 404),
                (394, 372),
                (408, 322),
            ],
            darker(top, 0.35),
        )
        c.blob(
            [
                (480, 308),
                (544, 328),
                (556, 372),
                (538, 406),
                (588, 462),
                (584, 526),
                (534, 558),
                (480, 561),
                (426, 558),
                (376, 526),
                (372, 462),
                (422, 406),
                (404, 372),
                (416, 328),
            ],
            top,
        )
        c.disc(480, 420, 37, darker(top, 0.45))
        c.disc(480, 420, 29, BLACK)
        c.rect(463, 96, 497, 396, darker(WOOD, 0.4))
        for y in range(120, 390, 26):
            c.rect(463, y, 497, y + 3, SILVER)
        c.poly([(456, 22), (504, 22), (498, 98), (462, 98)], darker(WOOD, 0.5))
        for y in (38, 60, 82):
            for side in (-1, 1):
                c.disc(480 + side * 32, y, 8, CREAM)
        c.rect(436, 494, 524, 510, darker(WOOD, 0.5), r=5)
        for x in range(468, 493, 4):
            c.line([(x, 60), (480 + (x - 480) * 1.3, 500)], 1.2, (240, 236, 224, 200))


@motif("cloth", "boards", foot=330)
def violin(c: Canvas, p: Paint) -> None:
    """A violin and its bow, from above."""
    wood = p.pick("#9c4f28", "#b0662f", "#7d3f24")
    with c.turned(480, 330, 62):
        c.blob(
            [
                (470, 300),
                (534, 322),
                (546, 370),
                (522, 410),
                (550, 470),
                (540, 540),
                (480, 566),
                (420, 540),
                (410, 470),
                (438, 410),
                (414, 370),
                (426, 322),
            ],
            (20, 20, 24, 50),
        )
        c.blob(
            [
                (480, 286),
                (540, 306),
                (554, 356),
                (528, 398),
                (558, 458),
                (548, 530),
                (480, 556),
                (412, 530),
                (402, 458),
                (432, 398),
                (406, 356),
                (420, 306),
            ],
            wood,
        )
        c.blob(
            [
                (480, 300),
                (528, 318),
                (538, 354),
                (514, 398),
                (542, 460),
                (534, 520),
                (480, 540),
                (426, 520),
                (418, 460),
                (446, 398),
                (422, 354),
                (432, 318),
            ],
            lighter(wood, 0.14),
        )
        for side in (-1, 1):
            c.curve(
                [(480 + side * 34, 380), (480 + side * 28, 410), (480 + side * 40, 440), (480 + side * 32, 462)],
                5,
                BLACK,
            )
        c.rect(466, 70, 494, 390, INK, r=6)
        c.rect(450, 418, 510, 428, CREAM, r=3)
        c.poly([(464, 440), (496, 440), (488, 520), (472, 520)], INK)
        c.disc(480, 58, 24, wood)
        for y in (80, 104):
            for side in (-1, 1):
                c.rect(480 + side * 36 - 14, y - 5, 480 + side * 36 + 14, y + 5, INK, r=5)
        c.oval(444, 528, 28, 20, BLACK)
        for x in (474, 478, 482, 486):
            c.line([(x, 70), (x, 440)], 1.2, SILVER)
        c.line([(640, 40), (652, 590)], 8, darker(wood, 0.3))
        c.line([(630, 60), (640, 580)], 4, CREAM)


@motif("table", "studio", "room")
def book(c: Canvas, p: Paint) -> None:
    """A hardback standing upright with a ribbon."""
    c.shadow(490, 562, 200, 13)
    c.poly([(612, 120), (676, 146), (676, 548), (612, 560)], CREAM)
    for x in range(622, 672, 9):
        c.line([(x, 126 + (x - 612) * 0.4), (x, 556 - (x - 612) * 0.18)], 1.5, darker(CREAM, 0.15))
    c.rect(300, 110, 614, 562, p.main, r=6)
    c.rect(300, 110, 338, 562, darker(p.main, 0.25), r=6)
    c.rect(370, 170, 586, 300, lighter(p.main, 0.12), r=4)
    c.rect(392, 196, 564, 210, p.accent, r=4)
    c.rect(392, 226, 530, 238, p.accent, r=4)
    c.rect(392, 254, 548, 266, p.accent, r=4)
    c.disc(478, 420, 56, p.accent)
    c.disc(478, 420, 42, p.main)
    c.poly([(478, 384), (506, 436), (450, 436)], p.accent)
    c.poly([(560, 556), (582, 556), (584, 618), (571, 604), (558, 618)], (166, 62, 54))


@motif("table", "room", "studio")
def books(c: Canvas, p: Paint) -> None:
    """A stack of books."""
    tones = [p.main, p.accent, (150, 84, 70), (84, 104, 116), (206, 132, 66), (110, 128, 100)]
    p.rng.shuffle(tones)
    c.shadow(480, 562, 260, 14)
    y = 558.0
    for tone in tones:
        tall, wide = p.rng.randrange(48, 74), p.rng.randrange(330, 460)
        x = 480 - wide / 2 + p.rng.randrange(-24, 24)
        c.rect(x, y - tall, x + wide, y, tone, r=8)
        c.rect(x + wide - 60, y - tall + 9, x + wide + 4, y - 9, CREAM)
        for step in range(3):
            c.rect(
                x + wide - 58,
                y - tall + 16 + step * (tall - 30) / 2,
                x + wide + 2,
                y - tall + 18 + step * (tall - 30) / 2,
                darker(CREAM, 0.16),
            )
        c.rect(x + 34, y - tall + 6, x + 42, y - 6, lighter(tone, 0.35))
        c.rect(x + 70, y - tall / 2 - 5, x + 70 + wide * 0.34, y - tall / 2 + 5, lighter(tone, 0.4), r=4)
        y -= tall


@motif("garden")
def football(c: Canvas, p: Paint) -> None:
    """A football on grass."""
    c.shadow(480, 556, 150, 17)
    c.disc(480, 404, 156, darker(WHITE, 0.14))
    c.disc(474, 398, 150, WHITE)
    dark = darker(p.main, 0.45)
    start = p.rng.randrange(0, 72)
    c.poly([(474 + 48 * cos(radians(t + start)), 398 + 48 * sin(radians(t + start))) for t in range(0, 360, 72)], dark)
    for turn in range(start, start + 360, 72):
        x, y = cos(radians(turn)), sin(radians(turn))
        c.line([(474 + 48 * x, 398 + 48 * y), (474 + 100 * x, 398 + 100 * y)], 4, INK)
        with c.turned(474, 398, turn):
            c.poly([(574, 398), (600, 372), (622, 380), (622, 416), (600, 424)], dark)


@motif("garden", "brick", "street")
def surfboard(c: Canvas, p: Paint) -> None:
    """A surfboard standing upright."""
    c.shadow(490, 568, 90, 11)
    with c.turned(480, 560, p.rng.uniform(2, 9)):
        c.blob(
            [(480, 30), (540, 130), (568, 300), (556, 460), (516, 566), (444, 566), (404, 460), (392, 300), (420, 130)],
            darker(CREAM, 0.1),
        )
        c.blob(
            [(480, 38), (534, 134), (560, 300), (548, 456), (510, 558), (450, 558), (412, 456), (400, 300), (426, 134)],
            lighter(CREAM, 0.4),
        )
        c.poly([(404, 250), (556, 250), (560, 300), (400, 300)], p.main)
        c.poly([(400, 312), (560, 312), (558, 336), (402, 336)], p.accent)
        c.rect(477, 60, 483, 556, darker(WOOD, 0.1))
        c.text(480, 430, "OMBAK", 28, darker(p.main, 0.2))


@motif("garden")
def tent(c: Canvas, p: Paint) -> None:
    """A tent with an open door."""
    c.shadow(480, 560, 360, 15)
    c.poly([(430, 200), (760, 300), (830, 556), (560, 560)], darker(p.main, 0.18))
    c.poly([(430, 200), (160, 556), (600, 560)], p.main)
    c.poly([(430, 250), (340, 558), (500, 559)], darker(p.main, 0.6))
    c.poly([(430, 250), (340, 558), (300, 557), (404, 300)], p.accent)
    for points in ([(430, 200), (120, 580)], [(760, 300), (900, 570)], [(430, 200), (600, 560)]):
        c.line(points, 3.5, CREAM)
    for x in (118, 902):
        c.line([(x, 566), (x + 6, 590)], 6, STEEL)


@motif("room", "studio", "table")
def teddy_bear(c: Canvas, p: Paint) -> None:
    """A sitting teddy bear."""
    fur = p.pick("#b98a5a", "#8d6a4c", "#d2ab7c", "#a3927e")
    c.shadow(480, 566, 210, 13)
    for side in (-1, 1):
        c.oval(480 + side * 120, 520, 70, 48, darker(fur, 0.1))
        c.oval(480 + side * 136, 522, 40, 32, lighter(fur, 0.35))
        with c.turned(480 + side * 110, 400, side * -34):
            c.oval(480 + side * 120, 410, 36, 82, darker(fur, 0.06))
        c.disc(480 + side * 98, 146, 48, fur)
        c.disc(480 + side * 98, 146, 28, lighter(fur, 0.35))
    c.oval(480, 440, 122, 124, fur)
    c.oval(480, 452, 74, 80, lighter(fur, 0.25))
    c.oval(480, 230, 128, 116, fur)
    c.oval(480, 266, 56, 46, lighter(fur, 0.4))
    c.oval(480, 246, 18, 12, BLACK)
    c.curve([(456, 280), (480, 292), (504, 280)], 5, BLACK)
    for side in (-1, 1):
        c.disc(480 + side * 52, 212, 12, BLACK)
    c.poly([(480, 336), (400, 312), (400, 370)], p.main)
    c.poly([(480, 336), (560, 312), (560, 370)], p.main)
    c.disc(480, 338, 17, darker(p.main, 0.2))


@motif("room", "table", "studio")
def toy_blocks(c: Canvas, p: Paint) -> None:
    """Wooden blocks piled up."""
    tones = [p.main, p.accent, (190, 92, 74), (96, 132, 120), (212, 170, 84), (110, 128, 160), CREAM]
    c.shadow(480, 562, 280, 14)
    for x, y in ((300, 460), (402, 460), (504, 460), (606, 460), (350, 358), (454, 358), (400, 256), (560, 358)):
        tone = p.rng.choice(tones)
        c.rect(x, y, x + 100, y + 100, darker(tone, 0.16), r=8)
        c.rect(x + 6, y + 6, x + 94, y + 94, tone, r=6)
        c.text(x + 50, y + 50, p.rng.choice("ABCDEKMRST"), 52, darker(tone, 0.45))
    c.poly([(450, 154), (506, 254), (394, 254)], p.main)
    c.poly([(450, 176), (482, 242), (418, 242)], lighter(p.main, 0.2))


@motif("garden", "brick", "boards")
def fishing_rod(c: Canvas, p: Paint) -> None:
    """A fishing rod with its reel."""
    c.line([(150, 560), (820, 90)], 9, INK)
    c.line([(150, 560), (330, 434)], 19, p.pick("#b98a5a", "#3a3d42", "#7d5a3c"))
    c.line([(412, 376), (820, 90)], 5, p.main)
    for x, y in ((480, 330), (580, 259), (680, 189), (780, 119)):
        c.ring(x + 5, y + 13, 10, 4, STEEL)
    c.line([(366, 408), (392, 460)], 11, INK)
    c.disc(404, 486, 47, SILVER)
    c.disc(404, 486, 33, darker(p.main, 0.1))
    c.disc(404, 486, 13, STEEL)
    c.line([(404, 486), (466, 520)], 9, STEEL)
    c.disc(470, 522, 15, INK)
    c.curve([(820, 90), (836, 260), (800, 420)], 2, WHITE)
    c.disc(800, 424, 15, (190, 70, 58))
    c.disc(800, 430, 8, WHITE)


@motif("table", "boards")
def chess(c: Canvas, p: Paint) -> None:
    """A chess board in perspective with some pieces."""
    dark, pale = p.pick("#6b4a32", "#4c5a52", "#5a4636"), p.pick("#e2cfa8", "#d8c7a8")
    c.shadow(480, 572, 360, 15)
    c.poly([(262, 286), (698, 286), (836, 566), (124, 566)], darker(dark, 0.25))
    for row in range(8):
        y0, y1 = 296 + row * row * 1.9 + row * 17.5, 296 + (row + 1) ** 2 * 1.9 + (row + 1) * 17.5
        w0, w1 = 206 + (y0 - 296) * 0.49, 206 + (y1 - 296) * 0.49
        for column in range(8):
            a, b = column / 4 - 1, (column + 1) / 4 - 1
            c.poly(
                [(480 + a * w0, y0), (480 + b * w0, y0), (480 + b * w1, y1), (480 + a * w1, y1)],
                pale if (row + column) % 2 else dark,
            )
    for x, y, size, white in (
        (400, 340, 0.8, False),
        (520, 356, 0.86, False),
        (590, 420, 1.0, True),
        (360, 450, 1.1, True),
        (470, 520, 1.3, True),
        (640, 330, 0.8, False),
    ):
        tone = CREAM if white else BLACK
        c.oval(x, y, 26 * size, 10 * size, darker(tone, 0.3))
        c.poly(
            [(x - 22 * size, y), (x + 22 * size, y), (x + 9 * size, y - 70 * size), (x - 9 * size, y - 70 * size)], tone
        )
        c.oval(x, y - 70 * size, 18 * size, 6 * size, darker(tone, 0.15))
        c.disc(x, y - 86 * size, 18 * size, tone)


@motif("boards", "cloth", foot=330)
def toy_gun(c: Canvas, p: Paint) -> None:
    """A toy pistol with a bright tip: plainly plastic."""
    body = p.pick("#d98a5a", "#6aa0a8", "#c76b7a", "#8a9a5a")
    with c.turned(480, 330, p.rng.uniform(-10, 4)):
        c.rect(236, 226, 724, 330, (20, 20, 24, 40), r=30)
        c.poly([(560, 310), (690, 310), (728, 520), (620, 528)], darker(body, 0.18))
        c.rect(226, 214, 714, 316, body, r=34)
        c.rect(166, 232, 246, 298, (232, 118, 40), r=14)
        c.oval(170, 265, 11, 25, darker((232, 118, 40), 0.35))
        c.rect(300, 234, 560, 254, lighter(body, 0.35), r=10)
        c.arc((540, 330), 44, (10, 190), 15, darker(body, 0.3))
        c.line([(540, 318), (528, 352)], 11, p.accent)
        c.disc(640, 264, 30, p.accent)
        c.disc(640, 264, 17, WHITE)
        for y in (360, 396, 432, 468):
            c.line([(606 + (y - 360) * 0.12, y), (690 + (y - 360) * 0.16, y - 4)], 6, darker(body, 0.34))


@motif("cloth", "boards", foot=330)
def bayonet(c: Canvas, p: Paint) -> None:
    """An old blade beside its sheath, laid out for a catalogue."""
    leather = p.pick("#4a3427", "#2f3238", "#6b4a32")
    with c.turned(480, 330, p.rng.uniform(-6, 8)):
        c.poly([(120, 252), (160, 238), (600, 238), (600, 272), (160, 270)], STEEL)
        c.poly([(130, 252), (160, 244), (600, 246), (600, 254), (160, 256)], lighter(SILVER, 0.3))
        c.rect(596, 206, 622, 306, darker(STEEL, 0.3), r=6)
        c.rect(620, 232, 790, 278, leather, r=14)
        for x in (660, 710, 758):
            c.disc(x, 255, 7, SILVER)
        c.disc(800, 255, 25, darker(STEEL, 0.2))
        c.rect(150, 396, 640, 446, leather, r=20)
        c.rect(150, 396, 200, 446, (184, 150, 84), r=16)
        c.rect(600, 392, 646, 450, (184, 150, 84), r=8)
        c.ring(660, 421, 13, 5, (184, 150, 84))
        c.line([(210, 410), (590, 410)], 3, lighter(leather, 0.25))
    c.rect(700, 470, 830, 540, WHITE, r=3)
    c.text(765, 505, f"No {p.rng.randrange(100, 190)}", 28, INK)


@motif("cloth", "studio", "boards", foot=330)
def medal(c: Canvas, p: Paint) -> None:
    """A medal on its ribbon."""
    c.poly([(400, 70), (560, 70), (560, 300), (480, 350), (400, 300)], p.main)
    for x in (430, 470, 510):
        c.rect(x, 70, x + 18, 322, p.accent)
    c.poly([(400, 300), (480, 350), (480, 372), (400, 324)], darker(p.main, 0.3))
    c.poly([(560, 300), (480, 350), (480, 372), (560, 324)], darker(p.main, 0.3))
    c.ring(480, 366, 20, 8, (184, 150, 84))
    c.disc(486, 478, 112, (20, 20, 24, 44))
    c.disc(480, 470, 110, (184, 150, 84))
    c.ring(480, 470, 94, 5, (140, 108, 56))
    c.blob([(480, 396), (506, 446), (528, 490), (508, 534), (452, 534), (432, 490), (454, 446)], (208, 176, 110))
    for side in (-1, 1):
        for step in range(5):
            x, y = 480 + side * (66 - step * 4), 520 - step * 24
            c.oval(x, y, 8, 15, LEAF if step % 2 else (140, 108, 56))
