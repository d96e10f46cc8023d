"""Small machines: sound, air, light, cleaning."""

from math import cos, radians, sin

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, SILVER, STEEL, WHITE, WOOD, Paint, motif


@motif("table", "kitchen", "studio")
def radio(c: Canvas, p: Paint) -> None:
    """An old portable radio."""
    c.shadow(480, 560, 280, 14)
    c.line([(640, 260), (760, 80)], 6, STEEL)
    c.arc((480, 264), 190, (190, 350), 16, INK, ry=70)
    c.rect(216, 256, 744, 556, p.main, r=34)
    c.rect(236, 276, 724, 536, lighter(p.main, 0.12), r=24)
    c.rect(258, 300, 470, 514, CREAM, r=14)
    for y in range(322, 508, 22):
        c.rect(276, y, 452, y + 9, darker(CREAM, 0.35), r=4)
    c.rect(496, 304, 702, 386, BLACK, r=8)
    for x in range(512, 700, 18):
        c.rect(x, 330, x + 2, 352 if x % 36 else 362, WHITE)
    c.rect(598, 314, 602, 376, (200, 74, 58))
    for x, r in ((546, 34), (650, 44)):
        c.disc(x, 458, r, darker(p.main, 0.35))
        c.disc(x, 458, r - 9, SILVER)
        c.line([(x, 458), (x + 8, 458 - r + 14)], 4, INK)


@motif("table", "room", "studio")
def record_player(c: Canvas, p: Paint) -> None:
    """A record player seen from the front and above."""
    c.shadow(480, 560, 340, 14)
    c.poly([(200, 232), (760, 232), (826, 500), (134, 500)], p.pick("#a4764c", "#3a3d42", "#c9ced2", "#6b4f3a"))
    c.rect(134, 498, 826, 552, darker(WOOD, 0.35), r=6)
    for x in (170, 760):
        c.rect(x, 548, x + 40, 566, BLACK, r=5)
    c.oval(430, 366, 226, 116, SILVER)
    c.oval(430, 362, 218, 110, BLACK)
    for r in (190, 160, 130):
        c.ring(430, 362, r, 1.5, (90, 94, 100), ry=r * 0.505)
    c.oval(430, 362, 72, 37, p.main)
    c.oval(430, 362, 9, 5, SILVER)
    c.disc(706, 284, 30, STEEL)
    c.disc(706, 284, 16, INK)
    c.curve([(706, 284), (704, 380), (620, 424)], 9, SILVER)
    c.poly([(628, 410), (596, 424), (606, 440), (638, 426)], INK)
    c.rect(722, 400, 736, 470, INK, r=4)
    c.disc(206, 470, 14, p.accent)


@motif("table", "kitchen", "studio")
def speaker(c: Canvas, p: Paint) -> None:
    """A small wireless loudspeaker."""
    c.shadow(480, 560, 170, 14)
    c.rect(340, 170, 620, 560, p.main, r=70)
    c.rect(358, 200, 602, 520, darker(p.main, 0.16), r=50)
    for y in range(222, 506, 20):
        for x in range(384, 590, 20):
            c.disc(x, y, 4, darker(p.main, 0.36))
    c.oval(480, 186, 90, 14, darker(p.main, 0.3))
    c.curve([(606, 250), (680, 300), (660, 380)], 14, p.accent)
    c.rect(440, 524, 520, 540, p.accent, r=7)


@motif("cloth", "boards", foot=330)
def cassette(c: Canvas, p: Paint) -> None:
    """A music cassette."""
    with c.turned(480, 330, p.rng.uniform(-9, 9)):
        c.rect(218, 158, 762, 526, (20, 20, 24, 44), r=24)
        c.rect(208, 146, 752, 514, p.pick("#33373d", "#d8cfc0", "#4c5a68"), r=22)
        c.rect(240, 172, 720, 420, CREAM, r=12)
        c.rect(240, 300, 720, 420, p.main, r=12)
        c.rect(240, 300, 720, 330, p.accent)
        for y in (202, 232):
            c.curve([(270, y + 6), (340, y), (420, y + 8), (500, y), (590, y + 6), (680, y)], 4, (70, 84, 110))
        c.rect(340, 282, 620, 378, INK, r=40)
        for x in (392, 568):
            c.disc(x, 330, 32, WHITE)
            for turn in range(0, 360, 60):
                c.disc(x + 24 * cos(radians(turn)), 330 + 24 * sin(radians(turn)), 6, INK)
        c.rect(440, 306, 520, 354, (96, 74, 60))
        c.poly([(318, 514), (346, 440), (614, 440), (642, 514)], darker(STEEL, 0.45))


