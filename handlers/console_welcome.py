"""欢迎语与常用回复: what an account says to who follows or scans, when it is asked for help, and when it has no answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.profile import Profile, check_profile
from chat.content import ContentReply
from core.errors import Conflict, DomainError, Invalid, NotFound
from handlers import contacts as contact_verbs
from handlers import forms
from handlers.console_parts import allow_pictures, change, picture_choice, questions_in
from handlers.preview import Bubble, preview
from handlers.replies import check_reply, dump
from handlers.store import known_entries
from handlers.welcome import Part, mark, part_of, save_part
from house.current import parts
from house.permissions import Permission
from models.accounts import Account
from staff.guard import acting, console_pages, here, needs

CONTENT_KINDS = ("text", "news", "image", "entry")
_LONGEST_SCENE = 64
_LONGEST_TEXT = 1000
pages = console_pages("welcome", __name__)
pages.url_value_preprocessor(allow_pictures)


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the profile that is one reply or one text."""

    title: str
    when: str
    is_reply: bool = False


FIELDS = {
    "welcome": Field("关注后的欢迎语", "粉丝关注公众号时", is_reply=True),
    "welcome_back": Field("扫码的回复", "已关注的粉丝扫了没有单独欢迎语的二维码时", is_reply=True),
    "help": Field("帮助", "粉丝说「帮助」「怎么用」时"),
    "fallback": Field("答不上来时", "智能问答也答不上来时，后面会自动附上联系方式和热线"),
    "received": Field("收到图片、视频等", "粉丝发来没有文字的消息时"),
    "hotline": Field("热线号码", "各处提到工会热线的地方"),
}


@pages.get("/a/<account_key>/welcome")
@needs(Permission.RULES)
def index(account_key: str) -> Response:
    """All texts as phones show them."""
    profile = _profile()
    shown = [
        {"name": name, "field": field, "bubbles": _bubbles(getattr(profile, name))}
        for name, field in FIELDS.items()
    ]
    scenes = [
        {"code": code, "bubbles": _bubbles(reply), "mark": mark(part_of(profile, ("scenes", code)))}
        for code, reply in profile.scenes.items()
    ]
    html = render_template(
        "handlers/console_welcome.html",
        title="欢迎语与常用回复",
        shown=shown,
        scenes=scenes,
        contacts=profile.contacts,
        said={"saved": "已保存，约 1 秒后生效。", "deleted": "已删除。"}.get(
            request.args.get("said", ""), ""
        ),
    )
    return Response(html)


@pages.get("/a/<account_key>/welcome/text/<name>")
@needs(Permission.RULES)
def text(account_key: str, name: str) -> Response:
    """The form of one text."""
    _field(name)
    return _text_form(name, part_of(_profile(), (name,)))


@pages.post("/a/<account_key>/welcome/text/<name>")
@needs(Permission.RULES)
def save_text(account_key: str, name: str) -> AnyResponse:
    field = _field(name)
    if field.is_reply:
        return _save_reply((name,), field.title, lambda typed, **more: _reply_form((name,), typed, **more))
    typed = request.form.get("text", "").replace("\r\n", "\n")
    try:
        value = _checked_text(name, typed)
        _save((name,), field.title, value)
    except DomainError as error:
        return _text_form(name, typed, error=error)
    return _back()


@pages.get("/a/<account_key>/welcome/scene")
@needs(Permission.RULES)
def scene(account_key: str) -> Response:
    """The form of a scene code's welcome; without `scene` of a new one."""
    code = request.args.get("scene", "")
    value = part_of(_profile(), ("scenes", code)) if code else None
    if code and value is None:
        raise NotFound("no_scene", "没有这个场景码的欢迎语，可能已被删除。")
    return _reply_form(("scenes", code), forms.to_tree(value) if value else {"kind": "text"})


@pages.post("/a/<account_key>/welcome/scene")
@needs(Permission.RULES)
def save_scene(account_key: str) -> AnyResponse:
    code = request.form.get("scene", "").strip()
    return _save_reply(
        ("scenes", code),
        f"场景码 {code}",
        lambda typed, **more: _reply_form(("scenes", code), typed, **more),
    )


