"""组织: the tree below an organisation; add, rename, move, remove."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.organisations import (
    KINDS,
    NewOrganisation,
    Node,
    add_organisation,
    change_organisation,
    list_tree,
    remove_organisation,
)
from accounts.service import list_accounts
from core.differences import find_differences
from core.errors import Conflict, DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from places.reload import reload_directory
from staff.guard import acting, console_pages, here, needs

pages = console_pages("organisations", __name__)


@pages.get("/o/<organisation_key>/organisations")
@needs(Permission.ACCOUNTS)
def index(organisation_key: str) -> Response:
    """The tree below this one, with a form for a new one."""
    return _tree(said=_said(request.args))


@pages.post("/o/<organisation_key>/organisations")
@needs(Permission.ACCOUNTS)
def add(organisation_key: str) -> AnyResponse:
    form = request.form
    new = NewOrganisation(
        form.get("key", "").strip(),
        form.get("name", "").strip(),
        form.get("kind", ""),
        form.get("parent", ""),
    )
    try:
        with acting("organisation_added", new.name, key=new.key, parent=new.parent) as session:
            _node(session, new.parent or "")
            add_organisation(session, new)
    except DomainError as error:
        return _tree(problem=error.message, status=error.status)
    reload_directory()
    return redirect(url_for("organisations.index", organisation_key=organisation_key, added=new.key))


@pages.get("/o/<organisation_key>/organisations/<key>")
@needs(Permission.ACCOUNTS)
def edit(organisation_key: str, key: str) -> Response:
    with parts().db.read() as session:
        node = _node(session, key)
    return _form(node, Typed(node.name, node.kind, node.parent_id))


@pages.post("/o/<organisation_key>/organisations/<key>")
@needs(Permission.ACCOUNTS)
def save(organisation_key: str, key: str) -> AnyResponse:
    """Rename or move. Somebody who was slower sees what the other saved, beside what they typed."""
    form = request.form
    version = form.get("version", default=-1, type=int)
    with parts().db.read() as session:
        node = _node(session, key)
    typed = Typed(
        form.get("name", "").strip(), form.get("kind", ""), form.get("parent", node.parent_id, type=int)
    )
    try:
        moved = typed.parent_id != node.parent_id
        with acting("organisation_changed", typed.name, key=key, moved=moved or None) as session:
            _may_move(session, node, typed.parent_id)
            change_organisation(
                session, node.id, version, name=typed.name, kind=typed.kind, parent_id=typed.parent_id
            )
    except DomainError as error:
        return _form(node, typed, error)
    reload_directory()
    return redirect(url_for("organisations.index", organisation_key=organisation_key, saved=key))


@pages.post("/o/<organisation_key>/organisations/<key>/remove")
@needs(Permission.ACCOUNTS)
def remove(organisation_key: str, key: str) -> AnyResponse:
    """Only an empty one, and never the one somebody stands in."""
    with parts().db.read() as session:
        node = _node(session, key)
    typed = Typed(node.name, node.kind, node.parent_id)
    if node.id == here().place.id:
        return _form(node, typed, Conflict("own_place", "不能删除自己所在的组织，请由上级来做。"))
    try:
        with acting("organisation_removed", node.name, key=key) as session:
            remove_organisation(session, node.id)
    except DomainError as error:
        return _form(node, typed, error)
    reload_directory()
    return redirect(url_for("organisations.index", organisation_key=organisation_key, removed=1))


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    name: str
    kind: str
    parent_id: int | None


def _node(session: Session, key: str) -> Node:
    """At or below the current place; raises NotFound, for one elsewhere too."""
    for node in list_tree(session, here().place.id):
        if node.key == key:
            return node
    raise NotFound("no_organisation", "这里没有这个组织，可能已被移走或删除。")


def _may_move(session: Session, node: Node, parent_id: int | None) -> None:
    """Raises NotFound for a parent that the person does not administer."""
    if parent_id == node.parent_id:
        return
    if parent_id not in {one.id for one in _parents(session, node)}:
        raise NotFound("no_organisation", "不能移到那里：请在列表里选择您管理的组织。")


def _parents(session: Session, node: Node) -> list[Node]:
    """Where `node` may be moved by the person at the console; none for the place they stand in."""
    if node.id == here().place.id:
        return []
    access = here().access
    return [
        one
        for one in list_tree(session)
        if node.id not in one.chain and access.may(Permission.ACCOUNTS, one.chain)
    ]


def _said(args: Mapping[str, str]) -> str:
    with parts().db.read() as session:
        names = {node.key: node.name for node in list_tree(session, here().place.id)}
    if added := names.get(args.get("added", "")):
        return f"已添加「{added}」。接着可以为它登记公众号、开通人员。"
    if saved := names.get(args.get("saved", "")):
        return f"「{saved}」已保存。"
    return "组织已删除。" if "removed" in args else ""


def _tree(*, problem: str = "", said: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        nodes = list_tree(session, here().place.id)
        accounts = list_accounts(session, [node.id for node in nodes])
    counts: dict[int, int] = {}
    for account in accounts:
        counts[account.organisation_id] = counts.get(account.organisation_id, 0) + 1
    html = render_template(
        "places/console_tree.html",
        title="组织",
        nodes=nodes,
        counts=counts,
        kinds=KINDS,
        form=request.form,
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _form(node: Node, typed: Typed, error: DomainError | None = None) -> Response:
    with parts().db.read() as session:
        stored = next((one for one in list_tree(session) if one.id == node.id), node)
        parents = _parents(session, node)
        names = {one.id: one.name for one in list_tree(session)}
    changed = error is not None and error.code == "changed"
    html = render_template(
        "places/console_organisation.html",
        title=f"修改「{node.name}」",
        node=stored,
        # Refused for another reason, the form still stands for what was read with it.
        version=stored.version if changed or error is None else request.form.get("version", stored.version),
        typed=typed,
        parents=parents,
        kinds=KINDS,
        differences=find_differences(_texts_of(stored, names), _texts_of(typed, names)) if changed else [],
        problem=error.message if error else "",
    )
    return Response(html, error.status if error else 200)


def _texts_of(one: Node | Typed, names: dict[int, str]) -> dict[str, str]:
    return {
        "名称": one.name,
        "类型": KINDS.get(one.kind, ""),
        "上级": names.get(one.parent_id or 0, "无"),
    }
