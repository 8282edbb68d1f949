"""Photos a second, from the bytes sent to the files kept, beside bare Pillow doing the same resizes at its best: `make bench NAME=photos`.

Ours reads the file before decoding, draws both copies, works out the likeness, seals the original and waits for the disk. The peer
opens, drafts, turns upright, resizes and encodes, with the same options, and keeps nothing.
"""

import io
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops, ImageOps

from bench.gallery import measure_gallery
from pictures.drawing import JPEG_OPTIONS, SMALL_EDGE, SMALL_OPTIONS, draw
from pictures.jpeg import EDGE
from pictures.reading import read_header
from pictures.vault import Vault
from tools.picture_parts import exif
from web.storage import MediaStore

PHOTOS, ROUNDS, THREADS = 12, 5, 4
_SIDES = (4032, 3024)
_NOISE = 14

Work = Callable[[bytes], object]


def run() -> dict[str, object]:
    """Every measure's figures, together."""
    return {name: value for measure in MEASURES for name, value in measure().items()}


def measure_uploads() -> dict[str, object]:
    """`upload_vs_bare_pillow`: the median of ours over theirs in rounds that alternate."""
    photos = [make_photo(number) for number in range(PHOTOS)]
    with TemporaryDirectory() as folder:
        ours = _upload(MediaStore(Path(folder) / "media"), Vault(Path(folder) / "originals", "bench"))
        rates: dict[str, list[float]] = {"ours": [], "bare": []}
        for number in range(ROUNDS + 1):
            for name, work in (("ours", ours), ("bare", _bare)):
                rate = _rate(work, photos)
                if number:
                    rates[name].append(rate)
            if number:
                print(
                    f"第 {number} 轮：ours {rates['ours'][-1]:.1f}/s，bare {rates['bare'][-1]:.1f}/s",
                    flush=True,
                )
    ratios = [ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=True)]
    return {
        "upload_vs_bare_pillow": round(statistics.median(ratios), 2),
        "uploads_per_s": round(statistics.median(rates["ours"]), 1),
        "bare_per_s": round(statistics.median(rates["bare"]), 1),
        "photo_megabytes": round(sum(map(len, photos)) / PHOTOS / 1e6, 1),
    }


def make_photo(number: int) -> bytes:
    """Of 12 megapixels as a phone takes it: soft shapes, the texture of a sensor, EXIF with a place; every third one turned."""
    width, height = _SIDES
    shapes = [
        Image.effect_noise((32 + number, 24), 110).resize(_SIDES, Image.Resampling.BICUBIC) for _ in range(3)
    ]
    grain = Image.effect_noise((width, height), _NOISE)
    picture = Image.merge("RGB", [ImageChops.add(shape, grain, 1, -128) for shape in shapes])
    out = io.BytesIO()
    tags = b"Exif\0\0" + exif(6 if number % 3 == 0 else 1, place=True)
    picture.save(out, "JPEG", quality=90, exif=tags)
    return out.getvalue()


def _upload(store: MediaStore, vault: Vault) -> Work:
    def upload(data: bytes) -> tuple[str, str]:
        read_header(data, "photo.jpg")
        drawn = draw(data)
        return store.keep_drawn(drawn.full, drawn.small), vault.seal(data)

    return upload


def _bare(data: bytes) -> tuple[bytes, bytes]:
    full, small = io.BytesIO(), io.BytesIO()
    with Image.open(io.BytesIO(data)) as opened:
        # To the size of the result, not to a square around it: `draft` asks both sides and would decode all 12 megapixels.
        opened.draft("RGB", (EDGE, EDGE * opened.height // opened.width))
        picture = ImageOps.exif_transpose(opened)
    picture.thumbnail((EDGE, EDGE))
    picture.save(full, "JPEG", **JPEG_OPTIONS)
    picture.thumbnail((SMALL_EDGE, SMALL_EDGE))
    picture.save(small, "WEBP", **SMALL_OPTIONS)
    return full.getvalue(), small.getvalue()


def _rate(work: Work, photos: Sequence[bytes]) -> float:
    """Photos a second with THREADS at once."""
    with ThreadPoolExecutor(THREADS) as threads:
        began = time.perf_counter()
        for _ in threads.map(work, photos):
            pass
        return len(photos) / (time.perf_counter() - began)


MEASURES: tuple[Callable[[], dict[str, object]], ...] = (measure_uploads, measure_gallery)
"""Each gives figures of its own; the names must differ."""
