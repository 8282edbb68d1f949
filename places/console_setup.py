"""接入向导: what to do at the platform, step by step, with its check file and live checks."""

from itertools import pairwise

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.domain_files import MAX_BYTES, keep_file, list_files, remove_file
from core.errors import DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from places.checks import CHECKS, Result, domain_problem, run_check, webhook_url
from places.console_accounts import pages
from staff.guard import acting, here, needs
from wechat.api.codes import CALLBACK_PAGE, KEYS_PAGE

__all__ = ["pages"]
"""Those of the accounts, with these added: one line of the navigation stands for both."""


@pages.get("/a/<account_key>/setup")
@needs(Permission.ACCOUNTS)
def setup(account_key: str) -> Response:
    return _page(said="校验文件已保存，可以回公众平台点「确定」了。" if "saved" in request.args else "")


@pages.post("/a/<account_key>/setup/files")
@needs(Permission.ACCOUNTS)
def upload_file(account_key: str) -> AnyResponse:
    """The platform's check file."""
    sent = request.files.get("file")
    name, content = (sent.filename or "", sent.stream.read(MAX_BYTES + 1)) if sent else ("", b"")
    try:
        with acting("domain_file_kept", here().official.name, file=name[:40]) as session:
            keep_file(session, here().official.id, name, content, parts().clock())
    except DomainError as error:
        return _page(problem=error.message, status=error.status)
    return redirect(url_for("accounts.setup", account_key=account_key, saved=1) + "#domains")


@pages.post("/a/<account_key>/setup/files/<name>/remove")
@needs(Permission.ACCOUNTS)
def drop_file(account_key: str, name: str) -> AnyResponse:
    with acting("domain_file_removed", here().official.name, file=name[:40]) as session:
        remove_file(session, here().official.id, name)
    return redirect(url_for("accounts.setup", account_key=account_key) + "#domains")


@pages.post("/a/<account_key>/setup/checks")
@needs(Permission.ACCOUNTS)
def check(account_key: str) -> Response:
    """With htmx the first check, whose answer asks for the next: one at a time, so that they don't hold all threads of a
    process that calls itself. Without script all of them, and the whole page."""
    if request.headers.get("HX-Request"):
        return _lines([], following=next(iter(CHECKS)))
    return _page(results={name: run_check(name, parts(), here().official) for name in CHECKS})


@pages.post("/a/<account_key>/setup/checks/<name>")
@needs(Permission.ACCOUNTS)
def check_one(account_key: str, name: str) -> Response:
    """The result of one check, and a line that asks for the next."""
    if name not in CHECKS:
        raise NotFound("no_check", "没有这一项检查。")
    result = run_check(name, parts(), here().official)
    names = list(CHECKS)
    return _lines([(CHECKS[name].title, result)], following=dict(pairwise(names)).get(name))


def _lines(lines: list[tuple[str, Result]], following: str | None) -> Response:
    title = CHECKS[following].title if following else ""
    html = render_template("places/checks.html", lines=lines, following=following, following_title=title)
    return Response(html)


def _page(
    *, problem: str = "", said: str = "", status: int = 200, results: dict[str, Result] | None = None
) -> Response:
    house, account = parts(), here().official
    with house.db.read() as session:
        files = list_files(session, account.id)
    html = render_template(
        "places/console_setup.html",
        title="接入向导",
        url=webhook_url(house, account.key),
        site=house.settings.public_url,
        domain=house.settings.public_url.partition("://")[2],
        domain_problem=domain_problem(house.settings.public_url),
        keys_page=KEYS_PAGE,
        callback_page=CALLBACK_PAGE,
        files=files,
        lines=[(CHECKS[name].title, result) for name, result in (results or {}).items()],
        checks=CHECKS,
        problem=problem,
        said=said,
    )
    return Response(html, status)
