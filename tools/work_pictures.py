"""Draws the works of the demonstration's contest (`content/demo/works/moments`): `python -m tools.work_pictures`.

Places of work without a face: windows at night, cranes, a weld, a road, a kitchen, a field, a bridge, a train; each at three hours of the day.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).resolve().parent.parent / "content" / "demo" / "works" / "moments"
_WIDE, _HIGH = 960, 720
_SIZE = (800, 600)
_QUALITY = 66
Colour = tuple[int, int, int]
Pen = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class Light:
    """The sky above and below, what stands against it, and lamps."""

    top: Colour
    low: Colour
    dark: Colour
    lamp: Colour


NIGHT = Light((14, 22, 54), (58, 68, 112), (10, 14, 30), (255, 214, 128))
DAWN = Light((74, 92, 150), (250, 178, 120), (38, 36, 58), (255, 236, 190))
DAY = Light((98, 168, 222), (232, 240, 238), (52, 70, 84), (255, 196, 60))
LIGHTS = (NIGHT, DAWN, DAY)


def draw_all() -> None:
    """Write every picture, by number."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pairs = [(scene, light) for light in LIGHTS for scene in SCENES]
    for number, (scene, light) in enumerate(pairs, 1):
        draw_one(scene, light, number).save(FOLDER / f"{number}.jpg", quality=_QUALITY, progressive=True)


def draw_one(scene: "Scene", light: Light, seed: int) -> Image.Image:
    """The same picture for the same seed."""
    dice = random.Random(seed)
    sheet = _sky(light)
    pen = ImageDraw.Draw(sheet)
    _sun(pen, light, dice)
    sheet = sheet.filter(ImageFilter.GaussianBlur(3))
    scene(ImageDraw.Draw(sheet), light, dice)
    return sheet.resize(_SIZE, Image.Resampling.LANCZOS)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _sky(light: Light) -> Image.Image:
    column = Image.new("RGB", (1, _HIGH))
    for y in range(_HIGH):
        column.putpixel((0, y), _between(light.top, light.low, min(1.0, y / _HIGH * 1.3)))
    return column.resize((_WIDE, _HIGH))


def _sun(pen: Pen, light: Light, dice: random.Random) -> None:
    x, y, size = dice.randint(120, 820), dice.randint(80, 260), dice.randint(40, 70)
    for ring in range(5, 0, -1):
        wide = size + ring * 16
        pen.ellipse(
            (x - wide, y - wide, x + wide, y + wide), _between(light.low, light.lamp, 0.5 - ring / 12)
        )
    pen.ellipse((x - size, y - size, x + size, y + size), light.lamp)


def _ground(pen: Pen, light: Light, top: int, share: float = 0.0) -> None:
    pen.rectangle((0, top, _WIDE, _HIGH), _between(light.dark, light.low, share))


def _windows(pen: Pen, light: Light, dice: random.Random) -> None:
    """Houses in which some are still at work."""
    left = -20
    while left < _WIDE:
        wide, top = dice.randint(110, 190), dice.randint(180, 420)
        pen.rectangle((left, top, left + wide, _HIGH), _between(light.dark, light.low, dice.random() * 0.25))
        for y in range(top + 24, _HIGH - 30, 46):
            for x in range(left + 18, left + wide - 28, 34):
                lit = dice.random() < 0.35
                pen.rectangle(
                    (x, y, x + 18, y + 26), light.lamp if lit else _between(light.dark, light.top, 0.4)
                )
        left += wide + dice.randint(4, 24)