@pages.post("/a/<account_key>/welcome/scene/delete")
@needs(Permission.RULES)
def delete_scene(account_key: str) -> AnyResponse:
    code = request.form.get("scene", "")
    with acting("scene_deleted", code, before=part_of(_profile(), ("scenes", code))) as session:
        save_part(session, here().official.id, ("scenes", code), None, request.form.get("seen", ""))
    return _back("deleted")


@pages.get("/a/<account_key>/welcome/contacts")
@needs(Permission.RULES)
def contacts(account_key: str) -> Response:
    """The form of all contacts by district."""
    return _stored_contacts()


@pages.post("/a/<account_key>/welcome/contacts")
@needs(Permission.RULES)
def save_contacts(account_key: str) -> AnyResponse:
    tree = forms.read_tree(list(request.form.items(multi=True)), "profile")
    do, seen = request.form.get("do", "save"), request.form.get("seen", "")
    if do != "save":
        forms.change(tree, do)
        return _contacts_form(tree, seen)
    try:
        contacts = forms.read_contacts(tree)
        with acting("welcome_saved", "各区联系方式") as session:
            contact_verbs.save_contacts(
                session, here().official.id, contacts, seen, by=here().staff.name, now=parts().clock()
            )
    except DomainError as error:
        return _contacts_form(tree, seen, error=error)
    return _back()


@pages.post("/a/<account_key>/welcome/contacts/<public_id>/restore")
@needs(Permission.RULES)
def restore_contact(account_key: str, public_id: str) -> AnyResponse:
    """Put back one that was taken out within the last month."""
    account_id = here().official.id
    try:
        with parts().db.read() as session:
            district = contact_verbs.get_removed(session, account_id, public_id).contact["district"]
        with acting("contact_restored", district) as session:
            contact_verbs.restore_contact(session, account_id, public_id)
    except Conflict as error:
        return _stored_contacts(error)
    return redirect(url_for("welcome.contacts", account_key=account_key))


def _profile() -> Profile:
    """Read anew: what is in memory may be a second old."""
    with parts().db.read() as session:
        return check_profile(session.get_one(Account, here().official.id).profile, "资料")


def _field(name: str) -> Field:
    if name not in FIELDS:
        raise NotFound("no_text", "没有这一项。")
    return FIELDS[name]


def _bubbles(value: ContentReply | str) -> tuple[Bubble, ...]:
    reply = ContentReply(text=value) if isinstance(value, str) and value else value
    if not isinstance(reply, ContentReply):
        return ()
    return preview(reply, here().official, questions_in(reply))


def _checked_text(name: str, typed: str) -> str:
    value = typed.strip()
    if not value:
        raise Invalid("empty", "请填写内容")
    if len(value) > _LONGEST_TEXT or (name == "hotline" and len(value) > 40):
        raise Invalid("too_long", "内容太长，请缩短")
    return value


def _save_reply(part: Part, title: str, form: Callable[..., Response]) -> AnyResponse:
    """Store a reply, or show its form again, changed as a button in it asks."""
    typed, do = forms.read_tree(list(request.form.items(multi=True)), "reply"), request.form.get("do", "save")
    if do != "save":
        return form(typed, unkept=change(typed, do, "reply"))
    try:
        _check_scene(part)
        reply = forms.read_reply(typed)
        if not isinstance(reply, ContentReply):
            raise Invalid("bad_kind", "这里只能用文字、图文、图片或问答")
        _check_entry(reply)
        _save(part, title, dump(reply))
    except DomainError as error:
        return form(typed, error=error)
    return _back()


def _check_scene(part: Part) -> None:
    if part[0] != "scenes":
        return
    code = part[1]
    if not code or len(code) > _LONGEST_SCENE or any(letter.isspace() for letter in code):
        raise Invalid(
            "bad_scene", f"场景码要填 1 到 {_LONGEST_SCENE} 个字，不能有空格，和生成二维码时填的一样"
        )


