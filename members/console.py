"""粉丝 in the console: the list, one follower, the blacklist. (Tags: `members.tags.console`.)"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.windows import get_room
from core.errors import DomainError, Invalid, NotAllowed, NotFound
from core.masking import mask_openid, mask_text
from house.current import parts
from house.permissions import Permission
from members import blacklist, store
from members.consents import has_withdrawn
from members.rules import BATCH, DAYS, HISTORY, VIEWS, Cursor, Filter, read_days, read_view
from members.service import get_member, set_remark
from members.tags import service as tag_service
from members.tags.tasks import is_linked
from models.members import Member, Tag
from models.messages import MessageLog
from staff.guard import acting, console_pages, here, needs

_PAGE = BATCH
_MESSAGES = 20
pages = console_pages("followers", __name__)


@pages.get("/a/<account_key>/followers")
@needs(Permission.FOLLOWERS)
def index(account_key: str) -> Response:
    """One page of the list, by filters."""
    return list_page()


@pages.get("/a/<account_key>/followers/count")
@needs(Permission.FOLLOWERS)
def count(account_key: str) -> Response:
    """How many the filters find, counted up to a limit; asked for once the list stands."""
    with parts().db.read() as session:
        wanted, _ = wanted_followers(session)
        number = store.count_followers(session, here().official.id, wanted)
    return Response(f"{store.COUNTED} 位以上" if number > store.COUNTED else f"共 {number} 位")


@pages.post("/a/<account_key>/followers/tag")
@needs(Permission.FOLLOWERS)
def tag_chosen(account_key: str) -> AnyResponse:
    """Put a tag on the chosen followers, or take it off."""
    account, form = here().official, request.form
    add = form.get("do") != "remove"
    try:
        with parts().db.read() as session:
            members = _chosen(session)
            tag = tag_service.get_tag(session, account.id, form.get("tag_public_id", ""))
        with acting(
            "followers_tagged" if add else "followers_untagged", tag.name, count=len(members)
        ) as session:
            verb = tag_service.add_tag if add else tag_service.remove_tag
            tag = tag_service.get_tag(session, account.id, tag.public_id)
            done = verb(session, tag, members, linked=is_linked(account), now=parts().clock())
    except DomainError as error:
        return list_page(problem=error.message, status=error.status)
    return list_page(said=_tell(tag, done, add=add))


@pages.post("/a/<account_key>/followers/block")
@needs(Permission.FOLLOWERS)
def block_chosen(account_key: str) -> AnyResponse:
    """Put the chosen followers on the blacklist, or take them off."""
    account, blocked = here().official, request.form.get("do") != "unblock"
    try:
        with parts().db.read() as session:
            members = _chosen(session)
        with _block(members, blocked=blocked) as session:
            changed = blacklist.set_blocked(
                session,
                account.id,
                members,
                blocked=blocked,
                linked=is_linked(account),
                now=parts().clock(),
            )
    except DomainError as error:
        return list_page(problem=error.message, status=error.status)
    return list_page(said=f"已把 {changed} 位粉丝{'加入' if blocked else '移出'}黑名单。")


@pages.get("/a/<account_key>/followers/<public_id>")
@needs(Permission.FOLLOWERS)
def show(account_key: str, public_id: str) -> Response:
    """One follower."""
    return _show(public_id)


@pages.post("/a/<account_key>/followers/<public_id>/remark")
@needs(Permission.FOLLOWERS)
def remark(account_key: str, public_id: str) -> AnyResponse:
    """Keep a remark. Of two people who write one at once, the second sees what the first wrote."""
    text, version = request.form.get("remark", ""), request.form.get("version", -1, int)
    try:
        with acting("remark_changed", _name(public_id)) as session:
            set_remark(session, here().official.id, public_id, text, version)
    except NotFound:
        raise
    except DomainError as error:
        return _show(public_id, typed=text, problem=error.message, status=error.status)
    return redirect(url_for("followers.show", account_key=account_key, public_id=public_id))


@pages.post("/a/<account_key>/followers/<public_id>/tags")
@needs(Permission.FOLLOWERS)
def tag_one(account_key: str, public_id: str) -> AnyResponse:
    """Put a tag on this follower or take it off."""
    account, add = here().official, request.form.get("do") != "remove"
    try:
        with acting(
            "followers_tagged" if add else "followers_untagged", _name(public_id), count=1
        ) as session:
            member = get_member(session, account.id, public_id)
            tag = tag_service.get_tag(session, account.id, request.form.get("tag_public_id", ""))
            verb = tag_service.add_tag if add else tag_service.remove_tag
            done = verb(session, tag, [member], linked=is_linked(account), now=parts().clock())
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status)
    if done.unwilling or done.full:
        return _show(public_id, problem=_tell(tag, done, add=add), status=409)
    return redirect(url_for("followers.show", account_key=account_key, public_id=public_id))


@pages.post("/a/<account_key>/followers/<public_id>/block")
@needs(Permission.FOLLOWERS)
def block_one(account_key: str, public_id: str) -> AnyResponse:
    account, blocked = here().official, request.form.get("do") != "unblock"
    with parts().db.read() as session:
        member = get_member(session, account.id, public_id)
    with _block([member], blocked=blocked) as session:
        blacklist.set_blocked(
            session, account.id, [member], blocked=blocked, linked=is_linked(account), now=parts().clock()
        )
    return redirect(url_for("followers.show", account_key=account_key, public_id=public_id))


@pages.post("/a/<account_key>/followers/<public_id>/messages/<message_key>/unmask")
@needs(Permission.PERSONAL)
def unmask(account_key: str, public_id: str, message_key: str) -> AnyResponse:
    """Show one message as it was written. Each time stands in the audit log."""
    me = here()
    if not me.may(Permission.FOLLOWERS):
        raise NotAllowed("no_permission", "您在这里没有「粉丝与标签」的权限，请找本单位的管理员开通。")
    with parts().db.read() as session:
        member = get_member(session, me.official.id, public_id)
        message = store.find_message(session, me.official.id, member.openid, message_key)
        closed = has_withdrawn(session, me.official.id, member.openid, HISTORY)
    if message is None or closed:
        raise NotFound("no_message", "没有这条消息，可能本人已经删除，或不同意查看。")
    with acting("unmasked", _name(public_id), message=message.message_key):
        text = message.content
    if "HX-Request" in request.headers:
        return Response(render_template("members/console_unmasked.html", text=text))
    return _show(public_id, unmasked=message_key)


def list_page(*, problem: str = "", said: str = "", status: int = 200) -> Response:
    """The list as the address (or the form's `back`) filters it."""
    account = here().official
    kept = {name: value for name, value in _args().items() if name != "after" and value}
    with parts().db.read() as session:
        try:
            wanted, tag = wanted_followers(session)
            after = Cursor.read(_args().get("after", ""))
        except DomainError as error:
            wanted, tag, after = Filter(parts().clock()), None, None
            problem, status = problem or error.message, max(status, error.status)
            kept = {}
        page = store.list_followers(session, account.id, wanted, after, _PAGE)
        tags_of = store.list_tags_of(session, account.id, [one.id for one in page.members])
        tags = tag_service.list_tags(session, account.id)
        scenes = store.scene_labels(session, account.id)
    html = render_template(
        "members/console_followers.html",
        title="粉丝",
        members=page.members,
        next=page.next,
        after=after,
        query=urlencode(kept),
        back=urlencode({**kept, **({"after": str(after)} if after else {})}),
        wanted=wanted,
        tag=tag,
        views=VIEWS,
        view_days=DAYS,
        tags=tags,
        tags_of=tags_of,
        scenes=scenes,
        mask=mask_openid,
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _args() -> dict[str, str]:
    """The filters: of the address; of a form, those of the page it was on."""
    if request.method == "GET":
        return request.args.to_dict()
    return dict(parse_qsl(request.form.get("back", "")))


def wanted_followers(session: Session) -> tuple[Filter, Tag | None]:
    """What the page's filters ask for, and the tag. Raises Invalid, NotFound (the tag)."""
    args = _args()
    view = read_view(args.get("view", ""))
    days = read_days(args.get("days", ""), view)
    tag = tag_service.get_tag(session, here().official.id, args["tag"]) if args.get("tag") else None
    return Filter(parts().clock(), view, days, tag.id if tag else None, args.get("scene", "")), tag


def _chosen(session: Session) -> Sequence[Member]:
    """The followers ticked in the list; those of another account are none. Raises Invalid."""
    ids = request.form.getlist("member")
    if not ids:
        raise Invalid("nobody", "请先勾选粉丝，再选择操作。")
    if len(ids) > BATCH:
        raise Invalid("too_many", f"一次最多选 {BATCH} 位粉丝，现在是 {len(ids)} 位。")
    query = select(Member).where(Member.account_id == here().official.id, Member.public_id.in_(ids))
    members = list(session.scalars(query))
    if not members:
        raise Invalid("nobody", "勾选的粉丝已经不在了，请刷新页面再试。")
    return members


def _block(members: Sequence[Member], *, blocked: bool) -> Any:
    action = "followers_blocked" if blocked else "followers_unblocked"
    name = _name(members[0].public_id) if len(members) == 1 else f"{len(members)} 位粉丝"
    return acting(action, name, count=len(members))


def _name(public_id: str) -> str:
    """What the audit log calls a follower: erased with the follower's row, it leads to nobody."""
    return f"粉丝 {public_id}"


def _tell(tag: Tag, done: tag_service.Tagged, *, add: bool) -> str:
    said = f"已给 {done.changed} 位粉丝{'打上' if add else '取消'}标签「{tag.name}」。"
    if done.unwilling:
        said += f"有 {done.unwilling} 位本人不同意打标签，没有打。"
    if done.full:
        said += f"有 {done.full} 位的标签已满 20 个，没有打；请先取消一些。"
    return said


def _show(
    public_id: str, *, typed: str | None = None, unmasked: str = "", problem: str = "", status: int = 200
) -> Response:
    account, before = here().official, request.args.get("before", type=int)
    with parts().db.read() as session:
        member = get_member(session, account.id, public_id)
        closed = has_withdrawn(session, account.id, member.openid, HISTORY)
        found: list[MessageLog] = []
        if not closed:
            found = store.list_messages(session, account.id, member.openid, before, _MESSAGES + 1)
        carried = store.list_tags_of(session, account.id, [member.id]).get(member.id, [])
        tags = tag_service.list_tags(session, account.id)
        scenes = store.scene_labels(session, account.id)
        room = get_room(session, account.id, member.openid, parts().clock())
    html = render_template(
        "members/console_follower.html",
        title=f"粉丝 {mask_openid(member.openid)}",
        member=member,
        typed=typed,
        closed=closed,
        messages=found[:_MESSAGES],
        more=found[_MESSAGES - 1].id if len(found) > _MESSAGES else None,
        carried=carried,
        free=[tag for tag in tags if tag.state != "deleting" and tag.id not in {one.id for one in carried}],
        scenes=scenes,
        room=room,
        mask=mask_text,
        unmasked=unmasked,
        problem=problem,
    )
    return Response(html, status)
