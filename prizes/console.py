"""抽奖与奖品 in the console: draws, their prizes and codes, opening, closing, the result. (Claims: `prizes.console_claims`.)"""

from pathlib import Path

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.capabilities import Capability, may
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, Invalid
from core.ids import row_number
from house.current import parts
from house.permissions import Permission
from members.staff_links.rules import told_names
from members.staff_links.store import list_colleagues
from models.prizes import Draw, Prize
from prizes import service, store
from prizes.codes import MAX_BYTES, load_codes, read_codes
from prizes.console_form import DrawForm
from prizes.rules import WIN_STATES, show_odds, yuan
from prizes.verify import verify
from prizes.view import DELIVERIES, FACES, KINDS, MODES, STATES
from staff.guard import acting, console_pages, here, needs

_PAGE = 30
pages = console_pages("draws", __name__)


@pages.get("/a/<account_key>/draws")
@needs(Permission.CAMPAIGNS)
def index(account_key: str) -> Response:
    """All draws, newest first."""
    before = request.args.get("before", type=row_number)
    with parts().db.read() as session:
        draws = store.list_draws(session, here().official.id, before=before, most=_PAGE + 1)
    html = render_template(
        "prizes/console_draws.html",
        title="抽奖与奖品",
        draws=draws[:_PAGE],
        more=draws[_PAGE - 1].id if len(draws) > _PAGE else None,
        modes=MODES,
        states=STATES,
    )
    return Response(html)


@pages.get("/a/<account_key>/draws/new")
@needs(Permission.CAMPAIGNS)
def new(account_key: str) -> Response:
    return _form(DrawForm.empty(parts().clock()), "新建抽奖")


@pages.post("/a/<account_key>/draws/new")
@needs(Permission.CAMPAIGNS)
def create(account_key: str) -> AnyResponse:
    """A draft; or, asked for more rows, the form again."""
    form = DrawForm.sent(request.form, request.files)
    if request.form.get("do") == "rows":
        return _form(form, "新建抽奖")
    me = here()
    try:
        draft = form.draft()
        with acting("draw_created", draft.title) as session:
            draw = service.create_draw(session, me.official.id, draft, me.staff.name, parts().clock())
            public_id = draw.public_id
    except DomainError as error:
        return _form(form, "新建抽奖", problem=error.message, status=error.status)
    return redirect(url_for(".show", account_key=account_key, public_id=public_id))


@pages.get("/a/<account_key>/draws/<public_id>")
@needs(Permission.CAMPAIGNS)
def show(account_key: str, public_id: str) -> Response:
    """A draw, how it goes, and what can be done with it."""
    return _show(public_id, said="已保存。" if request.args.get("done") == "saved" else "")


@pages.get("/a/<account_key>/draws/<public_id>/edit")
@needs(Permission.CAMPAIGNS)
def edit(account_key: str, public_id: str) -> AnyResponse:
    with parts().db.read() as session:
        draw = store.get_draw(session, here().official.id, public_id)
        form = DrawForm.of(draw, store.list_prizes(session, draw.account_id, draw.id))
    if draw.state != "draft":
        return _show(public_id, problem="抽奖已经开放，奖品、数量和概率都锁定了，不能再改。", status=409)
    return _form(form, draw.title, draw)


@pages.post("/a/<account_key>/draws/<public_id>/edit")
@needs(Permission.CAMPAIGNS)
def change(account_key: str, public_id: str) -> AnyResponse:
    """Save the draft. Of two people, the second sees what the first wrote and keeps what they typed."""
    me, form = here(), DrawForm.sent(request.form, request.files)
    with parts().db.read() as session:
        draw = store.get_draw(session, me.official.id, public_id)
        stored = DrawForm.of(draw, store.list_prizes(session, draw.account_id, draw.id))
    if request.form.get("do") == "rows":
        return _form(form, draw.title, draw)
    try:
        draft = form.draft()
        with acting("draw_changed", draft.title) as session:
            service.change_draw(
                session, me.official.id, public_id, form.version, draft, me.staff.name, parts().clock()
            )
    except Conflict as error:
        shown = find_differences(stored.texts(), form.texts())
        mended = DrawForm(form.fields, form.rows, stored.version)
        return _form(mended, draw.title, draw, problem=error.message, status=error.status, differences=shown)
    except DomainError as error:
        return _form(form, draw.title, draw, problem=error.message, status=error.status)
    return redirect(url_for(".show", account_key=account_key, public_id=public_id, done="saved"))


