"""Decodes a large picture in a process of its own, which ends afterwards: so the process that serves people stays small, and a decoder
that falls takes nobody along. `python -m pictures.apart` reads a picture and writes its mode, sides and pixels; for `drawing`.
"""

import resource
import struct
import subprocess
import sys
from pathlib import Path

from PIL import Image

from .anatomy import broken
from .decoding import decode
from .gate import Gate
from .reading import examine

_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 60.0
_MOST_ADDRESSES = 1024 * 1024 * 1024
_HEAD = struct.Struct(">4sII")
_gate = Gate(1, 1)


def decode_apart(data: bytes) -> Image.Image:
    """As `decoding.decode`, one at a time. Raises Invalid where the other process could not."""
    with _gate.hold(0):
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                (sys.executable, "-m", "pictures.apart"),
                input=data,
                capture_output=True,
                cwd=_ROOT,
                timeout=_PATIENCE_S,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise broken() from None
    mode, width, height = _HEAD.unpack_from(done.stdout)
    return Image.frombytes(mode.strip().decode(), (width, height), done.stdout[_HEAD.size :])


def main() -> None:
    """Raises what decoding raises, so that it exits with an error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    picture = decode(examine(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(_HEAD.pack(picture.mode.ljust(4).encode(), *picture.size))
    sys.stdout.buffer.write(picture.tobytes())


if __name__ == "__main__":
    main()
