"""Files of candidates: CSV and XLSX read and written, pictures in a ZIP named by number, a jury's scores."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from campaigns.kinds.vote.candidates import NAMES
from campaigns.kinds.vote.roll import Candidate
from campaigns.kinds.vote.scoring import parse_score, score_text
from core.errors import Invalid
from faq.files import RowError, cell_text, read_table, table_bytes
from web.storage import LIMITS, MB

COLUMNS: Mapping[str, str] = {"number": "编号", "name": NAMES["name"], "group": "组别", **NAMES}
"""What a file holds of a candidate, and what its columns are called."""
REQUIRED = ("姓名或名称",)
SCORE_COLUMNS = ("编号", "评分")
MAX_BYTES = 10_000_000
MAX_ZIP_MB = 200
MOST_PICTURES = 200
_PICTURE = re.compile(r"(\d{1,4})\.(?:jpe?g|png|webp)", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{1,4}")

Cells = Mapping[str, Any]
"""What a row says of a candidate, by field; a column that the file lacks is absent."""


def read_candidates(name: str, data: bytes) -> tuple[list[tuple[int, Cells]], list[RowError]]:
    """Rows with their numbers, and those that can't be read. Raises Invalid for the file as a whole."""
    good: list[tuple[int, Cells]] = []
    errors: list[RowError] = []
    for row, cells in read_table(name, data, REQUIRED):
        if isinstance(cells, RowError):
            errors.append(cells)
            continue
        try:
            good.append((row, _cells(cells)))
        except Invalid as error:
            errors.append(RowError(row, error.message))
    return good, errors


def write_candidates(suffix: str, candidates: Sequence[Candidate]) -> bytes:
    """The same columns, so that the file can be changed and read again. Raises Invalid for the suffix."""
    rows = [{title: getattr(one, field) for field, title in COLUMNS.items()} for one in candidates]
    return table_bytes(f"candidates.{suffix}", rows, tuple(COLUMNS.values()))


def read_scores(name: str, data: bytes) -> tuple[dict[int, int | None], list[RowError]]:
    """A jury's scores in hundredths by number; None where the cell is empty. Raises Invalid for the file as a whole."""
    scores: dict[int, int | None] = {}
    errors: list[RowError] = []
    for row, cells in read_table(name, data, SCORE_COLUMNS):
        if isinstance(cells, RowError):
            errors.append(cells)
            continue
        try:
            number = _number(cell_text(cells["编号"]))
            if number == 0 or number in scores:
                raise Invalid("bad_number", "没有编号" if number == 0 else f"编号 {number} 重复")
            scores[number] = parse_score(cell_text(cells["评分"]))
        except Invalid as error:
            errors.append(RowError(row, error.message))
    return scores, errors


def write_scores(suffix: str, candidates: Sequence[Candidate]) -> bytes:
    """Who is scored, with the scores that are there. Raises Invalid for the suffix."""
    names = ("编号", "姓名或名称", "评分")
    rows = [
        dict(zip(names, (one.number, one.name, score_text(one.jury_hundredths)), strict=True))
        for one in candidates
    ]
    return table_bytes(f"scores.{suffix}", rows, names)


_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for files that were cut, changed, packed in a way it does not know, or locked by a password."""


class Picture(NamedTuple):
    """A file of a ZIP: whose it is, what it is called, and its content."""

    number: int
    name: str
    data: bytes


def read_pictures(stream: IO[bytes]) -> Iterator[Picture]:
    """The pictures of a ZIP, one at a time. Raises Invalid, before the first where a name or a size is wrong."""
    try:
        with zipfile.ZipFile(stream) as file:
            for number, part in _parts(file).items():
                # What a part says of its size may be a lie: no more than that is unpacked.
                with file.open(part) as packed:
                    yield Picture(number, part.filename, packed.read(LIMITS["picture"] + 1))
    except _DAMAGED:
        raise Invalid(
            "bad_zip", "这个 ZIP 打不开：可能没有传完、已经损坏，或者加了密码。请重新打包再试。"
        ) from None


def _parts(file: zipfile.ZipFile) -> dict[int, zipfile.ZipInfo]:
    found: dict[int, zipfile.ZipInfo] = {}
    for part in file.infolist():
        path = PurePosixPath(part.filename)
        if part.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
            continue
        form = _PICTURE.fullmatch(path.name)
        if form is None:
            raise Invalid(
                "bad_name",
                f"ZIP 里的「{path.name[:60]}」不是用编号命名的图片，应当像 12.jpg；支持 jpg、png、webp。",
            )
        number = int(form[1])
        if number in found:
            raise Invalid("twice", f"ZIP 里 {number} 号有两张图片，请只留一张。")
        if part.file_size > LIMITS["picture"]:
            raise Invalid(
                "too_large", f"{path.name} 解压后超过 {LIMITS['picture'] // MB} MB，请压缩图片后再传。"
            )
        found[number] = part
    if not found:
        raise Invalid("no_pictures", "ZIP 里没有图片。")
    if len(found) > MOST_PICTURES:
        raise Invalid(
            "too_many", f"ZIP 里有 {len(found)} 张图片，一次最多 {MOST_PICTURES} 张，请分成几个 ZIP。"
        )
    return found


def stream_of(picture: Picture) -> IO[bytes]:
    return io.BytesIO(picture.data)


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {
        field: cell_text(row[title]) for field, title in COLUMNS.items() if title in row and field != "number"
    }
    if "编号" in row:
        cells["number"] = _number(cell_text(row["编号"]))
    return cells


def _number(text: str) -> int:
    """0 for an empty cell."""
    if not text:
        return 0
    if not _DIGITS.fullmatch(text) or int(text) == 0:
        raise Invalid("bad_number", f"编号「{text[:20]}」应是 1 到 9999 的整数")
    return int(text)
