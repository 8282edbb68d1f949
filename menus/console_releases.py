"""菜单发布: look at a draft once more, publish it now or at a time; the history, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.clock import local_text, parse_local
from core.errors import Conflict, DomainError, Invalid
from house.current import parts
from house.permissions import Permission
from menus import changes, store
from menus.checks import Finding, examine
from menus.differences import differences
from menus.drafts import as_draft
from menus.lookups import gather_facts, names_in, number_in
from menus.publishing import publish_menu, publish_variant, withdraw_variant
from menus.rules import MenuItem, check_menu
from menus.service import get_draft
from menus.words import describe
from models.menus import MenuVariant, Tree
from staff.guard import acting, console_pages, here, needs

_PAGE = 20
_SAID = {
    "published": "已发布。粉丝的手机约 5 分钟内更新；想马上看到，可取消关注后再关注。",
    "scheduled": "已安排定时发布。",
    "cancelled": "已取消定时发布。",
    "restored": "已恢复并发布。粉丝的手机约 5 分钟内更新。草稿没有变。",
    "withdrawn": "已下线。这些粉丝会看到别的个性化菜单，或默认菜单。",
}
_STATES = {
    "scheduled": "等待发布",
    "publishing": "正在发布",
    "published": "已发布",
    "failed": "没有发布",
    "cancelled": "已取消",
}
pages = console_pages("menu_releases", __name__)


@dataclass(frozen=True, slots=True)
class _Release:
    """What could be published now: of the default menu, or of a personalised one."""

    tree: Tree
    version: int
    live: Tree
    findings: Sequence[Finding]
    variant: MenuVariant | None = None

    def checked(self) -> tuple[MenuItem, ...]:
        """Raises Conflict when the draft is not the one that was looked at, Invalid when a check blocks it."""
        if number_in(request.form.get("version", "")) != self.version:
            raise Conflict("menu_changed", "草稿刚刚被改过，没有发布。请看过新的内容后再发布。")
        return _finished(self.tree, self.findings)


@pages.get("/a/<account_key>/menu/release")
@needs(Permission.PUBLISH)
def index(account_key: str) -> Response:
    return _page()


@pages.post("/a/<account_key>/menu/release")
@needs(Permission.PUBLISH)
def publish(account_key: str) -> AnyResponse:
    """Publish the draft to all followers."""
    account = here().official
    try:
        publish_menu(
            parts(),
            account,
            _release().checked(),
            work=lambda: acting("menu_published", account.name),
            by=here().staff.name,
            note="发布",
        )
    except DomainError as error:
        return _page(problem=_kept(error), status=error.status)
    return _done("published")


@pages.post("/a/<account_key>/menu/release/later")
@needs(Permission.PUBLISH)
def later(account_key: str) -> AnyResponse:
    """Publish the draft, as it is now, at a time."""
    account = here().official
    try:
        items, due_at = _release().checked(), _moment(request.form.get("at", ""))
        with acting("menu_scheduled", account.name, at=local_text(due_at)) as session:
            changes.schedule_change(
                session, account.id, items, due_at, by=here().staff.name, now=parts().clock()
            )
    except DomainError as error:
        return _page(problem=error.message, status=error.status)
    return _done("scheduled")


@pages.get("/a/<account_key>/menu/changes/<public_id>")
@needs(Permission.PUBLISH)
def change(account_key: str, public_id: str) -> Response:
    """What will be published at a time, beside what phones show now."""
    account = here().official
    with parts().db.read() as session:
        one = store.get_change(session, account.id, public_id)
        newest = store.newest_version(session, account.id)
        live, tree = as_draft(newest.tree) if newest else [], as_draft(one.tree)
        names = names_in(session, account, live, tree)
    html = render_template(
        "menus/console_change.html",
        title="定时发布的菜单",
        account=account,
        change=one,
        states=_STATES,
        differences=differences(live, tree, names),
    )
    return Response(html)


@pages.post("/a/<account_key>/menu/changes/<public_id>/cancel")
@needs(Permission.PUBLISH)
def cancel(account_key: str, public_id: str) -> AnyResponse:
    account = here().official
    with parts().db.read() as session:
        one = store.get_change(session, account.id, public_id)
    try:
        with acting("menu_change_cancelled", account.name, at=local_text(one.due_at)) as session:
            changes.cancel_change(session, one, parts().clock())
    except Conflict as error:
        return _page(problem=error.message, status=error.status)
    return _done("cancelled")


@pages.get("/a/<account_key>/menu/release/<public_id>")
@needs(Permission.PUBLISH)
def show_variant(account_key: str, public_id: str) -> Response:
    return _page(_variant(public_id))


@pages.post("/a/<account_key>/menu/release/<public_id>")
@needs(Permission.PUBLISH)
def publish_one(account_key: str, public_id: str) -> AnyResponse:
    """Publish a personalised menu to the followers with its tag."""
    account, one = here().official, _variant(public_id)
    try:
        publish_variant(
            parts(),
            account,
            one,
            _release(one).checked(),
            work=lambda: acting("menu_variant_published", one.name, tag=one.tag_id),
            by=here().staff.name,
        )
    except DomainError as error:
        return _page(_variant(public_id), problem=_kept(error), status=error.status)
    return _done("published")


@pages.post("/a/<account_key>/menu/release/<public_id>/withdraw")
@needs(Permission.PUBLISH)
def withdraw(account_key: str, public_id: str) -> AnyResponse:
    """Take a personalised menu from phones; its draft stays."""
    account, one = here().official, _variant(public_id)
    try:
        withdraw_variant(
            parts(), account, one, work=lambda: acting("menu_variant_withdrawn", one.name, tag=one.tag_id)
        )
    except DomainError as error:
        return _page(_variant(public_id), problem=error.message, status=error.status)
    return _done("withdrawn")


@pages.get("/a/<account_key>/menu/versions")
@needs(Permission.LOOK)
def history(account_key: str) -> Response:
    """What was published, newest first."""
    account, before = here().official, number_in(request.args.get("before", ""))
    with parts().db.read() as session:
        rows = store.list_versions(session, account.id, before=before, limit=_PAGE + 1)
    shown = rows[:_PAGE]
    trees = [as_draft(row.tree) for row in rows]
    counts = [len(differences(old, new)) for new, old in pairwise(trees)]
    html = render_template(
        "menus/console_history.html",
        title="菜单的历史版本",
        account=account,
        rows=shown,
        counts=counts,
        newest=before is None,
        more=shown[-1].id if len(rows) > _PAGE else None,
    )
    return Response(html)


@pages.get("/a/<account_key>/menu/versions/<int(max=2147483647):number>")
@needs(Permission.LOOK)
def version(account_key: str, number: int) -> Response:
    return _version(number)


@pages.post("/a/<account_key>/menu/versions/<int(max=2147483647):number>/restore")
@needs(Permission.PUBLISH)
def restore(account_key: str, number: int) -> AnyResponse:
    """Publish an old version again, as a new one."""
    account = here().official
    with parts().db.read() as session:
        old = store.get_version(session, account.id, number)
        tree = as_draft(old.tree)
        findings = examine(tree, gather_facts(parts(), session, account, tree))
    when = local_text(old.pushed_at)
    try:
        publish_menu(
            parts(),
            account,
            _finished(tree, findings),
            work=lambda: acting("menu_restored", account.name, version=when),
            by=here().staff.name,
            note=f"恢复到 {when} 的版本",
        )
    except DomainError as error:
        return _version(number, problem=f"没有恢复：{error.message}", status=error.status)
    return redirect(url_for("menu_releases.history", account_key=account_key, done="restored"))


def _finished(tree: Tree, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    blocking = [finding.text for finding in findings if finding.blocks]
    if blocking:
        raise Invalid("menu_blocked", "还不能发布：" + "；".join(blocking))
    return check_menu(tree, "菜单")


def _variant(public_id: str) -> MenuVariant:
    """Raises NotFound."""
    with parts().db.read() as session:
        return store.get_variant(session, here().official.id, public_id)


def _release(variant: MenuVariant | None = None) -> _Release:
    account = here().official
    with parts().db.read() as session:
        if variant is not None:
            live = as_draft(variant.live_tree or [])
            return _Release(variant.tree, variant.version, live, _findings(session, variant.tree), variant)
        draft, newest = get_draft(session, account.id), store.newest_version(session, account.id)
        live = as_draft(newest.tree) if newest else []
        return _Release(draft.tree, draft.version, live, _findings(session, draft.tree))


def _findings(session: Session, tree: Tree) -> list[Finding]:
    return examine(tree, gather_facts(parts(), session, here().official, tree))


def _page(variant: MenuVariant | None = None, *, problem: str = "", status: int = 200) -> Response:
    account, release = here().official, _release(variant)
    with parts().db.read() as session:
        scheduled = [] if variant else store.list_changes(session, account.id)
        variants = [] if variant else store.list_variants(session, account.id)
        newest = store.newest_version(session, account.id)
        names = names_in(session, account, release.live, release.tree)
    html = render_template(
        "menus/console_release.html",
        title=f"发布个性化菜单：{release.variant.name}" if release.variant else "菜单发布",
        account=account,
        release=release,
        newest=newest,
        differences=differences(release.live, release.tree, names),
        scheduled=scheduled,
        states=_STATES,
        variants=variants,
        at=request.form.get("at", ""),
        problem=problem,
        said="" if problem else _SAID.get(request.args.get("done", ""), ""),
    )
    return Response(html, status)


def _version(number: int, *, problem: str = "", status: int = 200) -> Response:
    account = here().official
    with parts().db.read() as session:
        one = store.get_version(session, account.id, number)
        newest = store.newest_version(session, account.id)
        before = store.list_versions(session, account.id, before=number, limit=1)
        tree, old = as_draft(one.tree), as_draft(before[0].tree) if before else []
        names = names_in(session, account, old, tree)
    html = render_template(
        "menus/console_version.html",
        title=f"{local_text(one.pushed_at)} 的菜单",
        account=account,
        one=one,
        tree=tree,
        is_newest=newest is not None and newest.id == one.id,
        before=before[0] if before else None,
        differences=differences(old, tree, names) if before else [],
        describe=partial(describe, names=names),
        problem=problem,
    )
    return Response(html, status)


def _done(what: str) -> AnyResponse:
    return redirect(url_for("menu_releases.index", account_key=here().official.key, done=what))


def _kept(error: DomainError) -> str:
    return f"{error.message} 草稿还在，没有丢失。"


def _moment(text: str) -> datetime:
    try:
        return parse_local(text)
    except ValueError:
        raise Invalid("bad_time", "请选择发布的日期和时间。") from None
