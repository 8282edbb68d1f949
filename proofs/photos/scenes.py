"""Pictures of the proof: each like no other, but those that are meant to be another's again."""

import io
import random

from PIL import Image, ImageFilter

_SIZE = (1600, 1200)
_SPOTS = (10, 8)
_QUALITY = 82


def draw_scene(seed: int) -> bytes:
    """A JPEG of a phone's proportions, a few hundred kilobytes."""
    dice = random.Random(seed)
    spots = Image.frombytes("RGB", _SPOTS, dice.randbytes(_SPOTS[0] * _SPOTS[1] * 3))
    scene = spots.resize(_SIZE, Image.Resampling.BICUBIC)
    return _as_jpeg(scene, _QUALITY)


def draw_again(data: bytes, seed: int) -> bytes:
    """The same picture as somebody else might hand it in: smaller, saved again, a little softer."""
    dice = random.Random(seed)
    with Image.open(io.BytesIO(data)) as picture:
        share = dice.uniform(0.6, 0.9)
        small = picture.resize((int(picture.width * share), int(picture.height * share)))
        return _as_jpeg(small.filter(ImageFilter.GaussianBlur(0.6)), dice.randint(60, 80))


def _as_jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
