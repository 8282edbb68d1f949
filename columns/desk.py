"""What the console's pages of columns and of their items share: the blueprint, who works where, whose a column is."""

from typing import Any

from flask import request

from accounts.directory import AccountView
from columns import service, store
from columns.service import Editor
from core.errors import NotAllowed
from house.current import parts
from house.permissions import Permission
from models.columns import Column
from staff.guard import console_pages, here
from web.storage import LIMITS

ACTIONS: dict[str, str] = {
    "column_added": "新建栏目",
    "column_changed": "修改栏目",
    "column_copied": "把上级栏目改成自己的",
    "column_deleted": "删除栏目",
    "column_moved": "调整栏目顺序",
    "column_shown": "显示栏目",
    "column_hidden": "隐藏栏目",
    "column_item_added": "新建一期栏目内容",
    "column_item_changed": "修改栏目内容",
    "column_item_published": "栏目内容上线",
    "column_item_withdrawn": "栏目内容撤下",
    "column_item_deleted": "删除栏目内容",
    "column_item_moved": "调整期号",
}
_MOST_BYTES = max(LIMITS.values()) + 40 * 1024 * 1024
STEPS = {"up": 1, "down": -1}
pages = console_pages("columns_console", __name__)


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = _MOST_BYTES


def refuse_changing_live(column: Column) -> None:
    """What phones show already is changed by those who may publish. Raises NotAllowed."""
    if here().may(Permission.PUBLISH):
        return
    with parts().db.read() as session:
        if service.has_live(session, column):
            raise NotAllowed(
                "live_column",
                "这个栏目已经有上线的内容，改它要有「发布上线」的权限，请找本单位的终审或管理员。",
            )


def editor() -> Editor:
    return Editor(here().staff.name, parts().clock())


def known_column(code: str) -> Column:
    """Of the organisation, or inherited."""
    with parts().db.read() as session:
        return store.get_column(session, here().place.chain, code)


def own_column(code: str) -> Column:
    with parts().db.read() as session:
        return store.get_own_column(session, here().place.id, code)


def own_account() -> AccountView | None:
    """An account of the organisation, whose pages show its columns."""
    return next((one for one in parts().directory.all() if one.organisation_id == here().place.id), None)


def place_names() -> dict[int, str]:
    return {one.id: one.name for one in parts().directory.organisations()}