@motif("boards", "cloth", foot=330)
def charger(c: Canvas, p: Paint) -> None:
    """A charger and a coiled cable."""
    for r in (130, 112, 94):
        c.ring(580, 350, r, 12, darker(WHITE, 0.16))
        c.ring(580, 348, r, 8, WHITE)
    c.curve([(470, 280), (420, 230), (360, 300)], 11, WHITE)
    c.rect(216, 246, 366, 406, (20, 20, 24, 40), r=26)
    c.rect(206, 234, 356, 394, WHITE, r=26)
    c.rect(340, 286, 372, 330, STEEL, r=6)
    for y in (280, 346):
        c.rect(146, y - 8, 210, y + 8, STEEL, r=7)
    c.rect(246, 280, 316, 288, darker(WHITE, 0.2), r=3)
    c.rect(246, 304, 300, 311, darker(WHITE, 0.2), r=3)
    c.rect(670, 438, 724, 464, p.main, r=6)
    c.rect(720, 442, 750, 460, SILVER, r=4)


@motif("boards", "cloth", foot=330)
def keyboard(c: Canvas, p: Paint) -> None:
    """A compact keyboard."""
    with c.turned(480, 330, p.rng.uniform(-10, 6)):
        c.rect(142, 190, 838, 498, (20, 20, 24, 44), r=20)
        c.rect(132, 178, 828, 486, darker(p.main, 0.3), r=20)
        for row in range(5):
            y, x, number = 196 + row * 56, 150.0, 0
            while x < 800:
                wide = 46.0 if (row, number) not in {(1, 0), (2, 0), (3, 0), (4, 3)} else 72.0
                if row == 4 and number == 3:
                    wide = 270
                wide = min(wide, 810 - x)
                if wide < 24:
                    break
                tone = p.accent if number == 0 or x + wide > 770 else CREAM
                c.rect(x, y, x + wide, y + 50, darker(tone, 0.22), r=8)
                c.rect(x + 4, y + 2, x + wide - 4, y + 42, tone, r=7)
                x, number = x + wide + 6, number + 1


@motif("room", "table", "studio")
def monitor(c: Canvas, p: Paint) -> None:
    """A computer monitor."""
    c.shadow(480, 562, 180, 12)
    c.poly([(446, 430), (514, 430), (524, 540), (436, 540)], STEEL)
    c.rect(350, 536, 610, 558, darker(STEEL, 0.2), r=10)
    c.rect(214, 116, 746, 446, BLACK, r=14)
    c.rect(226, 128, 734, 424, darker(p.main, 0.2), r=4)
    c.rect(252, 156, 470, 396, WHITE, r=6)
    for y in range(182, 380, 26):
        c.rect(272, y, 272 + p.rng.randrange(90, 180), y + 9, STEEL, r=4)
    c.rect(492, 156, 708, 270, p.accent, r=6)
    c.rect(492, 286, 708, 396, lighter(p.main, 0.3), r=6)


@motif("garden", "studio", "table")
def drone(c: Canvas, p: Paint) -> None:
    """A small drone with four arms."""
    c.shadow(480, 566, 180, 12)
    for x, y, far in ((200, 250, 1), (760, 250, 1), (250, 340, 0), (710, 340, 0)):
        c.line([(480, 330), (x, y + 30)], 20, darker(STEEL, 0.3 if far else 0.1))
        c.rect(x - 14, y, x + 14, y + 46, INK, r=8)
        c.oval(x, y, 118, 13, (60, 64, 70, 120))
        c.disc(x, y, 8, p.accent)
    c.blob(
        [(370, 330), (410, 280), (550, 280), (590, 330), (560, 380), (400, 380)],
        p.pick("#d9dcdd", "#4c5057", "#9aa3ab"),
    )
    c.rect(440, 374, 520, 426, INK, r=16)
    c.disc(480, 402, 19, STEEL)
    c.disc(480, 402, 11, BLACK)
    for x in (380, 580):
        c.line([(x, 370), (x + (x - 480) * 0.3, 470)], 8, INK)
    c.disc(420, 330, 6, (190, 74, 60))
    c.disc(540, 330, 6, (96, 158, 96))


@motif("room", "studio", "brick")
def fan(c: Canvas, p: Paint) -> None:
    """A standing fan."""
    c.shadow(480, 568, 140, 12)
    c.oval(480, 552, 130, 20, INK)
    c.line([(480, 330), (480, 548)], 17, STEEL)
    c.rect(456, 380, 504, 460, p.main, r=10)
    c.disc(480, 228, 162, (235, 238, 238, 150))
    for turn in range(0, 360, 120):
        with c.turned(480, 228, turn + p.rng.randrange(0, 50)):
            c.blob([(480, 228), (430, 160), (452, 96), (520, 90), (548, 140), (510, 190)], p.main)
    for r in (162, 122, 82):
        c.ring(480, 228, r, 4, darker(STEEL, 0.1))
    for turn in range(0, 360, 20):
        c.line([(480, 228), (480 + 160 * cos(radians(turn)), 228 + 160 * sin(radians(turn)))], 2, (110, 118, 126, 150))
    c.disc(480, 228, 34, SILVER)
    c.disc(480, 228, 20, p.accent)


