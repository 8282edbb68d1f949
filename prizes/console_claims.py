"""领奖 in the console: the list of claims, one claim, the redemption desk, telephone credit. Personal data is masked."""

import io
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from openpyxl import Workbook
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.capabilities import Capability, may
from core.errors import DomainError, Invalid, NotAllowed, NotFound
from core.ids import long_row_number, row_number
from house.current import parts
from house.permissions import Permission
from prizes import claims, credit, store
from prizes.claims import Won
from prizes.listing import HEADING, Wanted, claim_rows, list_claims
from prizes.rules import WIN_STATES, code_text, is_unreminded, mask_address, mask_name, mask_phone, yuan
from prizes.view import DELIVERIES, KINDS
from staff.guard import acting, console_pages, here, needs

_PAGE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ORDER_STATES = {"pending": "等待提交", "sent": "处理中", "confirmed": "已到账", "failed": "失败"}
pages = console_pages("claims", __name__)


@pages.get("/a/<account_key>/claims")
@needs(Permission.CAMPAIGNS)
def index(account_key: str) -> Response:
    """One page of claims, by state and draw."""
    return _index()


def _index(*, problem: str = "", status: int = 200) -> Response:
    account_id = here().official.id
    with parts().db.read() as session:
        try:
            wanted, draw = _wanted(session)
        except DomainError as error:
            wanted, draw, problem, status = Wanted(), "", error.message, error.status
        before = request.args.get("before", type=long_row_number)
        page = list_claims(session, account_id, wanted, before, _PAGE + 1)
        draws = store.list_draws(session, account_id)
    html = render_template(
        "prizes/console_claims.html",
        title="领奖与发放",
        page=page[:_PAGE],
        more=page[_PAGE - 1].win.id if len(page) > _PAGE else None,
        before=before,
        wanted=wanted,
        draw=draw,
        draws=draws,
        states=WIN_STATES,
        kinds=KINDS,
        problem=problem,
        **_masks(),
        **_reminding(),
    )
    return Response(html, status)


@pages.post("/a/<account_key>/claims/export")
@needs(Permission.CAMPAIGNS)
def export(account_key: str) -> AnyResponse:
    """The list as a workbook: masked; whole only for those who may see personal data. Each stands in the audit log."""
    me, full = here(), request.form.get("full") == "1"
    if full and not me.may(Permission.PERSONAL):
        raise NotAllowed(
            "no_permission", "您在这里没有「查看电话、姓名等个人信息」的权限，请找本单位的管理员开通。"
        )
    with parts().db.read() as session:
        wanted, _ = _wanted(session)
        data = _workbook(session, me.official.id, wanted, full=full)
    with acting("prizes_exported", me.official.name, full=full):
        response = Response(data, content_type=_XLSX)
    response.headers.set("Content-Disposition", "attachment", filename="prizes.xlsx")
    return response


@pages.get("/a/<account_key>/claims/<public_id>")
@needs(Permission.CAMPAIGNS)
def show(account_key: str, public_id: str) -> Response:
    """One claim."""
    return _show(public_id)


@pages.post("/a/<account_key>/claims/<public_id>/unmask")
@needs(Permission.PERSONAL)
def unmask(account_key: str, public_id: str) -> AnyResponse:
    """Whom it goes to. Each time stands in the audit log."""
    if not here().may(Permission.CAMPAIGNS):
        raise NotAllowed("no_permission", "您在这里没有「组织活动」的权限，请找本单位的管理员开通。")
    won = _find(public_id)
    with acting("prize_unmasked", f"{won.draw.title}：{won.prize.name}", win=public_id):
        pass
    return _show(public_id, unmasked=True)


@pages.post("/a/<account_key>/claims/<public_id>/send")
@needs(Permission.CAMPAIGNS)
def send(account_key: str, public_id: str) -> AnyResponse:
    """Goods went off."""
    note = request.form.get("note", "")
    return _step(
        public_id,
        "prize_sent",
        "已登记发货。",
        lambda session, now: claims.mark_sent(session, here().official.id, public_id, _version(), note, now),
        typed=note,
    )


@pages.post("/a/<account_key>/claims/<public_id>/done")
@needs(Permission.CAMPAIGNS)
def done(account_key: str, public_id: str) -> AnyResponse:
    """Goods arrived."""
    return _step(
        public_id,
        "prize_done",
        "已登记签收。",
        lambda session, now: claims.mark_done(session, here().official.id, public_id, _version(), now),
    )


@pages.post("/a/<account_key>/claims/<public_id>/retry")
@needs(Permission.CAMPAIGNS)
def retry(account_key: str, public_id: str) -> AnyResponse:
    """Order the credit again that failed for good."""
    return _step(
        public_id,
        "prize_retried",
        "已重新提交充值。",
        lambda session, now: claims.retry_credit(session, here().official.id, public_id, _version(), now),
    )


@pages.get("/a/<account_key>/redeem")
@needs(Permission.CAMPAIGNS)
def desk(account_key: str) -> AnyResponse:
    """The redemption desk: type the code, or scan it with the phone, which leads to the next page."""
    code = "".join(request.args.get("code", "").split()).lower()
    if not code:
        return _desk()
    try:
        won = _find(code[:16])
    except NotFound:
        return _desk(code=code, problem="没有这个核销码。请对照职工手机上的 12 位字符再输一次。", status=404)
    return redirect(url_for(".redeem", account_key=account_key, public_id=won.win.public_id))