@pages.post("/a/<account_key>/draws/<public_id>/delete")
@needs(Permission.CAMPAIGNS)
def delete(account_key: str, public_id: str) -> AnyResponse:
    draw = _find(public_id)
    try:
        with acting("draw_deleted", draw.title) as session:
            service.delete_draft(session, draw.account_id, public_id)
    except Conflict as error:
        return _show(public_id, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key))


@pages.post("/a/<account_key>/draws/<public_id>/open")
@needs(Permission.CAMPAIGNS)
def open_(account_key: str, public_id: str) -> AnyResponse:
    """From now on nothing about the prizes can change."""
    draw, me = _find(public_id), here()
    try:
        with acting("draw_opened", draw.title) as session:
            service.open_draw(session, draw.account_id, public_id, _version(), me.staff.name, parts().clock())
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status)
    return _show(public_id, said="抽奖已开放。奖品、数量和概率已锁定，承诺值已公布在「怎么保证公平」页。")


@pages.post("/a/<account_key>/draws/<public_id>/close")
@needs(Permission.CAMPAIGNS)
def close(account_key: str, public_id: str) -> AnyResponse:
    """End it now."""
    draw, me = _find(public_id), here()
    try:
        with acting("draw_closed", draw.title) as session:
            if not service.close_draw(session, draw.account_id, public_id, me.staff.name, parts().clock()):
                raise Conflict("not_open", "抽奖不在进行中，可能已经有人结束了它。")
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status)
    return _show(public_id, said="抽奖已结束。")


@pages.post("/a/<account_key>/draws/<public_id>/reveal")
@needs(Permission.CAMPAIGNS)
def reveal(account_key: str, public_id: str) -> AnyResponse:
    """Show the seed; a final draw draws its winners."""
    draw, me = _find(public_id), here()
    entropy = request.form.get("entropy", "")
    try:
        with acting("draw_revealed", draw.title) as session:
            won = service.reveal(
                session, draw.account_id, public_id, _version(), entropy, me.staff.name, parts().clock()
            )
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status, entropy=entropy)
    told = (
        f"抽出 {won} 位中奖者，结果已公布。"
        if draw.mode == "final"
        else "种子和抽奖记录已公布，任何人都可以验证。"
    )
    return _show(public_id, said=told)


@pages.post("/a/<account_key>/draws/<public_id>/verify")
@needs(Permission.CAMPAIGNS)
def check(account_key: str, public_id: str) -> AnyResponse:
    """Recompute everything from the rows."""
    draw = _find(public_id)
    with parts().db.read() as session:
        findings = list(verify(session, draw.account_id, draw))
    if findings:
        return _show(public_id, problem="核验发现不一致：" + "；".join(findings), status=409)
    return _show(public_id, said="核验通过：奖品、签条、机会和中奖记录全部一致。")


@pages.post("/a/<account_key>/draws/<public_id>/excluded")
@needs(Permission.CAMPAIGNS)
def exclude(account_key: str, public_id: str) -> AnyResponse:
    """Put staff on the list of those who may not draw."""
    draw, form = _find(public_id), request.form
    named = form.get("named", "").replace("，", "\n").replace(",", "\n").split()
    try:
        if not 1 <= len(named) <= 200:
            raise Invalid("nobody", "请填写粉丝编号，每行一个，一次最多 200 个。")
        with acting("draw_excluded", draw.title, count=len(named)) as session:
            new = service.exclude(session, draw.account_id, public_id, named, form.get("note", ""))
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status, named=form.get("named", ""))
    return _show(public_id, said=f"已登记 {new} 人，他们不能参加这次抽奖。")


