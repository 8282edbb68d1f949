"""Tags in the console: make, rename, delete, compare with the platform; groups by behaviour and turning them into tags."""

from collections.abc import Mapping

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DomainError
from house.current import parts
from house.permissions import Permission
from members import store
from members.console import pages
from members.rules import DAYS, GROUPS, Filter
from members.tags import service, sync
from members.tags.rules import MOST_TAGS, is_reserved
from members.tags.tasks import is_linked
from models.members import Tag
from staff.guard import acting, here, needs

__all__ = ["pages"]


@pages.get("/a/<account_key>/followers/tags")
@needs(Permission.FOLLOWERS)
def tags(account_key: str) -> Response:
    """All tags of the account."""
    return _page()


@pages.post("/a/<account_key>/followers/tags")
@needs(Permission.FOLLOWERS)
def create_tag(account_key: str) -> AnyResponse:
    """A new tag; perhaps at once put on a group by behaviour."""
    account, form = here().official, request.form
    name, group = form.get("name", ""), form.get("group", "")
    try:
        with acting("tag_made", name, group=group) as session:
            tag = service.create_tag(
                session, account.id, name, linked=is_linked(account), now=parts().clock()
            )
            if group:
                service.start_filling(session, tag, group, parts().clock())
    except DomainError as error:
        return _page(form=form, problem=error.message, status=error.status)
    return redirect(url_for("followers.tags", account_key=account_key))


@pages.post("/a/<account_key>/followers/tags/<public_id>/rename")
@needs(Permission.FOLLOWERS)
def rename_tag(account_key: str, public_id: str) -> AnyResponse:
    form = request.form
    return _change(public_id, "tag_renamed", form.get("name", ""))


@pages.post("/a/<account_key>/followers/tags/<public_id>/delete")
@needs(Permission.FOLLOWERS)
def delete_tag(account_key: str, public_id: str) -> AnyResponse:
    return _change(public_id, "tag_deleted")


@pages.post("/a/<account_key>/followers/tags/<public_id>/retry")
@needs(Permission.FOLLOWERS)
def retry_tag(account_key: str, public_id: str) -> AnyResponse:
    return _change(public_id, "tag_retried")


@pages.post("/a/<account_key>/followers/tags/sync")
@needs(Permission.FOLLOWERS)
def sync_tags(account_key: str) -> AnyResponse:
    """Let the worker compare with the platform now."""
    with acting("tags_compared") as session:
        sync.want_sync(session, here().official.id, parts().clock())
    return _page(said="已安排与公众平台核对，几秒后刷新页面查看。")


def _change(public_id: str, action: str, name: str = "") -> AnyResponse:
    account, version, now = here().official, request.form.get("version", -1, int), parts().clock()
    linked = is_linked(account)
    try:
        with parts().db.read() as session:
            was = service.get_tag(session, account.id, public_id).name
        with acting(action, was, **({"to": name} if name else {})) as session:
            tag = service.get_tag(session, account.id, public_id)
            if action == "tag_renamed":
                service.rename_tag(session, tag, name, version, linked=linked, now=now)
            elif action == "tag_deleted":
                service.delete_tag(session, tag, version, linked=linked, now=now)
            else:
                service.retry_tag(session, tag, version, now)
    except DomainError as error:
        if error.status == 404:
            raise
        typed = {"of": public_id, "name": name} if name else {}
        return _page(form=typed, problem=error.message, status=error.status)
    return redirect(url_for("followers.tags", account_key=account.key))


def _page(
    *, form: Mapping[str, str] | None = None, problem: str = "", said: str = "", status: int = 200
) -> Response:
    account, now = here().official, parts().clock()
    with parts().db.read() as session:
        found = service.list_tags(session, account.id)
        groups = [
            (
                key,
                title,
                about,
                store.count_followers(session, account.id, Filter(now, key, DAYS.get(key, 7))),
            )
            for key, (title, about) in GROUPS.items()
        ]
        compared = sync.get_sync(session, account.id)
    html = render_template(
        "members/console_tags.html",
        title="粉丝标签",
        tags=found,
        own=[tag for tag in found if not is_reserved(tag.platform_id)],
        is_own=_is_own,
        groups=groups,
        counted=store.COUNTED,
        titles={key: title for key, (title, _) in GROUPS.items()},
        days=DAYS,
        most=MOST_TAGS,
        linked=is_linked(account),
        compared=compared,
        form=form or {},
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _is_own(tag: Tag) -> bool:
    return not is_reserved(tag.platform_id)
