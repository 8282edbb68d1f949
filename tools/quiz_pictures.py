"""Draws the pictures of the demonstration's quiz questions (`content/quiz/pictures`): `python -m tools.quiz_pictures`.

Shapes and colours of the signs follow GB 2894; a Chinese font (fonts-noto-cjk) is needed for the two sheets of paper.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parent.parent / "content" / "quiz" / "pictures"
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_SIZE = 480
_FINER = 2
_RED, _YELLOW, _BLUE, _GREEN, _BLACK, _WHITE = (
    "#d0021b",
    "#ffd200",
    "#0057b8",
    "#00843d",
    "#111111",
    "#ffffff",
)

Pen = ImageDraw.ImageDraw
Point = tuple[float, float]


def draw_all() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        picture = Image.new("RGB", (_SIZE * _FINER, _SIZE * _FINER), _WHITE)
        draw(ImageDraw.Draw(picture))
        small = picture.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS)
        small.quantize(32).save(FOLDER / f"{name}.png", optimize=True)


def _at(*numbers: float) -> list[float]:
    return [number * _FINER for number in numbers]


def _shape(pen: Pen, points: Sequence[Point], colour: str) -> None:
    pen.polygon([(x * _FINER, y * _FINER) for x, y in points], fill=colour)


def _bar(pen: Pen, start: Point, end: Point, width: int, colour: str) -> None:
    pen.line(_at(*start, *end), fill=colour, width=width * _FINER)


def _text(
    pen: Pen, x: float, y: float, text: str, size: int, colour: str = _BLACK, anchor: str = "la"
) -> None:
    font = ImageFont.truetype(_FONT, size * _FINER)
    pen.text((x * _FINER, y * _FINER), text, font=font, fill=colour, anchor=anchor)


def _ban(pen: Pen) -> None:
    """A red ring and bar over a burning cigarette."""
    pen.rectangle(_at(110, 240, 300, 268), fill=_BLACK)
    pen.rectangle(_at(306, 240, 340, 268), fill="#e07b00")
    for x in (330, 352):
        pen.arc(_at(x - 16, 170, x + 16, 230), 90, 270, fill=_BLACK, width=8 * _FINER)
    pen.ellipse(_at(40, 40, 440, 440), outline=_RED, width=40 * _FINER)
    _bar(pen, (112, 112), (368, 368), 36, _RED)


def _triangle(pen: Pen) -> None:
    _shape(pen, [(240, 40), (460, 420), (20, 420)], _BLACK)
    _shape(pen, [(240, 76), (428, 402), (52, 402)], _YELLOW)


def _current(pen: Pen) -> None:
    """A lightning bolt on a yellow triangle."""
    _triangle(pen)
    _shape(pen, [(262, 150), (196, 290), (238, 290), (212, 384), (292, 258), (246, 258), (290, 150)], _BLACK)


def _warning(pen: Pen) -> None:
    """An exclamation mark on a yellow triangle."""
    _triangle(pen)
    _shape(pen, [(214, 170), (266, 170), (254, 310), (226, 310)], _BLACK)
    pen.ellipse(_at(218, 332, 262, 376), fill=_BLACK)


def _helmet(pen: Pen) -> None:
    """A head with a safety helmet on a blue disc."""
    pen.ellipse(_at(30, 30, 450, 450), fill=_BLUE)
    pen.ellipse(_at(180, 200, 300, 350), fill=_WHITE)
    pen.pieslice(_at(140, 120, 340, 320), 180, 360, fill=_WHITE)
    pen.rectangle(_at(120, 214, 360, 236), fill=_WHITE)
    pen.rectangle(_at(140, 236, 340, 246), fill=_BLUE)
    pen.pieslice(_at(130, 340, 350, 520), 180, 360, fill=_WHITE)
    pen.ellipse(_at(30, 30, 450, 450), outline=_BLUE, width=14 * _FINER)


def _exit(pen: Pen) -> None:
    """A person running to an open door, an arrow, on green."""
    pen.rectangle(_at(20, 90, 460, 390), fill=_GREEN)
    pen.rectangle(_at(270, 120, 430, 360), fill=_WHITE)
    pen.ellipse(_at(186, 130, 226, 170), fill=_WHITE)
    for start, end in (
        ((204, 178), (180, 262)),
        ((180, 262), (226, 300)),
        ((226, 300), (210, 352)),
        ((180, 262), (120, 318)),
        ((200, 192), (250, 226)),
        ((200, 192), (146, 220)),
    ):
        _bar(pen, start, end, 22, _WHITE)
    _shape(pen, [(40, 236), (78, 206), (78, 226), (112, 226), (112, 246), (78, 246), (78, 266)], _WHITE)


def _locked(pen: Pen) -> None:
    """The same door, shut by a chain with a lock, boxes before it."""
    pen.rectangle(_at(90, 40, 390, 440), fill=_GREEN)
    pen.rectangle(_at(110, 60, 370, 440), fill="#dfe6e2")
    _bar(pen, (240, 60), (240, 440), 6, _BLACK)
    for x in (214, 266):
        pen.rectangle(_at(x - 6, 200, x + 6, 270), fill=_BLACK)
    pen.arc(_at(196, 220, 284, 300), 0, 180, fill="#555555", width=10 * _FINER)
    pen.arc(_at(222, 276, 258, 330), 180, 360, fill=_BLACK, width=9 * _FINER)
    pen.rectangle(_at(212, 302, 268, 348), fill="#b07b00")
    for x, y in ((60, 350), (150, 360), (300, 350)):
        pen.rectangle(_at(x, y, x + 100, y + 90), fill="#c79a62", outline=_BLACK, width=4 * _FINER)
        _bar(pen, (x, y + 30), (x + 100, y + 30), 4, _BLACK)


def _sheet(pen: Pen, title: str, rows: Sequence[tuple[str, str]]) -> None:
    pen.rectangle(_at(30, 20, 450, 460), fill="#fffdf5", outline=_BLACK, width=3 * _FINER)
    _text(pen, 240, 40, title, 34, anchor="ma")
    step = 350 / len(rows)
    for place, (left, right) in enumerate(rows):
        y = 100 + place * step
        _bar(pen, (30, y), (450, y), 2, "#888888")
        _text(pen, 52, y + step / 2, left, 27, anchor="lm")
        _text(pen, 428, y + step / 2, right, 27, anchor="rm")


def _payslip(pen: Pen) -> None:
    _sheet(
        pen,
        "工资条",
        (
            ("基本工资", "4200.00"),
            ("加班工资", "800.00"),
            ("代扣社保个人部分", "-441.00"),
            ("工装押金", "-300.00"),
            ("代扣个人所得税", "0.00"),
            ("实发", "4259.00"),
        ),
    )


def _rota(pen: Pen) -> None:
    days = "一二三四五六日"
    _sheet(pen, "小周本月排班（每周一样）", [(f"星期{day}", "9:00–16:00") for day in days])


PICTURES: dict[str, Callable[[Pen], None]] = {
    "ban-smoking": _ban,
    "warn-current": _current,
    "warn-danger": _warning,
    "must-helmet": _helmet,
    "exit": _exit,
    "exit-locked": _locked,
    "payslip": _payslip,
    "rota": _rota,
}

if __name__ == "__main__":
    draw_all()