def _cranes(pen: Pen, light: Light, dice: random.Random) -> None:
    _ground(pen, light, 600)
    for _ in range(3):
        x, top, arm = dice.randint(120, 800), dice.randint(160, 320), dice.choice((-1, 1)) * 300
        pen.line((x, 620, x, top), light.dark, 14)
        pen.line((x - arm // 3, top, x + arm, top), light.dark, 10)
        pen.line((x, top - 60, x + arm, top), light.dark, 3)
        pen.line((x, top - 60, x - arm // 3, top), light.dark, 3)
        hook = x + arm * dice.randint(4, 9) // 10
        drop = top + dice.randint(80, 200)
        pen.line((hook, top, hook, drop), light.dark, 3)
        pen.rectangle((hook - 34, drop, hook + 34, drop + 30), _between(light.dark, light.lamp, 0.5))
    for x in range(20, _WIDE, 92):
        colour = _between(light.dark, light.lamp, dice.random() * 0.6)
        pen.rectangle((x, 596 - 40 * dice.randint(1, 3), x + 84, 640), colour)


def _weld(pen: Pen, light: Light, dice: random.Random) -> None:
    """Sparks, and the shape of who makes them."""
    pen.rectangle((0, 0, _WIDE, _HIGH), _between(light.dark, light.top, 0.3))
    for x in range(0, _WIDE, 160):
        pen.rectangle((x, 0, x + 26, _HIGH), light.dark)
    x, y = 560, 470
    for ring in range(9, 0, -1):
        wide = ring * 22
        pen.ellipse(
            (x - wide, y - wide, x + wide, y + wide), _between(light.lamp, light.dark, ring / 10 * 0.9 + 0.05)
        )
    for _ in range(150):
        turn, far = dice.uniform(-math.pi, 0.6), dice.randint(40, 330)
        end = (x + far * math.cos(turn), y + far * math.sin(turn) * 0.7 + far * far / 900)
        start = (x + far * 0.7 * math.cos(turn), y + far * 0.7 * math.sin(turn) * 0.7 + far * far / 1900)
        pen.line((*start, *end), light.lamp, dice.randint(1, 3))
    pen.ellipse((300, 230, 420, 370), light.dark)
    pen.rounded_rectangle((262, 350, 450, 720), 60, light.dark)
    pen.line((420, 420, x - 10, y), light.dark, 44)
    pen.rectangle((60, 500, 900, 524), _between(light.dark, light.low, 0.15))


def _road(pen: Pen, light: Light, dice: random.Random) -> None:
    """A rider under lamps."""
    _ground(pen, light, 440, 0.15)
    pen.polygon((430, 440, 530, 440, 980, _HIGH, -20, _HIGH), _between(light.dark, light.low, 0.05))
    for step in range(8):
        near = (step + dice.random() * 0.2) ** 1.7
        pen.line((480, 446 + near * 8, 480, 452 + near * 10), light.lamp, 2 + step)
    for side in (-1, 1):
        for step in range(1, 5):
            x, tall = 480 + side * step * 110, step * 74
            pen.line((x, 450 + step * 34, x, 450 + step * 34 - tall), light.dark, 3 + step)
            pen.ellipse((x - 12, 440 + step * 34 - tall, x + 12, 464 + step * 34 - tall), light.lamp)
    x = dice.randint(380, 540)
    for wheel in (x - 70, x + 80):
        pen.ellipse((wheel - 40, 570, wheel + 40, 650), outline=light.dark, width=12)
    pen.line((x - 70, 610, x + 20, 600, x + 80, 610, x + 50, 530), light.dark, 16)
    pen.rounded_rectangle((x - 40, 440, x + 30, 590), 30, light.dark)
    pen.ellipse((x - 30, 380, x + 40, 450), light.dark)
    pen.rectangle((x - 130, 470, x - 40, 560), _between(light.lamp, (200, 40, 40), 0.6))


def _kitchen(pen: Pen, light: Light, dice: random.Random) -> None:
    pen.rectangle((0, 0, _WIDE, _HIGH), _between(light.dark, light.lamp, 0.3))
    for x in range(0, _WIDE, 80):
        for y in range(0, 420, 80):
            tile = _between(light.dark, light.lamp, 0.36 + dice.random() * 0.08)
            pen.rectangle((x + 2, y + 2, x + 77, y + 77), tile)
    pen.rectangle((0, 520, _WIDE, _HIGH), _between(light.dark, (160, 160, 160), 0.3))
    for x in (170, 480, 790):
        for puff in range(16):
            wide, up = dice.randint(16, 44), puff * 22
            off = dice.randint(-50, 50) + math.sin(puff / 2) * 22
            colour = _between(light.low, (255, 255, 255), 0.4 + puff / 40)
            pen.ellipse((x + off - wide, 440 - up - wide, x + off + wide, 440 - up + wide), colour)
        for stack in range(3):
            top = 520 - 46 * (3 - stack)
            pen.rounded_rectangle((x - 110, top, x + 110, top + 42), 8, (150 - stack * 16, 104, 58))
            pen.line((x - 110, top + 21, x + 110, top + 21), (104, 66, 34), 4)


def _field(pen: Pen, light: Light, dice: random.Random) -> None:
    """Terraces, and hats among them."""
    for row in range(7):
        top = 300 + row * 62
        green = _between((34, 84, 52), (126, 168, 74), row / 7)
        wave = [
            (x, top + 26 * math.sin(x / 130 + row * 1.3 + dice.random() * 0.1))
            for x in range(0, _WIDE + 40, 40)
        ]
        pen.polygon([*wave, (_WIDE, _HIGH), (0, _HIGH)], _between(green, light.dark, 0.35))
        for _ in range(3):
            x, y = dice.randint(30, 930), top + dice.randint(10, 36)
            pen.rounded_rectangle(
                (x - 9, y, x + 9, y + 34), 8, dice.choice([(180, 52, 48), (44, 80, 140), (236, 232, 220)])
            )
            pen.polygon((x - 24, y + 4, x + 24, y + 4, x, y - 16), (222, 186, 108))


def _bridge(pen: Pen, light: Light, dice: random.Random) -> None:
    """Two towers, cables, and people on them no larger than birds."""
    _ground(pen, light, 560, 0.3)
    for y in range(570, _HIGH, 14):
        x = dice.randint(0, 700)
        pen.line((x, y, x + dice.randint(60, 260), y), _between(light.low, light.lamp, 0.4), 2)
    pen.rectangle((0, 470, _WIDE, 496), light.dark)
    for tower in (270, 690):
        pen.polygon((tower - 26, 600, tower - 10, 120, tower + 10, 120, tower + 26, 600), light.dark)
        for far in range(30, 250, 24):
            for side in (-1, 1):
                pen.line((tower, 120 + far // 3, tower + side * far, 472), light.dark, 2)
    for _ in range(6):
        x = dice.randint(40, 920)
        pen.rounded_rectangle((x - 5, 448, x + 5, 472), 4, (226, 112, 40))
        pen.ellipse((x - 5, 438, x + 5, 448), light.lamp)


def _train(pen: Pen, light: Light, dice: random.Random) -> None:
    _ground(pen, light, 540, 0.1)
    for x in range(-20, _WIDE, 60):
        pen.polygon((x, 640, x + 30, 640, x + 10, 700, x - 40, 700), _between(light.dark, light.low, 0.3))
    for y in (640, 694):
        pen.line((0, y, _WIDE, y), _between(light.dark, (200, 200, 200), 0.6), 7)
    colour = dice.choice([(28, 96, 60), (196, 48, 44), (232, 236, 240)])
    pen.rounded_rectangle((60, 400, 1000, 620), 70, _between(colour, light.dark, 0.25))
    for x in range(200, _WIDE, 96):
        pen.rounded_rectangle((x, 440, x + 66, 500), 10, light.lamp if dice.random() < 0.7 else light.dark)
    pen.polygon((76, 470, 150, 420, 178, 420, 178, 500, 70, 510), _between(light.dark, light.lamp, 0.2))
    pen.ellipse((84, 540, 122, 578), light.lamp)
    for x in (30, 520, 930):
        pen.line((x, 620, x, 180), light.dark, 9)
        pen.line((x - 60, 210, x + 120, 210), light.dark, 5)
    pen.line((0, 236, _WIDE, 236), light.dark, 2)


Scene = Callable[[Pen, Light, random.Random], None]
SCENES: Sequence[Scene] = (_windows, _cranes, _weld, _road, _kitchen, _field, _bridge, _train)

if __name__ == "__main__":
    draw_all()