@pages.post("/a/<account_key>/draws/<public_id>/readmit")
@needs(Permission.CAMPAIGNS)
def readmit(account_key: str, public_id: str) -> AnyResponse:
    """Take somebody off that list, while it is a draft."""
    draw = _find(public_id)
    try:
        with acting("draw_readmitted", draw.title) as session:
            service.readmit(session, draw.account_id, public_id, request.form.get("one", 0, row_number))
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status)
    return _show(public_id, said="已移出名单。")


@pages.post("/a/<account_key>/prizes/<public_id>/codes")
@needs(Permission.CAMPAIGNS)
def codes(account_key: str, public_id: str) -> AnyResponse:
    """Add a file of codes to a prize's pool."""
    account, sent = here().official, request.files.get("file")
    with parts().db.read() as session:
        prize = store.get_prize(session, account.id, public_id)
        draw_id = store.get_draw_of(session, prize).public_id
    try:
        name = Path(sent.filename or "").name if sent else ""
        if sent is None or not name:
            raise Invalid("no_file", "请先选择一个文件。")
        found = read_codes(name, sent.stream.read(MAX_BYTES + 1))
        with acting("prize_codes_loaded", prize.name, count=len(found)) as session:
            kept = store.get_prize(session, account.id, public_id)
            loaded = load_codes(session, kept, found)
    except DomainError as error:
        return _show(draw_id, problem=error.message, status=error.status)
    doubled = f"，重复的 {loaded.doubled} 个没有收" if loaded.doubled else ""
    return _show(draw_id, said=f"「{prize.name}」新增 {loaded.new} 个券码{doubled}。")


def _find(public_id: str) -> Draw:
    with parts().db.read() as session:
        return store.get_draw(session, here().official.id, public_id)


def _version() -> int:
    return request.form.get("version", -1, row_number)


def _form(
    form: DrawForm,
    title: str,
    draw: Draw | None = None,
    *,
    problem: str = "",
    status: int = 200,
    differences: list[Difference] | None = None,
) -> Response:
    html = render_template(
        "prizes/console_form.html",
        title=title,
        draw=draw,
        form=form,
        rows=form.with_room(),
        modes=MODES,
        faces=FACES,
        kinds=KINDS,
        deliveries=DELIVERIES,
        problem=problem,
        differences=differences,
    )
    return Response(html, status)


def _show(
    public_id: str,
    *,
    problem: str = "",
    said: str = "",
    status: int = 200,
    entropy: str = "",
    named: str = "",
) -> Response:
    account, now = here().official, parts().clock()
    with parts().db.read() as session:
        draw = store.get_draw(session, account.id, public_id)
        prizes = store.list_prizes(session, account.id, draw.id)
        pools = {
            one.id: store.count_codes(session, account.id, one.id) for one in prizes if one.kind == "code"
        }
        turns = store.count_turns(session, account.id, draw.id)
        chances = store.count_chances(session, account.id, draw.id)
        wins = store.count_wins(session, account.id, draw.id)
        excluded = store.list_excluded(session, account.id, draw.id)
        colleagues = list_colleagues(session, account.id, account.organisation_ids, now)
        unreminded = store.count_unreminded(session, account.id, draw.id, now)
    unlinked = [one for one in colleagues if not one.linked]
    html = render_template(
        "prizes/console_draw.html",
        title=draw.title,
        draw=draw,
        prizes=prizes,
        pools=pools,
        low=[one for one in prizes if one.id in pools and _is_low(one, pools[one.id][1])],
        turns=turns,
        chances=chances,
        wins=wins,
        win_states=WIN_STATES,
        unreminded=unreminded,
        reminds=may(account, Capability.CUSTOMER_MESSAGES),
        excluded=excluded,
        colleagues=colleagues,
        unlinked=unlinked,
        unlinked_names=told_names(unlinked),
        page_url=f"{account.h5_url}/d/{draw.public_id}",
        modes=MODES,
        faces=FACES,
        kinds=KINDS,
        states=STATES,
        deliveries=DELIVERIES,
        show_odds=show_odds,
        yuan=yuan,
        entropy=entropy,
        named=named,
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _is_low(prize: Prize, free: int) -> bool:
    """Are there fewer codes than may still be won?"""
    return free < prize.stock - prize.given
