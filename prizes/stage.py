"""The stage on which workers' pages of draws play: whose account, who is looking, with which browser."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import cast

from flask import Response, current_app, g, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from core.errors import DomainError, NotAllowed, NotFound
from house.current import parts
from members.known import admit, wants_json
from prizes.claims import browser_mark
from prizes.shelf import DrawShelf
from prizes.view import DrawView
from web.session import Visitor

SHELF = "zhijia.draws"
_BROWSER = "zj_claim"
_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class Stage:
    """One request of somebody who is known."""

    account: AccountView
    visitor: Visitor
    now: datetime

    @property
    def openid(self) -> str:
        return self.visitor.openid

    @property
    def browser(self) -> str:
        """This browser's own cookie as it is kept; empty for none yet."""
        return browser_mark(g.get("new_browser") or request.cookies.get(_BROWSER, ""))


View = Callable[..., AnyResponse]


def shelf() -> DrawShelf:
    return cast(DrawShelf, current_app.extensions[SHELF])


def find_draw(account: AccountView, draw_id: str) -> DrawView:
    """One that was opened. Raises NotFound."""
    return shelf().get(account.id, draw_id)


def on_stage(view: View) -> View:
    """A view that is given a Stage and the rest of its address; who asks for JSON is told in JSON what is wrong."""

    @wraps(view)
    def answer(account_key: str, **rest: object) -> AnyResponse:
        try:
            if any("\0" in str(one) for one in rest.values()):  # PostgreSQL can't even compare it
                raise NotFound("bad_id", "没有这个页面，请从公众号重新打开。")
            account = parts().directory.get(account_key)
            visitor = admit(account, lambda: _ask_link(account))
            if not isinstance(visitor, Visitor):
                return visitor
            return view(Stage(account, visitor, parts().clock()), **rest)
        except DomainError as error:
            if not wants_json():
                raise
            response = jsonify(error=error.code, message=error.message)
            response.status_code = error.status
            return response

    return answer


def require_person(stage: Stage) -> None:
    """What belongs to a person is not for virtual visitors. Raises NotAllowed."""
    if stage.visitor.snapshot:
        raise NotAllowed("snapshot", "您现在看到的是页面快照，认不出您是谁。请点右下角「使用完整服务」。")


def name_browser(stage: Stage) -> str:
    """This browser's mark, made now if it has none; `keep_browser` sends the cookie."""
    if not stage.browser:
        g.new_browser = secrets.token_urlsafe(18)
    return stage.browser


def keep_browser(response: Response, account: AccountView) -> None:
    token = g.get("new_browser")
    if token:
        response.set_cookie(
            _BROWSER,
            token,
            max_age=_YEAR_S,
            path=f"/h5/{account.key}/",
            httponly=True,
            secure=parts().settings.public_url.startswith("https://"),
            samesite="Lax",
        )


def _ask_link(account: AccountView) -> Response:
    html = render_template("prizes/ask_link.html", title="请从公众号进入", account=account)
    return Response(html, 403)
