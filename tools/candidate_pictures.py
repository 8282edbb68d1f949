"""Draws the portraits of the demonstration's candidates (`content/demo/votes/craftsmen`): `python -m tools.candidate_pictures`.

Nobody's face: a head, a hat and a coat of the trade, and a tool of it in the corner. What is on each stands in the table's
图片说明.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "content" / "demo" / "votes" / "craftsmen"
_SIZE = 480
_FINER = 2
_QUALITY = 80
_INK, _WHITE, _GREY, _STEEL, _RED = "#3a2f2a", "#ffffff", "#8d8f93", "#b9c0c7", "#c9463d"

Pen = ImageDraw.ImageDraw
Draw = Callable[[Pen], None]


@dataclass(frozen=True, slots=True)
class Portrait:
    """`long` hair falls beside the face; `hat` and `tool` draw themselves."""

    ground: str
    coat: str
    hair: str
    hat: Draw
    tool: Draw
    long: bool = False
    glasses: bool = False
    skin: str = "#f0c39d"


def draw_all() -> None:
    """Write every portrait, by number."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, portrait in PORTRAITS.items():
        picture = Image.new("RGB", (_SIZE * _FINER, _SIZE * _FINER), portrait.ground)
        _draw(ImageDraw.Draw(picture), portrait)
        small = picture.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS)
        small.save(FOLDER / f"{number}.webp", quality=_QUALITY, method=6)


def _at(*numbers: float) -> list[float]:
    return [number * _FINER for number in numbers]


def _disc(pen: Pen, x: float, y: float, radius: float, colour: str) -> None:
    pen.ellipse(_at(x - radius, y - radius, x + radius, y + radius), fill=colour)


def _box(
    pen: Pen, left: float, top: float, right: float, bottom: float, colour: str, round_: int = 8
) -> None:
    pen.rounded_rectangle(_at(left, top, right, bottom), round_ * _FINER, fill=colour)


def _line(pen: Pen, points: Sequence[float], width: int, colour: str) -> None:
    pen.line(_at(*points), fill=colour, width=width * _FINER, joint="curve")


def _shape(pen: Pen, points: list[float], colour: str) -> None:
    pen.polygon(_at(*points), fill=colour)


def _draw(pen: Pen, one: Portrait) -> None:
    _disc(pen, 240, 240, 190, _light(one.ground))
    if one.long:
        _box(pen, 158, 150, 322, 330, one.hair, 70)
    pen.pieslice(_at(70, 330, 410, 690), 180, 360, fill=one.coat)
    _box(pen, 208, 270, 272, 370, one.skin, 30)
    _shape(pen, [196, 346, 240, 402, 284, 346, 300, 358, 240, 430, 180, 358], _WHITE)
    _box(pen, 172, 132, 308, 312, one.skin, 66)
    pen.pieslice(_at(166, 112, 314, 260), 180, 360, fill=one.hair)
    _face(pen, glasses=one.glasses)
    one.hat(pen)
    _disc(pen, 396, 400, 66, _WHITE)
    one.tool(pen)


def _face(pen: Pen, *, glasses: bool) -> None:
    for x in (210, 270):
        _disc(pen, x, 222, 7, _INK)
        _disc(pen, x, 258, 13, "#eba98a")
        if glasses:
            pen.ellipse(_at(x - 24, 198, x + 24, 246), outline=_INK, width=5 * _FINER)
    if glasses:
        _line(pen, [234, 220, 246, 220], 5, _INK)
    pen.arc(_at(212, 238, 268, 284), 20, 160, fill="#a5513f", width=6 * _FINER)


def _helmet(colour: str, lamp: str = "") -> Draw:
    def draw(pen: Pen) -> None:
        pen.pieslice(_at(154, 82, 326, 266), 180, 360, fill=colour)
        _box(pen, 140, 166, 340, 184, colour, 9)
        _box(pen, 228, 88, 252, 166, _shade(colour), 10)
        if lamp:
            _disc(pen, 240, 140, 24, _STEEL)
            _disc(pen, 240, 140, 16, lamp)

    return draw


