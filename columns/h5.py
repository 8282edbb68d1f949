"""Columns as pages for workers: all of them, one with its issues, and an issue with what stands beside it."""

from typing import Any, cast

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from chat.content import fill
from columns.rules import Block, blocks
from columns.shelf import ColumnSet, ColumnShelf, Series
from columns.store import EntryView, find_entry, get_live_item
from core.clock import SHANGHAI
from core.errors import NotFound
from house.current import parts
from models.columns import ColumnItem
from web.pages import secure

SHELF = "zhijia.columns"
_PAGE = 20
pages = secure(Blueprint("column_pages", __name__, template_folder="templates"))


def _set(account: AccountView) -> ColumnSet:
    return cast(ColumnShelf, current_app.extensions[SHELF]).of(account.key)


def _series(account: AccountView, code: str) -> Series:
    series = _set(account).find(code)
    if series is None:
        raise NotFound("no_column", "这个栏目已经下线，或地址不完整。请回到栏目列表看看别的。")
    return series


@pages.get("/h5/<account_key>/columns")
def index(account_key: str) -> Response:
    """All columns that have anything to show."""
    account = parts().directory.get(account_key)
    html = render_template("columns/index.html", title="栏目", account=account, series=_set(account).series)
    return Response(html)


@pages.get("/h5/<account_key>/columns/<code>")
def show(account_key: str, code: str) -> Response:
    """A column's issues, the newest first; those below `before`."""
    account = parts().directory.get(account_key)
    series = _series(account, code)
    before = request.args.get("before", type=int)
    found = series.below(before, _PAGE + 1)
    html = render_template(
        "columns/column.html",
        title=series.column.title,
        account=account,
        column=series.column,
        count=len(series.items),
        items=found[:_PAGE],
        before=before,
        more=found[_PAGE - 1].number if len(found) > _PAGE else None,
    )
    return Response(html)


@pages.get("/h5/<account_key>/columns/<code>/<int:number>")
def item(account_key: str, code: str, number: int) -> AnyResponse:
    """One issue. One that is gone leads to the column, where the others are."""
    account = parts().directory.get(account_key)
    series = _series(account, code)
    view = series.item(number)
    if view is None:
        return redirect(url_for("column_pages.show", account_key=account.key, code=code))
    with parts().db.read() as session:
        stored = get_live_item(session, view)
        entry = find_entry(session, account.organisation_ids, stored.entry_code)
    html = render_template(
        "columns/item.html",
        account=account,
        column=series.column,
        newer=series.newer(number),
        older=series.older(number),
        **shown(stored, entry, account),
    )
    return Response(html)


def shown(item: ColumnItem, entry: EntryView | None, account: AccountView | None) -> dict[str, Any]:
    """What the item's page says, for the template: also of a draft, which the console shows before it goes live."""
    parts_of_body = blocks(fill(item.body, account) if account else item.body)
    files = [{"url": url_for("media.serve", name=one["name"]), **one} for one in item.media]
    placed = {block.picture for block in parts_of_body if block.kind == "picture"}
    pictures = [one for one in files if one["name"].endswith((".jpg", ".png"))]
    today = parts().clock().astimezone(SHANGHAI).date()
    return {
        "title": item.title,
        "item": item,
        "blocks": [block for block in parts_of_body if _is_there(block, len(pictures))],
        "pictures": pictures,
        "others": [one for number, one in enumerate(pictures, 1) if number not in placed],
        "files": files,
        "entry": entry if entry and entry.valid_on(today) else None,
    }


def _is_there(block: Block, pictures: int) -> bool:
    return block.kind != "picture" or 1 <= block.picture <= pictures
