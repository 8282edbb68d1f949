"""人员与权限, 操作记录: who has which role at an organisation, and what was done there."""

from datetime import datetime, timedelta
from itertools import groupby

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.audit import list_acts
from core.clock import SHANGHAI, parse_local
from core.errors import DomainError, Invalid, NotAllowed, NotFound
from house.current import parts
from house.permissions import Permission
from models.staff import Grant, Staff
from staff import sessions
from staff.commands import first_password
from staff.guard import acting, console_pages, here, needs
from staff.roles import TITLES, Role
from staff.service import (
    NewStaff,
    add_staff,
    change_password,
    find_staff,
    give_role,
    held_by,
    list_grants,
    take_role,
)

ACTIONS = "zhijia.console_actions"
_PAGE = 50
pages = console_pages("people", __name__)


@pages.get("/o/<organisation_key>/people")
@needs(Permission.PEOPLE)
def index(organisation_key: str) -> Response:
    """Everybody who holds a role here or above, by person."""
    return _page()


@pages.post("/o/<organisation_key>/people")
@needs(Permission.PEOPLE)
def add(organisation_key: str) -> AnyResponse:
    """A new person, or a known one, gets a role here. A new one's first password is shown once."""
    form, now, me = request.form, parts().clock(), here()
    try:
        role, expires_at = _role(form.get("role", "")), _until(form.get("until", ""))
        login = form.get("login", "")
        password = first_password()
        with acting("role_given", login, role=role.value, until=form.get("until", "")) as session:
            staff = find_staff(session, login)
            known = staff is not None
            staff = staff or add_staff(
                session, NewStaff(login, form.get("name", ""), password, form.get("email", "")), now
            )
            give_role(session, staff, me.place.id, role, by=me.staff.login, now=now, expires_at=expires_at)
    except DomainError as error:
        return _page(problem=error.message, status=error.status)
    if known:
        return _page(said=f"已给 {staff.name} 开通「{TITLES[role]}」。")
    return _page(
        said=f"已添加 {staff.name}，用户名 {staff.login}，初始密码 {password} （只显示这一次，请当面或电话告诉本人，首次登录后须修改）"
    )


@pages.post("/o/<organisation_key>/people/<public_id>/take")
@needs(Permission.PEOPLE)
def take(organisation_key: str, public_id: str) -> AnyResponse:
    me, role = here(), _role(request.form.get("role", ""))
    grant = next(
        (one for one in _grants_here() if one.staff.public_id == public_id and one.role == role), None
    )
    if grant is None:
        raise NotFound("no_grant", "这个人在这里没有这个角色，可能已经被收回。")
    if grant.staff_id == me.staff.id and role is Role.ADMIN:
        return _page(problem="不能收回自己的管理员角色，请让另一位管理员来做。", status=409)
    with acting("role_taken", grant.staff.login, role=role.value) as session:
        take_role(session, me.place.id, grant.staff_id, role)
    return redirect(url_for("people.index", organisation_key=organisation_key))


@pages.post("/o/<organisation_key>/people/<public_id>/reset")
@needs(Permission.PEOPLE)
def reset(organisation_key: str, public_id: str) -> AnyResponse:
    """A new first password, perhaps without the second factor; all sessions end."""
    grant = _own_person(public_id)
    password = first_password()
    lost = request.form.get("second_factor") == "1"
    with acting("access_reset", grant.staff.login, second_factor=lost) as session:
        staff = session.get_one(Staff, grant.staff_id)
        change_password(session, staff, password, must_change=True)
        if lost:
            staff.totp_secret = None
    return _page(
        said=f"{grant.staff.name} 的新密码：{password} （只显示这一次；下次登录后须修改，其他设备已退出）"
    )


@pages.post("/o/<organisation_key>/people/<public_id>/active")
@needs(Permission.PEOPLE)
def active(organisation_key: str, public_id: str) -> AnyResponse:
    """Put somebody out, or let them in again."""
    grant = _own_person(public_id)
    if grant.staff_id == here().staff.id:
        return _page(problem="不能停用自己。", status=409)
    on = request.form.get("on") == "1"
    with acting("person_let_in" if on else "person_put_out", grant.staff.login) as session:
        session.get_one(Staff, grant.staff_id).active = on
        if not on:
            sessions.end(session, grant.staff_id)
    return redirect(url_for("people.index", organisation_key=organisation_key))


@pages.get("/o/<organisation_key>/acts")
@needs(Permission.AUDIT)
def acts(organisation_key: str) -> Response:
    """What was done here and below, newest first."""
    me = here()
    below = [one.id for one in parts().directory.organisations() if me.place.id in one.chain]
    before = request.args.get("before", type=int)
    with parts().db.read() as session:
        rows = list_acts(session, below, before=before, limit=_PAGE + 1)
    names = {one.id: one.name for one in parts().directory.organisations()}
    html = render_template(
        "console/acts.html",
        title="操作记录",
        rows=rows[:_PAGE],
        more=rows[_PAGE - 1].number if len(rows) > _PAGE else None,
        actions=current_app.extensions[ACTIONS],
        names=names,
    )
    return Response(html)


def _page(*, problem: str = "", said: str = "", status: int = 200) -> Response:
    me = here()
    names = {one.id: one.name for one in parts().directory.organisations()}
    with parts().db.read() as session:
        grants = list_grants(session, me.place.chain)
    people = [(list(held)) for _, held in groupby(grants, key=lambda grant: grant.staff_id)]
    html = render_template(
        "console/people.html",
        title="人员与权限",
        people=people,
        names=names,
        roles=TITLES,
        now=parts().clock(),
        form=request.form,
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _grants_here() -> list[Grant]:
    with parts().db.read() as session:
        return list_grants(session, [here().place.id])


def _own_person(public_id: str) -> Grant:
    """Of somebody whose roles all lie here or below: an administrator of a county must not reset one of the province.

    Raises NotFound or NotAllowed.
    """
    grant = next((one for one in _grants_here() if one.staff.public_id == public_id), None)
    if grant is None:
        raise NotFound("no_person", "这个人在本单位没有角色。")
    chains = {one.id: one.chain for one in parts().directory.organisations()}
    with parts().db.read() as session:
        held = held_by(session, grant.staff_id)
    if any(not here().access.may(Permission.PEOPLE, chains.get(one.organisation_id, ())) for one in held):
        raise NotAllowed("other_place", "这个人在其他单位也有角色，请由那里的管理员来做。")
    return grant


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        raise Invalid("bad_role", "请选择一个角色") from None


def _until(value: str) -> datetime | None:
    """The end of the day."""
    if not value.strip():
        return None
    try:
        day = parse_local(value.strip())
    except ValueError:
        raise Invalid("bad_day", "到期日写成 2026-12-31 这样") from None
    return day.astimezone(SHANGHAI).replace(hour=0, minute=0) + timedelta(days=1)