def _shade(colour: str) -> str:
    """A little darker."""
    red, green, blue = (int(colour[at : at + 2], 16) * 4 // 5 for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _light(colour: str) -> str:
    """Half way to white."""
    red, green, blue = ((int(colour[at : at + 2], 16) + 255) // 2 for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _cap(colour: str) -> Draw:
    def draw(pen: Pen) -> None:
        pen.pieslice(_at(160, 92, 320, 252), 180, 360, fill=colour)
        _box(pen, 156, 160, 324, 180, _shade(colour), 10)

    return draw


def _nurses_cap(pen: Pen) -> None:
    _shape(pen, [188, 146, 202, 92, 278, 92, 292, 146], _WHITE)
    _box(pen, 184, 136, 296, 152, "#7fb2d9", 6)


def _cooks_hat(pen: Pen) -> None:
    for x in (196, 240, 284):
        _disc(pen, x, 92, 40, _WHITE)
    _box(pen, 178, 100, 302, 162, _WHITE, 6)
    _box(pen, 178, 148, 302, 164, "#e3e0da", 4)


def _straw_hat(pen: Pen) -> None:
    pen.pieslice(_at(172, 78, 308, 240), 180, 360, fill="#e0b65c")
    pen.ellipse(_at(112, 138, 368, 182), fill="#d3a647")
    _box(pen, 172, 138, 308, 156, _RED, 4)


def _bare(_pen: Pen) -> None:
    """Only hair."""


def _file(pen: Pen) -> None:
    _line(pen, [366, 430, 412, 384], 16, _STEEL)
    _line(pen, [412, 384, 430, 366], 18, "#9a6234")


def _thread(pen: Pen) -> None:
    _box(pen, 366, 362, 426, 374, "#9a6234", 4)
    _box(pen, 366, 426, 426, 438, "#9a6234", 4)
    _box(pen, 376, 374, 416, 426, "#d8718d", 2)
    for y in (386, 400, 414):
        _line(pen, [376, y, 416, y - 6], 3, _WHITE)


def _box_on_hook(pen: Pen) -> None:
    _line(pen, [396, 350, 396, 376], 6, _INK)
    _line(pen, [366, 398, 396, 374, 426, 398], 5, _INK)
    _box(pen, 360, 396, 432, 440, "#d5752f", 3)
    for x in (374, 390, 406, 420):
        _line(pen, [x, 402, x, 434], 3, _shade("#d5752f"))


def _heart(pen: Pen) -> None:
    _disc(pen, 380, 390, 20, _RED)
    _disc(pen, 412, 390, 20, _RED)
    _shape(pen, [362, 398, 430, 398, 396, 440], _RED)


def _bricks(pen: Pen) -> None:
    for left, top in ((356, 414), (398, 414), (377, 390), (356, 366), (398, 366)):
        _box(pen, left, top, left + 38, top + 20, "#b9583c", 2)


def _bolt(pen: Pen) -> None:
    _shape(pen, [406, 346, 366, 408, 394, 408, 384, 452, 428, 388, 400, 388], "#e7a917")


def _wheel(pen: Pen) -> None:
    pen.ellipse(_at(352, 356, 440, 444), outline=_INK, width=10 * _FINER)
    _disc(pen, 396, 400, 14, _INK)
    for end in ([396, 400, 396, 440], [396, 400, 360, 388], [396, 400, 432, 388]):
        _line(pen, end, 8, _INK)


def _book(pen: Pen) -> None:
    _shape(pen, [350, 372, 396, 382, 396, 440, 350, 428], "#3c7d68")
    _shape(pen, [442, 372, 396, 382, 396, 440, 442, 428], "#5a9c86")
    _line(pen, [396, 382, 396, 440], 4, _WHITE)


def _pick(pen: Pen) -> None:
    _line(pen, [366, 438, 420, 366], 9, "#9a6234")
    pen.arc(_at(352, 352, 444, 432), 215, 335, fill=_GREY, width=12 * _FINER)


def _screen(pen: Pen) -> None:
    _box(pen, 354, 366, 438, 420, _INK, 6)
    _line(pen, [374, 382, 364, 393, 374, 404], 5, "#7fd6b0")
    _line(pen, [418, 382, 428, 393, 418, 404], 5, "#7fd6b0")
    _line(pen, [400, 380, 392, 406], 5, "#7fd6b0")
    _box(pen, 344, 422, 448, 434, _GREY, 6)


def _wrench(pen: Pen) -> None:
    _line(pen, [372, 426, 412, 384], 16, _GREY)
    _disc(pen, 418, 378, 22, _GREY)
    _shape(pen, [412, 372, 446, 342, 452, 360, 424, 384], _WHITE)
    _disc(pen, 368, 430, 14, _GREY)


def _bun(pen: Pen) -> None:
    pen.pieslice(_at(350, 362, 442, 470), 180, 360, fill="#f4e4c8")
    for x in (370, 386, 406, 422):
        _line(pen, [396, 364, x, 400], 3, "#d3b98c")
    _line(pen, [346, 420, 446, 420], 8, "#9a6234")


PORTRAITS = {
    1: Portrait("#f3dcc0", "#4d6a86", "#9b9b9b", _cap("#4d6a86"), _file),
    2: Portrait("#f6d5d3", "#d8718d", "#3a2f2a", _cap("#f7f3ee"), _thread, long=True),
    3: Portrait("#cfe3ee", "#e07b2e", "#2f2a28", _helmet("#f2c230"), _box_on_hook, skin="#d9a577"),
    4: Portrait("#d5e8f0", "#9cc6e4", "#3a2f2a", _nurses_cap, _heart, long=True),
    5: Portrait("#f1dfb5", "#6d7f5c", "#2f2a28", _helmet("#f2c230"), _bricks, skin="#d09a6c"),
    6: Portrait("#d8e4cf", "#2f5f92", "#2f2a28", _helmet("#3f7fc1"), _bolt),
    7: Portrait("#f3d9b8", "#33507a", "#3a2f2a", _cap("#33507a"), _wheel, long=True),
    8: Portrait("#dbe9dd", "#7a5a8c", "#3a2f2a", _bare, _book, long=True, glasses=True),
    9: Portrait("#d9d3cc", "#4f5357", "#2f2a28", _helmet("#d5562f", lamp="#fff3b0"), _pick, skin="#d09a6c"),
    10: Portrait("#d6ece3", "#3c8a72", "#2f2a28", _bare, _screen, long=True, glasses=True),
    11: Portrait("#e6e8c2", "#3f6f9a", "#5b4a3c", _straw_hat, _wrench, skin="#d09a6c"),
    12: Portrait("#f7dfc6", "#f4f1ec", "#3a2f2a", _cooks_hat, _bun, long=True),
}

if __name__ == "__main__":
    draw_all()
