"""Menus as staff work on them: perhaps unfinished, of the same shape as a finished one. What is missing, `menus.checks` tells.

Which of `url`, `appid`, `key` and `children` is there, even empty, says what an entry is for.
"""

from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.checks import explain
from core.errors import Invalid
from core.ids import public_id
from core.text import clean
from menus.rules import KeyType
from models.menus import Tree

MAX_BYTES = 200_000
_Text = Annotated[str, AfterValidator(clean), Field(max_length=4000)]
_Line = Annotated[str, AfterValidator(lambda text: clean(text).strip()), Field(max_length=1500)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Card(_Part):
    title: _Line = ""
    digest: _Line = ""
    cover: _Line = ""
    link: _Line = ""


class _Reply(_Part):
    text: _Text | None = None
    news: Annotated[list[_Card], Field(max_length=20)] | None = None
    image: _Line | None = None
    entry: _Line | None = None


class _Leaf(_Part):
    name: _Line = ""
    type: KeyType = "click"
    key: _Line | None = None
    url: _Line | None = None
    appid: _Line | None = None
    pagepath: _Line = ""
    reply: _Reply | None = None


class _Column(_Leaf):
    children: Annotated[list[_Leaf], Field(max_length=20)] | None = None


_COLUMNS = TypeAdapter(Annotated[list[_Column], Field(max_length=20)])


def read_draft(text: str) -> Tree:
    """What the editor sends (JSON) as a draft. Raises Invalid when it is no menu at all."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise Invalid("menu_too_long", "菜单的内容太多，存不下。请缩短回复的文字。")
    try:
        columns = _COLUMNS.validate_json(text)
    except (ValidationError, UnicodeEncodeError) as error:
        why = explain(error) if isinstance(error, ValidationError) else "有无法识别的文字"
        raise Invalid("bad_menu", f"菜单没有保存：{why}。请改正后再保存。") from None
    return [_with_keys(column) for column in _dump(columns)]


def as_draft(tree: Tree) -> Tree:
    """A finished menu as the editor would send it, so that the two can be compared."""
    return _dump(_COLUMNS.validate_python(tree))


def _dump(columns: list[_Column]) -> Tree:
    return cast(Tree, _COLUMNS.dump_python(columns, mode="json", exclude_defaults=True))


def _with_keys(item: dict[str, Any]) -> dict[str, Any]:
    """Whatever is answered gets a key of its own; people never see it."""
    if "children" in item:
        return {
            "name": item.get("name", ""),
            "children": [_with_keys(child) for child in item["children"]],
        }
    if "url" in item or item.get("key"):
        return item
    return {**item, "key": public_id(8)}
