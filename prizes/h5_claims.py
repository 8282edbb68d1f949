"""What a worker won: the list, one prize, its claim."""

import segno
from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DomainError, Invalid, NotAllowed, NotFound
from house.current import parts
from prizes import claims
from prizes.claims import ClaimForm, Won
from prizes.codes import find_code
from prizes.h5 import pages
from prizes.rules import WIN_STATES, code_text, mask_name, mask_phone, yuan
from prizes.stage import Stage, keep_browser, name_browser, on_stage, require_person
from prizes.view import KINDS

__all__ = ["pages"]

_WIN = "/h5/<account_key>/w/<win_id>"
_FIELDS = {"name", "phone", "address", "shown", "agreed"}


@pages.get("/h5/<account_key>/prizes")
@on_stage
def mine(stage: Stage) -> AnyResponse:
    """Everything one won, newest first."""
    require_person(stage)
    with parts().db.read() as session:
        won = claims.list_own(session, stage.account.id, stage.openid)
    html = render_template(
        "prizes/mine.html", title="我的奖品", account=stage.account, won=won, states=WIN_STATES
    )
    return Response(html)


@pages.get(_WIN)
@on_stage
def show(stage: Stage, win_id: str) -> AnyResponse:
    """One prize: its claim, how it stands, the code or the picture for the desk."""
    require_person(stage)
    return _show(stage, win_id)


@pages.post(f"{_WIN}/claim")
@on_stage
def claim(stage: Stage, win_id: str) -> AnyResponse:
    """Claim it. Who came by a link is then shown six digits that the chat has to say."""
    form = _form()
    try:
        if request.form.get("agreed") != "1":
            raise Invalid("not_agreed", "请先勾选同意使用这些信息发放奖品。")
        browser = name_browser(stage) if stage.visitor.by_link else ""
        with parts().db.work() as session:
            claims.claim(session, stage.account.id, stage.openid, win_id, form, stage.now, browser)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        return _show(stage, win_id, form=form, problem=error.message, status=error.status)
    return _back(stage, win_id)


@pages.post(f"{_WIN}/see")
@on_stage
def see(stage: Stage, win_id: str) -> AnyResponse:
    """This browser came by a link and wants to see what was won: the chat has to say so."""
    _require_bare()
    with parts().db.work() as session:
        claims.ask_to_see(session, stage.account.id, stage.openid, win_id, name_browser(stage), stage.now)
    return _back(stage, win_id)


@pages.post(f"{_WIN}/hide")
@on_stage
def hide(stage: Stage, win_id: str) -> AnyResponse:
    """Their name leaves the winners' list (个人信息保护法 第十五条)."""
    _require_bare()
    with parts().db.work() as session:
        claims.hide(session, stage.account.id, stage.openid, win_id)
    return _back(stage, win_id)


def _require_bare() -> None:
    """Raises Invalid for a form with fields: these have none."""
    if request.form or request.args or request.files:
        raise Invalid("bad_form", "这次提交被改动过，没有执行。请刷新页面再试。")


def _back(stage: Stage, win_id: str) -> AnyResponse:
    response = redirect(url_for(".show", account_key=stage.account.key, win_id=win_id), 303)
    keep_browser(response, stage.account)  # type: ignore[arg-type]
    return response


def _form() -> ClaimForm:
    """Raises Invalid for fields that no form of ours has."""
    sent = request.form
    if set(sent) - _FIELDS or request.args or request.files:
        raise Invalid("bad_form", "这次提交不完整或被改动过，没有保存。请刷新页面再试。")
    if any(len(value) > 500 for value in sent.values()):
        raise Invalid("too_long", "填写的内容太长了，请检查。")
    return ClaimForm(
        sent.get("name", ""), sent.get("phone", ""), sent.get("address", ""), sent.get("shown") == "1"
    )


def _show(
    stage: Stage, win_id: str, *, form: ClaimForm | None = None, problem: str = "", status: int = 200
) -> Response:
    with parts().db.read() as session:
        won = claims.get_own(session, stage.account.id, stage.openid, win_id)
        trusted = claims.may_see_code(won.win, stage.browser, by_link=stage.visitor.by_link)
        code = find_code(session, stage.account.id, won.win.id) if trusted else None
    waits = claims.waits_for_proof(won.win, stage.browser, stage.now)
    html = render_template(
        "prizes/win.html",
        title=won.prize.name,
        account=stage.account,
        won=won,
        state=WIN_STATES[won.win.state],
        kind=KINDS[won.prize.kind],
        form=form or ClaimForm(),
        claimable=_claimable(stage, won),
        asks=(claims.asks_name(won), claims.asks_phone(won), claims.asks_address(won)),
        proof=claims.proof_code(won.win) if waits else "",
        minutes=claims.PROOF_MINUTES,
        trusted=trusted,
        code=code,
        desk=_desk_picture(stage, won) if trusted else "",
        desk_code=code_text(won.win.public_id),
        mask_name=mask_name,
        mask_phone=mask_phone,
        yuan=yuan,
        problem=problem,
    )
    return Response(html, status)


def _claimable(stage: Stage, won: Won) -> bool:
    if won.win.state == "failed":
        return won.prize.kind == "credit"
    return won.win.state == "won" and stage.now < won.win.deadline


def _desk_picture(stage: Stage, won: Won) -> str:
    """The address of the redemption desk for this win, as a picture; empty where nothing is picked up."""
    if won.prize.kind != "goods" or won.prize.delivery != "pickup" or won.win.state != "claimed":
        return ""
    site = parts().settings.public_url
    address = f"{site}/console/a/{stage.account.key}/redeem/{won.win.public_id}"
    picture: str = segno.make(address, error="m", micro=False).png_data_uri(scale=6, border=4)
    return picture
