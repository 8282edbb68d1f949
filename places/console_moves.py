"""Moving an account to another organisation, closing it and opening it again."""

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.moves import close_account, count_waiting, move_account, reopen_account
from accounts.organisations import Node, list_tree
from core.errors import DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from models.accounts import Account
from models.columns import Column
from models.content import Entry, KeywordRule
from models.staff import Grant
from places.console_setup import pages
from places.reload import reload_directory
from staff.guard import acting, here, needs

__all__ = ["pages"]

_CONTENTS = (("问答", Entry), ("关键词回复", KeywordRule), ("栏目", Column))


@dataclass(frozen=True, slots=True)
class Change:
    """What an organisation brings that the account had and loses, or gets. `contents`: how many of each sort."""

    name: str
    contents: tuple[tuple[str, int], ...]
    people: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would change; the nearest organisation first."""

    lost: tuple[Change, ...]
    gained: tuple[Change, ...]


@pages.get("/a/<account_key>/settings/move")
@needs(Permission.ACCOUNTS)
def move(account_key: str) -> Response:
    """Choose where to; with `to`, what would change."""
    return _page(request.args.get("to", ""))


@pages.post("/a/<account_key>/settings/move")
@needs(Permission.ACCOUNTS)
def move_there(account_key: str) -> AnyResponse:
    account, form = here().official, request.form
    to, version = form.get("to", ""), form.get("version", -1, type=int)
    try:
        with parts().db.read() as session:
            target = _target(_targets(session), to)
        _check_typed()
        with acting(
            "account_moved", account.name, key=account.key, was=here().place.name, to=target.name
        ) as session:
            move_account(session, account.id, version, target.id)
    except DomainError as error:
        return _page(to, error)
    reload_directory()
    return redirect(url_for("accounts.settings", account_key=account_key, moved=1))


@pages.get("/a/<account_key>/settings/close")
@needs(Permission.ACCOUNTS)
def close(account_key: str) -> Response:
    return _close_page()


@pages.post("/a/<account_key>/settings/close")
@needs(Permission.ACCOUNTS)
def close_now(account_key: str) -> AnyResponse:
    account, version = here().official, request.form.get("version", -1, type=int)
    try:
        _check_typed()
        with acting("account_closed", account.name, key=account.key) as session:
            close_account(session, account.id, version, parts().clock())
    except DomainError as error:
        return _close_page(error)
    reload_directory()
    return redirect(url_for("accounts.index", organisation_key=here().place.key, closed=account.key))


@pages.post("/o/<organisation_key>/accounts/<key>/reopen")
@needs(Permission.ACCOUNTS)
def reopen(organisation_key: str, key: str) -> AnyResponse:
    """One that was closed here or below. As it is itself unknown, its organisation's page has the button."""
    with parts().db.read() as session:
        below = [node.id for node in list_tree(session, here().place.id)]
        query = select(Account).where(Account.key == key, Account.organisation_id.in_(below))
        account = session.scalar(query.where(Account.closed_at.is_not(None)))
    if account is None:
        raise NotFound("no_account", "这里没有这个停用的公众号，可能已经恢复了。")
    with acting("account_reopened", account.name, key=account.key) as session:
        reopen_account(session, account.id, account.version)
    reload_directory()
    return redirect(url_for("accounts.index", organisation_key=organisation_key, reopened=key))


def _check_typed() -> None:
    """Raises Invalid unless the account's key was typed: nobody does this by a slip."""
    if request.form.get("typed", "").strip() != here().official.key:
        raise Invalid(
            "not_typed", f"没有执行：请在框里输入这个公众号的代号 {here().official.key}，再点一次。"
        )


def _targets(session: Session) -> list[Node]:
    """Where the person may bring it: organisations whose accounts they administer, but for its own."""
    access, now = here().access, here().place.id
    return [
        node for node in list_tree(session) if node.id != now and access.may(Permission.ACCOUNTS, node.chain)
    ]


def _target(targets: list[Node], key: str) -> Node:
    for node in targets:
        if node.key == key:
            return node
    raise Invalid("no_organisation", "请在列表里选择要移到的组织。")


def _page(to: str, error: DomainError | None = None) -> Response:
    with parts().db.read() as session:
        stored = session.get_one(Account, here().official.id)
        targets = _targets(session)
        target = next((node for node in targets if node.key == to), None)
        preview = _preview(session, target) if target else None
    html = render_template(
        "places/console_move.html",
        title="移到别的组织",
        stored=stored,
        targets=targets,
        target=target,
        preview=preview,
        problem=error.message if error else "",
    )
    return Response(html, error.status if error else 200)


def _preview(session: Session, target: Node) -> Preview:
    old, new, names = here().place.chain, target.chain, {node.id: node.name for node in list_tree(session)}
    lost = [id_ for id_ in old if id_ not in new]
    gained = [id_ for id_ in new if id_ not in old]
    changes = {id_: _change_by(session, id_, names[id_]) for id_ in (*lost, *gained)}
    return Preview(tuple(changes[id_] for id_ in lost), tuple(changes[id_] for id_ in gained))


def _change_by(session: Session, organisation_id: int, name: str) -> Change:
    contents = []
    for title, table in _CONTENTS:
        number = session.scalar(select(func.count()).where(table.organisation_id == organisation_id))
        if number:
            contents.append((title, number))
    people = select(func.count(Grant.staff_id.distinct())).where(Grant.organisation_id == organisation_id)
    return Change(name, tuple(contents), session.scalar(people) or 0)


def _close_page(error: DomainError | None = None) -> Response:
    with parts().db.read() as session:
        stored = session.get_one(Account, here().official.id)
        waiting = count_waiting(session, stored.id)
    html = render_template(
        "places/console_close.html",
        title="停用公众号",
        stored=stored,
        waiting=waiting,
        problem=error.message if error else "",
    )
    return Response(html, error.status if error else 200)
