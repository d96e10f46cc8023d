"""Bicycles, motorcycles, cars and what one rides in or with."""

from math import cos, radians, sin

from trustdesk.sample.canvas import Canvas, darker, lighter
from trustdesk.sample.motifs.paint import BLACK, CREAM, INK, SILVER, STEEL, WHITE, Paint, motif


def _spoked(c: Canvas, x: float, y: float, r: float) -> None:
    for turn in range(0, 180, 22):
        dx, dy = r * cos(radians(turn)), r * sin(radians(turn))
        c.line([(x - dx, y - dy), (x + dx, y + dy)], 1.4, (*STEEL, 190))
    c.ring(x, y, r, 11, INK)
    c.ring(x, y, r - 9, 4, SILVER)
    c.disc(x, y, 9, STEEL)


@motif("brick", "room", "garden", "studio")
def bicycle(c: Canvas, p: Paint) -> None:
    """A folding bicycle, from the side."""
    c.shadow(480, 566, 290, 17)
    left, right, foot = (305, 470), (655, 470), 470
    for x, _ in (left, right):
        _spoked(c, x, foot, 92)
    seat, crank, head = (372, 292), (452, 472), (610, 268)
    c.line([left, (404, 400), crank], 11, darker(p.main))
    c.line([crank, (388, 300)], 15, p.main)
    c.line([(404, 400), (598, 372)], 17, p.main)
    c.line([crank, (598, 380)], 14, p.main)
    c.line([(590, 246), (606, 372), right], 14, p.main)
    c.line([(388, 312), (372, 262)], 8, STEEL)
    c.line([(592, 250), (582, 190)], 8, STEEL)
    c.curve([(556, 182), (582, 184), (626, 172)], 10, INK)
    c.line([(612, 176), (632, 170)], 15, BLACK)
    c.blob([(320, 254), (350, 244), (420, 248), (428, 258), (396, 266), (340, 268)], INK)
    c.ring(*crank, 22, 7, STEEL)
    c.line([crank, (478, 516)], 7, INK)
    c.rect(462, 512, 502, 522, INK, r=4)
    c.line([crank, (306, 464)], 2.5, INK)
    c.disc(503, 386, 11, STEEL)
    c.disc(seat[0] + 12, seat[1] + 6, 6, STEEL)
    c.disc(head[0] + 3, head[1] + 14, 13, p.accent)


@motif("street", "garden", "brick")
def motorcycle(c: Canvas, p: Paint) -> None:
    """A small commuter motorcycle."""
    c.shadow(480, 566, 310, 18)
    for x in (290, 676):
        c.ring(x, 470, 82, 26, BLACK)
        c.ring(x, 470, 62, 8, SILVER)
        for turn in range(0, 180, 36):
            dx, dy = 60 * cos(radians(turn)), 60 * sin(radians(turn))
            c.line([(x - dx, 470 - dy), (x + dx, 470 + dy)], 6, STEEL)
        c.disc(x, 470, 16, STEEL)
    c.line([(676, 470), (610, 262)], 13, SILVER)
    c.line([(290, 470), (450, 462)], 14, INK)
    c.rect(400, 400, 520, 492, STEEL, r=22)
    for y in (418, 434, 450, 466):
        c.rect(412, y, 508, y + 5, darker(STEEL, 0.3))
    c.curve([(420, 492), (380, 508), (240, 500)], 20, SILVER)
    c.blob(
        [(262, 330), (330, 300), (440, 322), (520, 290), (606, 250), (632, 286), (592, 372), (470, 412), (350, 392)],
        p.main,
    )
    c.blob([(300, 352), (420, 356), (560, 320), (540, 348), (440, 386), (340, 378)], lighter(p.main, 0.24))
    c.blob([(232, 312), (300, 288), (440, 292), (470, 318), (420, 332), (280, 332)], BLACK)
    c.blob([(590, 236), (640, 218), (668, 244), (654, 286), (612, 290)], p.main)
    c.disc(652, 256, 24, CREAM)
    c.ring(652, 256, 24, 5, STEEL)
    c.curve([(612, 232), (590, 196), (548, 196)], 9, INK)
    c.line([(566, 196), (540, 197)], 15, BLACK)
    c.line([(600, 206), (612, 172)], 4, INK)
    c.oval(616, 164, 20, 13, INK)
    c.arc((676, 470), 100, (205, 300), 15, p.main)
    c.rect(206, 340, 246, 356, darker(p.accent, 0.1), r=6)
    c.line([(300, 350), (290, 470)], 8, STEEL)


@motif("street", "garden")
def car(c: Canvas, p: Paint) -> None:
    """A small hatchback."""
    c.shadow(480, 570, 400, 20)
    body = p.pick("#8fa3ad", "#b9bec2", "#9c4a4a", "#34506f", "#e5e1d8", "#55685c", "#4c5058")
    c.blob([(232, 388), (330, 262), (430, 232), (560, 236), (640, 280), (716, 380), (480, 400)], darker(body, 0.1))
    glass = (176, 200, 208)
    c.poly([(292, 376), (356, 282), (436, 258), (462, 256), (462, 376)], glass)
    c.poly([(480, 376), (480, 256), (552, 260), (616, 294), (672, 376)], glass)
    c.poly([(330, 376), (384, 276), (410, 268), (366, 376)], lighter(glass, 0.4))
    c.blob(
        [
            (104, 470),
            (112, 412),
            (220, 382),
            (480, 372),
            (720, 376),
            (842, 412),
            (862, 470),
            (846, 530),
            (480, 540),
            (120, 530),
        ],
        body,
    )
    c.rect(112, 498, 852, 526, darker(body, 0.35), r=12)
    c.line([(471, 384), (471, 498)], 3, darker(body, 0.25))
    c.line([(270, 404), (270, 498)], 3, darker(body, 0.18))
    c.line([(690, 404), (690, 498)], 3, darker(body, 0.18))
    c.rect(412, 416, 452, 425, darker(body, 0.4), r=4)
    c.rect(628, 416, 668, 425, darker(body, 0.4), r=4)
    c.oval(826, 432, 26, 17, CREAM)
    c.rect(104, 414, 132, 446, (178, 66, 58), r=8)
    for x in (252, 704):
        c.disc(x, 520, 66, darker(body, 0.55))
        c.disc(x, 520, 58, BLACK)
        c.disc(x, 520, 36, SILVER)
        for turn in range(0, 360, 60):
            c.line([(x, 520), (x + 30 * cos(radians(turn)), 520 + 30 * sin(radians(turn)))], 7, STEEL)
        c.disc(x, 520, 9, INK)


