"""Files that an officer, or somebody who wants to do harm, may send as a table of answers. Seeded by the proof's dice."""

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = "id,topic,category,question,alternates,answer,details,citations,region,valid_from,valid_until,checked_on\n"
FORMULAS = (
    '=HYPERLINK("http://evil.example","点我")',
    "+86 100",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
)
_SHEET = "xl/worksheets/sheet1.xml"
_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><worksheet>&i;</worksheet>"
)
_FILE_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&secret;</t></is></c></row></sheetData></worksheet>'
)


@dataclass(frozen=True, slots=True)
class BadFile:
    """What is sent, under which name."""

    what: str
    name: str
    data: bytes


def bad_files(workbook: bytes, chance: random.Random) -> Iterator[BadFile]:
    """Files that must be refused with a reason. `workbook`: a good one, to be spoilt."""
    yield BadFile("10 MB of rows", "big.csv", HEAD.encode() + b"a,,,q,,answer,,,,,,\n" * 550_000)
    yield BadFile("10 MB of noise", "big.xlsx", chance.randbytes(10_000_000))
    yield BadFile("empty", "empty.csv", b"")
    yield BadFile("only a heading", "heading.csv", HEAD.encode())
    yield BadFile("other columns", "columns.csv", "姓名,电话\n某人,123\n".encode())
    yield BadFile("noise as CSV", "noise.csv", chance.randbytes(20_000))
    yield BadFile("NUL", "nul.csv", HEAD.encode().replace(b"id,", b"\0id,"))
    yield BadFile("no workbook", "words.xlsx", "这不是表格".encode())
    yield BadFile("cut", "cut.xlsx", workbook[: len(workbook) // 2])
    yield BadFile("spoilt", "spoilt.xlsx", _spoilt(workbook, chance))
    yield BadFile("a ZIP of something else", "other.xlsx", _packed({"hello.txt": b"hello"}))
    yield BadFile("200 MB of nothing", "bomb.xlsx", _bomb())
    yield BadFile("a billion entities", "entities.xlsx", _with_sheet(workbook, _ENTITIES.encode()))
    yield BadFile("a file of ours", "secret.xlsx", _with_sheet(workbook, _FILE_ENTITY.encode()))
    yield BadFile("another kind", "macro.xlsm", workbook)


def formula_rows(mark: str) -> bytes:
    """A good CSV whose texts begin as formulas do."""
    cells = ((f"{mark}-{number}", one.replace('"', '""')) for number, one in enumerate(FORMULAS))
    rows = (
        f'{code},"{text}",算术,"{text} {code}","{text} 问法","{text}","{text}",,,,,\n' for code, text in cells
    )
    return (HEAD + "".join(rows)).encode("utf-8-sig")


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return target.getvalue()


def _with_sheet(workbook: bytes, sheet: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return _packed({**parts, _SHEET: sheet})


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(_SHEET, "w") as sheet:
        for _ in range(200):
            sheet.write(b" " * 1_000_000)
    return target.getvalue()


def _spoilt(workbook: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(workbook)
    for _ in range(200):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)
