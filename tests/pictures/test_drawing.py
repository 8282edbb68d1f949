"""Drawing: bounded in memory however many send at once, one at a time where one is large, and no decoder's error escapes."""

import io
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Invalid
from pictures.drawing import draw, draw_small, upright
from pictures.gate import Gate
from tests.neighbours import together
from tools.honest_pictures import HONEST
from tools.picture_parts import chunk, jpeg, packed_zeros, png, png_head, scene, webp, with_chunks

LARGEST = (
    "jpeg-80-megapixels.jpg",
    "jpeg-80-megapixels-progressive.jpg",
    "jpeg-panorama.jpg",
    "png-25-megapixels-clear.png",
    "webp-24-megapixels.webp",
)
MEASURED = """
import re, resource, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pictures.drawing import draw

pictures = [Path(name).read_bytes() for name in sys.argv[1:]]
with ThreadPoolExecutor(16) as threads:
    assert all(one.full for one in threads.map(draw, (pictures * 16)[:16]))
own = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(own // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("large")
    paths = {name: folder / name for name in LARGEST}
    for name, path in paths.items():
        path.write_bytes(HONEST[name].make())
    return paths


@pytest.mark.parametrize("name", [*LARGEST, "all"])
def test_sixteen_who_send_the_largest_at_once_stay_below_400_megabytes(name: str, large: dict[str, Path]):
    paths = list(large.values()) if name == "all" else [large[name]]
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    print(name, run.stdout)
    own, apart = map(int, run.stdout.split())
    assert own < 250  # a web process has as much again of its own
    assert apart < 400


def test_no_more_than_the_places_and_the_memory_are_given_away_at_once():
    gate, watch = Gate(2, 100), threading.Lock()
    inside: list[int] = []
    most = [0, 0]

    def work(number: int) -> None:
        needed = (10, 60, 100)[number % 3]
        with gate.hold(needed):
            with watch:
                inside.append(needed)
                most[:] = [max(most[0], len(inside)), max(most[1], sum(inside))]
            threading.Event().wait(0.002)
            with watch:
                inside.remove(needed)

    assert together(30, work) == [None] * 30
    assert most[0] == 2
    assert most[1] <= 100


def test_who_needs_more_than_there_is_comes_in_alone_and_a_failure_gives_the_place_back():
    gate = Gate(1, 100)
    for _ in range(3):
        with pytest.raises(RuntimeError), gate.hold(1000):
            raise RuntimeError
    with gate.hold(100):
        pass


def _damaged_pixels() -> bytes:
    """A PNG whose parts are sound and whose pixels are no pixels."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_head(40, 40)
        + chunk(b"IDAT", b"\x78\x9c" + bytes(300))
        + chunk(b"IEND", b"")
    )


def _damaged_webp() -> bytes:
    data = bytearray(webp(lossless=True))
    data[40:-1] = bytes(255 for _ in data[40:-1])
    return bytes(data)


@pytest.mark.parametrize("data", [_damaged_pixels(), _damaged_webp()], ids=["PNG", "WebP"])
def test_what_looks_sound_and_cannot_be_decoded_is_refused_in_words(data: bytes):
    with pytest.raises(Invalid, match="打不开") as refused:
        draw(data)
    assert refused.value.code == "bad_picture"


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_any_single_changed_byte_draws_or_is_refused_and_never_fails(make):
    data = make(64, 48)
    for at in range(0, len(data), max(1, len(data) // 200)):
        for value in (0, 255, data[at] ^ 1):
            try:
                assert draw(data[:at] + bytes([value]) + data[at + 1 :]).width <= 1600
            except Invalid as refused:
                assert refused.code


def test_a_picture_is_upright_and_keeps_what_shines_through_until_it_is_put_on_white():
    with upright(HONEST["png-clear.png"].make()) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (640, 480))
        assert picture.getpixel((320, 240))[3] == 0


def test_a_small_copy_of_a_clear_picture_stays_clear():
    with Image.open(io.BytesIO(draw_small(HONEST["png-clear.png"].make()))) as small:
        assert (small.format, small.mode, small.size) == ("WEBP", "RGBA", (480, 360))


def test_a_text_that_unpacks_to_much_is_never_unpacked_by_the_decoder(monkeypatch: pytest.MonkeyPatch):
    data = with_chunks(png(64, 48), chunk(b"iCCP", b"p\0\0no zlib"), chunk(b"tIME", bytes(7)))
    seen: list[bytes] = []
    known = Image.open
    monkeypatch.setattr(
        Image, "open", lambda file, **options: seen.append(file.getvalue()) or known(file, **options)
    )
    assert draw(data).width == 64
    assert seen and not any(kind in seen[0] for kind in (b"iCCP", b"tIME"))


def test_small_pictures_are_not_made_larger():
    drawn = draw(jpeg(30, 20))
    assert (drawn.width, drawn.height) == (30, 20)
    with Image.open(io.BytesIO(drawn.small)) as small:
        assert small.size == scene(30, 20).size


def test_a_small_text_that_is_packed_twice_is_left_alone_since_nothing_unpacks_it_again():
    twice = zlib.compress(packed_zeros(100))
    assert draw(with_chunks(png(64, 48), chunk(b"zTXt", b"t\0\0" + twice))).width == 64
