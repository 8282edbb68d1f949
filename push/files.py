"""Pushes in a YAML file, checked; covers are copied beside the database, so that the file may move."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.checks import explain
from core.clock import local_text, parse_local
from core.errors import Invalid
from core.yaml_files import fault_place

_SUFFIXES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png"}
_MAX_COVER = 10_000_000
_PAST = timedelta(hours=1)  # a file that waited a little is meant; a wrong year is not


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    code: Annotated[str, Field(min_length=1, max_length=80)]
    title: Annotated[str, Field(min_length=1, max_length=32)]
    digest: Annotated[str, Field(max_length=120)] = ""
    cover: Annotated[str, Field(min_length=1)]
    link: Annotated[str, Field(pattern=r"^(https?://|\{h5\})", max_length=1024)]
    at: datetime | str


@dataclass(frozen=True, slots=True)
class PushDraft:
    """A push as a person wrote it. `cover` is a name in the covers folder."""

    code: str
    title: str
    digest: str
    cover: str
    link: str
    due_at: datetime


def read_pushes(path: Path, covers: Path, now: datetime) -> list[PushDraft]:
    """The pushes in `path` (`pushes:` and their rows). `at: now` means at once. Raises Invalid with the row."""
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("unreadable", f"读不到推送文件 {path}：{error}") from None
    except yaml.YAMLError as error:
        raise Invalid("bad_yaml", f"{path.name} 不是正确的 YAML：{fault_place(error)}") from None
    rows = value.get("pushes") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not rows:
        raise Invalid("no_pushes", f"{path.name} 里没有 pushes: 列表")
    return [_draft(row, f"{path.name} 第 {n} 条", path.parent, covers, now) for n, row in enumerate(rows, 1)]


def _draft(value: object, where: str, folder: Path, covers: Path, now: datetime) -> PushDraft:
    try:
        row = _Row.model_validate(value)
    except ValidationError as error:
        raise Invalid("bad_push", f"{where}：{explain(error)}") from None
    try:
        due_at = now if row.at == "now" else parse_local(str(row.at))
    except ValueError:
        raise Invalid("bad_time", f"{where}：at 应写成 2026-05-01 09:00 或 now") from None
    if due_at < now - _PAST:
        raise Invalid("bad_time", f"{where}：{local_text(due_at)} 已经过去了；要马上发送请写 at: now")
    return PushDraft(
        row.code, row.title, row.digest, _keep_cover(folder / row.cover, covers, where), row.link, due_at
    )


def _keep_cover(path: Path, covers: Path, where: str) -> str:
    try:
        data = path.read_bytes()
    except OSError:
        raise Invalid("no_cover", f"{where}：找不到封面图片 {path.name}") from None
    suffix = next((s for magic, s in _SUFFIXES.items() if data.startswith(magic)), None)
    if suffix is None or len(data) > _MAX_COVER:
        raise Invalid("bad_cover", f"{where}：封面 {path.name} 应为 10 MB 以内的 JPG 或 PNG 图片")
    return store_cover(data, suffix, covers)


def store_cover(data: bytes, suffix: str, covers: Path) -> str:
    """Keep a picture beside the database; its name."""
    name = hashlib.sha256(data).hexdigest()[:32] + suffix
    covers.mkdir(parents=True, exist_ok=True)
    (covers / name).write_bytes(data)
    return name
