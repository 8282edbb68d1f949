"""The guard before every console page: who is it, where, and may they? Pages declare what they need; none goes without.

A tenant somebody has nothing to do with does not exist for them (404); one they know, but may not do this in: 403.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts import audit
from accounts.directory import AccountView, OrganisationView
from core.errors import DomainError, Invalid, NotAllowed, NotFound
from house.current import parts
from house.permissions import TITLES, Permission
from models.staff import Staff, StaffSession
from staff import sessions
from staff.roles import Access, Role
from staff.service import held_by
from web.pages import secure

COOKIE = "zj_staff"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
_NEED = "console_need"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_TITLES_OF_ERRORS = {403: "没有权限", 404: "找不到", 409: "已被改动", 422: "填写有误"}

Open = Literal["open"]
SignedIn = Literal["signed_in"]
Need = Permission | Open | SignedIn
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Here:
    """Who looks at the console, and where: what views and templates ask."""

    staff: Staff
    session: StaffSession
    access: Access
    organisation: OrganisationView | None
    account: AccountView | None
    permissions: frozenset[Permission]
    csrf: str = field(repr=False)

    def may(self, permission: Permission) -> bool:
        """At this organisation (or that of this account)."""
        return permission in self.permissions

    @property
    def place(self) -> OrganisationView:
        """The organisation; only pages of a place may ask."""
        if self.organisation is None:
            raise LookupError("this page is none of a place")
        return self.organisation

    @property
    def official(self) -> AccountView:
        """The official account; only pages of one may ask."""
        if self.account is None:
            raise LookupError("this page is none of an account")
        return self.account


def here() -> Here:
    """Of the current request, behind the guard."""
    return cast(Here, g.here)


def needs(need: Need) -> Callable[[View], View]:
    """Declares what a console view needs: a permission at the place in its address, a person ("signed_in"), or nothing
    ("open")."""

    def declare(view: View) -> View:
        setattr(view, _NEED, need)
        return view

    return declare


def need_of(app: Flask, endpoint: str) -> Need | None:
    """What a view declares; None for none."""
    return cast("Need | None", getattr(app.view_functions[endpoint], _NEED, None))


def console_pages(name: str, import_name: str) -> Blueprint:
    """A blueprint below /console/ behind the guard."""
    pages = Blueprint(name, import_name, url_prefix="/console", template_folder="templates")
    pages.before_request(_admit)
    pages.register_error_handler(DomainError, _tell)
    secure(pages)
    # Run before the headers of `secure`: without a referrer browsers would call a form's origin "null".
    pages.after_request(_tell_origin)
    return pages


def _tell_origin(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _tell(error: DomainError) -> Response:
    title = _TITLES_OF_ERRORS.get(error.status, "没有办成")
    html = render_template("console/error.html", title=title, message=error.message)
    return Response(html, error.status)


def check_declared(app: Flask) -> None:
    """Raises RuntimeError for a console page that declares no need, or that no guard stands before."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/console"):
            continue
        blueprint = rule.endpoint.rpartition(".")[0]
        guards = app.before_request_funcs.get(blueprint, [])
        if need_of(app, rule.endpoint) is None or _admit not in guards:
            raise RuntimeError(f"{rule.rule} ({rule.endpoint}) declares no permission")


def browser() -> sessions.Browser:
    return sessions.Browser(request.remote_addr or "", request.headers.get("User-Agent", ""))


def _admit() -> AnyResponse | None:
    _refuse_nul()
    if request.method not in _SAFE:
        _refuse_foreign_forms()
    need = need_of(current_app, request.endpoint or "")
    if need is None:
        raise NotAllowed("undeclared", "这个页面还没有规定谁可以使用")
    if need == "open":
        return None
    token = request.cookies.get(COOKIE, "")
    found = _session_of(token)
    if found is None:
        return _to_sign_in()
    session, access = found
    if request.method not in _SAFE:
        _check_csrf(token)
    organisation, account = _place(request.view_args or {}, access)
    permissions = access.permissions(organisation.chain) if organisation else frozenset()
    if isinstance(need, Permission) and need not in permissions:
        raise NotAllowed("no_permission", f"您在这里没有「{TITLES[need]}」的权限，请找本单位的管理员开通。")
    g.here = Here(
        session.staff, session, access, organisation, account, permissions, sessions.csrf_token(token)
    )
    return _first_things_first(session.staff, access)


