"""自定义菜单: the editor of the draft, and what it asks for while somebody types."""

import json
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Conflict, Invalid
from house.current import parts
from house.entries import search_entries
from house.permissions import Permission
from menus import rules, store
from menus.checks import examine
from menus.differences import Difference, differences
from menus.drafts import as_draft, read_draft
from menus.lookups import answered_with, gather_facts, names_in, number_in, page_choices, today
from menus.service import Draft, get_draft, save_draft
from menus.words import KINDS, REPLIES
from models.menus import Tree
from staff.guard import acting, console_pages, here, needs
from wechat.replies import TEXT_LIMIT_BYTES

LIMITS = {
    "columns": rules.MAX_COLUMNS,
    "children": rules.MAX_CHILDREN,
    "column_name": rules.COLUMN_NAME_BYTES,
    "child_name": rules.CHILD_NAME_BYTES,
    "text": TEXT_LIMIT_BYTES,
}
pages = console_pages("menus", __name__)


@pages.get("/a/<account_key>/menu")
@needs(Permission.MENUS)
def index(account_key: str) -> Response:
    """The draft; with `from`, an older version in its place, not yet saved."""
    account = here().official
    number = number_in(request.args.get("from", ""))
    with parts().db.read() as session:
        draft = get_draft(session, account.id)
        older = store.get_version(session, account.id, number) if number is not None else None
        said = "草稿已保存。手机上的菜单要发布以后才会变。" if request.args.get("saved") else ""
        if older is None:
            return _page(session, draft, draft.tree, said=said)
        return _page(session, draft, as_draft(older.tree), said="这是旧版的内容，还没有保存。", unsaved=True)


@pages.post("/a/<account_key>/menu")
@needs(Permission.MENUS)
def save(account_key: str) -> AnyResponse:
    """Keep what the editor sends as the draft. Somebody else's saving meanwhile is shown, nothing is lost."""
    me, account = here(), here().official
    typed, version = request.form.get("tree", ""), number_in(request.form.get("version", ""))
    try:
        tree = read_draft(typed)
    except Invalid as error:
        with parts().db.read() as session:
            draft = get_draft(session, account.id)
            return _page(session, draft, draft.tree, typed=typed, problem=error.message, status=error.status)
    try:
        with acting("menu_saved", account.name) as session:
            save_draft(
                session,
                account.id,
                tree,
                -1 if version is None else version,
                by=me.staff.name,
                now=parts().clock(),
            )
    except Conflict as error:
        with parts().db.read() as session:
            draft = get_draft(session, account.id)
            return _page(
                session,
                draft,
                tree,
                problem=error.message,
                status=error.status,
                others=differences(draft.tree, tree, names_in(session, account, draft.tree, tree)),
            )
    return redirect(url_for("menus.index", account_key=account_key, saved=1))


@pages.get("/a/<account_key>/menu/entries")
@needs(Permission.MENUS)
def entries(account_key: str) -> str:
    """A list of entries to choose from."""
    words = request.args.get("q", "").strip()[:60]
    with parts().db.read() as session:
        found = search_entries(session, here().official.organisation_ids, words, today(parts()))
    return render_template("menus/console_entries.html", found=found, words=words)


def editor(session: Session, tree: Tree, typed: str = "") -> dict[str, Any]:
    """What the editor's template needs for `tree`, or for what was typed and could not be read."""
    account = here().official
    known = {entry.code: entry.question for entry in answered_with(session, account, tree, today(parts()))}
    return {
        "tree": tree,
        "tree_json": typed if _is_list(typed) else json.dumps(tree, ensure_ascii=False),
        "findings": examine(tree, gather_facts(parts(), session, account, tree)) if tree else [],
        "known_entries": known,
        "choices": page_choices(session, account),
        "kinds": KINDS,
        "replies": REPLIES,
        "limits": LIMITS,
    }


def _is_list(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


def _page(
    session: Session,
    draft: Draft,
    tree: Tree,
    *,
    typed: str = "",
    problem: str = "",
    said: str = "",
    others: list[Difference] | None = None,
    unsaved: bool = False,
    status: int = 200,
) -> Response:
    account = here().official
    newest = store.newest_version(session, account.id)
    html = render_template(
        "menus/console_editor.html",
        title="自定义菜单",
        account=account,
        draft=draft,
        version=draft.version,
        newest=newest,
        is_live=newest is not None and as_draft(newest.tree) == draft.tree,
        others=others,
        unsaved=unsaved or bool(problem),
        problem=problem,
        said=said,
        **editor(session, tree, typed),
    )
    return Response(html, status)