@motif("table", "cloth", "studio", foot=400)
def hair_dryer(c: Canvas, p: Paint) -> None:
    """A folding hair dryer."""
    c.curve([(520, 540), (560, 600), (700, 590), (860, 640)], 10, INK)
    c.blob([(460, 330), (540, 330), (566, 540), (500, 556), (474, 540)], darker(p.main, 0.2))
    c.rect(258, 196, 640, 350, p.main, r=74)
    c.poly([(300, 214), (200, 192), (200, 354), (300, 332)], darker(p.main, 0.1))
    c.rect(176, 186, 210, 360, INK, r=8)
    c.disc(566, 273, 60, INK)
    for r in (44, 28, 12):
        c.ring(566, 273, r, 5, STEEL)
    c.rect(494, 392, 526, 440, p.accent, r=8)
    c.rect(320, 224, 470, 240, lighter(p.main, 0.3), r=8)


@motif("room", "studio")
def vacuum(c: Canvas, p: Paint) -> None:
    """A canister vacuum cleaner."""
    c.shadow(500, 568, 320, 13)
    c.curve([(560, 400), (520, 220), (380, 160), (290, 210), (262, 320)], 22, darker(STEEL, 0.5))
    c.line([(264, 300), (208, 536)], 16, STEEL)
    c.rect(130, 530, 262, 562, INK, r=10)
    c.blob([(500, 470), (520, 390), (620, 350), (720, 370), (780, 450), (770, 540), (640, 560), (520, 550)], p.main)
    c.rect(560, 400, 690, 520, (206, 220, 224, 170), r=40)
    c.blob([(580, 470), (620, 450), (670, 476), (660, 510), (590, 508)], darker(STEEL, 0.2))
    c.disc(742, 510, 52, INK)
    c.disc(742, 510, 22, p.accent)
    c.disc(548, 536, 24, INK)
    c.curve([(620, 356), (680, 318), (742, 384)], 13, INK)


@motif("room", "brick", "studio", foot=280, mirrors=False)
def clock(c: Canvas, p: Paint) -> None:
    """A wall clock with large figures."""
    c.disc(490, 272, 192, (20, 20, 24, 40))
    c.disc(480, 260, 190, p.main)
    c.disc(480, 260, 168, WHITE)
    for hour in range(1, 13):
        turn = radians(hour * 30 - 90)
        c.text(480 + 138 * cos(turn), 260 + 138 * sin(turn), str(hour), 36, INK)
    hour, minute = p.rng.randrange(0, 12), p.rng.randrange(0, 60)
    for turn, long, wide in ((hour * 30 + minute / 2 - 90, 76, 11), (minute * 6 - 90, 112, 7)):
        c.line([(480, 260), (480 + long * cos(radians(turn)), 260 + long * sin(radians(turn)))], wide, INK)
    c.disc(480, 260, 11, p.main)


@motif("room", "studio")
def mirror(c: Canvas, p: Paint) -> None:
    """An oval mirror in a frame."""
    frame = p.pick("#b98d60", "#8d6a4c", "#d2b489", "#4c4038")
    c.shadow(480, 566, 120, 11)
    c.rect(462, 470, 498, 556, frame)
    c.oval(480, 556, 110, 16, darker(frame, 0.15))
    c.oval(480, 276, 176, 226, frame)
    c.oval(480, 276, 152, 202, (198, 212, 218))
    c.poly([(402, 170), (452, 118), (560, 420), (520, 448)], (224, 234, 238))
    c.poly([(478, 96), (504, 92), (606, 372), (596, 400)], (224, 234, 238))
    for turn in range(0, 360, 24):
        c.disc(480 + 164 * cos(radians(turn)), 276 + 214 * sin(radians(turn)), 7, darker(frame, 0.25))


@motif("table", "room", "studio")
def sewing_machine(c: Canvas, p: Paint) -> None:
    """A sewing machine with a wheel."""
    c.shadow(480, 566, 300, 13)
    c.rect(190, 500, 780, 560, darker(WOOD, 0.1), r=10)
    c.rect(560, 230, 690, 504, p.main, r=26)
    c.rect(250, 210, 690, 316, p.main, r=44)
    c.rect(250, 230, 350, 410, p.main, r=24)
    c.rect(286, 404, 300, 470, STEEL)
    c.line([(293, 460), (293, 500)], 4, SILVER)
    c.rect(240, 490, 400, 504, SILVER, r=4)
    c.ring(716, 290, 56, 16, INK)
    c.disc(716, 290, 16, STEEL)
    c.rect(430, 170, 448, 214, STEEL)
    c.rect(414, 150, 464, 206, p.accent, r=6)
    c.rect(400, 244, 540, 280, lighter(p.main, 0.35), r=8)
    c.disc(300, 300, 16, CREAM)
