"""A menu as staff write it, checked against the platform's limits before it is sent there (自定义菜单: 创建接口)."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chat.content import ContentReply, fill
from chat.turn import ChatAccount
from core.checks import explain
from core.errors import Invalid

MAX_COLUMNS = 3
MAX_CHILDREN = 5
COLUMN_NAME_BYTES = 16
CHILD_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024

KeyType = Literal[
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
]


class MenuItem(BaseModel):
    """One entry: a column with `children`, a page (`url`), or a `key` whose click is answered with `reply`.

    With `appid` and `pagepath` a mini programme opens; `url` is then for old phones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Annotated[str, Field(min_length=1)]
    type: KeyType = "click"
    key: str = ""
    url: str = ""
    appid: str = ""
    pagepath: str = ""
    reply: ContentReply | None = None
    children: "tuple[MenuItem, ...]" = ()

    @model_validator(mode="after")
    def one_purpose(self) -> "MenuItem":
        purposes = [bool(self.children), bool(self.url), bool(self.key)]
        if sum(purposes) != 1:
            raise ValueError(
                f"「{self.name}」须且只能有 children（子菜单）、url（网页）、key（点击）中的一种"
            )
        if bool(self.appid) != bool(self.pagepath) or (self.appid and not self.url):
            raise ValueError(f"「{self.name}」打开小程序要同时写 appid、pagepath 和 url（备用网页）")
        if self.key and self.type == "click" and self.reply is None:
            raise ValueError(f"「{self.name}」缺少 reply：点击后回复什么")
        return self


def check_menu(value: Any, where: str) -> tuple[MenuItem, ...]:
    """`value` (from YAML or the database) as a menu; raises Invalid with every breach of the platform's limits."""
    if not isinstance(value, list | tuple):
        raise Invalid("bad_menu", f"{where}：menu 应为列表")
    try:
        items = tuple(MenuItem.model_validate(item) for item in value)
    except ValidationError as error:
        raise Invalid("bad_menu", f"{where}：{explain(error)}") from None
    problems = list(_problems(items))
    if problems:
        raise Invalid("bad_menu", f"{where}：" + "；".join(problems))
    return items


def _problems(items: tuple[MenuItem, ...]) -> Iterator[str]:
    if not 1 <= len(items) <= MAX_COLUMNS:
        yield f"一级菜单要有 1 至 {MAX_COLUMNS} 个，现在是 {len(items)} 个"
    keys: set[str] = set()
    for item in items:
        yield from _name_problem(item, COLUMN_NAME_BYTES)
        if len(item.children) > MAX_CHILDREN:
            yield f"「{item.name}」下有 {len(item.children)} 个子菜单，最多 {MAX_CHILDREN} 个"
        for child in item.children:
            yield from _name_problem(child, CHILD_NAME_BYTES)
            if child.children:
                yield f"「{child.name}」是子菜单，不能再有下级"
        for leaf in item.children or (item,):
            yield from _leaf_problems(leaf, keys)


def _name_problem(item: MenuItem, limit: int) -> Iterator[str]:
    size = len(item.name.encode())
    if size > limit:
        yield f"「{item.name}」有 {size} 字节，最多 {limit} 字节（一个汉字 3 字节）"


def _leaf_problems(leaf: MenuItem, keys: set[str]) -> Iterator[str]:
    if len(leaf.key.encode()) > KEY_BYTES:
        yield f"「{leaf.name}」的 key 超过 {KEY_BYTES} 字节"
    if len(leaf.url.encode()) > URL_BYTES:
        yield f"「{leaf.name}」的 url 超过 {URL_BYTES} 字节"
    if leaf.url and not leaf.url.startswith(("http://", "https://", "{h5}")):
        yield f"「{leaf.name}」的 url 应以 https:// 或 {{h5}} 开头"
    if leaf.key and leaf.key in keys:
        yield f"key「{leaf.key}」用了两次"
    keys.add(leaf.key)


def to_buttons(items: tuple[MenuItem, ...], account: ChatAccount, prefix: str = "") -> list[dict[str, Any]]:
    """The platform's `button` list. `prefix` goes before keys: personalised menus share them with the default one, and a
    click says only its key."""
    return [_button(item, account, prefix) for item in items]


def _button(item: MenuItem, account: ChatAccount, prefix: str) -> dict[str, Any]:
    if item.children:
        return {"name": item.name, "sub_button": [_button(child, account, prefix) for child in item.children]}
    if item.url:
        page = {"name": item.name, "url": fill(item.url, account)}
        if item.appid:
            return {"type": "miniprogram", **page, "appid": item.appid, "pagepath": item.pagepath}
        return {"type": "view", **page}
    return {"type": item.type, "name": item.name, "key": prefix + item.key}


def leaves(items: tuple[MenuItem, ...]) -> Iterator[MenuItem]:
    """The entries that can be tapped."""
    for item in items:
        yield from item.children or (item,)


def from_buttons(buttons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The platform's `button` list in our shape, as far as it is known there: what a click is answered, it does not know."""
    return [_from_button(button) for button in buttons]


def _from_button(button: dict[str, Any]) -> dict[str, Any]:
    item = {"name": button.get("name", "")}
    if button.get("sub_button"):
        return {**item, "children": from_buttons(button["sub_button"])}
    known = {name: button[name] for name in ("url", "appid", "pagepath", "key") if button.get(name)}
    kind = button.get("type", "")
    return {**item, **known, **({"type": kind} if kind in get_args(KeyType) else {})}