def _check_entry(reply: ContentReply) -> None:
    if not reply.entry:
        return
    with parts().db.read() as session:
        if not known_entries(session, here().place.chain, [reply.entry]):
            raise Invalid("no_entry", f"没有编号为「{reply.entry}」的问答，请从列表里选")


def _save(part: Part, title: str, value: Any) -> None:
    with acting("welcome_saved", title) as session:
        save_part(session, here().official.id, part, value, request.form.get("seen", ""))


def _back(said: str = "saved") -> AnyResponse:
    return redirect(url_for("welcome.index", account_key=here().official.key, said=said))


def _told(error: DomainError | None) -> tuple[dict[str, str], int]:
    """The template's words for an error, and the status."""
    return ({"problem": error.message if error else ""}, error.status if error else 200)


def _seen(part: Part, stored: Any, error: DomainError | None) -> str:
    """The mark that goes into the form. After a conflict it is that of what is shown beside: saving again takes the form."""
    if isinstance(error, Conflict) or request.method == "GET":
        return mark(stored)
    return request.form.get("seen", "")


def _text_form(name: str, typed: Any, error: DomainError | None = None) -> Response:
    if FIELDS[name].is_reply:
        return _reply_form((name,), forms.to_tree(typed))
    stored, (told, status) = part_of(_profile(), (name,)), _told(error)
    html = render_template(
        "handlers/console_text.html",
        title=FIELDS[name].title,
        field=FIELDS[name],
        short=name == "hotline",
        typed=typed,
        stored=stored if isinstance(error, Conflict) else None,
        seen=_seen((name,), stored, error),
        **told,
    )
    return Response(html, status)


def _reply_form(part: Part, tree: forms.Tree, error: DomainError | None = None, unkept: str = "") -> Response:
    scene = part[1] if part[0] == "scenes" else None
    stored, (told, status) = part_of(_profile(), part), _told(error)
    known = stored is not None and request.args.get("scene") == scene
    html = render_template(
        "handlers/console_reply_form.html",
        title=FIELDS[part[0]].title if scene is None else "场景码的欢迎语",
        field=FIELDS.get(part[0]),
        scene=scene,
        known=known,
        reply=forms.complete(tree),
        kinds=forms.KINDS,
        allowed=CONTENT_KINDS,
        flat=forms.flat,
        stored=_stored_bubbles(stored) if isinstance(error, Conflict) else None,
        seen=_seen(part, stored, error),
        unkept=unkept,
        **picture_choice(),
        **_looked_at(tree),
        **told,
    )
    return Response(html, 422 if unkept else status)


def _stored_bubbles(stored: Any) -> tuple[Bubble, ...]:
    return _bubbles(ContentReply.model_validate(stored)) if stored else ()


def _looked_at(tree: forms.Tree) -> dict[str, Any]:
    """The preview of a form, or what it still lacks."""
    try:
        reply = check_reply(dump(forms.read_reply(tree)), "回复内容")
    except Invalid as error:
        return {"bubbles": (), "unfinished": error.message}
    return {"bubbles": preview(reply, here().official, questions_in(reply)), "unfinished": ""}


def _stored_contacts(error: DomainError | None = None) -> Response:
    stored = part_of(_profile(), ("contacts",))
    rows = [{**one, "aliases": "、".join(one["aliases"])} for one in stored]
    return _contacts_form({"contacts": rows}, mark(stored), refused=error)


def _contacts_form(
    tree: forms.Tree, seen: str, error: DomainError | None = None, *, refused: DomainError | None = None
) -> Response:
    """`error`: why the form was not saved; `refused`: why something beside it did not happen."""
    stored, (told, status) = part_of(_profile(), ("contacts",)), _told(error or refused)
    collided = isinstance(error, Conflict)
    with parts().db.read() as session:
        removed = contact_verbs.list_removed(session, here().official.id, parts().clock())
    html = render_template(
        "handlers/console_contacts.html",
        title="各区联系方式",
        rows=forms.contact_rows(tree),
        stored=stored if collided else None,
        seen=mark(stored) if collided else seen,
        removed=removed,
        **told,
    )
    return Response(html, status)
