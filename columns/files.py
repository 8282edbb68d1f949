"""Columns in a YAML file with their pictures beside it; what is there already is left as staff made it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from columns.rules import (
    CAPTION,
    COLUMN_TITLE,
    DESCRIPTION,
    DIGEST,
    TITLE,
    ColumnDraft,
    ItemDraft,
    Medium,
    check_code,
)
from columns.service import Editor, add_column, add_item, publish_item
from core.checks import explain
from core.errors import Invalid
from core.yaml_files import fault_place
from models.columns import Column, ColumnItem
from web.storage import MediaStore


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class PictureRow(_Row):
    file: str
    caption: Annotated[str, Field(max_length=CAPTION)] = ""


class ItemRow(_Row):
    """An issue: `entry`, `pictures` or `body` say of what kind it is."""

    number: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1, max_length=TITLE)]
    digest: Annotated[str, Field(max_length=DIGEST)] = ""
    body: str = ""
    entry: str = ""
    pictures: tuple[PictureRow, ...] = ()

    @property
    def kind(self) -> str:
        return "entry" if self.entry else "pictures" if self.pictures else "text"


class ColumnRow(_Row):
    code: str
    title: Annotated[str, Field(min_length=1, max_length=COLUMN_TITLE)]
    words: tuple[str, ...] = ()
    description: Annotated[str, Field(max_length=DESCRIPTION)] = ""
    cover: str = ""
    items: tuple[ItemRow, ...] = ()


def read_columns(path: Path) -> list[ColumnRow]:
    """The columns in `path` (`columns:` and their rows). Raises Invalid with the row."""
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("unreadable", f"读不到栏目文件 {path}：{error}") from None
    except yaml.YAMLError as error:
        raise Invalid("bad_yaml", f"{path.name} 不是正确的 YAML：{fault_place(error)}") from None
    rows = value.get("columns") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise Invalid("no_columns", f"{path.name} 里没有 columns: 列表")
    return [_row(row, f"{path.name} 第 {n} 个栏目") for n, row in enumerate(rows, 1)]


def _row(value: Any, where: str) -> ColumnRow:
    try:
        row = ColumnRow.model_validate(value)
    except ValidationError as error:
        raise Invalid("bad_column", f"{where}：{explain(error)}") from None
    check_code(row.code)
    return row


def import_columns(
    session: Session, chain: Sequence[int], rows: Sequence[ColumnRow], files: "Files", now: datetime
) -> int:
    """Add what is missing, live at once; returns how many issues were new. Raises Invalid, Conflict."""
    editor = Editor("演示内容", now)
    query = select(Column).where(Column.organisation_id == chain[0])
    known = {column.code: column for column in session.scalars(query)}
    new = 0
    for row in rows:
        column = known.get(row.code)
        if column is None:
            draft = ColumnDraft(row.title, row.description, files.keep(row.cover), row.words)
            column = add_column(session, chain, row.code, draft, editor)
        new += _import_items(session, chain, column, row, files, editor)
    return new


def _import_items(
    session: Session, chain: Sequence[int], column: Column, row: ColumnRow, files: "Files", editor: Editor
) -> int:
    query = select(ColumnItem.number).where(
        ColumnItem.organisation_id == column.organisation_id, ColumnItem.column_id == column.id
    )
    known = set(session.scalars(query))
    missing = [item for item in row.items if item.number not in known]
    for item in missing:
        draft = ItemDraft(
            item.number,
            item.title,
            item.kind,
            item.digest,
            body=item.body,
            entry_code=item.entry,
            media=tuple(Medium(files.keep(one.file), one.caption) for one in item.pictures),
        )
        added = add_item(session, column, draft, editor)
        publish_item(session, chain, column, added.public_id, added.version, editor)
    return len(missing)


class Files:
    """The pictures beside a file, brought into the media folder."""

    def __init__(self, folder: Path, store: MediaStore) -> None:
        self._folder = folder
        self._store = store

    def keep(self, name: str) -> str:
        """Its name in the media folder; empty for none. Raises Invalid."""
        if not name:
            return ""
        try:
            with (self._folder / name).open("rb") as file:
                return self._store.keep("picture", file)
        except OSError:
            raise Invalid("no_picture", f"找不到图片 {name}") from None
