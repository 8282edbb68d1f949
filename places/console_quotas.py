"""额度: what is left at the platform today, of one account and of all below an organisation; the platform's own count; 清零."""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.api_uses import (
    Standing,
    forget_day,
    get_standing,
    list_standings,
    note_platform,
    standings_of,
)
from accounts.apis import CUSTOMER_MESSAGE, MENU, PERSONAL_MENU, PREVIEW, TAGS
from accounts.directory import AccountView
from accounts.mass import count_left, count_left_of, mass_quotas
from accounts.quota import CLEARS, count_used, release, reserve
from accounts.windows import EVENT, MESSAGE
from core.errors import DomainError
from house.current import parts
from house.permissions import Permission
from places.quota_lines import AccountLine, nearest_first
from staff.guard import acting, console_pages, here, needs
from wechat.api.operations import Quota as PlatformQuota
from wechat.client import WeChatAPI
from wechat.errors import ErrorKind, WeChatError

_ALWAYS = (CUSTOMER_MESSAGE, MENU, PREVIEW, TAGS)
"""Shown before they are used as well."""
_MOST_ASKED = 15
"""Endpoints compared with the platform at once: it is asked about each by a call of its own."""
_NAMES = {"menu": MENU, "personal_menu": PERSONAL_MENU, "tags": TAGS, "preview": PREVIEW}
_SAID = {
    "compared": "已经和平台核对，下面是平台自己的数字。",
    "cleared": "平台已经把今天的调用次数清零。",
}
pages = console_pages("quotas", __name__)


@pages.get("/a/<account_key>/quotas")
@needs(Permission.LOOK)
def index(account_key: str) -> Response:
    return _page()


@pages.post("/a/<account_key>/quotas/compare")
@needs(Permission.ACCOUNTS)
def compare(account_key: str) -> AnyResponse:
    """Ask the platform for its own figures."""
    account, now = here().official, parts().clock()
    with parts().db.read() as session:
        wanted = list_standings(session, account, now, _ALWAYS)[:_MOST_ASKED]
    try:
        said = _ask(parts().platform.api(account), [one.api.path for one in wanted])
    except WeChatError as error:
        return _page(problem=f"没有核对成：{error.message}", status=error.status)
    with acting("quotas_compared", account.name, count=len(said)) as session:
        for path, figures in said.items():
            note_platform(session, account.id, path, figures, now)
    return redirect(url_for("quotas.index", account_key=account_key, done="compared"))


def _ask(api: WeChatAPI, paths: list[str]) -> dict[str, PlatformQuota]:
    """By endpoint; one that the platform knows no quota of is left out. Raises WeChatError when it can't be asked at all."""
    said = {}
    for path in paths:
        try:
            said[path] = api.operations.get_quota(path)
        except WeChatError as error:
            if error.kind not in (ErrorKind.UNKNOWN, ErrorKind.CONTENT):
                raise
    return said


@pages.post("/a/<account_key>/quotas/clear")
@needs(Permission.ACCOUNTS)
def clear(account_key: str) -> AnyResponse:
    """Let the platform set today's calls back to none, ten times a month."""
    account, now = here().official, parts().clock()
    try:
        with parts().db.work() as session:
            reserve(session, account.id, CLEARS, now)
        _clear(account)
    except DomainError as error:
        return _page(problem=f"没有清零：{error.message}", status=error.status)
    with acting("quotas_cleared", account.name) as session:
        forget_day(session, account.id, now)
    return redirect(url_for("quotas.index", account_key=account_key, done="cleared"))


def _clear(account: AccountView) -> None:
    """Raises WeChatError; a time that surely was not used is given back."""
    try:
        parts().platform.api(account).operations.clear_quota()
    except WeChatError as error:
        if not error.sent_maybe:
            with parts().db.work() as session:
                release(session, account.id, CLEARS, parts().clock())
        raise


@pages.get("/o/<organisation_key>/quotas")
@needs(Permission.LOOK)
def summary(organisation_key: str) -> Response:
    """Every account here and below; who is near an end stands first."""
    now, settings = parts().clock(), parts().settings.push
    accounts = [one for one in parts().directory.all() if here().place.id in one.organisation_ids]
    with parts().db.read() as session:
        standings = standings_of(session, accounts, now)
        mass = count_left_of(session, {one.id: mass_quotas(one, settings) for one in accounts}, now)
    lines = nearest_first(AccountLine(one, tuple(standings[one.id]), mass[one.id]) for one in accounts)
    html = render_template(
        "places/console_quota_summary.html",
        title="额度汇总",
        lines=lines,
        near=sum(line.near for line in lines),
        names={one.id: one.name for one in parts().directory.organisations()},
    )
    return Response(html)


def api_left(name: str) -> Standing:
    """For templates of any account's page: what is left of what a button there is about to spend."""
    with parts().db.read() as session:
        return get_standing(session, here().official, _NAMES[name], parts().clock())


pages.add_app_template_global(api_left, "api_left")


def _page(*, problem: str = "", status: int = 200) -> Response:
    account, now = here().official, parts().clock()
    with parts().db.read() as session:
        mass = count_left(session, account.id, mass_quotas(account, parts().settings.push), now)
        standings = list_standings(session, account, now, _ALWAYS)
        cleared = count_used(session, account.id, CLEARS, now)
    html = render_template(
        "places/console_quotas.html",
        title="额度",
        account=account,
        mass=mass,
        standings=standings,
        asked_at=max((one.asked_at for one in standings if one.asked_at), default=None),
        cleared=cleared,
        clears=CLEARS.limit,
        windows=(MESSAGE, EVENT),
        problem=problem,
        said="" if problem else _SAID.get(request.args.get("done", ""), ""),
    )
    return Response(html, status)