@pages.get("/a/<account_key>/redeem/<public_id>")
@needs(Permission.CAMPAIGNS)
def redeem(account_key: str, public_id: str) -> Response:
    """What is to be handed over."""
    return _redeem(public_id)


@pages.post("/a/<account_key>/redeem/<public_id>")
@needs(Permission.CAMPAIGNS)
def hand_over(account_key: str, public_id: str) -> AnyResponse:
    """Handed over: once."""
    me, won = here(), _find(public_id)
    try:
        with acting("prize_handed_over", f"{won.draw.title}：{won.prize.name}", win=public_id) as session:
            claims.hand_over(session, me.official.id, public_id, me.staff.name, parts().clock())
    except DomainError as error:
        return _redeem(public_id, problem=error.message, status=error.status)
    return _redeem(public_id, said="核销成功，奖品可以交给本人了。")


@pages.get("/a/<account_key>/credit")
@needs(Permission.CAMPAIGNS)
def orders(account_key: str) -> Response:
    """Orders with the provider, and how they stand."""
    return _orders()


@pages.post("/a/<account_key>/claims/<public_id>/credit")
@needs(Permission.CAMPAIGNS)
def order_again(account_key: str, public_id: str) -> AnyResponse:
    """An order that was given up goes out again, under the same number."""
    won = _find(public_id)
    order_no = request.form.get("order_no", "")
    try:
        with acting("prize_order_sent_again", f"{won.draw.title}：{won.prize.name}") as session:
            credit.send_again(session, here().official.id, won.win.id, order_no, parts().clock())
    except DomainError as error:
        return _orders(problem=error.message, status=error.status)
    return _orders(said="已重新提交。先问充值接口有没有收到过，收到过就不会再充一次。")


def _step(public_id: str, action: str, said: str, work: Any, typed: str = "") -> AnyResponse:
    won = _find(public_id)
    try:
        with acting(action, f"{won.draw.title}：{won.prize.name}", win=public_id) as session:
            work(session, parts().clock())
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status, typed=typed)
    return _show(public_id, said=said)


def _find(public_id: str) -> Won:
    with parts().db.read() as session:
        return claims.get_won(session, here().official.id, public_id)


def _version() -> int:
    return request.form.get("version", -1, row_number)


def _wanted(session: Session) -> tuple[Wanted, str]:
    """Filters of the address or the form, and the draw's public id. Raises Invalid, NotFound."""
    given = request.values
    state, draw = given.get("state", ""), given.get("draw", "")
    if state and state not in WIN_STATES:
        raise Invalid("bad_state", "没有这种状态，已显示全部。")
    draw_id = store.get_draw(session, here().official.id, draw).id if draw else None
    return Wanted(state, draw_id), draw


def _masks() -> dict[str, Any]:
    return {"mask_name": mask_name, "mask_phone": mask_phone, "mask_address": mask_address}


def _reminding() -> dict[str, Any]:
    reminds = may(here().official, Capability.CUSTOMER_MESSAGES)
    return {"is_unreminded": is_unreminded, "reminds": reminds, "now": parts().clock()}


def _workbook(session: Session, account_id: int, wanted: Wanted, *, full: bool) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("领奖名单")
    sheet.append(list(HEADING))
    for row in claim_rows(session, account_id, wanted, full=full):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _show(
    public_id: str,
    *,
    problem: str = "",
    said: str = "",
    status: int = 200,
    unmasked: bool = False,
    typed: str = "",
) -> Response:
    html = render_template(
        "prizes/console_claim.html",
        title="领奖详情",
        won=_find(public_id),
        states=WIN_STATES,
        kinds=KINDS,
        deliveries=DELIVERIES,
        unmasked=unmasked,
        yuan=yuan,
        typed=typed,
        problem=problem,
        said=said,
        **_masks(),
        **_reminding(),
    )
    return Response(html, status)


def _desk(*, code: str = "", problem: str = "", status: int = 200) -> Response:
    html = render_template("prizes/console_desk.html", title="现场核销", code=code, problem=problem)
    return Response(html, status)


def _redeem(public_id: str, *, problem: str = "", said: str = "", status: int = 200) -> Response:
    won = _find(public_id)
    html = render_template(
        "prizes/console_redeem.html",
        title="现场核销",
        won=won,
        code=code_text(won.win.public_id),
        ready=won.win.state == "claimed" and won.prize.kind == "goods" and won.prize.delivery == "pickup",
        states=WIN_STATES,
        problem=problem,
        said=said,
        **_masks(),
    )
    return Response(html, status)


def _orders(*, problem: str = "", said: str = "", status: int = 200) -> Response:
    state = request.args.get("state", "")
    state = state if state in _ORDER_STATES else ""
    before = request.args.get("before", type=long_row_number)
    with parts().db.read() as session:
        page = credit.list_orders(session, here().official.id, state, before, _PAGE + 1)
    html = render_template(
        "prizes/console_credit.html",
        title="话费充值对账",
        page=page[:_PAGE],
        more=page[_PAGE - 1][0].id if len(page) > _PAGE else None,
        state=state,
        states=_ORDER_STATES,
        local=parts().settings.prizes.credit == "local",
        yuan=yuan,
        mask_phone=mask_phone,
        problem=problem,
        said=said,
    )
    return Response(html, status)