@motif("table", "studio", "boards")
def helmet(c: Canvas, p: Paint) -> None:
    """A motorcycle helmet with its visor down."""
    c.shadow(480, 560, 210, 18)
    c.blob(
        [
            (290, 360),
            (320, 240),
            (420, 168),
            (540, 172),
            (640, 246),
            (672, 350),
            (656, 470),
            (600, 546),
            (420, 552),
            (330, 506),
        ],
        p.main,
    )
    c.blob([(420, 176), (470, 166), (520, 168), (560, 300), (540, 330), (450, 330), (428, 300)], p.accent)
    c.blob([(470, 312), (560, 290), (660, 318), (668, 380), (650, 420), (560, 430), (480, 408), (456, 356)], BLACK)
    c.blob([(492, 326), (560, 310), (630, 326), (600, 344), (520, 350), (492, 344)], (92, 104, 116))
    c.blob([(460, 430), (560, 448), (644, 436), (600, 536), (500, 548), (440, 500)], darker(p.main, 0.22))
    for y in (468, 486, 504):
        c.rect(536, y, 596, y + 7, BLACK, r=3)
    c.disc(446, 362, 20, darker(p.main, 0.35))
    c.curve([(350, 510), (380, 552), (420, 566)], 10, INK)


@motif("studio", "garden", "street", "room")
def stroller(c: Canvas, p: Paint) -> None:
    """A baby stroller."""
    c.shadow(470, 566, 230, 15)
    c.line([(330, 520), (560, 330)], 12, STEEL)
    c.line([(600, 520), (400, 360), (310, 250), (262, 226)], 12, STEEL)
    c.line([(276, 232), (240, 218)], 20, INK)
    for x in (330, 600):
        c.ring(x, 520, 38, 15, INK)
        c.disc(x, 520, 9, SILVER)
    c.blob([(380, 330), (400, 300), (560, 300), (640, 330), (650, 400), (590, 452), (440, 446)], p.main)
    c.poly(
        [(498, 316), *[(498 + 148 * cos(radians(t)), 316 + 148 * sin(radians(t))) for t in range(-118, 6, 6)]],
        darker(p.main, 0.15),
    )
    for turn in (-78, -38):
        c.line([(498, 316), (498 + 146 * cos(radians(turn)), 316 + 146 * sin(radians(turn)))], 4, lighter(p.main, 0.2))
    c.blob([(410, 332), (500, 326), (520, 380), (470, 420), (424, 400)], CREAM)
    c.rect(400, 470, 560, 506, darker(p.main, 0.35), r=12)


@motif("brick", "street", "garden")
def skateboard(c: Canvas, p: Paint) -> None:
    """A skateboard on its wheels."""
    c.shadow(480, 560, 320, 15)
    c.curve([(176, 440), (226, 472), (480, 478), (734, 472), (786, 440)], 24, darker(p.main, 0.1))
    c.curve([(180, 432), (228, 463), (480, 468), (732, 463), (782, 432)], 9, BLACK)
    for x in (290, 670):
        c.poly([(x - 46, 486), (x + 46, 486), (x + 16, 518), (x - 16, 518)], STEEL)
        for off in (-34, 34):
            c.disc(x + off, 526, 28, p.accent)
            c.disc(x + off, 526, 10, SILVER)


@motif("cloth", "boards", "studio", foot=330)
def tools(c: Canvas, p: Paint) -> None:
    """A spanner, a screwdriver and pliers laid out."""
    with c.turned(480, 330, -8):
        c.rect(196, 128, 772, 548, darker(p.main, 0.2), r=22)
        c.rect(208, 140, 760, 536, p.main, r=16)
        for x in (300, 480, 664):
            c.line([(x, 168), (x, 510)], 74, darker(p.main, 0.16))
        c.line([(300, 230), (300, 440)], 30, SILVER)
        for y, side in ((204, 1), (470, -1)):
            c.ring(300, y, 32, 22, SILVER)
            c.rect(284, y - side * 44 - 12, 316, y - side * 44 + 12, darker(p.main, 0.16))
        c.line([(480, 176), (480, 330)], 14, STEEL)
        c.rect(454, 330, 506, 500, p.accent, r=20)
        for x in (470, 490):
            c.rect(x - 3, 352, x + 3, 480, darker(p.accent, 0.25), r=3)
        c.curve([(650, 268), (630, 360), (636, 500)], 26, (168, 64, 56))
        c.curve([(678, 268), (698, 360), (692, 500)], 26, (168, 64, 56))
        c.poly([(640, 176), (664, 168), (688, 176), (696, 262), (664, 288), (632, 262)], STEEL)
        c.line([(664, 172), (664, 250)], 3, INK)
        c.disc(664, 268, 10, WHITE)
