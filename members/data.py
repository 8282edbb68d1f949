"""「我的数据」: what is kept of a worker, to take along, to consent to, to erase; and large type for all workers' pages."""

import csv
import io
import json
from typing import cast
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request

from accounts.directory import AccountView
from core.errors import NotAllowed, NotFound
from core.spreadsheets import cell
from house.current import parts
from members.consents import consents_of, set_consent
from members.h5 import pages
from members.personal import PERSONAL, Personal
from members.rules import PURPOSES
from members.signin import sessions, visitor_or_signin
from members.tags.tasks import is_linked
from web.session import Visitor

__all__ = ["pages"]

_LARGE = "zj_large"
_YEAR_S = 31_536_000


@pages.get("/h5/<account_key>/me/data")
def my_data(account_key: str) -> Response:
    """What is kept, and what for."""
    account = parts().directory.get(account_key)
    visitor = _somebody(account)
    if isinstance(visitor, Response):
        return visitor
    with parts().db.read() as session:
        kept = _personal().export(session, account.id, visitor.openid)
        consents = consents_of(session, account.id, visitor.openid)
    html = render_template(
        "members/data.html",
        title="我的数据",
        account=account,
        kept=kept,
        purposes=PURPOSES,
        consents=consents,
    )
    return Response(html)


@pages.get("/h5/<account_key>/me/data.<suffix>")
def take_along(account_key: str, suffix: str) -> Response:
    """Everything as a file: json for programs, csv for spreadsheets."""
    account = parts().directory.get(account_key)
    visitor = _somebody(account)
    if isinstance(visitor, Response):
        return visitor
    if suffix not in ("json", "csv"):
        raise NotFound("no_format", "只能导出 JSON 或 CSV。")
    with parts().db.read() as session:
        kept = _personal().export(session, account.id, visitor.openid)
    if suffix == "json":
        told = {one.title: list(one.rows) for one in kept}
        body = json.dumps(told, ensure_ascii=False, indent=2).encode()
        response = Response(body, content_type="application/json; charset=utf-8")
    else:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["类别", "序号", "项目", "内容"])
        for one in kept:
            for number, row in enumerate(one.rows, 1):
                writer.writerows([one.title, number, name, cell(value)] for name, value in row.items())
        response = Response(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"my-data.{suffix}")
    return response


@pages.post("/h5/<account_key>/me/consent")
def consent(account_key: str) -> Response:
    """Give or withdraw consent to one purpose: one tap either way."""
    account = parts().directory.get(account_key)
    visitor = _writer(account)
    if isinstance(visitor, Response):
        return visitor
    with parts().db.work() as session:
        set_consent(
            session,
            account.id,
            visitor.openid,
            request.form.get("purpose", ""),
            given=request.form.get("given") == "1",
            linked=is_linked(account),
            now=parts().clock(),
        )
    return cast(Response, redirect(f"/h5/{account.key}/me/data", 303))


@pages.get("/h5/<account_key>/me/erase")
def ask_erase(account_key: str) -> Response:
    """The second look before everything goes."""
    account = parts().directory.get(account_key)
    visitor = _somebody(account)
    if isinstance(visitor, Response):
        return visitor
    return _ask(account)


@pages.post("/h5/<account_key>/me/erase")
def erase(account_key: str) -> Response:
    """Forget the visitor everywhere, once they said so twice."""
    account = parts().directory.get(account_key)
    visitor = _writer(account)
    if isinstance(visitor, Response):
        return visitor
    if request.form.get("sure") != "1":
        return _ask(account, problem="请先勾选「我知道删除后不能恢复」。", status=422)
    with parts().db.work() as session:
        rows = _personal().erase(session, account, visitor.openid, parts().clock())
    response = make_response(
        render_template("members/erased.html", title="已经删除", account=account, rows=rows)
    )
    sessions().clear(response, account.key)
    return response


@pages.post("/h5/large")
def large() -> Response:
    """Switch large type on or off for all workers' pages in this browser, and come back."""
    on = request.form.get("on") == "1"
    response = cast(Response, redirect(_own_path(request.form.get("back", "")), 303))
    if on:
        response.set_cookie(_LARGE, "1", max_age=_YEAR_S, path="/h5/", httponly=True, samesite="Lax")
    else:
        response.delete_cookie(_LARGE, path="/h5/")
    return response


def _own_path(back: str) -> str:
    """Only a workers' page may be come back to."""
    parsed = urlsplit(back)
    ours = not (parsed.scheme or parsed.netloc) and parsed.path.startswith("/h5/")
    ours = ours and "\\" not in back and back.isprintable() and ".." not in parsed.path.split("/")
    if not ours:
        raise NotFound("no_page", "找不到要返回的页面，请回到公众号重新打开。")
    return back


def _ask(account: AccountView, *, problem: str = "", status: int = 200) -> Response:
    html = render_template("members/erase.html", title="删除我的数据", account=account, problem=problem)
    return Response(html, status)


def _somebody(account: AccountView) -> Visitor | Response:
    """Who is looking, no snapshot; or the page that says how to become somebody."""
    visitor = visitor_or_signin(account)
    if isinstance(visitor, Visitor) and visitor.snapshot:
        return Response(render_template("members/snapshot.html", title="我的数据", account=account))
    return visitor


def _writer(account: AccountView) -> Visitor | Response:
    """As `_somebody`, for forms: they come from our own pages. Raises NotAllowed."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotAllowed("foreign_form", "这次提交不是从本页面发出的，没有执行。请回到公众号重新打开。")
    return _somebody(account)


def _personal() -> Personal:
    return cast(Personal, current_app.extensions[PERSONAL])