def _session_of(token: str) -> tuple[StaffSession, Access] | None:
    if not token:
        return None
    now = parts().clock()
    with parts().db.read() as session:
        found = sessions.find(session, token, now)
        if found is None:
            return None
        access = Access.at(held_by(session, found.staff_id), now)
    if sessions.is_stale(found, now):
        with parts().db.work() as session:
            sessions.touch(session, found.id, now)
    return found, access


def _place(named: dict[str, Any], access: Access) -> tuple[OrganisationView | None, AccountView | None]:
    """The organisation and account in an address. Raises NotFound for one that does not exist for this person."""
    account_key, organisation_key = named.get("account_key"), named.get("organisation_key")
    if account_key is None and organisation_key is None:
        return None, None
    directory = parts().directory
    known = (
        directory.find(account_key) if account_key else directory.find_organisation(organisation_key or "")
    )
    if known is None:
        _read_again()
    account = directory.find(account_key) if account_key else None
    if account_key:
        id_ = account.organisation_id if account else None
        organisation = next((one for one in directory.organisations() if one.id == id_), None)
    else:
        organisation = directory.find_organisation(organisation_key or "")
    if organisation is None or not access.permissions(organisation.chain):
        raise NotFound("no_place", "没有这个单位或公众号，或者您没有它的权限。")
    return organisation, account


def _read_again() -> None:
    """One that was just made elsewhere may not be in this process's memory yet."""
    with parts().db.read() as session:
        parts().directory.reload(session)


def _to_sign_in() -> AnyResponse:
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": url_for("console.sign_in")})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("console.sign_in", next=wanted))


def _first_things_first(staff: Staff, access: Access) -> AnyResponse | None:
    """A first password is changed, and an administrator has a second factor, before anything else."""
    if staff.must_change_password:
        first = "console.my_password"
    elif staff.totp_secret is None and Role.ADMIN in access.roles:
        first = "console.my_second_factor"
    else:
        return None
    return None if request.endpoint in (first, "console.sign_out") else redirect(url_for(first))


def _refuse_nul() -> None:
    """No keyboard types it, and PostgreSQL fails on it: what has one is an attack or broken."""
    sent = [one for given in (request.args, request.form) for many in given.listvalues() for one in many]
    if any("\0" in str(one) for one in (*sent, *(request.view_args or {}).values())):
        raise Invalid("nul", "提交的内容里有不能保存的字符，没有执行。")


def _refuse_foreign_forms() -> None:
    """Forms come from our own pages. Browsers say so by themselves; this also covers sign-in, which has no session yet."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        ours = site == "same-origin"
    else:
        hosts = (request.host, urlsplit(parts().settings.public_url).netloc)
        ours = urlsplit(request.headers.get("Origin") or request.host_url).netloc in hosts
    if not ours:
        raise NotAllowed("foreign_form", "这次提交不是从后台页面发出的，没有执行。请在后台里重新操作。")


def _check_csrf(token: str) -> None:
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(sent.encode(), sessions.csrf_token(token).encode()):
        raise NotAllowed("csrf", "页面放得太久了，没有保存。请返回、刷新页面后再提交一次。")


@contextmanager
def acting(action: str, target: str = "", **facts: Any) -> Iterator[Session]:
    """The unit of work of a console view: what it does stands in the audit log, or did not happen."""
    me = here()
    act = audit.Act(
        actor=f"{me.staff.name}（{me.staff.login}）",
        action=action,
        target=target,
        staff_id=me.staff.id,
        organisation_id=me.organisation.id if me.organisation else None,
        address=request.remote_addr or "",
        facts=facts,
    )
    with parts().db.work() as session:
        yield session
        audit.note(session, act, parts().clock())
