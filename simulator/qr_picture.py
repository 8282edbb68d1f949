"""The picture of a scene code: a QR code of version 4, error correction L, as PNG.

One fixed size is enough (the addresses of scene codes have 46 bytes, it holds 78), so this stays small.
Source: ISO/IEC 18004.
"""

from __future__ import annotations

import struct
import zlib

SIZE = 33
DATA_CODEWORDS = 80
EC_CODEWORDS = 20
CAPACITY = 78
_ALIGNMENT = 26
_FORMAT_L_MASK_0 = 0b111011111000100  # BCH-coded format bits of level L with mask 0
_SCALE = 8
_QUIET = 4

Grid = list[list[bool | None]]


def _gf_tables() -> tuple[list[int], list[int]]:
    exp, log = [0] * 512, [0] * 256
    value = 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return exp, log


_EXP, _LOG = _gf_tables()


def _multiply(left: int, right: int) -> int:
    return _EXP[_LOG[left] + _LOG[right]] if left and right else 0


def _error_correction(data: list[int]) -> list[int]:
    """The Reed-Solomon remainder over GF(256)."""
    generator = [1]
    for power in range(EC_CODEWORDS):
        grown = [*generator, 0]
        for index, factor in enumerate(generator):
            grown[index + 1] ^= _multiply(factor, _EXP[power])
        generator = grown
    rest = [*data, *[0] * EC_CODEWORDS]
    for index in range(len(data)):
        factor = rest[index]
        for offset, term in enumerate(generator):
            rest[index + offset] ^= _multiply(term, factor)
    return rest[len(data) :]


def _codewords(text: str) -> list[int]:
    raw = text.encode()
    if len(raw) > CAPACITY:
        raise ValueError(f"a scene code holds {CAPACITY} bytes, not {len(raw)}")
    bits = f"0100{len(raw):08b}" + "".join(f"{byte:08b}" for byte in raw) + "0000"
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[index : index + 8], 2) for index in range(0, len(bits), 8)]
    data = data[:DATA_CODEWORDS]
    data += [(0xEC, 0x11)[index % 2] for index in range(DATA_CODEWORDS - len(data))]
    return data + _error_correction(data)


def _square(grid: Grid, top: int, left: int, radius: int, dark: set[int]) -> None:
    """Concentric rings around a centre; `dark` names the rings that are black."""
    for row in range(top - radius, top + radius + 1):
        for column in range(left - radius, left + radius + 1):
            if 0 <= row < SIZE and 0 <= column < SIZE:
                grid[row][column] = max(abs(row - top), abs(column - left)) in dark


def _draw_fixed(grid: Grid) -> None:
    for top, left in ((3, 3), (3, SIZE - 4), (SIZE - 4, 3)):
        _square(grid, top, left, 4, {0, 1, 3})
    _square(grid, _ALIGNMENT, _ALIGNMENT, 2, {0, 2})
    for index in range(8, SIZE - 8):
        grid[6][index] = grid[index][6] = index % 2 == 0
    bits = [bool(_FORMAT_L_MASK_0 >> shift & 1) for shift in range(15)]
    for index in range(15):
        near = index if index < 6 else index + 1 if index < 8 else SIZE - 15 + index
        grid[near][8] = bits[index]
        far = SIZE - 1 - index if index < 8 else 15 - index if index == 8 else 14 - index
        grid[8][far] = bits[index]
    grid[SIZE - 8][8] = True


def _draw_data(grid: Grid, codewords: list[int]) -> None:
    """The zigzag from the lower right corner, two columns at a time, with mask 0."""
    bits = "".join(f"{word:08b}" for word in codewords)
    taken, upwards, right = 0, True, SIZE - 1
    while right > 0:
        right -= right == 6  # the timing column is skipped
        for row in range(SIZE - 1, -1, -1) if upwards else range(SIZE):
            for column in (right, right - 1):
                if grid[row][column] is None:
                    bit = taken < len(bits) and bits[taken] == "1"
                    grid[row][column] = bit ^ ((row + column) % 2 == 0)
                    taken += 1
        upwards, right = not upwards, right - 2


def qr_matrix(text: str) -> list[list[bool]]:
    """33 rows of 33 modules, True is black. Raises ValueError for more than 78 bytes."""
    grid: Grid = [[None] * SIZE for _ in range(SIZE)]
    _draw_fixed(grid)
    _draw_data(grid, _codewords(text))
    return [[bool(module) for module in row] for row in grid]


def qr_png(text: str) -> bytes:
    """The code as a black-and-white PNG with a quiet zone."""
    side = (SIZE + 2 * _QUIET) * _SCALE
    blank = [False] * (SIZE + 2 * _QUIET)
    inner = [[False] * _QUIET + row + [False] * _QUIET for row in qr_matrix(text)]
    rows = [blank] * _QUIET + inner + [blank] * _QUIET
    pixels = bytearray()
    for row in rows:
        line = "".join("01"[not module] * _SCALE for module in row)
        packed = int(line, 2).to_bytes(side // 8, "big")
        pixels += (b"\0" + packed) * _SCALE
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(pixels), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
