"""Pushes in a file: what is checked before anything is scheduled."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import Invalid
from core.settings import ROOT
from push.files import PushDraft, read_pushes
from tests.conftest import NOW

JPEG = (ROOT / "content" / "demo" / "covers" / "station.jpg").read_bytes()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
ROW = {"code": "news", "title": "标题", "cover": "a.jpg", "link": "https://a.cn", "at": "2026-12-01 09:00"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    (tmp_path / "b.png").write_bytes(PNG)
    return tmp_path


def read(folder: Path, *rows: dict[str, Any], text: str | None = None) -> list[PushDraft]:
    path = folder / "pushes.yaml"
    path.write_text(text or yaml.safe_dump({"pushes": list(rows)}, allow_unicode=True), "utf-8")
    return read_pushes(path, folder / "covers", NOW)


def test_a_push_is_read_and_its_cover_kept(folder: Path):
    (draft,) = read(folder, ROW)
    assert (draft.code, draft.title, draft.link) == ("news", "标题", "https://a.cn")
    assert (folder / "covers" / draft.cover).read_bytes() == JPEG
    (folder / "a.jpg").unlink()
    assert (folder / "covers" / draft.cover).exists()


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-12-01 09:00", datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
        ("2026-12-01 09:00:30", datetime(2026, 12, 1, 1, 0, 30, tzinfo=UTC)),
        ("2026-12-01T09:00:00Z", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        ("2026-12-01 09:00:00 +08:00", datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
        ("2027-01-01 00:00", datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
        ("now", NOW),
    ],
)
@pytest.mark.parametrize("quoted", [True, False])
def test_times_are_read_as_shanghai_unless_they_say_otherwise(
    folder: Path, at: str, due: datetime, quoted: bool
):
    shown = f'"{at}"' if quoted else at
    text = f"pushes: [{{code: news, title: 标题, cover: a.jpg, link: 'https://a.cn', at: {shown}}}]"
    assert read(folder, text=text)[0].due_at == due


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"code": ""}, "code"),
        ({"code": "x" * 81}, "code"),
        ({"title": ""}, "title"),
        ({"title": "题" * 33}, "title"),
        ({"digest": "摘" * 121}, "digest"),
        ({"link": "a.cn"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://a.cn/" + "x" * 1024}, "link"),
        ({"at": "tomorrow"}, "at 应写成"),
        ({"at": "2026-02-30 09:00"}, "at 应写成"),
        ({"colour": "red"}, "colour"),
        ({"cover": "none.jpg"}, "找不到封面图片 none.jpg"),
        ({"cover": "pushes.yaml"}, "JPG 或 PNG"),
        ({"cover": "."}, "找不到封面图片"),
        ({"cover": "large.jpg"}, "10 MB"),
    ],
)
def test_a_wrong_row_is_told_with_its_number(folder: Path, change: dict[str, str], told: str):
    (folder / "large.jpg").write_bytes(JPEG[:3] + bytes(10_000_000))
    with pytest.raises(Invalid, match=told) as caught:
        read(folder, ROW, {**ROW, "code": "second", **change})
    assert "pushes.yaml 第 2 条" in str(caught.value)


@pytest.mark.parametrize("missing", ["code", "title", "cover", "link", "at"])
def test_a_missing_field_is_named(folder: Path, missing: str):
    with pytest.raises(Invalid, match=missing):
        read(folder, {name: value for name, value in ROW.items() if name != missing})


def test_a_number_for_a_code_is_text(folder: Path):
    assert read(folder, {**ROW, "code": 20261201})[0].code == "20261201"


@pytest.mark.parametrize(
    "text", ["pushes: []", "pushes: 5", "5", "other: 1", "pushes: [", "pushes: [5]", "\t"]
)
def test_a_file_without_pushes_is_told_in_one_line(folder: Path, text: str):
    with pytest.raises(Invalid, match=r"pushes\.yaml") as caught:
        read(folder, text=text)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(Invalid, match="读不到"):
        read_pushes(tmp_path / "none.yaml", tmp_path, NOW)


def test_a_png_is_a_cover_too_and_keeps_its_suffix(folder: Path):
    assert read(folder, {**ROW, "cover": "b.png"})[0].cover.endswith(".png")
