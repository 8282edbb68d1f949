"""个性化菜单: menus for the followers with a tag, and what one follower sees."""

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Conflict, DomainError, Invalid
from house.current import parts
from house.permissions import Permission
from menus import store, variants
from menus.console import editor
from menus.differences import Difference, differences
from menus.drafts import as_draft, read_draft
from menus.lookups import list_tags, names_in, number_in
from menus.rules import from_buttons
from menus.service import get_draft
from models.menus import MenuVariant, Tree
from staff.guard import acting, console_pages, here, needs

pages = console_pages("menu_variants", __name__)


@pages.get("/a/<account_key>/menu/variants")
@needs(Permission.MENUS)
def index(account_key: str) -> Response:
    return _list()


@pages.post("/a/<account_key>/menu/variants")
@needs(Permission.MENUS)
def add(account_key: str) -> AnyResponse:
    """A new one, which begins as a copy of the default menu's draft."""
    account, form = here().official, request.form
    try:
        with acting("menu_variant_added", form.get("name", "").strip(), tag=form.get("tag", "")) as session:
            tree = get_draft(session, account.id).tree
            variant = variants.add_variant(
                session,
                account.id,
                form.get("name", ""),
                form.get("tag", ""),
                tree,
                by=here().staff.name,
                now=parts().clock(),
            )
    except Invalid as error:
        return _list(problem=error.message, status=error.status)
    return redirect(url_for("menu_variants.show", account_key=account_key, public_id=variant.public_id))


@pages.get("/a/<account_key>/menu/variants/<public_id>")
@needs(Permission.MENUS)
def show(account_key: str, public_id: str) -> Response:
    with parts().db.read() as session:
        variant = store.get_variant(session, here().official.id, public_id)
        said = "已保存。手机上的菜单要发布以后才会变。" if request.args.get("saved") else ""
        return _editor(session, variant, variant.tree, said=said)


@pages.post("/a/<account_key>/menu/variants/<public_id>")
@needs(Permission.MENUS)
def save(account_key: str, public_id: str) -> AnyResponse:
    account, typed = here().official, request.form.get("tree", "")
    fields = {name: request.form.get(name, "") for name in ("name", "tag")}
    version = number_in(request.form.get("version", ""))
    tree: Tree | None = None
    try:
        tree = read_draft(typed)
        with acting("menu_variant_saved", fields["name"].strip()) as session:
            variant = store.get_variant(session, account.id, public_id)
            variants.save_variant(
                session,
                variant,
                fields,
                tree,
                -1 if version is None else version,
                by=here().staff.name,
                now=parts().clock(),
            )
    except (Conflict, Invalid) as error:
        with parts().db.read() as session:
            variant = store.get_variant(session, account.id, public_id)
            others = None
            if isinstance(error, Conflict) and tree is not None:
                names = names_in(session, account, variant.tree, tree)
                others = differences(variant.tree, tree, names)
            return _editor(
                session,
                variant,
                variant.tree if tree is None else tree,
                typed=typed,
                problem=error.message,
                others=others,
                status=error.status,
            )
    return redirect(url_for("menu_variants.show", account_key=account_key, public_id=public_id, saved=1))


@pages.post("/a/<account_key>/menu/variants/<public_id>/delete")
@needs(Permission.MENUS)
def delete(account_key: str, public_id: str) -> AnyResponse:
    with parts().db.read() as session:
        variant = store.get_variant(session, here().official.id, public_id)
    try:
        with acting("menu_variant_deleted", variant.name) as session:
            variants.delete_variant(session, variant)
    except Conflict as error:
        return _list(problem=error.message, status=error.status)
    return redirect(url_for("menu_variants.index", account_key=account_key))


@pages.get("/a/<account_key>/menu/match")
@needs(Permission.MENUS)
def match(account_key: str) -> Response:
    """这位粉丝会看到什么"""
    return _match()


@pages.post("/a/<account_key>/menu/match")
@needs(Permission.MENUS)
def try_match(account_key: str) -> Response:
    """Asks the platform. The openid stands in no address and no log."""
    openid = request.form.get("openid", "").strip()
    try:
        if not openid:
            raise Invalid("no_openid", "请填写粉丝的 OpenID。")
        answer = parts().platform.api(here().official).menu.try_match(openid)
    except DomainError as error:
        return _match(openid=openid, problem=error.message, status=error.status)
    return _match(openid=openid, tree=from_buttons(answer.get("button") or []))


def is_on_phones(variant: MenuVariant) -> bool:
    """Is what phones show the draft?"""
    return variant.live_tree is not None and as_draft(variant.live_tree) == variant.tree


def _match(*, openid: str = "", tree: Tree | None = None, problem: str = "", status: int = 200) -> Response:
    html = render_template(
        "menus/console_match.html",
        title="这位粉丝会看到什么",
        account=here().official,
        openid=openid,
        tree=tree,
        problem=problem,
    )
    return Response(html, status)


def _list(*, problem: str = "", status: int = 200) -> Response:
    account = here().official
    with parts().db.read() as session:
        rows = store.list_variants(session, account.id)
        newest = store.newest_version(session, account.id)
    html = render_template(
        "menus/console_variants.html",
        title="个性化菜单",
        account=account,
        rows=[(one, is_on_phones(one)) for one in rows],
        newest=newest,
        tags=list_tags(account),
        form=request.form,
        problem=problem,
    )
    return Response(html, status)


def _editor(
    session: Session,
    variant: MenuVariant,
    tree: Tree,
    *,
    typed: str = "",
    problem: str = "",
    said: str = "",
    others: list[Difference] | None = None,
    status: int = 200,
) -> Response:
    account = here().official
    html = render_template(
        "menus/console_editor.html",
        title=f"个性化菜单：{variant.name}",
        account=account,
        variant=variant,
        name=request.form.get("name", variant.name),
        tag=request.form.get("tag", str(variant.tag_id)),
        tags=list_tags(account),
        draft=variant,
        version=variant.version,
        is_live=is_on_phones(variant),
        others=others,
        unsaved=bool(problem),
        problem=problem,
        said=said,
        **editor(session, tree, typed),
    )
    return Response(html, status)
