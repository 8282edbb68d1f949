"""推送日历: what goes to all followers and when, what is left of the quota, a look for a colleague, taking back."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.mass import Left, count_left, mass_quotas
from chat.content import fill
from core.clock import SHANGHAI, local_text, parse_local
from core.errors import Conflict, DomainError, Invalid
from core.ids import public_id
from house.couriers import customer_message
from house.current import parts
from house.permissions import Permission
from models.push import Push
from push import service
from push.files import PushDraft, store_cover
from push.rules import DIGEST, STATES, Card, Month, check_card, explain, full
from push.targets import missing_target
from push.tasks import covers_dir, make_draft
from staff.guard import acting, console_pages, here, needs
from web.storage import media_store
from wechat.api import custom
from wechat.api.mass import MassContent
from wechat.client import WeChatAPI

ACTIONS: dict[str, str] = {
    "push_scheduled": "安排推送",
    "push_proposed": "提交推送待审定",
    "push_approved": "审定推送",
    "push_withdrawn": "撤回推送",
    "push_previewed": "推送给同事预览",
}
COLOURS = {
    "scheduled": "bg-blue-lt",
    "sending": "bg-yellow-lt",
    "accepted": "bg-yellow-lt",
    "sent": "bg-green-lt",
    "failed": "bg-red-lt",
    "withdrawn": "bg-secondary-lt",
}
_MOST_BYTES = 12 * 1024 * 1024
_OPENID = re.compile(r"o[A-Za-z0-9_-]{20,40}")
pages = console_pages("pushes", __name__)


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = _MOST_BYTES


@pages.get("/a/<account_key>/pushes")
@needs(Permission.LOOK)
def index(account_key: str) -> Response:
    """A month of the calendar."""
    account, now = here().official, parts().clock()
    today = now.astimezone(SHANGHAI).date()
    month = Month.of(request.args.get("month", ""), today)
    quotas = mass_quotas(account, parts().settings.push)
    with parts().db.read() as session:
        pushes = service.list_between(session, account.id, *month.span)
        left = count_left(session, account.id, quotas, max(now, month.span[0]))
        today_left = count_left(session, account.id, quotas[:1], now)[0]
    html = render_template(
        "push/console_calendar.html",
        title="推送日历",
        month=month,
        today=today,
        by_day=_by_day(pushes),
        pushes=pushes,
        left=[one for one in left if one.quota.span == "month" or month.first == today.replace(day=1)],
        free_on=lambda day: _free_on(day, today, pushes, today_left),
        states=STATES,
        colours=COLOURS,
    )
    return Response(html)


def _by_day(pushes: list[Push]) -> dict[date, list[Push]]:
    days: dict[date, list[Push]] = defaultdict(list)
    for push in pushes:
        days[push.due_at.astimezone(SHANGHAI).date()].append(push)
    return days


def _free_on(day: date, today: date, pushes: list[Push], today_left: Left) -> int | None:
    """How many more may be scheduled for a day; None for one that is over."""
    if day < today:
        return None
    if day == today:
        return today_left.free
    waiting = sum(
        one.state == "scheduled" and one.due_at.astimezone(SHANGHAI).date() == day for one in pushes
    )
    return max(0, today_left.quota.limit - waiting)


@dataclass
class _Form:
    """A push as it was sent, or as the page begins. `media` is the cover's name in the media folder; `again` names the push
    whose cover is taken."""

    code: str
    title: str = ""
    digest: str = ""
    link: str = ""
    day: str = ""
    time: str = "09:00"
    media: str = ""
    again: str = ""
    problem: str = ""
    warning: str = ""

    @classmethod
    def begun(cls) -> "_Form":
        """With what the address brings: an issue of a column, a day of the calendar."""
        asked = request.args
        tomorrow = parts().clock().astimezone(SHANGHAI).date() + timedelta(days=1)
        return cls(
            public_id(),
            asked.get("title", ""),
            asked.get("digest", ""),
            asked.get("link", ""),
            asked.get("day", "") or tomorrow.isoformat(),
            media=_known(asked.get("media", "")),
        )

    @classmethod
    def of(cls, push: Push) -> "_Form":
        """The same once more."""
        begun = cls.begun()
        return cls(
            begun.code, push.title, push.digest, push.link, begun.day, begun.time, again=push.client_msg_id
        )

    @classmethod
    def sent(cls) -> "_Form":
        form, problem = request.form, ""
        media = _known(form.get("media", ""))
        file = request.files.get("cover_file")
        if file is not None and file.filename:
            try:
                media = media_store().keep("picture", file.stream)
            except Invalid as error:
                problem = f"封面：{error.message}"
        return cls(
            form.get("code", "")[:80] or public_id(),
            form.get("title", ""),
            form.get("digest", ""),
            form.get("link", ""),
            form.get("day", ""),
            form.get("time", ""),
            media,
            form.get("again", ""),
            problem,
        )


@pages.get("/a/<account_key>/pushes/new")
@needs(Permission.PUSHES)
def new(account_key: str) -> Response:
    again = request.args.get("again", "")
    return _form_page(_Form.of(_push(again)) if again else _Form.begun())


@pages.post("/a/<account_key>/pushes/new")
@needs(Permission.PUSHES)
def schedule(account_key: str) -> AnyResponse:
    account, form = here().official, _Form.sent()
    if form.problem:
        return _form_page(form, 422)
    try:
        card = check_card(form.title, form.digest, form.link, f"{form.day} {form.time}", parts().clock())
        cover = _cover(form)
    except DomainError as error:
        form.problem = error.message
        return _form_page(form, error.status)
    form.warning = _warning(card.due_at)
    if form.warning and not request.form.get("anyway"):
        return _form_page(form, 409)
    try:
        final = here().may(Permission.PUBLISH)
        if final:
            _check_target(card.link)
        act = "push_scheduled" if final else "push_proposed"
        with acting(act, card.title, due=f"{form.day} {form.time}") as session:
            push = service.schedule_push(
                session,
                account.id,
                _draft(form.code, card, cover),
                by=here().staff.name,
                approved=final,
            )
    except Invalid as error:
        form.problem = error.message
        return _form_page(form, error.status)
    except Conflict:
        # The form was sent twice: what it asked for is there.
        return redirect(url_for(".index", account_key=account_key, month=form.day[:7]))
    return redirect(url_for(".show", account_key=account_key, token=push.client_msg_id))


def _warning(due_at: datetime) -> str:
    account = here().official
    quotas = mass_quotas(account, parts().settings.push)
    with parts().db.read() as session:
        return full(count_left(session, account.id, quotas, due_at))


def _left_on(day: str) -> tuple[Left, ...]:
    """What is left on the day that stands in the form; none where no day does."""
    try:
        moment = parse_local(day)
    except ValueError:
        return ()
    account = here().official
    with parts().db.read() as session:
        return count_left(session, account.id, mass_quotas(account, parts().settings.push), moment)


def _draft(code: str, card: Card, cover: str) -> PushDraft:
    return PushDraft(code, card.title, card.digest, cover, card.link, card.due_at)


def _cover(form: _Form) -> str:
    """Its name in the covers folder. Raises Invalid for none."""
    path = media_store().find(form.media)
    if path is not None:
        return store_cover(path.read_bytes(), path.suffix, covers_dir(parts()))
    if form.again:
        return _push(form.again).cover
    raise Invalid("no_cover", "请选择封面图片。")


def _known(name: str) -> str:
    return name if name and media_store().find(name) is not None else ""


def _form_page(form: _Form, status: int = 200) -> Response:
    html = render_template(
        "push/console_form.html",
        title="安排推送",
        form=form,
        digest_chars=DIGEST,
        left=_left_on(form.day),
        problem=form.problem or form.warning,
    )
    return Response(html, status)


@pages.get("/a/<account_key>/pushes/one/<token>")
@needs(Permission.LOOK)
def show(account_key: str, token: str) -> Response:
    return _push_page(token)


def _push_page(
    token: str, *, said: str = "", problem: str = "", status: int = 200, who: str = ""
) -> Response:
    push = _push(token)
    html = render_template(
        "push/console_push.html",
        title=push.title,
        push=push,
        link=fill(push.link, here().official),
        states=STATES,
        colours=COLOURS,
        reason=explain(push.error),
        said=said,
        problem=problem,
        who=who,
    )
    return Response(html, status)


@pages.get("/a/<account_key>/pushes/one/<token>/cover")
@needs(Permission.LOOK)
def cover(account_key: str, token: str) -> Response:
    folder = covers_dir(parts()).absolute()
    return send_from_directory(folder, _push(token).cover)


@pages.post("/a/<account_key>/pushes/one/<token>/approve")
@needs(Permission.PUBLISH)
def approve(account_key: str, token: str) -> AnyResponse:
    """Somebody proposed it; who may let things go live lets it go at its time."""
    push = _push(token)
    try:
        _check_target(push.link)
        with acting("push_approved", push.title, due=local_text(push.due_at)) as session:
            service.approve_push(session, here().official.id, push.code, by=here().staff.name)
    except Conflict:
        told = "这条推送已经有人审定、撤回，或时间已过。下面是现在的样子。"
        return _push_page(token, problem=told, status=409)
    except Invalid as error:
        return _push_page(token, problem=error.message, status=error.status)
    return redirect(url_for(".show", account_key=account_key, token=token))


def _check_target(link: str) -> None:
    """Raises Invalid for a page of ours that people would find empty."""
    today = parts().clock().astimezone(SHANGHAI).date()
    with parts().db.read() as session:
        missing = missing_target(session, here().official, link, today)
    if missing:
        raise Invalid("not_live", missing)


@pages.post("/a/<account_key>/pushes/one/<token>/withdraw")
@needs(Permission.PUSHES)
def withdraw(account_key: str, token: str) -> AnyResponse:
    push = _push(token)
    try:
        with acting("push_withdrawn", push.title) as session:
            service.withdraw_push(session, here().official.id, push.code)
    except Conflict:
        told = "这条推送已经开始发送、已经结束，或别人已经撤回，现在不能撤回了。"
        return _push_page(token, problem=told, status=409)
    return redirect(url_for(".show", account_key=account_key, token=token))


@pages.post("/a/<account_key>/pushes/one/<token>/preview")
@needs(Permission.PUSHES)
def preview(account_key: str, token: str) -> Response:
    """To one phone, before the time: as the mass send will look, or as a customer-service card."""
    push, who = _push(token), request.form.get("who", "").strip()
    by_card = request.form.get("how") == "card"
    if push.state != "scheduled":
        return _push_page(token, problem="只有待发送的推送可以预览。", status=409, who=who)
    problem = _wrong_person(who, by_card=by_card)
    if problem:
        return _push_page(token, problem=problem, status=422, who=who)
    account = here().official
    api = parts().platform.api(account)
    rest = ""
    try:
        if by_card:
            card = custom.Card(push.title, push.digest, fill(push.link, account), "")
            with customer_message(parts(), account.id, who) as taken:
                api.custom.send_card(who, card)
            rest = f"在对方再发来消息之前，还能给他发 {taken.left} 条客服消息。"
        else:
            _send_preview(api, push, who)
    except (DomainError, OSError) as error:
        why = error.message if isinstance(error, DomainError) else "封面图片找不到了，请撤回后重新安排。"
        return _push_page(token, problem=f"没有发出预览：{why}", status=409, who=who)
    with acting("push_previewed", push.title, how="card" if by_card else "mass"):
        pass
    return _push_page(token, said=f"预览已经发出，请同事在微信里查看。{rest}", who=who)


def _send_preview(api: WeChatAPI, push: Push, who: str) -> None:
    """Raises WeChatError; the draft is remembered all the same."""
    account = here().official
    media_id = push.media_id
    if not media_id:
        media_id = make_draft(parts(), api, account, push)
        with parts().db.work() as session:
            service.note_preview(session, account.id, push.id, media_id)
    named = {"openid": who} if _OPENID.fullmatch(who) else {"wechat_id": who}
    api.mass.preview(MassContent.article(media_id), **named)


def _wrong_person(who: str, *, by_card: bool) -> str:
    if not who or len(who) > 64:
        return "请填写同事的微信号或 openid。"
    if by_card and not _OPENID.fullmatch(who):
        return "客服消息只能按 openid 发送；微信号请用「群发预览」。"
    return ""


def _push(token: str) -> Push:
    """Of this account. Raises NotFound."""
    with parts().db.read() as session:
        return service.find_push(session, here().official.id, token)
